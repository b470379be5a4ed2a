"""What `ketameta cite` writes, in every form."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ketameta.cli.output import Output, printable
from ketameta.cli.saving import check_place, save
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError
from ketameta.exchange.references.formats import FORMATS
from ketameta.manuscript.reference_styles import STYLES
from ketameta.manuscript.references import references_text
from ketameta.manuscript.subject_matter import subject_matter
from ketameta.manuscript.to_cite import CitedGroup, to_cite
from ketameta.reports.inputs import read_inputs

FORM_OF = {".bib": "bibtex", ".ris": "ris", ".json": "csl-json", ".txt": "text"}
START = {
    "Software": "To cite the program:",
    "Evidence": "To cite the evidence:",
    "Methods": "Methods behind the answer:",
    "Studies": "Studies behind the answers:",
}


@dataclass(frozen=True, slots=True)
class CiteWish:
    """What is to be cited, in which form, and where it goes."""

    question: str | None
    with_studies: bool
    style: str
    out: Path | None
    force: bool


def deliver(wish: CiteWish, workspace: Workspace, review_file: Path | None, output: Output) -> None:
    """Write the citations."""
    form = _form(wish)
    if wish.out is not None:
        check_place(wish.out)
    path = workspace.review_file(review_file)
    if workspace.folder != workspace.root / "studies":
        raise UsageError(f"{shown(workspace.folder)}: cite needs a folder called studies.")
    inputs = read_inputs(workspace.root, path)
    subject = subject_matter(inputs, () if wish.question is None else (wish.question,))
    groups = to_cite(
        subject, with_methods=wish.question is not None, with_studies=wish.with_studies
    )
    text = _text(groups, form, output.prose)
    if wish.out is None:
        output.result(text)
        return
    output.say(save(wish.out, text, force=wish.force))


def _form(wish: CiteWish) -> str:
    """What --format says; where it says nothing, the ending of the file."""
    if wish.out is None or wish.style != "text" or not wish.out.suffix:
        return wish.style
    suffix = wish.out.suffix.lower()
    if suffix not in FORM_OF:
        known = ", ".join(FORM_OF)
        raise UsageError(f"{wish.out}: the name must end in one of {known}, or say --format.")
    return FORM_OF[suffix]


def _text(groups: tuple[CitedGroup, ...], form: str, width: int) -> str:
    works = [work for group in groups for work in group.works]
    if form in FORMATS:
        return references_text(works, form)
    if form in STYLES:
        return "\n".join(printable(STYLES[form](work)) for work in works) + "\n"
    return "\n\n".join(_paragraphs(groups, width)) + "\n"


def _paragraphs(groups: tuple[CitedGroup, ...], width: int) -> Iterator[str]:
    for group in groups:
        if not group.works:
            continue
        lines = [START[group.heading]]
        for work in group.works:
            said = printable(STYLES["vancouver"](work))
            indent = "  "
            lines.append(
                textwrap.fill(
                    said,
                    width,
                    initial_indent=indent,
                    subsequent_indent=indent * 2,
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )
        yield "\n".join(lines)

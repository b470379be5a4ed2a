"""A comparison in every form that `ketameta diff` offers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ketameta.cli.document import Block, Field, Fields, Heading, Paragraph
from ketameta.cli.machine_formats import to_json
from ketameta.cli.output import Output
from ketameta.cli.saving import output_to, save_all
from ketameta.cli.table_delivery import table_grid
from ketameta.cli.terminal import to_terminal
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError
from ketameta.figures.saving import picture_bytes
from ketameta.reports.comparison.compare import Comparison, compare
from ketameta.reports.comparison.picture import before_after
from ketameta.reports.comparison.states import state_of
from ketameta.reports.comparison.words import (
    ITEM,
    PART,
    SECTION,
    TABLE,
    markdown,
    moves_table,
    plain,
    summary,
    told,
)
from ketameta.tables.csv import to_csv

KINDS = ("svg", "png")


@dataclass(frozen=True, slots=True)
class DiffWish:
    """What was asked for."""

    before: str
    now: str
    review: str | None
    pictures: Path | None
    style: str
    out: Path | None
    force: bool


def deliver_diff(wish: DiffWish, workspace: Workspace, here: Output) -> bool:
    """Compare and write; whether anything changed.

    Raises
    ------
    UsageError
        For states or places that do not exist.
    DataError
        For records that cannot be used.
    """
    output = output_to(wish.out, wish.style, None, force=wish.force)
    with ExitStack() as both:
        before = both.enter_context(state_of(wish.before, workspace.root, wish.review))
        now = both.enter_context(state_of(wish.now, workspace.root, wish.review))
        found = compare(before, now)
    drawn = _draw(found, wish, here) if wish.pictures is not None else {}
    if wish.style == "json":
        output.result(to_json(plain(found)))
    elif wish.style == "csv":
        output.result(to_csv(moves_table(found)))
    elif wish.style == "md":
        output.result(markdown(found, drawn))
    else:
        output.result(to_terminal(list(_blocks(found, drawn, output)), output))
    if wish.out is not None or wish.style in ("json", "csv"):
        for said in (summary(found), *found.notes):
            here.say(said)
    return not found.same


def _blocks(found: Comparison, drawn: Mapping[str, str], output: Output) -> Iterator[Block]:
    """The comparison for a terminal; folded tables stay in the other forms."""
    yield Heading(f"What changed from {found.before} to {found.now}", level=1)
    for said in told(found, drawn):
        if said.kind == SECTION:
            yield Heading(said.text)
        elif said.kind == PART:
            yield Heading(said.text, level=3)
        elif said.kind == ITEM:
            yield Fields((Field("-", said.text),))
        elif said.table is None:
            yield Paragraph(said.text)
        elif said.kind == TABLE:
            yield table_grid(said.table, output.width)


def _draw(found: Comparison, wish: DiffWish, here: Output) -> dict[str, str]:
    """Pictures of what moved; their addresses as seen from the text."""
    folder = wish.pictures
    assert folder is not None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "it cannot be made"
        raise UsageError(f"{folder}: no folder for pictures ({reason}).") from None
    text_folder = Path.cwd() if wish.out is None else wish.out.resolve().parent
    drawn: dict[str, str] = {}
    files: dict[Path, bytes | str] = {}
    for change in found.answers:
        picture = before_after(change, (found.before, found.now)) if change.main_moved else None
        if picture is None:
            continue
        for kind in KINDS:
            files[folder / f"diff-{change.id}.{kind}"] = picture_bytes(picture, kind, dpi=150)
        path = os.path.relpath(folder.resolve() / f"diff-{change.id}.svg", text_folder)
        drawn[change.id] = Path(path).as_posix()
    for said in save_all(files, force=wish.force):
        here.say(said)
    return drawn

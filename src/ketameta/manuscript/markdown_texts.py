"""The texts of a manuscript as Markdown, each block behind its id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.manuscript.text_blocks import Run
from ketameta.manuscript.texts import NumberedBlock
from ketameta.tables.markdown import escape


def markdown(
    title: str,
    blocks: Sequence[NumberedBlock],
    references: Sequence[tuple[int, str]] = (),
    *,
    superscript: bool = False,
) -> str:
    """Headings and paragraphs; before each block stands its id in a comment.

    Parameters
    ----------
    references
        Number and text of the works that the blocks cite.
    """
    parts = [f"# {escape(title)}"]
    for block in blocks:
        parts += [f"<!-- {block.id} -->", f"## {escape(block.heading)}"]
        parts.append("".join(_run(run, superscript=superscript) for run in block.runs))
    if references:
        parts += ["## References", "\n".join(_references(references))]
    return "\n\n".join(parts) + "\n"


def _references(references: Sequence[tuple[int, str]]) -> Iterator[str]:
    yield from (f"{number}. {escape(text)}" for number, text in references)


def _run(run: Run, *, superscript: bool) -> str:
    lead = " " if run.text.startswith(" ") else ""
    tail = " " if run.text.endswith(" ") and run.text.strip() else ""
    text = f"{lead}{escape(run.text)}{tail}"
    return f"<sup>{text}</sup>" if run.cited and superscript else text

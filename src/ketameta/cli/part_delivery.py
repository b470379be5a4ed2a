"""Several tables with what they say in sentences, delivered by a command in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.document import Block, Heading, Paragraph
from ketameta.cli.result_options import FORM_OF, Delivery
from ketameta.cli.table_delivery import deliver_table, table_blocks, table_rows
from ketameta.errors import UsageError
from ketameta.tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from ketameta.cli.output import Output
    from ketameta.figures.picture import Picture

FIGURES = (".svg", ".pdf", ".png")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a command has to say.

    Attributes
    ----------
    title, sentences
        What stands at the top.
    tables
        By name.
    shown
        Names of those that the terminal shows unasked; CSV holds the first of them.
    """

    title: str
    sentences: Sequence[str]
    tables: Mapping[str, Table]
    shown: tuple[str, ...]


def deliver_parts(parts: Parts, wanted: str, delivery: Delivery) -> None:
    """Write all tables, or the one that is wanted.

    JSON of all is an object with a list per table; CSV holds one table, by default the first.

    Raises
    ------
    UsageError
        For a table that there is not.
    """
    output = delivery.output()
    if wanted != ALL:
        deliver_table(_table(parts, wanted), delivery.style, output)
    elif delivery.style == "csv":
        first = parts.shown[0]
        deliver_table(parts.tables[first], "csv", output)
        output.say(f"This is the table {first}; with --table also: {_others(parts, (first,))}.")
    elif delivery.style == "json":
        from ketameta.cli.machine_formats import to_json

        found = {name: table_rows(table) for name, table in parts.tables.items()}
        output.result(to_json({"sentences": list(parts.sentences), **found}))
    elif delivery.style == "md":
        from ketameta.tables.markdown import to_markdown

        texts = [f"# {parts.title}", *parts.sentences]
        texts += [to_markdown(table).rstrip() for table in parts.tables.values() if table.rows]
        output.result("\n\n".join(texts) + "\n")
    else:
        from ketameta.cli.terminal import to_terminal

        output.result(to_terminal(_blocks(parts, output), output))


def _blocks(parts: Parts, output: Output) -> list[Block]:
    blocks: list[Block] = [Heading(parts.title, level=1)]
    blocks += [Paragraph(sentence) for sentence in parts.sentences]
    for name in parts.shown:
        table = parts.tables[name]
        if table.rows:
            _, *rest = table_blocks(table, output.width)
            blocks += [Heading(table.caption), *rest]
    more = _others(parts, parts.shown)
    return [*blocks, Paragraph(f"More tables with --table: {more}.", "quiet")] if more else blocks


def _others(parts: Parts, shown: Sequence[str]) -> str:
    """Names of the other tables that have something in them."""
    return ", ".join(n for n, table in parts.tables.items() if n not in shown and table.rows)


def _table(parts: Parts, wanted: str) -> Table:
    if wanted not in parts.tables:
        known = ", ".join((ALL, *parts.tables))
        raise UsageError(f"--table: there is no table {wanted!r}. Known are {known}.")
    return parts.tables[wanted]


def form_of(style: str, out: Path | None) -> str:
    """The form of a result: as said, or by the name of the file.

    Raises
    ------
    UsageError
        For a name that says no form.
    """
    said = click.get_current_context().get_parameter_source("style")
    if out is None or said is not click.core.ParameterSource.DEFAULT or not out.suffix:
        return style
    if out.suffix.lower() not in FORM_OF:
        known = ", ".join((*FORM_OF, *FIGURES))
        raise UsageError(
            f"{out}: results are not written as {out.suffix}. Use one of {known}, or say --format."
        )
    return FORM_OF[out.suffix.lower()]


def is_figure(out: Path | None) -> bool:
    """Whether the name of a file asks for a figure."""
    return out is not None and out.suffix.lower() in FIGURES


def draw_part(draw: Callable[[], Picture], out: Path, output: Output, *, force: bool) -> None:
    """Write a figure, and say its legend."""
    from ketameta.cli.plot_files import check_picture_target
    from ketameta.figures.saving import save_picture

    check_picture_target(out, None, force=force)
    picture = draw()
    save_picture(picture, out)
    output.say(f"Written: {out}\n{picture.legend}")

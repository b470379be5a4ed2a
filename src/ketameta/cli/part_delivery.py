"""Several tables with what they say in sentences, delivered by a command in one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ketameta.cli.document import Block, Heading, Paragraph
from ketameta.cli.result_options import Delivery
from ketameta.cli.saving import TableOutput
from ketameta.cli.table_delivery import deliver_table, table_blocks, table_rows
from ketameta.errors import UsageError
from ketameta.figures.figure_kind import ENDINGS
from ketameta.tables.stacking import stacked
from ketameta.tables.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from ketameta.cli.output import Output
    from ketameta.figures.picture import Picture

ALL = "all"
SUBJECT = Column("question", "Question")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a command has to say.

    Attributes
    ----------
    name
        Of the subject: id of a question, or the command's own.
    title, sentences
        What stands at the top.
    tables
        By name.
    shown
        Names of those that the terminal shows unasked; CSV holds the first of them.
    """

    name: str
    title: str
    sentences: Sequence[str]
    tables: Mapping[str, Table]
    shown: tuple[str, ...]


def deliver_parts(parts: Sequence[Parts], wanted: str, delivery: Delivery) -> None:
    """Write all tables, or the one that is wanted, of one subject or of several.

    JSON of all tables is an object with a list per table, or a list of such objects; CSV holds
    one table, a workbook a sheet per table. Rows of several subjects stand below each other, with
    the subject in the first column.

    Raises
    ------
    UsageError
        For a table that there is not.
    """
    output = delivery.output()
    if isinstance(output, TableOutput) and output.path.suffix.lower() == ".xlsx" and wanted == ALL:
        from ketameta.exchange.data_set import of_report_table

        names = dict.fromkeys(name for part in parts for name in part.tables)
        output.sheets({name: of_report_table(_together(parts, name)) for name in names})
    elif delivery.style == "csv":
        _deliver_csv(parts, wanted, output)
    elif delivery.style == "json":
        from ketameta.cli.machine_formats import to_json

        found = [_values(part, wanted) for part in parts]
        output.result(to_json(found[0] if len(parts) == 1 else found))
        if wanted != ALL:
            _say_why_empty(_together(parts, wanted), output)
    elif delivery.style == "md":
        output.result(
            "\n\n".join(text for part in parts for text in _markdown(part, wanted)) + "\n"
        )
    else:
        from ketameta.cli.terminal import to_terminal

        blocks = [block for part in parts for block in _blocks(part, wanted, output)]
        output.result(to_terminal(blocks, output))


def _deliver_csv(parts: Sequence[Parts], wanted: str, output: Output) -> None:
    name = parts[0].shown[0] if wanted == ALL else wanted
    table = _together(parts, name)
    deliver_table(table, "csv", output)
    _say_why_empty(table, output)
    others = dict.fromkeys(n for part in parts for n in _others(part, (name,)))
    if wanted == ALL and others:
        output.say(f"This is the table {name}; with --table also: {', '.join(others)}.")


def _say_why_empty(table: Table, output: Output) -> None:
    """Beside a file without rows: why it has none."""
    if not table.rows:
        for said in table.notes or _empty(table):
            output.say(said)


def _empty(table: Table) -> tuple[str, ...]:
    """A table without rows in words."""
    return (f"{table.caption}: none.", *table.notes)


def _together(parts: Sequence[Parts], name: str) -> Table:
    """The table of that name, with the rows of every subject that has it."""
    if len(parts) == 1:
        return _table(parts[0], name)
    having = [(part.name, part.tables[name]) for part in parts if name in part.tables]
    return stacked(having, SUBJECT) if having else _table(parts[0], name)


def _values(part: Parts, wanted: str) -> Any:
    if wanted != ALL:
        return table_rows(_table(part, wanted))
    found = {name: table_rows(table) for name, table in part.tables.items()}
    return {"id": part.name, "title": part.title, "sentences": list(part.sentences), **found}


def _markdown(part: Parts, wanted: str) -> Iterator[str]:
    from ketameta.tables.markdown import to_markdown

    if wanted != ALL:
        table = _table(part, wanted)
        yield to_markdown(table).rstrip() if table.rows else "\n\n".join(_empty(table))
        return
    yield from (f"# {part.title}", *part.sentences)
    yield from (to_markdown(table).rstrip() for table in part.tables.values() if table.rows)


def _blocks(part: Parts, wanted: str, output: Output) -> Iterator[Block]:
    if wanted != ALL:
        yield from table_blocks(_table(part, wanted), output.width)
        return
    yield Heading(part.title, level=1)
    yield from (Paragraph(sentence) for sentence in part.sentences)
    for name in part.shown:
        table = part.tables[name]
        if table.rows:
            _, *rest = table_blocks(table, output.width)
            yield from (Heading(table.caption), *rest)
    more = _others(part, part.shown)
    if more:
        yield Paragraph(f"More tables with --table: {', '.join(more)}.", "quiet")


def _others(parts: Parts, shown: Sequence[str]) -> list[str]:
    """Names of the other tables that have something in them."""
    return [n for n, table in parts.tables.items() if n not in shown and table.rows]


def _table(parts: Parts, wanted: str) -> Table:
    if wanted not in parts.tables:
        known = ", ".join((ALL, *parts.tables))
        raise UsageError(f"--table: there is no table {wanted!r}. Known are {known}.")
    return parts.tables[wanted]


def is_figure(out: Path | None) -> bool:
    """Whether the name of a file asks for a figure."""
    return out is not None and out.suffix.lower() in ENDINGS


def draw_part(draw: Callable[[], Picture], out: Path, output: Output, *, force: bool) -> None:
    """Write a figure, and say its legend."""
    from ketameta.cli.plot_files import save_drawn

    output.say(save_drawn(draw, out, force=force, output=output).legend)

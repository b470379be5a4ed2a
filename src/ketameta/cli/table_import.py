"""Tables of comparisons from other programs: written as a table, or made into study records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import OUT
from ketameta.cli.output import Output
from ketameta.cli.record_options import check_chosen, constants_of, record_options
from ketameta.cli.written_records import write_and_tell
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.exchange.record_reading import ImportedRecord
    from ketameta.exchange.table import Table

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class TableRequest:
    """Where the comparisons go: a table, or records with some values that hold for all."""

    out: Path | None = None
    force: bool = False
    records: bool = False
    to: Path | None = None
    constants: tuple[str, ...] = ()


def made_options(what: str) -> Callable[[Function], Function]:
    """`--out`, `--force`, `--records`, `--set` and `--to`: what is made of a file, and where."""

    def with_options(function: Function) -> Function:
        found: Any = record_options(function)
        for option in (
            click.option("--force", is_flag=True, help="Replace FILE if it exists."),
            click.option(
                *OUT,
                type=click.Path(path_type=Path),
                metavar="FILE",
                help=f"Write {what} as a table for --data: .csv, .xlsx, .sav ...",
            ),
        ):
            found = option(found)
        wrapped: Function = found
        return wrapped

    return with_options


def table_options(function: Function) -> Callable[..., Any]:
    """What is made of comparisons, handed on as one `request`."""

    @made_options("the comparisons")
    @wraps(function)
    def with_request(
        *args: Any,
        out: Path | None,
        force: bool,
        records: bool,
        constants: tuple[str, ...],
        to: Path | None,
        **rest: Any,
    ) -> Any:
        file = rest.get("file")
        if isinstance(file, Path) and not file.exists():
            raise UsageError(f"{file}: there is no such file. Check the path.")
        check_chosen(out, constants, to, records=records)
        if not records and out is None:
            raise UsageError("say what to make: a table with --out FILE, or records: --records.")
        request = TableRequest(out, force, records, to, constants)
        return function(*args, request=request, **rest)

    return with_request


def deliver_comparisons(
    ctx: click.Context, table: Table, told: Sequence[str], request: TableRequest
) -> int:
    """Write the table or the records; exit code 1 where something was left out or is missing."""
    output = Output.here()
    for sentence in (*table.notes, *told):
        output.say(sentence)
    if request.out is not None:
        _write(table, request.out, force=request.force, output=output)
        return FINDINGS if told else FINE
    records, more = _records(table, request)
    for sentence in more:
        output.say(sentence)
    found = write_and_tell(ctx, records, request.to, output)
    return FINDINGS if found or told or more else FINE


def _write(table: Table, out: Path, *, force: bool, output: Output) -> None:
    from ketameta.cli.saving import check_place, save_table
    from ketameta.exchange.writing import writer_for

    writer_for(out)
    check_place(out, Path(table.source))
    save_table(table, out, force=force, output=output)
    rows = "1 row" if table.size == 1 else f"{table.size} rows"
    output.result(f"{out}: {rows}. Next: ketameta pool --data {out} --measure CODE --by outcome")


def _records(table: Table, request: TableRequest) -> tuple[list[ImportedRecord], list[str]]:
    from ketameta.exchange.columns_map import ColumnsMap
    from ketameta.exchange.import_fields import FIELDS
    from ketameta.exchange.reviews.finished_effects import as_printed
    from ketameta.exchange.reviews.metapsy import CHANGE
    from ketameta.exchange.table_records import table_records

    printed = as_printed(table)
    fields = {name: name for name in printed.columns if name in FIELDS}
    made, told = table_records(printed, ColumnsMap(fields, constants_of(request.constants)))
    for record in made:
        for outcome in record.data.get("outcomes", []):
            for result in outcome["results"]:
                if result["source"]["locator"].endswith(CHANGE):
                    result["data"]["kind"] = "changes"
    return made, told

"""Conversions of one set of numbers or of a table, and how they are shown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ketameta.cli.conversion_table import Conversion
from ketameta.cli.conversions import Result, convert
from ketameta.cli.data_columns import label_texts
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.machine_formats import to_csv, to_json
from ketameta.cli.output import Output
from ketameta.cli.reading import number_text, statistics_grid
from ketameta.cli.table_reading import requested_table, require_column
from ketameta.cli.terminal import to_terminal
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import Table, numbers

COMBINE = "combine"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; `explicit` are the options that were really given."""

    conversion: Conversion
    given: Mapping[str, Any]
    explicit: AbstractSet[str]
    data: Path | None
    by: str | None
    study: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """One conversion done; `label` None without a table."""

    label: str | None
    inputs: Mapping[str, Any]
    result: Result


def converted(request: Request) -> list[Done]:
    """The conversion of the options, or of every row of the table.

    Raises
    ------
    UsageError
        When something is missing.
    DataError
        When numbers cannot be, with the place in the table.
    """
    code = request.conversion.code
    if request.data is None:
        for name in ("by", "study"):
            if getattr(request, name) is not None:
                raise UsageError(f"--{name}: goes with --data.")
        inputs = {name: _said(value) for name, value in request.given.items()}
        return [_done(None, inputs, code, f"convert {code}")]
    table = requested_table(request.data)
    columns = _columns(request, table)
    if code == COMBINE:
        return list(_combined(request, table, columns))
    if request.by is not None:
        raise UsageError("--by: goes with convert combine.")
    labels = label_texts(table, request.study)
    return [
        _done(
            labels[row],
            {**request.given, **{name: _cell(column[row]) for name, column in columns.items()}},
            code,
            f"{table.where(row)}: {labels[row]}",
        )
        for row in range(table.size)
    ]


def _said(value: Any) -> Any:
    """Repeated options that were not given are nothing."""
    return (list(value) or None) if isinstance(value, tuple) else value


def _cell(value: Any) -> Any:
    return None if value == "" or (isinstance(value, float) and math.isnan(value)) else value


def _done(label: str | None, inputs: Mapping[str, Any], code: str, where: str) -> Done:
    try:
        result = convert(code, inputs)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    unused = (None, False)
    return Done(label, {k: v for k, v in inputs.items() if v not in unused}, result)


def _columns(request: Request, table: Table) -> dict[str, Sequence[Any]]:
    """Columns of the table that are options of the conversion; an explicit option comes first."""
    headers = {name.strip().lower().replace("-", "_"): name for name in table.columns}
    wanted = [p for p in request.conversion.parameters if p.name in headers]
    if not wanted:
        names = ", ".join(p.name for p in request.conversion.parameters if not p.flag)
        raise UsageError(f"{table.head}: no column is called like an option: {names}.")
    found: dict[str, Sequence[Any]] = {}
    for parameter in wanted:
        header = headers[parameter.name]
        if parameter.name in request.explicit:
            continue
        if parameter.text or parameter.choices:
            found[parameter.name] = table.text(header)
        else:
            found[parameter.name] = numbers(table, [header])[header]
    return found


def _combined(
    request: Request, table: Table, columns: Mapping[str, Sequence[Any]]
) -> Iterator[Done]:
    groups: dict[str, list[int]] = {}
    if request.by is not None:
        require_column(table, request.by)
        for row, value in enumerate(table.text(request.by)):
            groups.setdefault(value, []).append(row)
    else:
        groups[table.source] = list(range(table.size))
    for value, rows in groups.items():
        inputs = {name: [column[row] for row in rows] for name, column in columns.items()}
        where = table.source if request.by is None else f"{table.source}: {request.by} {value}"
        yield _done(value, inputs, COMBINE, where)


def deliver_conversion(
    conversion: Conversion, found: Sequence[Done], style: str, output: Output
) -> None:
    """Write the results to standard output; a list for a table, else one object."""
    if style == "json":
        values = [_value(conversion, one) for one in found]
        output.result(to_json(values[0] if found[0].label is None else values))
    elif style == "csv":
        output.result(to_csv([_line(one) for one in found]))
    else:
        output.result(to_terminal(list(_blocks(conversion, found)), output))


def _value(conversion: Conversion, one: Done) -> dict[str, Any]:
    return {
        "conversion": conversion.code,
        **({} if one.label is None else {"study": one.label}),
        **one.result.values,
        "inputs": dict(one.inputs),
        "assumptions": [asdict(assumption) for assumption in one.result.assumptions],
    }


def _line(one: Done) -> dict[str, Any]:
    label = {} if one.label is None else {"study": one.label}
    codes = [assumption.code for assumption in one.result.assumptions]
    return {**label, **one.result.values, "assumptions": codes}


def _blocks(conversion: Conversion, found: Sequence[Done]) -> Iterator[Block]:
    yield Heading(conversion.summary.rstrip("."), level=1)
    if found[0].label is None:
        pairs = ((name, _text(value)) for name, value in found[0].result.values.items())
        yield fields(*pairs)
    else:
        given = [n for n in conversion.gives if any(n in one.result.values for one in found)]
        rows = [
            {"study": one.label, **{n: _text(v) for n, v in one.result.values.items()}}
            for one in found
        ]
        yield statistics_grid(rows, {"study": "Row", **{n: n for n in given}}, text=("study",))
    said = dict.fromkeys(a for one in found for a in one.result.assumptions)
    if said:
        yield Heading("Assumed")
    for assumption in said:
        value = "" if assumption.value is None else f" ({assumption.code} {assumption.value:g}"
        if assumption.value is not None and assumption.low is not None:
            value += f", plausible {assumption.low:g} to {assumption.high:g}"
        value += ")" if value else ""
        parts = (f"{assumption.description}{value}", assumption.no_range)
        text = " ".join(part for part in parts if part)
        yield Paragraph(f"{text} {assumption.reference}.", indent=2)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(str(item) for item in value)
    return number_text(value)

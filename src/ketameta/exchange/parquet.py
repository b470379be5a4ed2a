"""Parquet files as tables, through pyarrow; only plain columns of numbers, text and dates."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ketameta.errors import DataError
from ketameta.exchange.header import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, check_header
from ketameta.exchange.table import Cell, Coding, Table

LABEL = b"label"
"""Key of the metadata of a column under which its label stands."""


def read_parquet(raw: bytes, source: str) -> Table:
    """The table in a Parquet file.

    Raises
    ------
    DataError
        For files that are no Parquet file or too large, and for columns whose cells are lists,
        records or bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not raw:
        raise DataError(f"{source}: the file is empty. Save it again from the program it is from.")
    try:
        file = pq.ParquetFile(io.BytesIO(raw))
        rows, columns = file.metadata.num_rows, len(file.schema_arrow)
        if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
            raise DataError(
                f"{source}: {rows:,} rows of {columns:,} columns. Give the rows and columns needed."
            )
        names = [str(name) for name in file.schema_arrow.names]
        check_header(names, source, [f"column {i + 1}" for i in range(len(names))])
        for field in file.schema_arrow:
            if not _plain(field.type):
                raise DataError(
                    f"{source}: column {field.name}: holds {field.type}, not plain values. Save it "
                    "as numbers or text."
                )
        content = file.read()
        cells = {name: tuple(map(_cell, content.column(name).to_pylist())) for name in names}
        labels = {f.name: Coding(_label(f.metadata)) for f in content.schema if _label(f.metadata)}
    except DataError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())[:200].rstrip(".")
        raise DataError(
            f"{source}: cannot be read as a Parquet file ({reason}). Save it again, or as CSV."
        ) from None
    if not content.num_rows:
        raise DataError(f"{source}: there are no rows. Give one row per study.")
    return Table(
        source,
        cells,
        tuple(range(1, content.num_rows + 1)),
        counted="row",
        header_line=0,
        coding=labels,
    )


def _plain(kind: Any) -> bool:
    import pyarrow.types as types

    inner = kind.value_type if types.is_dictionary(kind) else kind
    tests = (
        *(types.is_integer, types.is_floating, types.is_decimal, types.is_boolean),
        *(types.is_string, types.is_large_string, types.is_string_view, types.is_null),
        *(types.is_date, types.is_time, types.is_timestamp, types.is_duration),
    )
    return any(test(inner) for test in tests)


def _cell(value: Any) -> Cell:
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else str(value).strip()


def _label(metadata: Any) -> str:
    return bytes((metadata or {}).get(LABEL, b"")).decode("utf-8", "replace")

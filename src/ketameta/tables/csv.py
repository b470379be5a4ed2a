"""Tables as CSV: full precision, UTF-8, one line feed per row, the same bytes every time."""

from __future__ import annotations

import csv
import io

from ketameta.notation.formula_cells import neutralised
from ketameta.tables.table import Table


def to_csv(table: Table) -> str:
    """A table as CSV text with a header line of column keys.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers do not.
    """
    plain = table.for_files()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.key for column in plain.columns])
    for row in plain.rows:
        writer.writerow([_stored(cell.stored) for cell in row.cells])
    return out.getvalue()


def _stored(value: str | int | float) -> str:
    if isinstance(value, str):
        return neutralised(value)
    if isinstance(value, float):
        return repr(value)
    return str(value)

"""Data sets as text: CSV and TSV in full precision, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from ketameta.exchange.data_set import DataSet, Value
from ketameta.exchange.statistical_writing import Encoded
from ketameta.notation.formula_cells import neutralised


def to_csv(data: DataSet) -> Encoded:
    """UTF-8, commas, one line feed per row; text that could run as a formula is neutralised."""
    return _text(data, ",")


def to_tsv(data: DataSet) -> Encoded:
    """The same with tabs."""
    return _text(data, "\t")


def _text(data: DataSet, delimiter: str) -> Encoded:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([neutralised(variable.name) for variable in data.variables])
    for row in range(data.size):
        writer.writerow([_cell(variable.values[row]) for variable in data.variables])
    return Encoded(out.getvalue().encode())


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralised(value.replace("\r\n", "\n").replace("\r", "\n").strip())
    return repr(value)

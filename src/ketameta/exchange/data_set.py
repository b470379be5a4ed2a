"""`DataSet`: columns with labels, codes and declared missing values, before any file format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ketameta.exchange.table import Table
from ketameta.tables.table import Table as ReportTable

Kind = Literal["number", "whole", "text", "category"]
Value = str | int | float | None

NOT_GIVEN, NOT_APPLICABLE = -9, -8


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of a data set.

    Attributes
    ----------
    name
        Its name, which a format may have to shorten.
    label
        What it is, in words.
    kind
        "number", "whole" (a whole number), "text", or "category" (one of a few texts).
    values
        One per row; None where there is none. Categories hold their text, not a code.
    absent
        By row, why there is no value: a key of `reasons`.
    reasons
        Codes of missing values with their meaning: negative whole numbers.
    signed
        Whether values may be negative, so that such a code could be taken for one. SPSS files,
        whose codes are numbers, then leave the cell empty; Stata and SAS have letters for codes.

    Raises
    ------
    ValueError
        When a row is said to be absent and has a value, or the reason is not listed.
    """

    name: str
    label: str
    kind: Kind
    values: tuple[Value, ...]
    absent: Mapping[int, int] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    signed: bool = False

    def __post_init__(self) -> None:
        for row, reason in self.absent.items():
            if self.values[row] is not None or reason not in self.reasons:
                raise ValueError(f"variable {self.name}, row {row}: value and reason disagree.")

    @property
    def categories(self) -> tuple[str, ...]:
        """The texts of a category in the order in which they first appear; codes count from 1."""
        return tuple(dict.fromkeys(str(value) for value in self.values if value is not None))


@dataclass(frozen=True, slots=True)
class DataSet:
    """Variables of one length.

    Attributes
    ----------
    name
        One word, for formats that name their tables.
    label
        One line.
    notes
        What a user must know; formats that hold notes keep them.

    Raises
    ------
    ValueError
        For variables of different lengths, or two of the same name.
    """

    name: str
    label: str
    variables: tuple[Variable, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len({len(variable.values) for variable in self.variables}) > 1:
            raise ValueError(f"data set {self.name}: variables of different lengths.")
        if len({variable.name for variable in self.variables}) < len(self.variables):
            raise ValueError(f"data set {self.name}: two variables of the same name.")

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.variables[0].values) if self.variables else 0


def of_rows(rows: Sequence[Mapping[str, Any]], *, name: str, label: str) -> DataSet:
    """A data set from rows as `--format json` gives them; columns as they first appear.

    Numbers that are not finite become missing, lists become text joined by semicolons.
    """
    names = list(dict.fromkeys(str(key) for row in rows for key in row))
    columns = {key: [row.get(key) for row in rows] for key in names}
    return of_columns(columns, name=name, label=label)


def of_columns(columns: Mapping[str, Sequence[Any]], *, name: str, label: str) -> DataSet:
    """A data set from columns of one length, which may be empty; see `of_rows`."""
    variables = tuple(_variable(k, tuple(map(_plain, cells))) for k, cells in columns.items())
    return DataSet(name, label, variables)


def of_report_table(table: ReportTable) -> DataSet:
    """A data set from a table of a report: the columns and values that its files hold."""
    plain = table.for_files()
    variables = tuple(
        _variable(
            column.key,
            tuple(_plain(None if cell == "" else cell) for cell in cells),
            column.title,
        )
        for column, cells in zip(
            plain.columns, _columns([row.cells for row in plain.rows], plain), strict=True
        )
    )
    return DataSet(table.id, table.caption, variables, table.notes)


def of_table(table: Table, *, name: str) -> DataSet:
    """A data set from a table that was read; cells stay as they were read."""
    variables = tuple(
        _variable(key, cells, table.coding[key].label if key in table.coding else "")
        for key, cells in table.columns.items()
    )
    return DataSet(name, table.source, variables)


def _columns(rows: Iterable[Sequence[Any]], plain: ReportTable) -> list[list[Any]]:
    cells = list(rows)
    return [[row[i].stored for row in cells] for i in range(len(plain.columns))]


def _variable(name: str, values: tuple[Value, ...], label: str = "") -> Variable:
    present = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in present):
        texts = tuple(None if value is None else str(value) for value in values)
        return Variable(name, label, "text", texts)
    whole = bool(present) and all(float(value).is_integer() for value in present)
    return Variable(name, label, "whole" if whole else "number", values)


def _plain(value: Any) -> Value:
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    return str(value)

"""Study records from the sheets of a workbook, with the cell that each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ketameta.exchange.record_cells import CellError, as_value, other_value
from ketameta.exchange.record_paths import Path_, at, put_at, undotted
from ketameta.exchange.record_sheets import (
    COMPARISON,
    NUMBERS,
    RESULT,
    SHEETS,
    SOURCES,
    STUDIES,
    SheetColumn,
    numbers_path,
)
from ketameta.exchange.table import Cell, Table


@dataclass(slots=True)
class ImportedRecord:
    """A record from a workbook or table, as a study file would hold it.

    Attributes
    ----------
    study
        Its id.
    data
        What the YAML file is to hold.
    origins
        Cell of the workbook by path in the record.
    """

    study: str
    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path_, str] = field(default_factory=dict)

    def put(self, path: Path_, value: Any, origin: str) -> None:
        """Fill in one field; ValueError where the path leads nowhere."""
        put_at(self.data, path, value)
        self.origins[path] = origin

    def origin(self, path: Path_) -> str | None:
        """The cell of a field, or of the closest part that has one."""
        for length in range(len(path), 0, -1):
            found = next((v for k, v in self.origins.items() if k[:length] == path[:length]), None)
            if found is not None:
                return found
        return None


def records_of(tables: Mapping[str, Table]) -> tuple[list[ImportedRecord], list[str]]:
    """The records on the sheets of a workbook, and what is wrong, each with its cell."""
    reader = _Reader(tables)
    for name, read in (
        ("Studies", reader.study),
        ("Sources", reader.source),
        ("Arms", reader.entry),
        ("Outcomes", reader.entry),
        ("Results", reader.result),
        ("Notes", reader.entry),
        ("Missing", reader.entry),
        ("Other fields", reader.other),
    ):
        if name in tables:
            for row in range(tables[name].size):
                read(name, row)
    return list(reader.records.values()), reader.problems


class _Reader:
    """Fills records row by row; problems are collected, so that all are told at once."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.records: dict[str, ImportedRecord] = {}
        self.problems: list[str] = []
        self.results: dict[tuple[str, str, str], int] = {}

    def study(self, sheet: str, row: int) -> None:
        name = self._text(sheet, row, "id")
        if not name:
            self._problem(sheet, row, "id", "is empty. Give every study an id.")
            return
        if name in self.records:
            self._problem(sheet, row, "id", f'"{name}" stands twice. Give each study one row.')
            return
        self.records[name] = ImportedRecord(name)
        self._fill(sheet, row, self.records[name], (), STUDIES)

    def source(self, sheet: str, row: int) -> None:
        record, key = self._record(sheet, row), self._text(sheet, row, "key")
        if record is None:
            return
        if not key:
            self._problem(sheet, row, "key", "is empty. Name the document, e.g. paper.")
            return
        self._fill(sheet, row, record, ("sources", key), SOURCES)

    def entry(self, sheet: str, row: int) -> None:
        record = self._record(sheet, row)
        if record is not None:
            name = sheet.lower()
            entries = record.data.setdefault(name, [])
            self._fill(sheet, row, record, (name, len(entries)), SHEETS[sheet])

    def result(self, sheet: str, row: int) -> None:
        record = self._record(sheet, row)
        if record is None:
            return
        outcome = self._text(sheet, row, "outcome")
        ids = [item.get("id") for item in record.data.get("outcomes", [])]
        if outcome not in ids:
            self._problem(sheet, row, "outcome", f'no outcome "{outcome}" on the sheet Outcomes.')
            return
        i = ids.index(outcome)
        number = self._text(sheet, row, "result") or "1"
        done = at(record.data, ("outcomes", i, "results")) or []
        j = self.results.setdefault((record.study, outcome, number), len(done))
        place: Path_ = ("outcomes", i, "results", j)
        self._fill(sheet, row, record, place, RESULT)
        kind, arm = self._text(sheet, row, "kind"), self._text(sheet, row, "arm")
        self._fill(sheet, row, record, (*place, "data"), COMPARISON)
        if kind.startswith("single"):
            self._put(sheet, row, record, ((*place, "data", "arm"), "arm", arm or None))
        base: Path_ = (*place, *numbers_path(kind, "").split("."))
        if numbers_path(kind, "x") == "data.arms.x":
            if not arm:
                self._problem(sheet, row, "arm", "is empty. Name the arm of these numbers.")
                return
            base = (*place, "data", "arms", arm)
        self._fill(sheet, row, record, base, NUMBERS)

    def other(self, sheet: str, row: int) -> None:
        record = self._record(sheet, row)
        if record is None:
            return
        path = undotted(self._text(sheet, row, "field"))
        cell = self.tables[sheet].columns["value"][row]
        try:
            value = other_value(self._text(sheet, row, "kind"), cell)
            record.put(path, value, self.tables[sheet].cell(row, "value"))
        except (CellError, ValueError) as error:
            self._problem(sheet, row, "field", f"{error}")

    def _record(self, sheet: str, row: int) -> ImportedRecord | None:
        name = self._text(sheet, row, "study")
        if name not in self.records:
            self._problem(sheet, row, "study", f'no study "{name}" on the sheet Studies.')
            return None
        return self.records[name]

    def _fill(
        self,
        sheet: str,
        row: int,
        record: ImportedRecord,
        base: Path_,
        columns: tuple[SheetColumn, ...],
    ) -> None:
        table = self.tables[sheet]
        for column in columns:
            if column.path and column.name in table.columns:
                try:
                    value = as_value(table.columns[column.name][row], column.kind)
                except CellError as error:
                    self._problem(sheet, row, column.name, str(error))
                    continue
                place = (*base, *undotted(column.path))
                self._put(sheet, row, record, (place, column.name, value))

    def _put(
        self, sheet: str, row: int, record: ImportedRecord, filled: tuple[Path_, str, Any]
    ) -> None:
        path, column, value = filled
        if value is None:
            return
        before = at(record.data, path)
        if before is not None and before != value:
            other = record.origins.get(path, "another row")
            self._problem(sheet, row, column, f"{value} here, but {before} in {other}.")
            return
        record.put(path, value, self.tables[sheet].cell(row, column))

    def _text(self, sheet: str, row: int, column: str) -> str:
        table = self.tables[sheet]
        cells: tuple[Cell, ...] = table.columns.get(column, ())
        value = as_value(cells[row], "text") if cells else None
        return "" if value is None else str(value)

    def _problem(self, sheet: str, row: int, column: str, message: str) -> None:
        table = self.tables[sheet]
        where = table.cell(row, column) if column in table.columns else table.where(row)
        self.problems.append(f"{where}: {message}")

"""Study records as rows of sheets; what has no column of its own stands on the last sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ketameta.exchange.record_cells import as_cell, as_other
from ketameta.exchange.record_paths import Path_, at, dotted, leaves, undotted
from ketameta.exchange.record_sheets import (
    ARMS,
    COMPARISON,
    MISSING,
    NOTES,
    NUMBERS,
    OUTCOMES,
    RESULT,
    SHEETS,
    SOURCES,
    STUDIES,
    SheetColumn,
    numbers_path,
)

Rows = dict[str, list[dict[str, Any]]]


def workbook_rows(records: Mapping[str, Mapping[str, Any]]) -> Rows:
    """Rows of every sheet for some records, in their order; reading them gives the same records."""
    rows: Rows = {name: [] for name in SHEETS}
    for study, data in records.items():
        taken: set[Path_] = set()
        rows["Studies"].append(_row(data, (), STUDIES, taken))
        for key in data.get("sources") or {}:
            found = _row(data, ("sources", key), SOURCES, taken)
            rows["Sources"].append({"study": study, "key": key} | found)
        for sheet, name, columns in _LISTS:
            for i in range(len(data.get(name) or ())):
                rows[sheet].append({"study": study} | _row(data, (name, i), columns, taken))
        rows["Results"] += _results(study, data, taken)
        for path, value in leaves(data):
            if path not in taken:
                kind, cell = as_other(value)
                other = {"study": study, "field": dotted(path), "kind": kind, "value": cell}
                rows["Other fields"].append(other)
    return rows


_LISTS = (
    ("Arms", "arms", ARMS),
    ("Outcomes", "outcomes", OUTCOMES),
    ("Notes", "notes", NOTES),
    ("Missing", "missing", MISSING),
)


def _row(
    data: Any, base: Path_, columns: tuple[SheetColumn, ...], taken: set[Path_]
) -> dict[str, Any]:
    found = {}
    for column in columns:
        if column.path:
            path = (*base, *undotted(column.path))
            cell = as_cell(at(data, path), column.kind)
            if cell is not None:
                found[column.name] = cell
                taken.add(path)
    return found


def _results(study: str, data: Mapping[str, Any], taken: set[Path_]) -> Iterator[dict[str, Any]]:
    for i, outcome in enumerate(data.get("outcomes") or ()):
        for j, result in enumerate(outcome.get("results") or ()):
            place: Path_ = ("outcomes", i, "results", j)
            shared = {"study": study, "outcome": outcome.get("id"), "result": j + 1}
            shared |= _row(data, place, RESULT, taken)
            kind = str(at(result, ("data", "kind")))
            shared |= _row(data, (*place, "data"), COMPARISON, taken)
            arms = list(at(result, ("data", "arms")) or {})
            if not arms:
                arm = at(result, ("data", "arm"))
                taken |= {(*place, "data", "arm")} if isinstance(arm, str) else set()
                base = (*place, *numbers_path(kind, "").split("."))
                yield shared | {"arm": arm} | _row(data, base, NUMBERS, taken)
            for arm in arms:
                base = (*place, "data", "arms", arm)
                yield shared | {"arm": arm} | _row(data, base, NUMBERS, taken)

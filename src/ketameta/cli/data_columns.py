"""Which columns of a user's table matter, under which names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.errors import UsageError
from ketameta.exchange.tabular import Table, numbers
from ketameta.measures.catalog import Measure
from ketameta.measures.columns import COLUMNS, LABEL_NAMES, letters
from ketameta.measures.derived_columns import relevant_columns
from ketameta.measures.reported_rows import REPORTED
from ketameta.records.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class Selected:
    """Numbers by known column name, all rows; `measures` says per row what an estimate is of."""

    numbers: Mapping[str, list[float]]
    measures: tuple[str, ...] | None


def select_columns(table: Table, entry: Measure) -> Selected:
    """The columns that a measure can use; others may hold anything.

    Names are recognised in any case, with spaces for underscores, and by metafor's names.

    Raises
    ------
    UsageError
        Where two columns are the same, or nothing that the measure needs is there.
    DataError
        Where a cell is not a number, with `file:line:`.
    """
    wanted = _wanted(entry)
    found: dict[str, str] = {}
    for header in table.columns:
        name = known_column(header, entry)
        if name is None or (name not in wanted and name != "measure"):
            continue
        if name in found:
            raise UsageError(
                f'{table.head}: the columns "{found[name]}" and "{header}" are two names for '
                f"{name}. Remove one."
            )
        found[name] = header
    said = found.pop("measure", None)
    _require(table, entry, found)
    read = numbers(table, found.values())
    return Selected(
        {name: read[header] for name, header in found.items()},
        None if said is None else table.text(said),
    )


def label_texts(table: Table, chosen: str | None) -> tuple[str, ...]:
    """One label per row, from the chosen column, or the first of `LABEL_NAMES` that is there.

    Raises
    ------
    UsageError
        When the chosen column is not there.
    """
    if chosen is not None and chosen not in table.columns:
        hint = did_you_mean(chosen, table.columns)
        raise UsageError(f'{table.head}: there is no column "{chosen}". {hint}')
    fitting = [name for name in table.columns if name.strip().lower() in LABEL_NAMES]
    fitting.sort(key=lambda name: LABEL_NAMES.index(name.strip().lower()))
    name = chosen or next(iter(fitting), None)
    if name is None:
        return tuple(f"row {row + 1}" for row in range(table.size))
    return tuple(text or f"row {row + 1}" for row, text in enumerate(table.text(name)))


def _wanted(entry: Measure) -> set[str]:
    wanted = relevant_columns((*entry.columns, *REPORTED)) | set(REPORTED)
    wanted |= {"n_1", "n_2"} if len(entry.columns) > 2 else {"n"}
    return wanted | set(letters(entry.columns))


def known_column(header: str, entry: Measure) -> str | None:
    """The column that a header means: any case, spaces for underscores, metafor's names."""
    name = header.strip().lower().replace(" ", "_")
    if name == "measure" or name in letters(entry.columns):
        return name
    return next((c.name for c in COLUMNS.values() if name in (c.name, *c.aliases)), None)


def _require(table: Table, entry: Measure, found: Mapping[str, str]) -> None:
    """Stop early if no column at all fits, naming what the file has instead."""
    if found:
        return
    near = _nearest(entry.columns, list(table.columns))
    raise UsageError(
        f"{table.head}: no column fits {entry.code}, which needs {', '.join(entry.columns)}; "
        f"or yi with vi or sei. The file has: {', '.join(table.columns)}.{near}"
    )


def _nearest(wanted: Sequence[str], headers: Sequence[str]) -> str:
    import difflib

    lower = {header.lower(): header for header in headers}
    for name in wanted:
        close = difflib.get_close_matches(name, lower, n=1, cutoff=0.7)
        if close:
            return f' Is "{lower[close[0]]}" {name}?'
    return ""

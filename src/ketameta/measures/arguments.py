"""From columns to the arguments of a measure's function, and to the cells its zero rule sees."""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.errors import UsageError
from ketameta.measures import arms
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import FloatArray
from ketameta.measures.zero_cells import ZeroCells


def computed(
    entry: Measure,
    columns: Mapping[str, FloatArray],
    zero_cells: ZeroCells,
    variance: str | None,
) -> tuple[FloatArray, FloatArray]:
    """(y, v) of a measure from its columns; NaN where a row cannot give it.

    Raises
    ------
    UsageError
        When the measure has no such variance formula.
    """
    options: dict[str, object] = {}
    if variance is not None:
        if variance not in entry.variances:
            offered = ", ".join(entry.variances) or "only its own"
            raise UsageError(
                f"{entry.code}: there is no variance {variance!r}. On offer: {offered}."
            )
        options["variance"] = variance
    compute = entry.compute()
    arguments = _arguments(entry, columns)
    if entry.zero_add is None:
        y, v = compute(*arguments, **options)
        return y, v
    y, v = compute(*arguments, zero_cells=zero_cells, **options)
    if zero_cells.corrects != "both":
        raw_y, raw_v = compute(*arguments, zero_cells=ZeroCells("none"), **options)
        y, v = (raw_y, v) if zero_cells.corrects == "variance" else (y, raw_v)
    return y, v


def cells(entry: Measure, columns: Mapping[str, FloatArray]) -> list[FloatArray]:
    """The counts that a zero-cell rule looks at; empty for measures without such."""
    if entry.zero_add is None:
        return []
    counted: list[FloatArray] = []
    for name in entry.columns:
        if name.startswith("events"):
            counted.append(columns[name])
            people = name.replace("events", "n")
            if people in entry.columns:
                counted.append(columns[people] - columns[name])
        elif name in ("only_1", "only_2") or (
            # Within pairs only those that differ count, and only their zeros are corrected.
            name in ("both", "neither") and entry.code not in ("MPORC", "MPPETO")
        ):
            counted.append(columns[name])
    return counted


def _arguments(entry: Measure, columns: Mapping[str, FloatArray]) -> list[object]:
    values = [columns[name] for name in entry.columns]
    arguments: list[object] = []
    for name in entry.takes:
        group = getattr(arms, name)
        size = len(group._fields)
        arguments.append(group(*values[:size]))
        values = values[size:]
    return [*arguments, *values]

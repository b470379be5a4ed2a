"""Column names: the project's own, metafor's beside them, and which values each can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray

MISSING = frozenset({"", ".", "-", "na", "nan", "none", "null", "<na>", "nat"})


@dataclass(frozen=True, slots=True)
class Column:
    """One input column.

    Attributes
    ----------
    name, aliases
        The project's name, and other names taken for the same thing (metafor's).
    meaning
        For help texts and tables.
    low, high
        Smallest and largest possible value; None where there is no limit.
    """

    name: str
    aliases: tuple[str, ...]
    meaning: str
    low: float | None = None
    high: float | None = None


_COLUMNS = (
    Column("events_1", ("ai", "x1i"), "events in group 1", 0),
    Column("nonevents_1", ("bi",), "people without the event in group 1", 0),
    Column("n_1", ("n1i",), "people in group 1", 0),
    Column("events_2", ("ci", "x2i"), "events in group 2", 0),
    Column("nonevents_2", ("di",), "people without the event in group 2", 0),
    Column("n_2", ("n2i",), "people in group 2", 0),
    Column("mean_1", ("m1i",), "mean in group 1 (or at the later time)"),
    Column("sd_1", ("sd1i",), "standard deviation in group 1", 0),
    Column("mean_2", ("m2i",), "mean in group 2 (or at the earlier time)"),
    Column("sd_2", ("sd2i",), "standard deviation in group 2", 0),
    Column("events", ("xi",), "events in the only group", 0),
    Column("nonevents", ("mi",), "people without the event in the only group", 0),
    Column("n", ("ni",), "people in the only group", 0),
    Column("yi", ("y",), "estimate on the analysis scale (log for ratios)"),
    Column("vi", ("v",), "sampling variance on the analysis scale", 0),
    Column("sei", ("se",), "standard error on the analysis scale", 0),
)
COLUMNS: Mapping[str, Column] = {column.name: column for column in _COLUMNS}
_BY_NAME = {name: c.name for c in _COLUMNS for name in (c.name, *c.aliases)}
LABEL_NAMES = ("study", "label", "slab", "author")

# What can be worked out from other columns where it is not given: target, sources.
_SUMS = {
    "n_1": ("events_1", "nonevents_1"),
    "n_2": ("events_2", "nonevents_2"),
    "n": ("events", "nonevents"),
}


def read_columns(columns: Mapping[str, ArrayLike]) -> dict[str, FloatArray]:
    """Known columns under the project's names, as float arrays of one length; NaN is missing.

    Accepts anything with `keys()` and `[]`, so also a data frame. Text that spells a number is
    read as one; empty cells, None, NA and "." are missing. Unknown columns are left alone.

    Raises
    ------
    UsageError
        When two names for the same column are given.
    DataError
        When a value is not a number, or the lengths differ.
    """
    found: dict[str, str] = {}
    for given in columns:
        name = _BY_NAME.get(str(given))
        if name in found:
            raise UsageError(
                f"columns: {found[name]!r} and {given!r} are two names for {name}. Keep one."
            )
        if name is not None:
            found[name] = given
    values = {name: _floats(columns[given], given) for name, given in found.items()}
    lengths = {values[name].size: found[name] for name in values if values[name].ndim}
    if len(lengths) > 1:
        shown = ", ".join(f"{name} has {size}" for size, name in lengths.items())
        raise DataError(f"columns: lengths differ ({shown}). Give one value per row.")
    size = next(iter(lengths), 1)
    read = {name: np.array(np.broadcast_to(value, (size,))) for name, value in values.items()}
    return read | dict(_derived(read))


def label_column(columns: Mapping[str, ArrayLike]) -> list[str] | None:
    """Labels from the first of `LABEL_NAMES` that is there."""
    for name in LABEL_NAMES:
        if name in columns:
            return [str(value) for value in np.atleast_1d(np.asarray(columns[name], dtype=object))]
    return None


def _derived(read: Mapping[str, FloatArray]) -> Iterator[tuple[str, FloatArray]]:
    for target, sources in _SUMS.items():
        if all(name in read for name in sources):
            total = read[sources[0]] + read[sources[1]]
            given = read.get(target, np.full_like(total, np.nan))
            yield target, np.where(np.isnan(given), total, given)
    if "sei" in read:
        given = read.get("vi", np.full_like(read["sei"], np.nan))
        with np.errstate(over="ignore"):
            yield "vi", np.where(np.isnan(given), read["sei"] ** 2, given)


def _floats(values: ArrayLike, name: str) -> FloatArray:
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    array = np.asarray(values)
    if array.ndim > 1:
        raise DataError(f"column {name!r}: {array.ndim} dimensions. Give one value per row.")
    if array.dtype.kind in "fiu":
        return array.astype(np.float64)
    objects = np.asarray(values, dtype=object)
    read = [_number(value, name, row) for row, value in enumerate(objects.ravel(), start=1)]
    return np.array(read, dtype=np.float64).reshape(objects.shape)


def _number(value: object, name: str, row: int) -> float:
    text = "" if value is None else str(value).strip()
    if text.lower() in MISSING:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise DataError(
            f"column {name!r}, row {row}: {text!r} is not a number. Write a number with a decimal "
            "point, or leave the cell empty."
        ) from None

"""Column names: the project's own, metafor's beside them, and which values each can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray

MISSING = frozenset({"", ".", "-", "na", "nan", "none", "null", "<na>", "nat"})
LABEL_NAMES = ("study", "label", "slab", "author")


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
    Column("events_1", ("ai", "x1i", "event.e"), "events in group 1", 0),
    Column("nonevents_1", ("bi",), "people without the event in group 1", 0),
    Column("n_1", ("n1i", "n.e"), "people in group 1", 0),
    Column("events_2", ("ci", "x2i", "event.c"), "events in group 2", 0),
    Column("nonevents_2", ("di",), "people without the event in group 2", 0),
    Column("n_2", ("n2i", "n.c"), "people in group 2", 0),
    Column("time_1", ("t1i",), "person-time in group 1", 0),
    Column("time_2", ("t2i",), "person-time in group 2", 0),
    Column("mean_1", ("m1i", "mean.e"), "mean in group 1, or at measurement 1"),
    Column("sd_1", ("sd1i", "sd.e"), "standard deviation in group 1, or at measurement 1", 0),
    Column("mean_2", ("m2i", "mean.c"), "mean in group 2, or at measurement 2"),
    Column("sd_2", ("sd2i", "sd.c"), "standard deviation in group 2, or at measurement 2", 0),
    Column("events", ("xi",), "events in the only group", 0),
    Column("nonevents", (), "people without the event in the only group", 0),
    Column("time", ("ti",), "person-time in the only group", 0),
    Column("mean", ("mi",), "mean in the only group"),
    Column("sd", ("sdi",), "standard deviation in the only group", 0),
    Column("n", ("ni",), "people (or pairs) in the only group", 0),
    Column("r", ("ri",), "correlation", -1, 1),
    Column("mean_change", (), "mean difference within people (or mean_1 and mean_2)"),
    Column(
        "sd_change",
        (),
        "standard deviation of the differences within people (or sd_1, sd_2 and r; or se_change; "
        "or t_change, f_change or p_change)",
        0,
    ),
    Column("se_change", (), "standard error of the mean difference within people", 0),
    Column("t_change", (), "paired t statistic"),
    Column("f_change", (), "F statistic of the paired comparison (1 and n - 1 df)", 0),
    Column("p_change", (), "two-sided p value of the paired t test", 0, 1),
    Column("mean_change_1", (), "mean change in group 1 (or mean_post_1 and mean_pre_1)"),
    Column("mean_change_2", (), "mean change in group 2 (or mean_post_2 and mean_pre_2)"),
    Column("mean_pre_1", (), "mean at baseline in group 1"),
    Column("mean_pre_2", (), "mean at baseline in group 2"),
    Column("mean_post_1", (), "later mean in group 1"),
    Column("mean_post_2", (), "later mean in group 2"),
    Column("sd_pre_1", (), "standard deviation at baseline in group 1", 0),
    Column("sd_pre_2", (), "standard deviation at baseline in group 2", 0),
    Column("both", (), "pairs with the event under both conditions (ai)", 0),
    Column("only_1", (), "pairs with the event under condition 1 only (bi)", 0),
    Column("only_2", (), "pairs with the event under condition 2 only (ci)", 0),
    Column("neither", (), "pairs with the event under neither condition (di)", 0),
    Column("t_statistic", (), "t statistic of a regression coefficient (ti)"),
    Column("predictors", (), "predictors in the regression, that of interest included (mi)", 0),
    Column("r_squared", ("r2i",), "R² of the regression", 0, 1),
    Column("alpha", (), "Cronbach's alpha (ai)", None, 1),
    Column("items", (), "items of the scale (mi)", 0),
    Column("homozygous_1", (), "people with two of the one allele (ai)", 0),
    Column("heterozygous", (), "people with one of each allele (bi)", 0),
    Column("homozygous_2", (), "people with two of the other allele (ci)", 0),
    Column("o_minus_e", (), "observed minus expected events in group 1 (log-rank)"),
    Column("v_oe", (), "variance of observed minus expected (log-rank)", 0),
    Column("yi", ("te", "TE"), "estimate on the analysis scale (log for ratios)"),
    Column("vi", (), "sampling variance on the analysis scale (or sei)", 0),
    Column("sei", ("se", "sete", "seTE"), "standard error on the analysis scale", 0),
    Column("estimate", ("ratio",), "reported estimate on the scale readers see"),
    Column("ci_low", ("ci_lower", "ci_lb"), "lower limit of its interval"),
    Column("ci_high", ("ci_upper", "ci_ub"), "upper limit of its interval"),
    Column("ci_level", (), "level of its interval in percent (95 where absent)", 0, 100),
)
COLUMNS: Mapping[str, Column] = {column.name: column for column in _COLUMNS}
_BY_NAME = {name: c.name for c in _COLUMNS for name in (c.name, *c.aliases)}
# metafor uses the same letters for different things; which, follows from a column of the measure.
_LETTERS = {
    "both": {"ai": "both", "bi": "only_1", "ci": "only_2", "di": "neither"},
    "events": {"mi": "nonevents"},
    "t_statistic": {"ti": "t_statistic", "mi": "predictors"},
    "alpha": {"ai": "alpha", "mi": "items"},
    "homozygous_1": {"ai": "homozygous_1", "bi": "heterozygous", "ci": "homozygous_2"},
}


def letters(wanted: Sequence[str]) -> dict[str, str]:
    """What metafor's ai, bi, ci, di, mi and ti stand for, where a measure has these columns."""
    return {letter: name for column in wanted for letter, name in _LETTERS.get(column, {}).items()}


def read_columns(
    columns: Mapping[str, ArrayLike], *, wanted: Sequence[str] = ()
) -> dict[str, FloatArray]:
    """Known columns under the project's names, as float arrays of one length; NaN is missing.

    Accepts anything with `keys()` and `[]`, so also a data frame. Text that spells a number is
    read as one; empty cells, None, NA and "." are missing. Unknown columns are left alone.

    Parameters
    ----------
    columns
        Values by column name.
    wanted
        Columns of the measure, which decide what metafor's ai, bi, ci, di, mi and ti stand for.

    Raises
    ------
    UsageError
        When two names for the same column are given.
    DataError
        When a value is not a number, or the lengths differ.
    """
    names = _BY_NAME | letters(wanted)
    found: dict[str, str] = {}
    for given in columns:
        name = names.get(str(given))
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
    return {name: np.array(np.broadcast_to(value, (size,))) for name, value in values.items()}


def label_column(columns: Mapping[str, ArrayLike]) -> list[str] | None:
    """Labels from the first of `LABEL_NAMES` that is there."""
    for name in LABEL_NAMES:
        if name in columns:
            return [str(value) for value in np.atleast_1d(np.asarray(columns[name], dtype=object))]
    return None


def _floats(values: ArrayLike, name: str) -> FloatArray:
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    try:
        objects = np.asarray(values, dtype=object)
    except ValueError:
        raise DataError(
            f"column {name!r}: rows of different kinds. Give one value per row."
        ) from None
    if objects.ndim > 1:
        raise DataError(f"column {name!r}: {objects.ndim} dimensions. Give one value per row.")
    numbers = np.asarray(values) if objects.size else objects
    if numbers.dtype.kind in "fiu":
        return numbers.astype(np.float64)
    read = [_number(value, name, row) for row, value in enumerate(objects.ravel(), start=1)]
    return np.array(read, dtype=np.float64).reshape(objects.shape)


def _number(value: object, name: str, row: int) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
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

"""What a multiverse says: where its answers lie, and which choice moves them most."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from ketameta.errors import DataError
from ketameta.measures.catalog import measure
from ketameta.sensitivity.multiverse import Multiverse
from ketameta.sensitivity.universes import Universe

FORKS = ("inclusion", "tau2_method", "interval_method", "zero_cells")


@dataclass(frozen=True, slots=True)
class ForkSpread:
    """How much one choice moves the estimate.

    Attributes
    ----------
    fork
        The choice: inclusion, tau2_method, interval_method or zero_cells.
    medians
        Each option and the median estimate of its universes.
    spread
        Largest less smallest of these medians.
    excluding_null
        Each option and the share of its universes whose interval excludes the null value.
    """

    fork: str
    medians: tuple[tuple[str, float], ...]
    spread: float
    excluding_null: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class MultiverseSummary:
    """The universes of one measure in a few numbers, on the analysis scale.

    Attributes
    ----------
    measure, count
        The measure, and how many universes have a result.
    without_result
        How many have none.
    lowest, median, highest
        Of the estimates.
    below_null, above_null
        Universes with an estimate below or above the null value.
    excluding_null
        Universes whose interval excludes the null value.
    forks
        The choices with more than one option, those that move the estimate most first.
    """

    measure: str
    count: int
    without_result: int
    lowest: float
    median: float
    highest: float
    below_null: int
    above_null: int
    excluding_null: int
    forks: tuple[ForkSpread, ...]


def multiverse_summary(whole: Multiverse, code: str) -> MultiverseSummary:
    """Summary of the universes of one measure.

    The universes are no sample and not equally plausible, so shares of them are no probabilities.

    Raises
    ------
    DataError
        If no universe of this measure has a result.
    """
    entry = measure(code)
    rows = whole.curve(entry.code)
    if not rows:
        raise DataError(f"multiverse: no universe of {entry.code} has a result.")
    estimates = [row.estimate or 0.0 for row in rows]
    null = entry.null
    spreads = [_spread(rows, fork) for fork in FORKS]
    forks = sorted(
        (one for one in spreads if len(one.medians) > 1), key=lambda one: one.spread, reverse=True
    )
    return MultiverseSummary(
        measure=entry.code,
        count=len(rows),
        without_result=sum(row.measure == entry.code for row in whole.rows) - len(rows),
        lowest=estimates[0],
        median=median(estimates),
        highest=estimates[-1],
        below_null=0 if null is None else sum(value < null for value in estimates),
        above_null=0 if null is None else sum(value > null for value in estimates),
        excluding_null=sum(bool(row.excludes_null) for row in rows),
        forks=tuple(forks),
    )


def _spread(rows: tuple[Universe, ...], fork: str) -> ForkSpread:
    options: dict[str, list[Universe]] = {}
    for row in rows:
        options.setdefault(str(getattr(row, fork)), []).append(row)
    medians = tuple(
        (name, median(row.estimate or 0.0 for row in group)) for name, group in options.items()
    )
    shares = tuple(
        (name, sum(bool(row.excludes_null) for row in group) / len(group))
        for name, group in options.items()
    )
    values = [value for _, value in medians]
    return ForkSpread(fork, medians, max(values) - min(values), shares)

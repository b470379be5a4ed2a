"""What the estimate of a study rests on beside what its source prints, as assumptions to vary.

Each has a key within its study; `estimation.estimate` takes other values by the same keys.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from scipy.special import ndtri, stdtrit

from ketameta.errors import DataError
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.conversions import Assumption
from ketameta.measures.conversions.change import PLAUSIBLE_CORRELATION
from ketameta.measures.conversions.percentages import counts_from_percentage
from ketameta.questions.candidates import Candidate
from ketameta.records.checks_numbers import PERCENT_OF
from ketameta.records.results import ChangesData, ContrastData, EventsData, MeansData
from ketameta.records.study import Arm
from ketameta.records.vocabulary import AnalysisPopulation, DesignType

Named = tuple[str, Assumption]

ESTIMATE, WIDTH, QUANTILE = "printed estimate", "printed interval", "quantile of the interval"
STANDARD_ERROR, ZERO_CELLS = "printed standard error", "zero cells"
CORRELATION = "correlation of the conditions"
LOOKED_FOR = (
    "counts worked out from percentages, and the people they are of",
    "the amount added to zero cells",
    "rounding of printed estimates, intervals and standard errors",
    "the quantile behind a printed interval",
    "the correlation of crossover conditions that were treated as separate groups",
    "standard deviations worked out from standard errors or intervals",
)
"""What the estimates of a review can rest on, for readers."""

# Schulz and Grimes call more than a fifth lost a serious threat to validity.
LARGEST_LOSS = 0.2
_LOSS = "Schulz and Grimes (2002), doi:10.1016/S0140-6736(02)07882-0"
# Choices of this project: a tenth, and a whole person, in place of a half.
ZERO_CELL_RANGE = (0.1, 1.0)
_ZERO = "Sweeting, Sutton and Lambert (2004), doi:10.1002/sim.1761; range: choice of this project"
_ROUNDING = "Arithmetic of rounding"
_INTERVAL = "Cochrane Handbook 6.5, sections 6.3.1 and 6.5.2"


def people_key(arm: str) -> str:
    """Key of the people behind an arm's percentage."""
    return f"people in {arm}"


def count_key(arm: str) -> str:
    """Key of a count that was worked out from a percentage."""
    return f"events in {arm}"


def quantile_key(arm: str) -> str:
    """Key of the quantile behind the interval of an arm's mean."""
    return f"{QUANTILE} of {arm}"


def contrast_suppositions(data: ContrastData, n: int | None) -> Iterator[Named]:
    """Of a reported comparison: what rounding hides, and how its interval was made.

    Parameters
    ----------
    n
        People behind it, None where not known; a t interval is tried for differences then.
    """
    ratio = find_measure(data.measure).is_ratio
    value, low, high = _span(data.estimate, ratio=ratio)
    text = f"The {data.measure} is printed as {data.estimate}, which is rounded."
    yield ESTIMATE, Assumption("rounded_estimate", text, value, low, high, _ROUNDING)
    if data.se is not None:
        half = _half_unit(data.se)
        text = f"The standard error is printed as {data.se}, which is rounded."
        se = float(data.se)
        least = max(se - half, se / 2)  # a printed 0.01 may not become 0
        yield (
            STANDARD_ERROR,
            Assumption("rounded_standard_error", text, se, least, se + half, _ROUNDING),
        )
        return
    assert data.ci_low is not None
    assert data.ci_high is not None
    lower, upper = _span(data.ci_low, ratio=ratio), _span(data.ci_high, ratio=ratio)
    width = upper[0] - lower[0]
    ends = max(upper[1] - lower[2], width / 2), upper[2] - lower[1]
    text = (
        f"The {data.ci_level:f} % interval is printed as {data.ci_low} to {data.ci_high}, which "
        "is rounded; its width gives the standard error."
    )
    yield WIDTH, Assumption("rounded_interval", text, width, *ends, _ROUNDING)
    yield QUANTILE, _quantile(float(data.ci_level) / 100, None if ratio or n is None else n - 2)


def _quantile(level: float, df: int | None) -> Assumption:
    z = float(ndtri((1 + level) / 2))
    text = "The printed interval was made with the normal quantile"
    if df is None or df < 1:
        return Assumption(
            "interval_quantile",
            f"{text}.",
            z,
            None,
            None,
            _INTERVAL,
            "Intervals of ratios come from models with normal quantiles; of differences a t "
            "quantile is tried where the number of people is known.",
        )
    t = float(stdtrit(df, (1 + level) / 2))
    return Assumption("interval_quantile", f"{text}, not with t({df}).", z, z, t, _INTERVAL)


def mean_suppositions(
    candidate: Candidate, data: MeansData | ChangesData, measure: str
) -> Iterator[Named]:
    """Of means: where standard deviations come from, and conditions of the same people."""
    for arm in (*candidate.experimental, *candidate.control):
        summary = data.arms[arm.id]
        if summary.sd is not None:
            continue
        if summary.se is not None:
            text = f"The number printed beside the mean of {arm.label} is a standard error."
            told = "True or not, so without a range: leave the study out and compare."
            yield (
                f"spread of {arm.id}",
                Assumption("is_standard_error", text, None, None, None, _INTERVAL, told),
            )
        elif summary.n is not None and summary.n > 1:
            z, t = float(ndtri(0.975)), float(stdtrit(summary.n - 1, 0.975))
            text = f"The interval of the mean of {arm.label} was made with t({summary.n - 1})."
            yield (
                quantile_key(arm.id),
                Assumption("interval_quantile", text, t, z, t, _INTERVAL),
            )
    if candidate.study.design.type is DesignType.CROSSOVER:
        yield CORRELATION, _crossover(measure)


def _crossover(measure: str) -> Assumption:
    text = "Values of the same people under the two conditions of the crossover do not correlate."
    source = "Cochrane Handbook 6.5, section 23.2.7"
    if measure == "MD":
        return Assumption("crossover_r", text, 0.0, 0.0, PLAUSIBLE_CORRELATION[1], source)
    why = f"Varied for mean differences only; here it is {measure}. Separate groups are cautious."
    return Assumption("crossover_r", text, 0.0, None, None, source, why)


def count_suppositions(candidate: Candidate, data: EventsData) -> Iterator[Named]:
    """Of counts: those worked out from percentages, and of whom the percentages are."""
    derivation = candidate.result.source.derivation or ""
    found = PERCENT_OF.findall(derivation)
    arms = (*candidate.experimental, *candidate.control)
    for arm in arms:
        events = data.arms[arm.id]
        for percent, _, count, of in found:
            if (int(count), int(of)) == (events.events, events.n):
                yield from _from_percentage(candidate, arm, percent, (events.events, events.n))
                break
    if derivation and not found:
        yield (
            "derived counts",
            Assumption(
                "derived_counts",
                f"The counts were worked out: {derivation.rstrip('.')}.",
                None,
                None,
                None,
                "Arithmetic shown in the record",
                "The record shows the arithmetic, which leaves no other counts.",
            ),
        )


def _from_percentage(
    candidate: Candidate, arm: Arm, percent: str, counted: tuple[int, int]
) -> Iterator[Named]:
    n = counted[1]
    yield count_key(arm.id), _count(arm, percent, counted)
    if candidate.result.population is AnalysisPopulation.NOT_STATED:
        text = (
            f"The {percent} % of {arm.label} are of all {n} people; of whom they were, is not "
            f"stated. Tried down to {100 * (1 - LARGEST_LOSS):g} % of them, at the same share."
        )
        low = n * (1 - LARGEST_LOSS)
        yield (
            people_key(arm.id),
            Assumption("people_behind_percentage", text, float(n), low, float(n), _LOSS),
        )


def _count(arm: Arm, percent: str, counted: tuple[int, int]) -> Assumption:
    events, n = counted
    told = f"{percent} % of the {n} people of {arm.label} are {events} people"
    code = "count_from_percentage"
    try:
        fitting = counts_from_percentage(percent, n).value
    except DataError:
        exact = f"{100 * events / n:.2f}"
        why = (
            f"{events} of {n} is {exact} %: no whole number prints as {percent} %, papers misround."
        )
        return Assumption(code, f"{told}.", float(events), None, None, _ROUNDING, why)
    low, high = float(fitting[0]), float(fitting[-1])
    if low == high:
        why = "No other whole number of people prints as this percentage."
        return Assumption(code, f"{told}.", float(events), None, None, _ROUNDING, why)
    return Assumption(code, f"{told}, or another number.", float(events), low, high, _ROUNDING)


def zero_cell_supposition(amount: float) -> Named:
    """The amount that a rule adds to the cells of a table with a zero."""
    text = f"{amount:g} is added to each cell of a table with a zero, a convention."
    low, high = ZERO_CELL_RANGE
    return ZERO_CELLS, Assumption("zero_cell_amount", text, amount, low, high, _ZERO)


def _span(printed: Decimal, *, ratio: bool) -> tuple[float, float, float]:
    """A printed number and the smallest and largest it can stand for; logarithms of ratios."""
    value, half = float(printed), _half_unit(printed)
    ends = value, value - half, value + half
    if not ratio:
        return ends
    # A ratio printed as 0.0 lies somewhere above 0; half of what is printed is as good as any.
    return math.log(value), math.log(max(ends[1], value / 2)), math.log(ends[2])


def _half_unit(printed: Decimal) -> float:
    return float(Decimal(1).scaleb(int(printed.as_tuple().exponent)) / 2)

"""Flags on a pool of studies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ketameta.appraisal.catalog import FLAGS
from ketameta.appraisal.information_size import required_size, size_words
from ketameta.measures.catalog import measure as find_measure
from ketameta.pooling.result import PooledResult
from ketameta.questions.question import Thresholds
from ketameta.synthesis.answer import Analysis, Flag

UNCERTAIN_TAU2_K = 3
"""Up to so many studies an estimate of tau² says next to nothing."""
EQUAL_EFFECTS = "EE"
"""The model that assumes tau² to be 0 rather than estimating it."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What a pool flag is judged on."""

    analysis: Analysis
    result: PooledResult
    thresholds: Thresholds


def pool_flags(analysis: Analysis, thresholds: Thresholds) -> tuple[Flag, ...]:
    """Every flag of an analysis, in the order of the catalog; none where nothing was pooled."""
    if analysis.pooled is None:
        return ()
    pool = Pool(analysis, analysis.pooled, thresholds)
    found = []
    for code, judge in JUDGES.items():
        message = judge(pool)
        if message:
            found.append(Flag(code, FLAGS[code].severity, message))
    return tuple(found)


def _few(p: Pool) -> str | None:
    limit = int(p.thresholds.small_k.value)
    if p.analysis.k >= limit:
        return None
    noun = "study" if p.analysis.k == 1 else "studies"
    return f"{p.analysis.k} {noun} (threshold {limit})."


def _heterogeneity(p: Pool) -> str | None:
    if p.analysis.k == 1:
        return "One study: heterogeneity cannot be estimated."
    if p.result.heterogeneity.tau2 is None:
        return f"{p.analysis.k} studies, from which tau² cannot be estimated."
    if p.analysis.k <= UNCERTAIN_TAU2_K:
        return f"{p.analysis.k} studies: tau² is little more than a guess."
    if p.result.tau2_method != EQUAL_EFFECTS and p.result.heterogeneity.tau2 == 0:
        return f"tau² is estimated as 0, which {p.analysis.k} studies cannot show."
    return None


def _prediction(p: Pool) -> str | None:
    null = find_measure(p.result.measure).null
    low, high = p.result.prediction.low, p.result.prediction.high
    if null is None or low is None or high is None or not low < null < high:
        return None
    return "The prediction interval reaches from benefit to harm."


def _dominant(p: Pool) -> str | None:
    limit = float(p.thresholds.dominant_weight_percent.value)
    if p.analysis.k < 2:
        return None
    weights = [float(w) for w in p.result.weights]
    top = max(range(len(weights)), key=weights.__getitem__)
    if weights[top] <= limit:
        return None
    return f"{p.analysis.rows[top].label} carries {weights[top]:.0f}% of the weight."


def _weight(p: Pool, code: str) -> str | None:
    """The weight of the studies that carry a flag, in words; None where no study does."""
    weights = zip(p.result.weights, p.analysis.rows, strict=True)
    flagged = [float(w) for w, row in weights if any(f.code == code for f in row.flags)]
    return f"{sum(flagged):.0f}% of the weight." if flagged else None


def _without_placebo(p: Pool) -> str | None:
    return _weight(p, "NP")


def _from_small(p: Pool) -> str | None:
    return _weight(p, "SM")


def _information(p: Pool) -> str | None:
    needed = required_size(p.result.measure, p.thresholds.information_size)
    if needed is None:
        return None
    known = [row.n for row in p.analysis.rows if row.n is not None]
    if sum(known) >= needed or not known:
        return None
    silent = p.analysis.k - len(known)
    beside = f", {silent} without a stated number" if silent else ""
    what = size_words(p.result.measure, p.thresholds.information_size)
    return (
        f"{sum(known)} people{beside}; the yardstick of the review for every question is about "
        f"{needed} ({what})."
    )


def _comparators(p: Pool) -> str | None:
    kinds = list(dict.fromkeys(row.control_type for row in p.analysis.rows))
    return f"Compared with {', '.join(kinds)}." if len(kinds) > 1 else None


JUDGES: dict[str, Callable[[Pool], str | None]] = {
    "PK": _few,
    "PH": _heterogeneity,
    "PP": _prediction,
    "PD": _dominant,
    "PW": _without_placebo,
    "PS": _from_small,
    "PI": _information,
    "PC": _comparators,
}

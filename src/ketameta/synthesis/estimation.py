"""From a selected result to an effect estimate on the analysis scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from numpy.typing import ArrayLike

from ketameta.errors import DataError
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.effects import effects
from ketameta.measures.estimates import Caution
from ketameta.measures.generic import difference_from_interval, log_ratio_from_interval
from ketameta.questions.candidates import Candidate
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    Events,
    EventsData,
    MeansData,
    PairedData,
    Summary,
)
from ketameta.records.study import Arm
from ketameta.synthesis.answer import ArmNumbers
from ketameta.synthesis.arm_means import ArmMean, arm_mean, combined_mean

TURNED_BY_SIGN = ("OR",)
"""Reported ratios whose inverse is the ratio of the opposite event."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One effect estimate with what a reader needs to follow it.

    `y`, `v` on the analysis scale; `how` in words; `cautions` from the computation.
    """

    y: float
    v: float
    experimental: ArmNumbers
    control: ArmNumbers
    how: str
    n: int | None
    cautions: tuple[Caution, ...] = ()


def estimate(candidate: Candidate, measure: str, zero_cells: str) -> Estimate | str:
    """The estimate of a candidate, or the reason in words why there is none."""
    data = candidate.result.data
    if isinstance(data, EventsData):
        return _from_events(candidate, data, measure, zero_cells)
    if isinstance(data, ContrastData):
        return _from_contrast(candidate, data)
    if isinstance(data, MeansData | ChangesData):
        return _from_means(candidate, data, measure)
    if isinstance(data, PairedData):
        return _from_pairs(candidate, data)
    raise DataError(f"{candidate.study.id}: {data.kind} cannot be compared between arms.")


def _label(arms: Sequence[Arm]) -> str:
    return " + ".join(arm.label for arm in arms)


def _summed(arms: Sequence[Arm], data: EventsData, *, inverted: bool) -> ArmNumbers:
    cells: list[Events] = [data.arms[arm.id] for arm in arms]
    n = sum(cell.n for cell in cells)
    events = sum(cell.events for cell in cells)
    return ArmNumbers(_label(arms), events=n - events if inverted else events, n=n)


def _from_events(
    candidate: Candidate, data: EventsData, measure: str, zero_cells: str
) -> Estimate | str:
    experimental = _summed(candidate.experimental, data, inverted=candidate.inverted)
    control = _summed(candidate.control, data, inverted=candidate.inverted)
    columns: dict[str, ArrayLike] = {
        "events_1": [experimental.events or 0],
        "n_1": [experimental.n or 0],
        "events_2": [control.events or 0],
        "n_2": [control.n or 0],
    }
    table = effects(measure, columns, labels=[candidate.study.label], zero_cells=zero_cells)
    if table.excluded:
        return table.excluded[0].reason
    n = (experimental.n or 0) + (control.n or 0)
    how = "From events and totals of each arm"
    how += _combined(candidate) + _turned(candidate)
    y, v = float(table.estimates.y[0]), float(table.estimates.v[0])
    return Estimate(y, v, experimental, control, f"{how}.", n, table.estimates.cautions)


def _combined(candidate: Candidate) -> str:
    several = max(len(candidate.experimental), len(candidate.control)) > 1
    return "; arms of the same side were combined" if several else ""


def _turned(candidate: Candidate) -> str:
    if not candidate.inverted:
        return ""
    return f"; {candidate.outcome.construct_} was turned round"


def _from_contrast(candidate: Candidate, data: ContrastData) -> Estimate | str:
    entry = find_measure(str(data.measure)) if data.measure != "HR" else None
    log = entry is None or entry.scale == "log"
    level = float(data.ci_level) / 100
    value = float(data.estimate)
    if data.se is not None:
        y, v = (math.log(value) if log else value), float(data.se) ** 2
        source = "its standard error as reported"
    elif data.ci_low is not None and data.ci_high is not None:
        convert = log_ratio_from_interval if log else difference_from_interval
        pair = convert(value, float(data.ci_low), float(data.ci_high), level=level)
        y, v = float(pair[0]), float(pair[1])
        source = f"standard error from its {_trimmed(data.ci_level)} % interval"
    else:
        return "an estimate without an interval."
    if not (math.isfinite(y) and math.isfinite(v) and v > 0):
        return "the reported interval cannot be turned into a standard error."
    if candidate.inverted:
        if log and data.measure not in TURNED_BY_SIGN:
            return f"a reported {data.measure} cannot be turned round without the counts."
        y = -y
    n = sum(data.n.values()) or None
    sides = [ArmNumbers(_label(arms), n=_people(arms, data)) for arms in _sides(candidate)]
    adjusted = {True: "adjusted ", False: "unadjusted ", None: ""}[data.adjusted]
    how = f"Reported {adjusted}{data.measure}, {source}{_turned(candidate)}."
    return Estimate(y, v, sides[0], sides[1], how, n)


def _sides(candidate: Candidate) -> tuple[tuple[Arm, ...], tuple[Arm, ...]]:
    return candidate.experimental, candidate.control


def _people(arms: Sequence[Arm], data: ContrastData) -> int | None:
    known = [data.n.get(arm.id) for arm in arms]
    return sum(n for n in known if n is not None) if all(known) else None


def _trimmed(value: Decimal) -> str:
    return f"{float(value):g}"


def _mean_side(arms: Sequence[Arm], data: MeansData | ChangesData) -> ArmMean | None:
    means = []
    for arm in arms:
        summary: Summary = data.arms[arm.id]
        mean = arm_mean(summary)
        if mean is None:
            return None
        means.append(mean)
    return combined_mean(means)


def _from_means(
    candidate: Candidate, data: MeansData | ChangesData, measure: str
) -> Estimate | str:
    one = _mean_side(candidate.experimental, data)
    two = _mean_side(candidate.control, data)
    if one is None or two is None:
        return "means without a standard deviation or a number of people."
    columns: dict[str, ArrayLike] = {
        "mean_1": [one.mean],
        "sd_1": [one.sd],
        "n_1": [one.n],
        "mean_2": [two.mean],
        "sd_2": [two.sd],
        "n_2": [two.n],
    }
    table = effects(measure, columns, labels=[candidate.study.label])
    if table.excluded:
        return table.excluded[0].reason
    kind = "changes from baseline" if isinstance(data, ChangesData) else "means"
    spread = "; ".join(dict.fromkeys((one.spread, two.spread)))
    how = f"From {kind} of each arm ({spread}){_combined(candidate)}."
    numbers = [
        ArmNumbers(_label(arms), n=side.n, mean=side.mean, sd=side.sd)
        for arms, side in zip(_sides(candidate), (one, two), strict=True)
    ]
    y, v = float(table.estimates.y[0]), float(table.estimates.v[0])
    sign = -1 if candidate.inverted else 1
    return Estimate(sign * y, v, numbers[0], numbers[1], how, one.n + two.n)


def _from_pairs(candidate: Candidate, data: PairedData) -> Estimate | str:
    if data.mean_difference is None:
        return "no mean difference between the conditions."
    y = float(data.mean_difference)
    if data.sd_difference is not None:
        se = float(data.sd_difference) / math.sqrt(data.n)
        spread = "standard deviation of the differences"
    elif data.t is not None and data.t != 0:
        se, spread = abs(y / float(data.t)), "paired t statistic"
    else:
        return "no paired standard deviation."
    sides = [ArmNumbers(_label(arms), n=data.n) for arms in _sides(candidate)]
    how = f"Within-person difference; standard error from the {spread}."
    return Estimate(y, se**2, sides[0], sides[1], how, data.n)

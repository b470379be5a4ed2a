"""Results of study records as comparisons of two arms, for formats that hold nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ketameta.records.results import ChangesData, ContrastData, EventsData, MeansData, Result
from ketameta.records.study import Arm, Outcome, Study
from ketameta.records.vocabulary import Role

RATIOS = ("OR", "RR", "HR", "IRR", "ROM")
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class ArmPair:
    """One result for a tested arm and a control arm.

    `kind` is "events", "means", "changes" or "contrast"; `numbers` holds events, n, mean, sd with
    the number of the arm, or estimate and se on the analysis scale (ratios logged).
    """

    study: Study
    outcome: Outcome
    result: Result
    first: Arm
    second: Arm
    kind: str
    numbers: dict[str, float] = field(default_factory=dict)
    measure: str = ""


def arm_pairs(studies: Sequence[Study]) -> tuple[list[ArmPair], list[str]]:
    """Every comparison of a tested arm with a control arm, and sentences about what has no place.

    Standard deviations are made from standard errors where only these are given; means without
    either, paired data, single groups and statements have no place.
    """
    found: list[ArmPair] = []
    told: list[str] = []
    for study in sorted(studies, key=lambda item: item.id):
        for outcome in study.outcomes:
            for result in outcome.results:
                pairs = list(_pairs(study, outcome, result))
                found += pairs
                if not pairs:
                    told.append(
                        f"{study.id}: {outcome.id} ({result.time.label}): {result.data.kind}: no "
                        "numbers of one tested and one control arm that this format holds."
                    )
    return found, told


def _pairs(study: Study, outcome: Outcome, result: Result) -> Iterator[ArmPair]:
    data = result.data
    if isinstance(data, ContrastData):
        yield from _contrast(study, outcome, result, data)
        return
    if not isinstance(data, EventsData | MeansData | ChangesData):
        return
    arms = [arm for arm in study.arms if arm.id in data.arms]
    for first in (arm for arm in arms if arm.role is Role.EXPERIMENTAL):
        for second in (arm for arm in arms if arm.role is Role.CONTROL):
            numbers: dict[str, float] = {}
            for number, arm in enumerate((first, second), start=1):
                part = data.arms[arm.id]
                for name, value in _arm_numbers(part).items():
                    numbers[f"{name}_{number}"] = value
            needed = ("events", "n") if isinstance(data, EventsData) else ("mean", "sd", "n")
            if all(f"{name}_{i}" in numbers for name in needed for i in (1, 2)):
                yield ArmPair(study, outcome, result, first, second, data.kind, numbers)


def _arm_numbers(part: object) -> dict[str, float]:
    names = ("events", "n", "mean", "sd", "se")
    values = {
        name: float(value) for name in names if (value := getattr(part, name, None)) is not None
    }
    se = values.pop("se", None)
    if se is not None and "sd" not in values and "n" in values:
        values["sd"] = se * math.sqrt(values["n"])
    return values


def _contrast(
    study: Study, outcome: Outcome, result: Result, data: ContrastData
) -> Iterator[ArmPair]:
    if len(data.experimental) != 1 or len(data.control) != 1:
        return
    ratio = str(data.measure) in RATIOS
    value = float(data.estimate)
    if ratio and value <= 0:
        return
    estimate = math.log(value) if ratio else value
    if data.se is not None:
        se = float(data.se)
    elif data.ci_low is not None and data.ci_high is not None and data.ci_level == 95:
        low, high = float(data.ci_low), float(data.ci_high)
        if ratio and low <= 0:
            return
        se = ((math.log(high) - math.log(low)) if ratio else high - low) / (2 * _Z)
    else:
        return
    numbers = {"estimate": estimate, "se": se}
    first, second = study.arm(data.experimental[0]), study.arm(data.control[0])
    for number, arm in ((1, first), (2, second)):
        if arm.id in data.n:
            numbers[f"n_{number}"] = float(data.n[arm.id])
    yield ArmPair(study, outcome, result, first, second, "contrast", numbers, str(data.measure))

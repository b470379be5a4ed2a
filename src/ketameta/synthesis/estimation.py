"""From a selected result to an effect estimate on the analysis scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.effects import effects
from ketameta.measures.estimates import Caution
from ketameta.measures.generic import difference_from_interval, log_ratio_from_interval
from ketameta.measures.zero_cells import ZeroCells
from ketameta.questions.candidates import Candidate
from ketameta.records.results import ChangesData, ContrastData, EventsData, MeansData, PairedData
from ketameta.records.study import Arm
from ketameta.records.vocabulary import AnalysisPopulation, DesignType
from ketameta.synthesis.answer import ArmNumbers, PrintedContrast
from ketameta.synthesis.arm_means import ArmMean, arm_mean, combined_mean
from ketameta.synthesis.row_pooling import DIFFERENCE, same_for_all
from ketameta.synthesis.suppositions import (
    CORRELATION,
    ESTIMATE,
    QUANTILE,
    STANDARD_ERROR,
    WIDTH,
    ZERO_CELLS,
    Named,
    contrast_suppositions,
    count_key,
    count_suppositions,
    mean_suppositions,
    people_key,
    quantile_key,
    zero_cell_supposition,
)

NOTHING_ADDED = (
    "Nobody, or everybody, in both groups had the event: the difference is 0 and its interval the "
    "score interval. The variance, with 1/2 added to empty cells, only weighs it beside studies "
    "in which some people had the event."
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One effect estimate with what a reader needs to follow it.

    `y`, `v` on the analysis scale; `how` in words; `n` people behind it, None where no source
    tells; `cautions` from the computation; `assumptions` that it rests on, by their keys;
    `printed` where it was reported as a comparison.
    """

    y: float
    v: float
    experimental: ArmNumbers
    control: ArmNumbers
    how: str
    n: int | None
    cautions: tuple[Caution, ...] = ()
    assumptions: tuple[Named, ...] = ()
    printed: PrintedContrast | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked of every candidate, and other values of what it rests on, by their keys."""

    measure: str
    zero_cells: str
    supposed: Mapping[str, float]


def estimate(
    candidate: Candidate,
    measure: str,
    zero_cells: str,
    supposed: Mapping[str, float] | None = None,
) -> Estimate | str:
    """The estimate of a candidate, or the reason in words why there is none.

    Parameters
    ----------
    candidate
        A result that `questions.candidates` let pass for the measure.
    measure, zero_cells
        Codes of the catalogs of measures and of rules for zero cells.
    supposed
        Other values of the assumptions that the estimate rests on, by the keys in
        `Estimate.assumptions`; those that are not named keep their own.

    Raises
    ------
    UsageError
        For a rule about zero cells that needs all studies at once, or an unknown name.
    """
    if zero_cells == "if0all":
        raise UsageError(
            'zero_cells: "if0all" depends on the other studies, while in a review each number '
            'comes from its own study. Use "only0", "all", "treatment_arm" or "none".'
        )
    data, wish = candidate.result.data, _Wish(measure, zero_cells, supposed or {})
    if isinstance(data, EventsData):
        return _from_events(candidate, data, wish)
    if isinstance(data, ContrastData):
        return _turned(candidate, _from_contrast(candidate, data, wish))
    if isinstance(data, MeansData | ChangesData):
        return _turned(candidate, _from_means(candidate, data, wish))
    if isinstance(data, PairedData):
        return _turned(candidate, _from_pairs(candidate, data))
    raise DataError(f"{candidate.study.id}: {data.kind} cannot be compared between arms.")


def _turned(candidate: Candidate, found: Estimate | str) -> Estimate | str:
    """The estimate for the opposite direction, which changes the sign only."""
    if isinstance(found, str) or not candidate.inverted:
        return found
    return replace(found, y=-found.y, how=f"{found.how[:-1]}{_turning(candidate)}.")


def _turning(candidate: Candidate) -> str:
    return f"; {candidate.outcome.construct_} was turned round" if candidate.inverted else ""


def _side(arms: Sequence[Arm], *, n: int | None) -> ArmNumbers:
    label = " + ".join(arm.label for arm in arms)
    return ArmNumbers(label, n=n, arms=tuple(arm.id for arm in arms))


def _combined(candidate: Candidate) -> str:
    several = max(len(candidate.experimental), len(candidate.control)) > 1
    how = "; arms of the same side were combined" if several else ""
    if _is_crossover(candidate):
        how += "; the conditions of a crossover were treated as separate groups"
    return how


def _is_crossover(candidate: Candidate) -> bool:
    return candidate.study.design.type is DesignType.CROSSOVER


def _from_events(candidate: Candidate, data: EventsData, wish: _Wish) -> Estimate | str:
    def counted(arm: Arm) -> tuple[float, float]:
        """Events and people, whole unless something else than the record is supposed."""
        events: float = wish.supposed.get(count_key(arm.id), data.arms[arm.id].events)
        people = wish.supposed.get(people_key(arm.id))
        n = data.arms[arm.id].n
        return (events, n) if people is None else (events * people / n, people)

    def side(arms: Sequence[Arm]) -> ArmNumbers:
        counts = [counted(arm) for arm in arms]
        events, n = _whole(sum(one[0] for one in counts)), _whole(sum(one[1] for one in counts))
        bare = _side(arms, n=None)
        # People of users' tables and of the record are whole; supposed ones need not be.
        return replace(bare, n=n, events=_whole(n - events) if candidate.inverted else events)  # type: ignore[arg-type]

    sides = side(candidate.experimental), side(candidate.control)
    how = f"From events and totals of each arm{_combined(candidate)}{_turning(candidate)}."
    rests = [*count_suppositions(candidate, data)]
    amount = _zero_cell_amount(sides, wish)
    if amount is not None:
        rests.append(zero_cell_supposition(amount))
    made = _computed(candidate, wish, sides, how)
    if isinstance(made, str):
        return made
    return replace(made, assumptions=tuple(rests))


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _zero_cell_amount(sides: tuple[ArmNumbers, ArmNumbers], wish: _Wish) -> float | None:
    """What the rule adds to the cells of this table; None where it does not touch it."""
    usual = find_measure(wish.measure).zero_add
    rule = ZeroCells(wish.zero_cells)
    if not usual or rule.rule == "none":
        return None
    cells = [x for s in sides if s.events is not None and s.n for x in (s.events, s.n - s.events)]
    return rule.amount(usual) if rule.rule == "all" or 0 in cells else None


def _computed(
    candidate: Candidate,
    wish: _Wish,
    sides: tuple[ArmNumbers, ArmNumbers],
    how: str,
) -> Estimate | str:
    """The estimate from what both sides contributed."""
    columns: dict[str, ArrayLike] = {
        f"{name}_{number}": [getattr(side, name)]
        for number, side in enumerate(sides, start=1)
        for name in ("events", "mean", "sd", "n")
        if getattr(side, name) is not None
    }
    rule = ZeroCells(wish.zero_cells, wish.supposed.get(ZERO_CELLS))
    table = effects(wish.measure, columns, labels=[candidate.study.label], zero_cells=rule)
    if table.excluded:
        return f"{table.excluded[0].reason}."
    y, v = float(table.estimates.y[0]), float(table.estimates.v[0])
    if wish.measure == DIFFERENCE and same_for_all(*sides):
        y, how = 0.0, f"{how} {NOTHING_ADDED}"
    return Estimate(y, v, *sides, how, _total(candidate, *sides), table.estimates.cautions)


def _from_contrast(candidate: Candidate, data: ContrastData, wish: _Wish) -> Estimate | str:
    ratio = find_measure(data.measure).is_ratio
    one, two = (
        _side(arms, n=_people(candidate, data, arms))
        for arms in (candidate.experimental, candidate.control)
    )
    people = _total(candidate, one, two)
    value = float(data.estimate)
    if data.se is not None:
        y, v = (math.log(value) if ratio else value), float(data.se) ** 2
        source = "its standard error as reported"
    elif data.ci_low is not None and data.ci_high is not None:
        convert = log_ratio_from_interval if ratio else difference_from_interval
        low, high, level = float(data.ci_low), float(data.ci_high), float(data.ci_level)
        pair = convert(value, low, high, level=level / 100)
        y, v = float(pair[0]), float(pair[1])
        source = f"standard error from its {level:g} % interval"
    else:
        return "an estimate without an interval."
    if not (math.isfinite(y) and math.isfinite(v) and v > 0):
        return "the reported interval cannot be turned into a standard error."
    rests = tuple(contrast_suppositions(data, people))
    y, v = _as_supposed((y, v), rests, wish.supposed)
    adjusted = {True: "adjusted ", False: "unadjusted ", None: ""}[data.adjusted]
    how = f"Reported {adjusted}{data.measure}, {source}."
    printed = _printed(data, turned=candidate.inverted)
    return Estimate(y, v, one, two, how, people, assumptions=rests, printed=printed)


def _printed(data: ContrastData, *, turned: bool) -> PrintedContrast:
    found = PrintedContrast(data.measure, f"{data.estimate:f}", turned=turned)
    if data.se is not None:
        return replace(found, se=f"{data.se:f}")
    limits = f"{data.ci_low:f}", f"{data.ci_high:f}"
    return replace(found, low=limits[0], high=limits[1], level=f"{float(data.ci_level):g}")


def _as_supposed(
    pair: tuple[float, float], rests: Sequence[Named], supposed: Mapping[str, float]
) -> tuple[float, float]:
    """An estimate and its variance with other values of what they rest on."""
    y, v = supposed.get(ESTIMATE, pair[0]), pair[1]
    own = {key: one.value for key, one in rests}
    for key, power in ((WIDTH, 2), (STANDARD_ERROR, 2), (QUANTILE, -2)):
        before = own.get(key)
        if key in supposed and before:
            v *= (supposed[key] / before) ** power
    return y, v


def _people(candidate: Candidate, data: ContrastData, arms: Sequence[Arm]) -> int | None:
    """People analysed in some arms: as reported, or those randomised if all were analysed."""
    everybody = candidate.result.population is AnalysisPopulation.ALL_RANDOMISED
    people = [data.n.get(arm.id, arm.n_randomised if everybody else None) for arm in arms]
    known = [n for n in people if n]
    return sum(known) if len(known) == len(people) else None


def _total(candidate: Candidate, one: ArmNumbers, two: ArmNumbers) -> int | None:
    """People on both sides, in a crossover the same ones.

    Of a comparison of all arms the study's main analysis tells them, if nothing else does.
    """
    if one.n is not None and two.n is not None:
        return max(one.n, two.n) if _is_crossover(candidate) else one.n + two.n
    every_arm = {arm.id for arm in candidate.study.arms} == {*one.arms, *two.arms}
    return candidate.study.design.analysed_n if every_arm else None


def _from_means(candidate: Candidate, data: MeansData | ChangesData, wish: _Wish) -> Estimate | str:
    one, two = (_mean_of(arms, data, wish) for arms in (candidate.experimental, candidate.control))
    if one is None or two is None:
        return "means without a standard deviation or a number of people."
    kind = "changes from baseline" if isinstance(data, ChangesData) else "means"
    spreads = "; ".join(dict.fromkeys((one.spread, two.spread)))
    how = f"From {kind} of each arm ({spreads}){_combined(candidate)}."
    sides = (
        replace(_side(candidate.experimental, n=one.n), mean=one.mean, sd=one.sd),
        replace(_side(candidate.control, n=two.n), mean=two.mean, sd=two.sd),
    )
    made = _computed(candidate, replace(wish, zero_cells="only0"), sides, how)
    if isinstance(made, str):
        return made
    r = wish.supposed.get(CORRELATION, 0.0)
    if r and wish.measure == "MD":
        # The variance of a paired difference, sizes being equal (Handbook 23.2.7).
        shared = 2 * r * one.sd * two.sd / math.sqrt(one.n * two.n)
        made = replace(made, v=made.v - shared)
    return replace(made, assumptions=tuple(mean_suppositions(candidate, data, wish.measure)))


def _mean_of(arms: Sequence[Arm], data: MeansData | ChangesData, wish: _Wish) -> ArmMean | None:
    means = [
        arm_mean(data.arms[arm.id], quantile=wish.supposed.get(quantile_key(arm.id)))
        for arm in arms
    ]
    known = [mean for mean in means if mean is not None]
    return combined_mean(known) if len(known) == len(means) else None


def _from_pairs(candidate: Candidate, data: PairedData) -> Estimate | str:
    """Mean within-person difference (Cochrane Handbook 6.5, section 23.2.7.2)."""
    if data.mean_difference is None:
        return "no mean difference between the conditions."
    y = float(data.mean_difference)
    if data.sd_difference:
        se = float(data.sd_difference) / math.sqrt(data.n)
        spread = "standard deviation of the differences"
    elif data.t and y:
        se, spread = abs(y / float(data.t)), "paired t statistic"
    else:
        return "no paired standard deviation."
    one, two = (_side(arms, n=data.n) for arms in (candidate.experimental, candidate.control))
    how = f"Within-person difference; standard error from the {spread}."
    return Estimate(y, se**2, one, two, how, data.n)

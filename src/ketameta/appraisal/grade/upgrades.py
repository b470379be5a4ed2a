"""What may raise the certainty of non-randomised evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ketameta.appraisal.grade.absolute import RISK_MEASURES, risk_with
from ketameta.appraisal.grade.decision_scale import DecisionScale
from ketameta.appraisal.grade.design import NON_RANDOMISED, Start
from ketameta.appraisal.grade.proposal import Body, Proposal
from ketameta.questions.certainty import Domain, Level

LARGE, VERY_LARGE = 2.0, 5.0
"""Risk ratios (or their inverse) that are large and very large."""
SOUND = (Level.NOT_SERIOUS,)
NOT_CONSIDERED = (
    "Raising the certainty is considered only where no study is randomised (GRADE guidelines 9, "
    "doi:10.1016/j.jclinepi.2011.06.004)."
)
FOR_A_PERSON = {
    Domain.DOSE_RESPONSE: "Not computed: a person judges it from dose comparisons on record.",
    Domain.OPPOSING_CONFOUNDING: "Not computed: a person judges in which direction bias works.",
}


def upgrades(
    body: Body, begins: Start, scale: DecisionScale, lowered: Sequence[Proposal]
) -> tuple[Proposal, ...]:
    """Proposals for the three domains that raise; empty unless no study is randomised.

    One level for a risk ratio of 2 or more (0.5 or less) whose interval lies on one side of 1, two
    levels for 5 or more (0.2 or less) whose interval lies beyond 2 (0.5). Never after a downgrade,
    and never while risk of bias is not judged. Where such studies start high, because they are
    assessed with ROBINS-I, up to two levels for risk of bias are the confounding that a low start
    counts, and do not stand against raising. The two- and fivefold are GRADE's; where the interval
    must lie is ours.

    References
    ----------
    Guyatt et al. 2011, doi:10.1016/j.jclinepi.2011.06.004; Schünemann et al. 2019,
    doi:10.1016/j.jclinepi.2018.01.012.
    """
    if not may_rise(begins):
        return ()
    rest = tuple(Proposal(name, Level.NONE, text) for name, text in FOR_A_PERSON.items())
    held = [
        proposal
        for proposal in lowered
        if proposal.level not in SOUND and bars_raising(begins, proposal.domain, proposal.level)
    ]
    if held:
        names = ", ".join(str(proposal.domain) for proposal in held)
        reason = f"Not after doubts about {names}."
        return (Proposal(Domain.LARGE_EFFECT, Level.NONE, reason), *rest)
    return (_large(body, scale), *rest)


def may_rise(begins: Start) -> bool:
    """Whether raising is considered at all."""
    return begins.kind == NON_RANDOMISED


def bars_raising(begins: Start, domain: str, level: Level) -> bool:
    """Whether the certainty cannot rise after this doubt."""
    confounding = begins.high and may_rise(begins) and domain == Domain.RISK_OF_BIAS
    return not (confounding and level in (Level.SERIOUS, Level.VERY_SERIOUS))


def _large(body: Body, scale: DecisionScale) -> Proposal:
    ratios = risk_ratios(body, scale)
    if ratios is None:
        reason = "No risk ratio can be computed."
        return Proposal(Domain.LARGE_EFFECT, Level.NONE, reason)
    estimate, low, high = ratios
    seen = (("risk ratio", f"{estimate:.2f} ({low:.2f} to {high:.2f})"),)
    size = max(estimate, 1 / estimate)
    nearest = low if estimate > 1 else 1 / high
    level = Level.NONE
    if size >= VERY_LARGE and nearest >= LARGE:
        level = Level.TWO_UP
    elif size >= LARGE and nearest > 1:
        level = Level.ONE_UP
    return Proposal(Domain.LARGE_EFFECT, level, f"Risk ratio {seen[0][1]}.", seen)


def risk_ratios(body: Body, scale: DecisionScale) -> tuple[float, float, float] | None:
    """The pooled effect with its limits as risk ratios at the typical control risk."""
    pooled, control = body.main.pooled, scale.typical
    if pooled is None or scale.measure not in RISK_MEASURES or not control:
        return None
    low, high = pooled.interval.low, pooled.interval.high
    if low is None or high is None:
        return None
    risks = [risk_with(scale.measure, y, control) for y in (pooled.estimate, low, high)]
    ratios = [risk / control for risk in risks]
    if not all(math.isfinite(ratio) and ratio > 0 for ratio in ratios):
        return None
    return ratios[0], ratios[1], ratios[2]

"""What stands for one result when one or several raters have assessed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.appraisal.confirmation import DISPUTED, Confirmation, agreed_by
from ketameta.appraisal.risk_of_bias.assessed import Assessed, assess
from ketameta.appraisal.risk_of_bias.tool import Tool
from ketameta.records.study import Study
from ketameta.synthesis.answer import RowRiskOfBias

CONSENSUS, ONE_RATING, AGREED = "consensus", "one rating", "ratings agree"


@dataclass(frozen=True, slots=True)
class ResultJudgement:
    """The judgements that stand for one outcome of a study.

    Attributes
    ----------
    status
        consensus, one rating, ratings agree, or disputed: then the worse judgement stands until
        there is a consensus.
    raters
        Who assessed it.
    confirmation
        Who stands behind what was drafted.
    changed
        Domains (or "overall") that were judged otherwise than proposed.
    """

    study: str
    label: str
    outcome: str
    tool: Tool
    domains: tuple[tuple[str, str], ...]
    overall: str
    status: str
    raters: tuple[str, ...]
    confirmation: Confirmation
    changed: tuple[str, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether a person has signed under it."""
        return bool(self.confirmation.agreed)

    @property
    def state(self) -> str:
        """drafted, confirmed once, confirmed twice, or disputed."""
        return DISPUTED if self.status == DISPUTED else self.confirmation.state


def result_judgement(study: Study, outcome: str) -> ResultJudgement | None:
    """What stands for one outcome; None where nobody has assessed it."""
    found = [assess(study, one) for one in study.risk_of_bias if outcome in one.outcomes]
    if not found:
        return None
    agreed = [a for a in found if a.assessment.consensus]
    used = _same_tool(agreed or found)
    tool = used[0].tool
    domains = tuple(
        (domain.id, _worst(tool, [dict(a.levels)[domain.id] for a in used]))
        for domain in tool.domains
    )
    return ResultJudgement(
        study.id,
        study.label,
        outcome,
        tool,
        domains,
        _worst(tool, [a.overall.level for a in used]),
        _status(used, consensus=bool(agreed)),
        tuple(dict.fromkeys(a.assessment.rater for a in found)),
        confirmation(used),
        _changed(used),
    )


def confirmation(used: Sequence[Assessed]) -> Confirmation:
    """Who signed under assessments of the same result, each person once."""
    signed = {one.by: one for a in used for one in a.assessment.signed}
    drafted = max(a.assessment.date for a in used)
    return Confirmation(drafted, agreed_by(signed.values()))


def _same_tool(found: list[Assessed]) -> list[Assessed]:
    return [a for a in found if a.tool is found[0].tool]


def _worst(tool: Tool, levels: list[str]) -> str:
    """The worst level; "" where one is missing."""
    return tool.worst(tuple(levels)) if all(level in tool.levels for level in levels) else ""


def _status(used: list[Assessed], *, consensus: bool) -> str:
    if consensus:
        return CONSENSUS
    if len(used) == 1:
        return ONE_RATING
    same = all((a.levels, a.overall.level) == (used[0].levels, used[0].overall.level) for a in used)
    return AGREED if same else DISPUTED


def _changed(used: list[Assessed]) -> tuple[str, ...]:
    names = [name for a in used for name, judged in a.domains if judged.changed]
    names += ["overall" for a in used if a.overall.changed]
    return tuple(dict.fromkeys(names))


def row_risk_of_bias(study: Study, outcome: str) -> RowRiskOfBias | None:
    """The same for a row of an analysis, as plain words."""
    found = result_judgement(study, outcome)
    if found is None:
        return None
    return RowRiskOfBias(
        found.tool.name, found.overall, found.domains, found.status, found.confirmed
    )

"""An assessment with what its tool proposes, what the rater judged, and what stands."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.appraisal.risk_of_bias.tool import Domain, Tool, level_of
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.records.risk_of_bias import Assessment, HumanJudgement
from ketameta.records.study import Study


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement: the tool's proposal and the rater's own, both kept.

    Attributes
    ----------
    proposal
        What follows from the answers; "" where an answer is missing.
    human
        What the rater stated; "" where there is the proposal only.
    reason
        The rater's reason.
    """

    proposal: str
    human: str = ""
    reason: str = ""

    @property
    def level(self) -> str:
        """What stands: the rater's judgement, else the proposal; "" where there is neither."""
        return self.human or self.proposal

    @property
    def changed(self) -> bool:
        """Whether the rater judged otherwise than the tool proposes."""
        return bool(self.human and self.proposal and self.human != self.proposal)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One rater's assessment of the results of one study.

    Attributes
    ----------
    study, label
        Id and name of the study.
    domains
        Id of each domain of the tool with its judgement, in the order of the tool.
    overall
        The judgement of the whole result.
    """

    study: str
    label: str
    assessment: Assessment
    domains: tuple[tuple[str, Judged], ...]
    overall: Judged

    @property
    def tool(self) -> Tool:
        """The tool that was used."""
        return TOOLS[str(self.assessment.tool)]

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """Id of each domain with the level that stands."""
        return tuple((name, judged.level) for name, judged in self.domains)


def assess(study: Study, assessment: Assessment) -> Assessed:
    """Proposals of the tool from the answers, beside the judgements of the rater."""
    tool = TOOLS[str(assessment.tool)]
    given = {item.question: str(item.answer) for item in assessment.answers}
    human = {item.domain: item for item in assessment.judgements}
    domains = tuple(
        (domain.id, _judged(proposed(tool, domain, given), human.get(domain.id)))
        for domain in tool.domains
    )
    levels = tuple(judged.level for _, judged in domains)
    known = all(level in tool.levels for level in levels)
    overall = _judged(tool.worst(levels) if known else "", assessment.overall)
    return Assessed(study.id, study.label, assessment, domains, overall)


def proposed(tool: Tool, domain: Domain, given: dict[str, str]) -> str:
    """The level that the answers lead to; "" where a question that arises has no answer.

    References
    ----------
    Sterne et al. 2019, doi:10.1136/bmj.l4898; Sterne et al. 2016, doi:10.1136/bmj.i4919.
    """
    answers = domain.settled(given)
    if len(answers) < len(domain.questions):
        return ""
    return tool.worst(tuple(level_of(table, answers) for table in domain.tables))


def _judged(proposal: str, human: HumanJudgement | None) -> Judged:
    if human is None:
        return Judged(proposal)
    return Judged(proposal, human.judgement, human.reason or "")


def assessments(study: Study) -> tuple[Assessed, ...]:
    """Every assessment of a study, in the order of the record."""
    return tuple(assess(study, assessment) for assessment in study.risk_of_bias)

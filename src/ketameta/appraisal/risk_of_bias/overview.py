"""Every result that was assessed, and those of an analysis that were not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ketameta.appraisal.confirmation import confirmations_words
from ketameta.appraisal.risk_of_bias.results import ONE_RATING, ResultJudgement, result_judgement
from ketameta.appraisal.risk_of_bias.tool import Tool
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.synthesis.answer import Analysis


@dataclass(frozen=True, slots=True)
class Assessments:
    """What is known of the risk of bias of some results.

    Attributes
    ----------
    title
        What the results are of.
    results
        One per study and outcome.
    not_assessed
        Names of studies whose result nobody has assessed.
    """

    title: str
    results: tuple[ResultJudgement, ...]
    not_assessed: tuple[str, ...] = ()

    def by_tool(self) -> tuple[tuple[Tool, tuple[ResultJudgement, ...]], ...]:
        """The results of each tool that was used, in the order of the catalog of tools."""
        used = [(tool, tuple(r for r in self.results if r.tool is tool)) for tool in TOOLS.values()]
        return tuple((tool, found) for tool, found in used if found)

    @property
    def rated_once(self) -> int:
        """How many results have one assessment only."""
        return sum(result.status == ONE_RATING for result in self.results)


def assessments_of(studies: Iterable[Study], title: str) -> Assessments:
    """Every assessed outcome of some studies."""
    found = []
    for study in studies:
        outcomes = [name for one in study.risk_of_bias for name in one.outcomes]
        found += [result_judgement(study, name) for name in dict.fromkeys(outcomes)]
    return Assessments(title, tuple(one for one in found if one is not None))


def assessments_in(analysis: Analysis, evidence: Evidence, title: str) -> Assessments:
    """The results that an analysis uses, in its order; those not assessed are named."""
    found: list[ResultJudgement] = []
    missing: list[str] = []
    for row in analysis.rows:
        one = result_judgement(evidence.get(row.study).study, row.outcome_id)
        if one is None:
            missing.append(row.label)
        else:
            found.append(one)
    return Assessments(title, tuple(found), tuple(missing))


def caveats(shown: Assessments) -> tuple[str, ...]:
    """What a reader must know about who judged."""
    notes = []
    if shown.rated_once:
        notes.append(
            f"{_share(shown.rated_once, shown.results)} assessed once, so that disagreement could "
            "not show."
        )
    if shown.results:
        said = confirmations_words([one.state for one in shown.results], "assessment")
        notes.append(f"Levels follow from answers to signalling questions. {said}")
    if shown.not_assessed:
        notes.append(f"Not assessed: {', '.join(shown.not_assessed)}.")
    return tuple(notes)


def _share(count: int, results: Sequence[ResultJudgement]) -> str:
    if count == len(results):
        return "The result was" if count == 1 else f"All {count} results were"
    return f"{count} of {len(results)} results {'was' if count == 1 else 'were'}"

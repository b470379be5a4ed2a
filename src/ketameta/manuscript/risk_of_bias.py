"""Risk of bias of the results behind the answers: which were assessed, and a paragraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ketameta.appraisal.risk_of_bias.overview import Assessments, assessments_in, caveats
from ketameta.appraisal.risk_of_bias.results import ResultJudgement
from ketameta.counting import counted
from ketameta.manuscript.literature import cited
from ketameta.manuscript.phrases import listed
from ketameta.manuscript.places import Places, bracketed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock

TITLE = "Results used in the main analyses"


def assessed(subject: SubjectMatter) -> Assessments:
    """Each result of a main analysis once; studies whose result nobody assessed are named."""
    found: dict[tuple[str, str], ResultJudgement] = {}
    missing: dict[str, None] = {}
    for answer in subject.answers:
        one = assessments_in(answer.main, subject.evidence, TITLE)
        found |= {(result.study, result.outcome): result for result in one.results}
        missing |= dict.fromkeys(one.not_assessed)
    return Assessments(TITLE, tuple(found.values()), tuple(missing))


def risk_of_bias(subject: SubjectMatter, places: Places) -> Iterator[TextBlock]:
    """How many results were judged how; nothing where no analysis has a study."""
    if not any(answer.main.k for answer in subject.answers):
        return
    shown = assessed(subject)

    def sentences() -> Iterator[Sentence]:
        if not shown.results:
            yield Sentence("Risk of bias has not been judged for any result.")
            return
        yield Sentence(
            f"Risk of bias was judged for {counted(len(shown.results), 'result')} of the main "
            f"analyses{bracketed(places.table('risk-of-bias'), places.figure('risk-of-bias'))}."
        )
        for tool, results in shown.by_tool():
            counts = Counter(one.overall or "not settled" for one in results)
            said = listed([f"{level} in {count}" for level, count in counts.items()])
            papers = tuple(work for work in cited(tool.reference) if work.doi)
            yield Sentence(f"By {tool.name}, the overall judgement was {said}.", papers)
        yield from (Sentence(note) for note in caveats(shown))

    yield TextBlock("results.risk-of-bias", "Risk of bias", tuple(sentences()), ("18",))

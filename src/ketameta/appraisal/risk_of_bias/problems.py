"""What is wrong with an assessment: answers, domains and levels that its tool does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ketameta.appraisal.risk_of_bias.assessed import Assessed, Judged, assessments
from ketameta.appraisal.risk_of_bias.tool import NA
from ketameta.records.findings import Finding
from ketameta.records.problems import did_you_mean
from ketameta.records.study import Study
from ketameta.records.vocabulary import RiskOfBiasTool, YesNo

CODE = "R070"
RANDOM = (RiskOfBiasTool.ROB2, RiskOfBiasTool.ROB2_CROSSOVER, RiskOfBiasTool.ROB2_CLUSTER)
Path_ = tuple[str | int, ...]


def assessment_findings(study: Study) -> tuple[Finding, ...]:
    """Everything that does not fit, with its place in the record."""
    return tuple(
        finding
        for i, found in enumerate(assessments(study))
        for finding in _findings(study, found, ("risk_of_bias", i))
    )


def _findings(study: Study, found: Assessed, where: Path_) -> Iterator[Finding]:
    yield from _outcomes(study, found, where)
    yield from _answers(found, where)
    yield from _judgements(found, where)
    if found.assessment.tool in RANDOM and study.design.randomised is not YesNo.YES:
        message = f"{found.tool.name} is for randomised trials; the record does not call it one."
        yield Finding(CODE, (*where, "tool"), message, "Use ROBINS-I.")


def _outcomes(study: Study, found: Assessed, where: Path_) -> Iterator[Finding]:
    known = [outcome.id for outcome in study.outcomes]
    for i, name in enumerate(found.assessment.outcomes):
        if name not in known:
            message = f'no outcome "{name}" in this record.'
            yield Finding(CODE, (*where, "outcomes", i), message, did_you_mean(name, known))


def _answers(found: Assessed, where: Path_) -> Iterator[Finding]:
    questions = {question.id: question for question in found.tool.questions}
    given = {item.question: str(item.answer) for item in found.assessment.answers}
    counts = Counter(item.question for item in found.assessment.answers)
    settled = {k: v for d in found.tool.domains for k, v in d.settled(given).items()}
    for i, item in enumerate(found.assessment.answers):
        place, answer = (*where, "answers", i), str(item.answer)
        question = questions.get(item.question)
        if question is None:
            message = f"{found.tool.name} has no question {item.question}."
            hint = f"Run ketameta explain {found.tool.name!r} for its questions."
            yield Finding(CODE, (*place, "question"), message, hint)
        elif counts[item.question] > 1:
            yield Finding(CODE, (*place, "question"), f"{item.question} is answered twice.")
        elif settled.get(item.question) == NA and answer != NA:
            message = f"{item.question} does not arise after the answers before it."
            yield Finding(CODE, (*place, "answer"), message, "Leave it out, or write NA.")
        elif settled.get(item.question) != NA and answer not in question.answers:
            message = f"{item.question} is answered by {', '.join(question.answers)}, not {answer}."
            yield Finding(CODE, (*place, "answer"), message)
    missing = [name for name in questions if name not in settled and name not in given]
    if missing:
        message = f"no answer to {', '.join(missing)}."
        yield Finding(CODE, (*where, "answers"), message, "Write NI where nothing is known.")


def _judgements(found: Assessed, where: Path_) -> Iterator[Finding]:
    domains = dict(found.domains)
    for i, item in enumerate(found.assessment.judgements):
        place = (*where, "judgements", i)
        if item.domain not in domains:
            message = f"{found.tool.name} has no domain {item.domain}."
            yield Finding(CODE, (*place, "domain"), message, f"Known: {', '.join(domains)}.")
        else:
            yield from _level(found, domains[item.domain], place)
    if found.assessment.overall is not None:
        yield from _level(found, found.overall, (*where, "overall"))


def _level(found: Assessed, judged: Judged, where: Path_) -> Iterator[Finding]:
    levels = found.tool.levels
    if judged.human not in levels:
        message = f'{found.tool.name} has no level "{judged.human}".'
        yield Finding(CODE, (*where, "judgement"), message, f"Known: {', '.join(levels)}.")
    elif judged.changed and not judged.reason:
        message = f"differs from the proposal ({judged.proposal}) without a reason."
        yield Finding(CODE, (*where, "judgement"), message, "Write why in `reason`.")

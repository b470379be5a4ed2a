"""The results of a review as paragraphs, question by question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.counting import counted
from ketameta.manuscript.caveats import caveats
from ketameta.manuscript.certainty import certainty_sentences
from ketameta.manuscript.courses import courses
from ketameta.manuscript.finding import Finding
from ketameta.manuscript.further_results import (
    durability_results,
    harms_results,
    moderators_results,
)
from ketameta.manuscript.literature import GRADE
from ketameta.manuscript.phrases import listed, lower_first, number_word
from ketameta.manuscript.places import FOREST, Places, bracketed
from ketameta.manuscript.risk_of_bias import risk_of_bias
from ketameta.manuscript.robustness import robustness
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock
from ketameta.records.vocabulary import Status
from ketameta.synthesis.answer import Answer
from ketameta.tables.grade import decisions_words


def results(subject: SubjectMatter, places: Places) -> tuple[TextBlock, ...]:
    """What was found, in the order of the review.

    Parameters
    ----------
    places
        Numbers of the figures and tables, which the text cites in their order.
    """
    blocks = [_records(subject, places), *risk_of_bias(subject, places)]
    blocks += _findings(subject, places)
    over_time = {course.found.question: course for course in courses(subject)}
    for graded in subject.grades:
        blocks += _question(subject, graded, places)
        blocks += moderators_results(subject, graded.answer, places)
        if graded.id in over_time:
            blocks.append(durability_results(over_time[graded.id], places))
    blocks += _unanswered(subject)
    blocks += harms_results(subject, places)
    return tuple(blocks)


def _records(subject: SubjectMatter, places: Places) -> TextBlock:
    evidence = subject.evidence
    counts = {s: sum(study.status is s for study in evidence.studies) for s in Status}
    parts = [
        (Status.INCLUDED, "had results that may be pooled"),
        (Status.AWAITING, "were finished without usable numbers having been seen"),
        (Status.ONGOING, "were registered without results seen"),
        (Status.NARRATIVE, "could only be described"),
    ]
    said = "; ".join(
        f"{counts[s]} {words if counts[s] != 1 else words.replace('were', 'was')}"
        for s, words in parts
        if counts[s]
    )
    left_out = counted(len(evidence.excluded), "report")

    def sentences() -> Iterator[Sentence]:
        where = bracketed(
            places.figure("prisma-flow"), places.figure("map"), places.table("characteristics")
        )
        yield Sentence(
            f"The records hold {counted(len(evidence.studies), 'study')}{where}: {said}."
        )
        if evidence.excluded:
            table = bracketed(places.table("excluded"))
            yield Sentence(
                f"A further {left_out} were looked at and left out, with reasons{table}."
            )
        answered = [a for a in subject.answers if a.main.k > 1]
        single = [a for a in subject.answers if a.main.k == 1]
        none = len(subject.answers) - len(answered) - len(single)
        yield Sentence(
            f"Of {counted(len(subject.answers), 'question')}, "
            f"{number_word(len(answered))} could be answered by pooling, "
            f"{number_word(len(single))} by a single study, and {number_word(none)} not at all"
            f"{bracketed(places.table('overview'))}."
        )

    return TextBlock(
        "results.records", "Studies on record", tuple(sentences()), ("16a", "16b", "17")
    )


def _findings(subject: SubjectMatter, places: Places) -> Iterator[TextBlock]:
    """How certain the findings are as a whole, and where everything about them stands."""
    graded = [grade for grade in subject.grades if grade.start is not None]
    if not graded:
        return
    counts = Counter(grade.certainty for grade in graded)
    levels = [f"{level} for {number_word(count)}" for level, count in counts.items()]
    said = listed(levels) if len(levels) > 1 else f"{graded[0].certainty}, for each of them"
    where = bracketed(places.table("summary-of-findings"), places.figure("grade"))

    def sentences() -> Iterator[Sentence]:
        yield Sentence(f"By GRADE the certainty of the findings is {said}{where}.", (GRADE,))
        if decided := decisions_words(graded):
            yield Sentence(decided)
        by_study, others = places.table("results-by-study"), places.table("sensitivity")
        if by_study:
            more = f", sensitivity analyses in {others}" if others else ""
            yield Sentence(f"The results of each study are in {by_study}{more}.")

    yield TextBlock("results.findings", "Findings and their certainty", tuple(sentences()), ("22",))


def _question(subject: SubjectMatter, graded: QuestionGrade, places: Places) -> Iterator[TextBlock]:
    answer = graded.answer
    if answer.main.k == 0:
        return
    name, title = f"results.{answer.question.id}", answer.question.title
    finding = Finding(answer, subject.works, places.figure(FOREST, graded.id))
    risk = float(subject.review.thresholds.information_size.control_risk)
    sentences = (*finding.sentences(risk), *certainty_sentences(graded))
    yield TextBlock(f"{name}.finding", title, sentences, ("20a", "20b", "22"))
    if checked := tuple(robustness(answer, places)):
        yield TextBlock(f"{name}.robustness", f"{title}: robustness", checked, ("20c", "20d"))
    if said := tuple(caveats(answer)):
        yield TextBlock(f"{name}.caveats", f"{title}: caveats", said, ("21",))


def _unanswered(subject: SubjectMatter) -> Iterator[TextBlock]:
    """One paragraph on all questions without a usable study."""
    found = [answer for answer in subject.answers if answer.main.k == 0]
    if not found:
        return

    measured = {a.question.title: _count(a, "no usable number") for a in found}
    some = [f"{lower_first(title)} ({count})" for title, count in measured.items() if count]
    waiting = max(_count(answer, "awaiting data") for answer in found)
    ongoing = max(_count(answer, "ongoing") for answer in found)

    def sentences() -> Iterator[Sentence]:
        titles = "; ".join(lower_first(title) for title in measured)
        yield Sentence(f"No study gave a number that could be used for: {titles}.")
        yield Sentence("Nothing can be said about them.")
        if some:
            yield Sentence(f"Studies that measured one without a usable number: {'; '.join(some)}.")
        if waiting or ongoing:
            yield Sentence(
                f"Among the studies that may have measured them, {number_word(waiting)} had "
                f"finished without usable numbers seen, and {number_word(ongoing)} were "
                "registered without results."
            )

    yield TextBlock(
        "results.unanswered", "Questions without a usable study", tuple(sentences()), ("20b",)
    )


def _count(answer: Answer, status: str) -> int:
    return sum(item.status == status for item in answer.main.left_out)

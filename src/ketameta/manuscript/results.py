"""The results of a review as paragraphs, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.manuscript.caveats import caveats
from ketameta.manuscript.certainty import certainty_sentences
from ketameta.manuscript.finding import Finding
from ketameta.manuscript.phrases import lower_first, number_word
from ketameta.manuscript.risk_of_bias import risk_of_bias
from ketameta.manuscript.robustness import robustness
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock
from ketameta.records.vocabulary import Status
from ketameta.synthesis.answer import Answer
from ketameta.tables.formatting import counted


def results(subject: SubjectMatter, figures: Mapping[str, int]) -> tuple[TextBlock, ...]:
    """What was found, in the order of the review.

    Parameters
    ----------
    figures
        Number of the figure of a question, by the question's id.
    """
    blocks = [_records(subject), *risk_of_bias(subject)]
    for graded in subject.grades:
        blocks += _question(subject, graded, figures.get(graded.id))
    blocks += _unanswered(subject)
    return tuple(blocks)


def _records(subject: SubjectMatter) -> TextBlock:
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
        yield Sentence(f"The records hold {counted(len(evidence.studies), 'study')}: {said}.")
        if evidence.excluded:
            yield Sentence(f"A further {left_out} were looked at and left out, with reasons.")
        answered = [a for a in subject.answers if a.main.k > 1]
        single = [a for a in subject.answers if a.main.k == 1]
        none = len(subject.answers) - len(answered) - len(single)
        yield Sentence(
            f"Of {counted(len(subject.answers), 'question')}, "
            f"{number_word(len(answered))} could be answered by pooling, "
            f"{number_word(len(single))} by a single study, and {number_word(none)} not at all."
        )

    return TextBlock(
        "results.records", "Studies on record", tuple(sentences()), ("16a", "16b", "17")
    )


def _question(
    subject: SubjectMatter, graded: QuestionGrade, figure: int | None
) -> Iterator[TextBlock]:
    answer = graded.answer
    if answer.main.k == 0:
        return
    name, title = f"results.{answer.question.id}", answer.question.title
    finding = Finding(answer, subject.works, figure)
    risk = float(subject.review.thresholds.information_size.control_risk)
    sentences = (*finding.sentences(risk), *certainty_sentences(graded))
    yield TextBlock(f"{name}.finding", title, sentences, ("20a", "20b", "22"))
    if checked := tuple(robustness(answer)):
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

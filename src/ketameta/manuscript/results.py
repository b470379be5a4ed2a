"""The results of a review as paragraphs, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketameta.manuscript.caveats import caveats
from ketameta.manuscript.finding import Finding
from ketameta.manuscript.phrases import lower_first, number_word, studies, upper_first
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
    blocks = [_records(subject)]
    for answer in subject.answers:
        blocks += _question(subject, answer, figures.get(answer.question.id))
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


def _question(subject: SubjectMatter, answer: Answer, figure: int | None) -> Iterator[TextBlock]:
    if answer.main.k == 0:
        return
    name, title = f"results.{answer.question.id}", answer.question.title
    certainty = subject.certainty.get(answer.question.id, "")
    finding = Finding(answer, subject.works, figure)
    risk = float(subject.review.thresholds.information_size.control_risk)
    sentences = (*finding.sentences(risk), *([Sentence(certainty)] if certainty else []))
    yield TextBlock(f"{name}.finding", title, sentences, ("20a", "20b"))
    if checked := tuple(robustness(answer)):
        yield TextBlock(f"{name}.robustness", f"{title}: robustness", checked, ("20c", "20d"))
    if said := tuple(caveats(answer, subject.works, graded=bool(certainty))):
        yield TextBlock(f"{name}.caveats", f"{title}: caveats", said, ("21", "22"))


def _unanswered(subject: SubjectMatter) -> Iterator[TextBlock]:
    """One paragraph on all questions without a usable study."""
    found = [answer for answer in subject.answers if answer.main.k == 0]
    if not found:
        return

    def sentences() -> Iterator[Sentence]:
        yield Sentence(
            f"For {number_word(len(found))} of the questions no study gave a number that could "
            "be used, so that nothing can be said about them."
            if len(found) > 1
            else "For one question no study gave a number that could be used."
        )
        for answer in found:
            yield Sentence(
                f"{upper_first(lower_first(answer.question.title))}: {_there_is(answer)}."
            )

    yield TextBlock(
        "results.unanswered", "Questions without a usable study", tuple(sentences()), ("20b",)
    )


def _there_is(answer: Answer) -> str:
    """What a question without a usable study has instead."""
    statuses = [item.status for item in answer.main.left_out]
    unusable, awaiting = statuses.count("no usable number"), statuses.count("awaiting data")
    ongoing = statuses.count("ongoing")
    parts = [f"{studies(unusable)} measured it without a usable number"] if unusable else []
    parts += [f"{studies(awaiting)} finished without usable numbers seen"] if awaiting else []
    parts += [f"{studies(ongoing)} registered without results"] if ongoing else []
    return ", ".join(parts) or "no study is on record"

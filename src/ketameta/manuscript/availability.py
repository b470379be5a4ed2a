"""The statement on data and code (PRISMA item 27) and other statements that a journal asks for."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.counting import counted
from ketameta.manuscript.software import evidence_work, licence, software_work
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock

STATEMENTS = (
    ("funding", "Support", "25", "support and the role of funders"),
    ("interests", "Competing interests", "26", "competing interests of the review team"),
)


def statements(subject: SubjectMatter) -> tuple[TextBlock, ...]:
    """Support, interests, and where data and code are."""
    stated = (_stated(subject, *item) for item in STATEMENTS)
    return (*stated, _availability(subject))


def _stated(subject: SubjectMatter, name: str, heading: str, item: str, what: str) -> TextBlock:
    said = subject.prisma.statements.get(item)
    text = (
        said.text
        if said is not None
        else f"[To be written by the review team: {what} (PRISMA item {item}).]"
    )
    return TextBlock(f"statements.{name}", heading, (Sentence(text),), (item,))


def _availability(subject: SubjectMatter) -> TextBlock:
    program = software_work()
    place = (
        f"They can be read at {program.url}."
        if program.url
        else "[To be written by the review team: the address where records and code can be read.]"
    )

    def sentences() -> Iterator[Sentence]:
        count = counted(len(subject.evidence.studies), "study")
        yield Sentence(
            f"All data are in the study records ({count}), the list of reports left out and the "
            "review file, as plain text with the source of every value.",
            (evidence_work(subject.review, subject.digest),),
        )
        yield Sentence(
            f"Every number in this manuscript was computed from them by ketameta "
            f"{program.version} and can be computed again with the command ketameta report.",
            (program,),
        )
        yield Sentence(
            f"The SHA-256 hash of the records and the review together is {subject.digest}."
        )
        terms = licence()
        if terms:
            yield Sentence(f"Program and records are under the {terms} licence.")
        yield Sentence(place)

    return TextBlock(
        "statements.availability", "Availability of data and code", tuple(sentences()), ("27",)
    )

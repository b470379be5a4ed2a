"""What to cite: the program, the evidence, the methods of a question, its studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.manuscript.caveats import caveats
from ketameta.manuscript.certainty import certainty_sentences
from ketameta.manuscript.finding import Finding, cited_studies
from ketameta.manuscript.methods import methods
from ketameta.manuscript.places import Places
from ketameta.manuscript.robustness import robustness
from ketameta.manuscript.software import evidence_work, software_work
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence
from ketameta.manuscript.works import Work


@dataclass(frozen=True, slots=True)
class CitedGroup:
    """Works that are cited for one reason."""

    heading: str
    works: tuple[Work, ...]


def to_cite(
    subject: SubjectMatter, *, with_methods: bool = False, with_studies: bool = False
) -> tuple[CitedGroup, ...]:
    """What to cite, each work once.

    Parameters
    ----------
    with_methods
        Also the methods that the answers use.
    with_studies
        Also the studies behind the answers.
    """
    groups = [
        ("Software", [software_work()]),
        ("Evidence", [evidence_work(subject.review, subject.digest)]),
    ]
    if with_methods:
        groups.append(("Methods", _methods(subject)))
    if with_studies:
        groups.append(("Studies", _studies(subject)))
    return _each_once(groups)


def _methods(subject: SubjectMatter) -> list[Work]:
    works = [work for block in methods(subject) for work in block.works]
    studies = subject.works
    for graded in subject.grades:
        answer = graded.answer
        if answer.main.k == 0:
            continue
        said: list[Sentence] = [
            *Finding(answer, studies).sentences(0.5),
            *certainty_sentences(graded),
            *robustness(answer, Places()),
            *caveats(answer),
        ]
        works += [work for sentence in said for work in sentence.works if work.key not in studies]
    return works


def _studies(subject: SubjectMatter) -> list[Work]:
    studies = subject.works
    return [work for answer in subject.answers for work in cited_studies(answer.main, studies)]


def _each_once(groups: Sequence[tuple[str, Sequence[Work]]]) -> tuple[CitedGroup, ...]:
    seen: set[str] = set()
    found = []
    for heading, works in groups:
        fresh: dict[str, Work] = {}
        for work in works:
            if work.key not in seen:
                fresh.setdefault(work.key, work)
        seen |= set(fresh)
        found.append(CitedGroup(heading, tuple(fresh.values())))
    return tuple(found)

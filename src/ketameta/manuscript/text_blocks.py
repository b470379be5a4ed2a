"""Blocks of text with stable ids, and citations numbered in the order in which they are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ketameta.manuscript.works import Work

PLACEHOLDER = re.compile(r"\[To be written[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the works that it cites at its end."""

    text: str
    works: tuple[Work, ...] = ()


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph that can be pasted.

    Attributes
    ----------
    id
        The same from one build to the next, so that its wording can be compared.
    prisma
        Items of PRISMA 2020 that it answers.
    """

    id: str
    heading: str
    sentences: tuple[Sentence, ...]
    prisma: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The paragraph without its citations."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def works(self) -> Iterator[Work]:
        """What it cites, in order."""
        for sentence in self.sentences:
            yield from sentence.works


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `cited` where it is the number of a reference."""

    text: str
    cited: bool = False


@dataclass(slots=True)
class Numbering:
    """Numbers of references, given out in the order of first mention.

    Attributes
    ----------
    superscript
        Whether a citation is a raised number after the full stop; otherwise it stands in square
        brackets before it.
    """

    superscript: bool = False
    works: dict[str, Work] = field(default_factory=dict)

    def number(self, work: Work) -> int:
        """The number of a work; a new one where it is cited for the first time."""
        self.works.setdefault(work.key, work)
        return list(self.works).index(work.key) + 1

    def runs(self, block: TextBlock) -> tuple[Run, ...]:
        """The paragraph with its citations."""
        return tuple(self._runs(block.sentences))

    def _runs(self, sentences: Sequence[Sentence]) -> Iterator[Run]:
        for place, sentence in enumerate(sentences):
            space = " " if place else ""
            if not sentence.works:
                yield Run(f"{space}{sentence.text}")
                continue
            numbers = ranges(self.number(work) for work in sentence.works)
            if self.superscript:
                yield from (Run(f"{space}{sentence.text}"), Run(numbers, cited=True))
                continue
            stop = sentence.text[-1:] if sentence.text.endswith((".", ":")) else ""
            yield Run(f"{space}{sentence.text.removesuffix(stop)} ")
            yield from (Run(f"[{numbers}]", cited=True), Run(stop))


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as journals cite them: "1,3–5"."""
    ordered = sorted(set(numbers))
    groups: list[list[int]] = []
    for number in ordered:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return ",".join(_group(group) for group in groups)


def _group(group: Sequence[int]) -> str:
    if len(group) < 3:
        return ",".join(str(number) for number in group)
    return f"{group[0]}–{group[-1]}"


def placeholders(blocks: Iterable[TextBlock]) -> tuple[str, ...]:
    """What a human still has to write, as it stands in the texts."""
    return tuple(found for block in blocks for found in PLACEHOLDER.findall(block.text))

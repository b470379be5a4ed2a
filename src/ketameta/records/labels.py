"""Labels that tell studies apart: those of one author and year get letters, as in Doe 2020a."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, product
from string import ascii_lowercase

from ketameta.records.study import Study


def distinct(studies: Sequence[Study]) -> tuple[Study, ...]:
    """The studies, none called like another.

    Those that share a label get a, b, c in the order given; a label that is another study's own
    is passed over. Labels that are distinct already stay.
    """
    shared = Counter(study.label for study in studies)
    taken = set(shared)
    lettered = {label: _lettered(label) for label, times in shared.items() if times > 1}
    named = []
    for study in studies:
        if study.label in lettered:
            label = next(name for name in lettered[study.label] if name not in taken)
            taken.add(label)
            study = study.called(label)
        named.append(study)
    return tuple(named)


def _lettered(label: str) -> Iterator[str]:
    """Doe 2020a, Doe 2020b and so on; after z, aa. A word is kept apart from its letter."""
    gap = "" if label[-1:].isdigit() else " "
    for length in count(1):
        for letters in product(ascii_lowercase, repeat=length):
            yield f"{label}{gap}{''.join(letters)}"

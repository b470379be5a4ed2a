"""A list of texts in which each stands once, so that a page repeats numbers and not words."""

from __future__ import annotations


class Strings:
    """Texts by number, in the order in which they were first met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> list[str]:
        """All of them; the number is the place."""
        return list(self._numbers)

"""Small parts of sentences: numbers in words, lists, capitals."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(n: int) -> str:
    """A number in words up to ten, as journals ask for: "four", "12"."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else str(n)


def listed(items: Sequence[str]) -> str:
    """Words as a list within a sentence: "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def lower_first(text: str) -> str:
    """A title within a sentence; abbreviations keep their capitals."""
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def upper_first(text: str) -> str:
    """The beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def studies(n: int) -> str:
    """Studies in words: "one study", "four studies"."""
    return f"{number_word(n)} {'study' if n == 1 else 'studies'}"

"""Numbers with what they count."""

from __future__ import annotations

PLURALS = {
    "analysis": "analyses",
    "kind of control": "kinds of control",
    "person": "people",
    "series": "series",
    "study": "studies",
}
"""Of nouns that take no s."""


def counted(count: int, noun: str) -> str:
    """A number with its noun: "1 study", "3 studies"."""
    return f"{count} {noun if count == 1 else PLURALS.get(noun, f'{noun}s')}"

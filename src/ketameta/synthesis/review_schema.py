"""JSON Schema of a review, for editors: with every measure and method of the catalogs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ketameta.measures.catalog import MEASURES
from ketameta.measures.zero_cells import RULES
from ketameta.pooling import catalog
from ketameta.questions.question import Review
from ketameta.records.json_schema import as_text, schema

NAME = "review.schema.json"

Words = Mapping[str, tuple[str, tuple[str, ...]]]
"""Code to what it is, and to its other spellings."""


def review_schema_text() -> str:
    """The schema as it is committed."""
    made = schema(Review)
    parts = made["$defs"]
    _offer(parts["Question"], "measure", _measures())
    for field, methods in (
        ("tau2", catalog.TAU2_METHODS),
        ("interval", catalog.INTERVAL_METHODS),
        ("prediction", catalog.PREDICTION_METHODS),
    ):
        words = {m.code: (f"{m.name}. {m.summary}", m.aliases) for m in methods.values()}
        _offer(parts["Choices"], field, words)
    _offer(parts["Choices"], "zero_cells", _zero_cells())
    return as_text(made)


def _measures() -> Words:
    return {m.code: (f"{m.name}. {m.summary}", m.aliases) for m in MEASURES.values()}


def _zero_cells() -> Words:
    return {
        rule: (f"{meaning[:1].upper()}{meaning[1:]}.", (f"{rule}:estimate", f"{rule}:variance"))
        for rule, meaning in RULES.items()
    }


def _offer(part: dict[str, Any], field: str, words: Words) -> None:
    """Complete a field with codes and what they are; other spellings are accepted as well."""
    entry = part["properties"][field]
    for key in ("type", "minLength"):
        entry.pop(key, None)
    others = [name for code, (_, aliases) in words.items() for name in (code, *aliases)]
    entry["anyOf"] = [
        {
            "enum": list(words),
            "markdownEnumDescriptions": [meaning for meaning, _ in words.values()],
        },
        {"type": "string", "pattern": _in_any_case(others)},
    ]


def _in_any_case(names: Iterable[str]) -> str:
    """A pattern for the names in upper and lower case; JSON Schema has no switch for that."""
    return f"^({'|'.join(sorted({_letters(name) for name in names}))})$"


def _letters(name: str) -> str:
    return "".join(
        f"[{c.upper()}{c.lower()}]" if c.upper() != c.lower() else re.escape(c) for c in name
    )

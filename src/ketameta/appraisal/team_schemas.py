"""JSON Schemas, for editors, of what a review team states beside its `review.yaml`.

`certainty.yaml` offers for each domain the levels that it can have, `prisma.yaml` every item of
PRISMA 2020 with what it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ketameta.appraisal.prisma.items import ITEMS
from ketameta.questions.certainty import Certainty, Domain, Level, levels_of
from ketameta.questions.prisma import Prisma
from ketameta.records.json_schema import as_text, schema
from ketameta.records.vocabulary import Word


def certainty_schema_text() -> str:
    """The schema of `certainty.yaml`."""
    made = schema(Certainty)
    alike: dict[tuple[Level, ...], list[Domain]] = {}
    for domain in Domain:
        alike.setdefault(levels_of(domain), []).append(domain)
    made["$defs"]["Judgement"]["allOf"] = [
        {
            "if": {"properties": {"domain": _one_of(domains)}},
            "then": {"properties": {"level": _one_of(levels)}},
        }
        for levels, domains in alike.items()
    ]
    return as_text(made)


def _one_of(words: Sequence[Word]) -> dict[str, Any]:
    return {
        "enum": [str(word) for word in words],
        "markdownEnumDescriptions": [word.meaning for word in words],
    }


def prisma_schema_text() -> str:
    """The schema of `prisma.yaml`."""
    made = schema(Prisma)
    statements = made["properties"]["statements"]
    one = statements["additionalProperties"]
    statements["additionalProperties"] = False
    statements["properties"] = {
        item.number: {
            "description": f"{item.section}, {item.topic}: {item.asks} This item is {item.by}.",
            "allOf": [one],
        }
        for item in ITEMS
    }
    return as_text(made)


TEAM_SCHEMAS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {"certainty.schema.json": certainty_schema_text, "prisma.schema.json": prisma_schema_text}
)
"""The text of each schema, by the name of its file."""

"""JSON Schemas of the records, for editors: completion, hover help and squiggles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from ketameta.records.claims import Claim
from ketameta.records.corrections import Correction
from ketameta.records.study import ExcludedReports, Study, Vocabulary
from ketameta.records.vocabulary import Word

SCHEMAS: dict[str, type[BaseModel]] = {
    "study.schema.json": Study,
    "excluded.schema.json": ExcludedReports,
    "vocabulary.schema.json": Vocabulary,
    "claim.schema.json": Claim,
    "correction.schema.json": Correction,
}


KEYWORDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
"""pydantic leaves its own names of bounds on optional numbers that have a validator."""


class _ForEditors(GenerateJsonSchema):
    """Decimals are numbers, and every word of a vocabulary has its meaning, shown on hover."""

    def decimal_schema(self, schema: Any) -> dict[str, Any]:
        result: dict[str, Any] = {"type": "number"}
        self.update_with_validations(result, schema, self.ValidationsMapping.numeric)
        return result

    def enum_schema(self, schema: Any) -> dict[str, Any]:
        result = super().enum_schema(schema)
        words = [m for m in schema["members"] if isinstance(m, Word)]
        if words:
            result["enum"] = [str(w) for w in words]
            result["markdownEnumDescriptions"] = [w.meaning for w in words]
        return result


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a record model."""
    made = model.model_json_schema(by_alias=True, schema_generator=_ForEditors)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_with_keywords(made)}


def _with_keywords(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_keywords(item) for item in node]
    if not isinstance(node, dict):
        return node
    names = KEYWORDS if node.get("type") == "number" else {}
    return {names.get(key, key): _with_keywords(value) for key, value in node.items()}


def schema_text(name: str) -> str:
    """The text of one of the `SCHEMAS`, as committed."""
    return as_text(schema(SCHEMAS[name]))


def as_text(made: dict[str, Any]) -> str:
    """A schema as it is committed."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def stale_schemas(folder: Path) -> list[str]:
    """Names of the schemas in `folder` that are missing or differ from the model."""
    return [
        name
        for name in SCHEMAS
        if not (folder / name).is_file()
        or (folder / name).read_text(encoding="utf-8") != schema_text(name)
    ]

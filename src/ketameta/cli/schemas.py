"""Every JSON Schema that editors use, by file name, and which of a folder's are stale."""

from __future__ import annotations

from pathlib import Path

from ketameta.appraisal.team_schemas import TEAM_SCHEMAS
from ketameta.records.json_schema import SCHEMAS, schema_text
from ketameta.synthesis.review_schema import NAME as REVIEW_SCHEMA
from ketameta.synthesis.review_schema import review_schema_text

NAMES = (*SCHEMAS, REVIEW_SCHEMA, *TEAM_SCHEMAS)


def text_of(name: str) -> str:
    """The text of a schema, as committed."""
    if name in TEAM_SCHEMAS:
        return TEAM_SCHEMAS[name]()
    return review_schema_text() if name == REVIEW_SCHEMA else schema_text(name)


def stale(folder: Path) -> list[str]:
    """Names of the schemas in `folder` that are missing or not those of this version."""
    return [
        name
        for name in NAMES
        if not (folder / name).is_file()
        or (folder / name).read_text(encoding="utf-8", errors="replace") != text_of(name)
    ]

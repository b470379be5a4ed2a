"""JSON Schema of what `ketameta check --format json` prints, for those who build on it."""

from __future__ import annotations

import json
from typing import Any

from ketameta.cli.check_json import SCHEMA

NAME = "check.schema.json"

_NUMBER = {"type": "integer", "minimum": 0}
_FINDING: dict[str, dict[str, Any]] = {
    "rule": {
        "type": "string",
        "pattern": "^R[0-9]{3}$",
        "description": "Code of the rule; `ketameta explain CODE` explains it.",
    },
    "severity": {
        "enum": ["error", "warning", "note"],
        "description": "Errors make a file unusable; notes are for information.",
    },
    "file": {"type": "string", "description": "Relative to where the command was run."},
    "line": {"type": "integer", "minimum": 1, "description": "Counted from 1."},
    "column": {"type": "integer", "minimum": 1, "description": "In characters, counted from 1."},
    "field": {"type": "string", "description": "Path in the file; empty for the whole file."},
    "message": {"type": "string", "description": "What is wrong."},
    "hint": {"type": "string", "description": "What to do; may be empty."},
}
_WAIVER: dict[str, dict[str, Any]] = {
    "reason": {"type": "string", "description": "Why the record is right all the same."},
    "by": {"type": "string", "description": "Who decided it."},
    "date": {"type": "string", "format": "date", "description": "When."},
}
_SUMMARY: dict[str, dict[str, Any]] = {
    "files": {**_NUMBER, "description": "Files looked at."},
    "errors": {**_NUMBER, "description": "Findings that are errors."},
    "warnings": {**_NUMBER, "description": "Findings that are warnings."},
    "notes": {**_NUMBER, "description": "Findings that are only for information."},
    "waived": {**_NUMBER, "description": "Findings that records keep with a reason."},
    "rules": {
        "type": "object",
        "additionalProperties": _NUMBER,
        "description": "How often each rule is broken.",
    },
}


def _object(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(fields),
        "additionalProperties": False,
        "properties": fields,
    }


CHECK_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "ketameta check",
    "description": "What `ketameta check --format json` prints.",
    **_object(
        {
            "schema": {"const": SCHEMA, "description": "Version of this form."},
            "ok": {"type": "boolean", "description": "False when the exit code is 1."},
            "fail_on": {
                "enum": ["error", "warning", "never"],
                "description": "Which findings make `ok` false.",
            },
            "summary": {**_object(_SUMMARY), "description": "How many of what."},
            "findings": {
                "type": "array",
                "items": _object(_FINDING),
                "description": "What stands against a rule, by place.",
            },
            "waived": {
                "type": "array",
                "items": _object({**_FINDING, "waiver": _object(_WAIVER)}),
                "description": "What a record keeps with a reason, by place.",
            },
        }
    ),
}


def check_schema_text() -> str:
    """The schema as `ketameta schema check` prints it."""
    return json.dumps(CHECK_SCHEMA, indent=2, ensure_ascii=False) + "\n"

"""The parts of SARIF 2.1.0 that consumers rely on, as a JSON Schema written from the standard.

Sections of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html are named beside each.
"""

from __future__ import annotations

from typing import Any

_MESSAGE: dict[str, Any] = {  # 3.11
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
_RULE: dict[str, Any] = {  # 3.49
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "shortDescription": _MESSAGE,
        "fullDescription": _MESSAGE,
        "help": _MESSAGE,
        "helpUri": {"type": "string", "pattern": r"^https://[!-~]+$"},
        "defaultConfiguration": {"type": "object", "properties": {"level": _LEVEL}},  # 3.50
        "properties": {"type": "object"},
    },
}
_URI = {"type": "string", "pattern": r"^([A-Za-z0-9._~/!$&'()*+,;=@-]|%[0-9A-F]{2})+$"}
_FILE_URI = {"type": "string", "pattern": r"^file:///[!-~]*$"}
_ARTIFACT: dict[str, Any] = {  # 3.4: a relative reference with a base, or an absolute URI without
    "type": "object",
    "oneOf": [
        {
            "required": ["uri", "uriBaseId"],
            "additionalProperties": False,
            "properties": {"uri": _URI, "uriBaseId": {"const": "%SRCROOT%"}},
        },
        {
            "required": ["uri"],
            "additionalProperties": False,
            "properties": {"uri": _FILE_URI},
        },
    ],
}
_REGION: dict[str, Any] = {  # 3.30
    "type": "object",
    "required": ["startLine"],
    "properties": {
        "startLine": {"type": "integer", "minimum": 1},
        "startColumn": {"type": "integer", "minimum": 1},
    },
}
_SUPPRESSION: dict[str, Any] = {  # 3.35
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["inSource", "external"]},
        "status": {"enum": ["accepted", "underReview", "rejected"]},
        "justification": {"type": "string"},
    },
}
_RESULT: dict[str, Any] = {  # 3.27
    "type": "object",
    "required": ["ruleId", "message", "locations"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _MESSAGE,
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["physicalLocation"],
                "properties": {
                    "physicalLocation": {
                        "type": "object",
                        "required": ["artifactLocation"],
                        "properties": {"artifactLocation": _ARTIFACT, "region": _REGION},
                    }
                },
            },
        },
        "partialFingerprints": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
        },
        "suppressions": {"type": "array", "items": _SUPPRESSION},
    },
}
SARIF: dict[str, Any] = {  # 3.13
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "pattern": "sarif-schema-2.1.0.json$"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {  # 3.14
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {  # 3.19
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string", "minLength": 1},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "items": _RULE,
                                        "uniqueItems": True,
                                    },
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "originalUriBaseIds": {"type": "object"},
                    "results": {"type": "array", "items": _RESULT, "maxItems": 25_000},
                },
            },
        },
    },
}

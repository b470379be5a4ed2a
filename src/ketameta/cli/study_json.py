"""A study record as plain values, with the line of every result."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ketameta.records.loading import LoadedStudy
from ketameta.synthesis.answer import Flag
from ketameta.synthesis.json_codec import to_plain


def study_json(loaded: LoadedStudy, flags: Sequence[Flag]) -> dict[str, Any]:
    """The record as it stands in the file, with `file`, `label`, `flags`, and lines of results."""
    study = loaded.study
    record = _plain(study.model_dump(by_alias=True, exclude_none=True))
    for i, outcome in enumerate(record["outcomes"]):
        for j, result in enumerate(outcome["results"]):
            result["line"] = loaded.document.locate(("outcomes", i, "results", j))[0]
    return {
        "label": study.label,
        "file": loaded.document.path.as_posix(),
        "flags": to_plain(tuple(flags)),
        **record,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value

"""From answers to a record: values in their places, sources beside them, gaps listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ketameta.authoring.fields import field_at
from ketameta.authoring.prompts import ASKED
from ketameta.exchange.record_paths import at, put_at, undotted

_DOCUMENT = "sources.document."
"""Questions about the document are asked before its name in the record is used."""

_NULL = ("citation.year",)
"""Required, and null where no source shows it."""


def record_of(answers: Mapping[str, Any], *, sourced: bool = True) -> dict[str, Any]:
    """The record that the answers make.

    Parameters
    ----------
    answers
        By path; those that begin with `ask.` are about the entry itself.
    sourced
        Whether every part gets its reference to the document.
    """
    key = str(answers.get("ask.source", "paper"))
    record: dict[str, Any] = {}
    if "ask.id" in answers:
        record["id"] = answers["ask.id"]
    for name, value in answers.items():
        if name.startswith(ASKED) or (value is None and name not in _NULL):
            continue
        path = undotted(name)
        if name.startswith(_DOCUMENT):
            path = ("sources", key, *path[2:])
        if not sourced and path[-1] == "locator":
            continue
        if path[-1] == "locator":
            put_at(record, (*path[:-1], "ref"), key)
        put_at(record, path, value)
    return record


def with_gaps(record: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The record with a `missing` entry for every question that was skipped."""
    key = str(answers.get("ask.source", "paper"))
    document = str(at(record, ("sources", key, "document")) or "the document")
    entries = [*record.get("missing", ())]
    for name, said in _skipped(record, answers):
        entries.append({"what": f"{name}: {said}", "where": f"{document}, if it is reported"})
    return {**record, "missing": entries} if entries else dict(record)


def _skipped(record: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in answers.items():
        if value is not None or name.startswith((ASKED, _DOCUMENT)):
            continue
        path = undotted(name)
        if path[0] == "citation":  # a field of a citation that does not exist is no gap
            continue
        yield name, field_at(path, record).meaning.rstrip(".").lower()

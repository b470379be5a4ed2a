"""Which records came, went or changed, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.reports.comparison.changed_text import both_shown

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a record: where, and what stood there before and stands there now."""

    path: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that is not as it was.

    Attributes
    ----------
    study, label
        Which one.
    kind
        "added", "removed" or "changed".
    fields
        What changed in it; empty for records that came or went.
    """

    study: str
    label: str
    kind: str
    fields: tuple[FieldChange, ...] = ()


def record_changes(before: Evidence, now: Evidence) -> tuple[RecordChange, ...]:
    """Every record that differs, by id; comments and layout do not count."""
    old = {study.id: study for study in before.studies}
    new = {study.id: study for study in now.studies}
    return tuple(_changes(old, new))


def written_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[RecordChange, ...]:
    """Every record that says something else than it did, by id, as records were written.

    For states of which one has words or fields that no model of today knows.

    Parameters
    ----------
    before, now
        What the files say, by the id of the study.
    """
    return tuple(_written(before, now))


def _written(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[RecordChange]:
    for name in sorted(before.keys() | now.keys()):
        if name not in before or name not in now:
            yield RecordChange(name, name, ADDED if name in now else REMOVED)
            continue
        fields = tuple(_differences(before[name], now[name], ""))
        if fields:
            yield RecordChange(name, name, CHANGED, fields)


def _changes(old: Mapping[str, Study], new: Mapping[str, Study]) -> Iterator[RecordChange]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield RecordChange(name, new[name].label, ADDED)
        elif name not in new:
            yield RecordChange(name, old[name].label, REMOVED)
        elif old[name] != new[name]:
            fields = tuple(_fields(old[name], new[name]))
            yield RecordChange(name, new[name].label, CHANGED, fields)


def _fields(old: Study, new: Study) -> Iterator[FieldChange]:
    yield from _differences(old.model_dump(mode="json"), new.model_dump(mode="json"), "")


def _differences(before: Any, now: Any, path: str) -> Iterator[FieldChange]:
    """Where two values differ; a part that came or went as a whole is one difference."""
    if before == now or (_empty(before) and _empty(now)):
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            yield from _differences(before.get(key), now.get(key), _join(path, key))
    elif isinstance(before, list) and isinstance(now, list) and before and now:
        old, new = _named(before), _named(now)
        for name in dict.fromkeys((*old, *new)):
            yield from _differences(old.get(name), new.get(name), f"{path}[{name}]")
    else:
        yield FieldChange(path, *both_shown(_text(before), _text(now)))


def _empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _named(values: list[Any]) -> dict[str, Any]:
    """Elements by their id where every one has its own, otherwise by their place."""
    ids = [value.get("id") if isinstance(value, dict) else None for value in values]
    if None in ids or len(set(ids)) < len(ids):
        return {str(i): value for i, value in enumerate(values)}
    return {str(name): value for name, value in zip(ids, values, strict=True)}


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _text(value: Any) -> str:
    if _empty(value):
        return NOTHING
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return f"{len(value)} entries" if len(value) > 1 else "1 entry"
    if isinstance(value, dict):
        value = ", ".join(
            f"{key}: {_text(item)}" for key, item in value.items() if not _empty(item)
        )
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return " ".join(str(value).split())

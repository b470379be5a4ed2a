"""A record to complete: what is known, and a comment for every field that is not filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ketameta.authoring.fields import PART, Field, field_at, fields_of
from ketameta.exchange.record_paths import Path_, at
from ketameta.exchange.record_yaml import record_text
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Document, parse

_WIDTH = 150
_LIVES_WITHOUT = frozenset({"field_sources", "waivers", "published_risk_of_bias", "risk_of_bias"})
"""Optional parts that would only distract someone who begins."""


def skeleton_text(data: Mapping[str, Any]) -> str:
    """The text of a study file, with a comment line for each field that is still to be filled.

    A comment names the field, says what it means and which words are allowed, and marks what is
    required. Reading the text gives `data`.
    """
    text = record_text(data)
    document = Document(Path("record"))
    parse(text.encode("utf-8"), document)
    lines = text.splitlines()
    notes: list[tuple[int, int, list[str]]] = []
    for path, model in _parts(document):
        column = _column(document, path)
        comments = list(_comments(at(document.data, path) if path else data, model, column))
        notes.append((_last_line(document, path), -len(path), comments))
    for line, _, comments in sorted(notes, key=lambda note: (-note[0], -note[1])):
        lines[line:line] = comments
    return "\n".join(lines) + "\n"


def _parts(document: Document) -> Iterator[tuple[Path_, type[BaseModel]]]:
    """The parts of a record that stand on lines of their own and may miss fields."""
    yield (), Study
    for path, place in document.positions.items():
        if not path or not isinstance(at(document.data, path), dict):
            continue
        key = document.keys.get(path)
        if key is not None and key[0] == place[0]:  # on one line: {...}
            continue
        try:
            found = field_at(path, document.data)
        except KeyError:
            continue
        listed = found.many and path[-1] == found.name
        if found.kind == PART and found.model is not None and not listed:
            yield path, found.model


def _column(document: Document, path: Path_) -> int:
    inside = [place[1] for key, place in document.keys.items() if key[:-1] == path]
    return min(inside, default=1)


def _last_line(document: Document, path: Path_) -> int:
    return max(place[0] for at_, place in document.positions.items() if at_[: len(path)] == path)


def _comments(data: Any, model: type[BaseModel], column: int) -> Iterator[str]:
    pad = " " * (column - 1)
    for field in fields_of(model):
        if field.name in data or (field.name in _LIVES_WITHOUT and not field.required):
            continue
        yield _line(field, pad)
        if field.kind == PART and field.required and field.model is not None:
            for inner in fields_of(field.model):
                if inner.required:
                    yield _line(inner, pad, depth=2)


def _line(field: Field, pad: str, depth: int = 0) -> str:
    needed = "Required. " if field.required else ""
    words = " | ".join(word for word, _ in field.words)
    meaning = " ".join(field.meaning.split())
    said = f"{needed}{words}" if words else f"{needed}{meaning}"
    if words and len(f"{said} ({meaning})") < _WIDTH - 30:
        said = f"{needed}{meaning} {words}"
    line = f"{pad}# {' ' * depth}{field.name}:  # {said}".rstrip()
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 4].rsplit(' ', 1)[0]} ..."

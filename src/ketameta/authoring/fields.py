"""What may stand at a place of a record: its meaning, its words, and whether it must be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from ketameta.exchange.record_paths import Path_
from ketameta.records.study import Study
from ketameta.records.vocabulary import Word

TEXT, COUNT, NUMBER, WORD, WORDS, LIST, YES_NO, PART = (
    *("text", "count", "number", "word", "words", "list", "yes or no", "part"),
)
"""Kinds of fields; a part holds other fields."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    Attributes
    ----------
    name, meaning
        Name in the file, and its description in the schema.
    kind
        `text`, `count`, `number`, `word`, `words`, `list`, `yes or no` or `part`.
    words
        Allowed words with their meanings.
    required
        Whether a record without it is refused.
    model
        The model of a part, or of the entries of a list of parts.
    many
        Whether a part stands in a list or under names.
    """

    name: str
    meaning: str
    kind: str
    words: tuple[tuple[str, str], ...] = ()
    required: bool = False
    model: type[BaseModel] | None = None
    many: bool = False


def fields_of(model: type[BaseModel]) -> Iterator[Field]:
    """The fields of a part of a record, in the order of the schema."""
    for name, info in model.model_fields.items():
        yield _field(
            info.alias or name, info.description or "", info.annotation, info.is_required()
        )


def field_at(path: Path_, data: Any = None) -> Field:
    """The field at a path of a study record.

    Parameters
    ----------
    path
        Names and positions from the top of the record.
    data
        The record so far, which decides between kinds of results.

    Raises
    ------
    KeyError
        When a record has no such field.
    """
    model: type[BaseModel] = Study
    found = Field("", "", PART, model=Study)
    inside = False
    for step in path:
        data = _inner(data, step)
        if inside:  # the position or name of an entry
            inside = False
            found = Field(str(step), found.meaning, found.kind, found.words, False, found.model)
            model = _model_for(found, model, data)
            continue
        found = _named(model, str(step))
        inside = found.many or found.kind == LIST
        if not inside:
            model = _model_for(found, model, data)
    return found


def _inner(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _named(model: type[BaseModel], name: str) -> Field:
    for found in fields_of(model):
        if found.name == name:
            return found
    raise KeyError(name)


def _model_for(found: Field, model: type[BaseModel], data: Any) -> type[BaseModel]:
    if found.name != "data":
        return found.model or model
    wanted = data.get("kind") if isinstance(data, dict) else None
    for member in get_args(model.model_fields["data"].annotation):
        if wanted in get_args(member.model_fields["kind"].annotation):
            chosen: type[BaseModel] = member
            return chosen
    return BaseModel  # which has no fields: the kind is not said


def _field(name: str, meaning: str, annotation: Any, required: bool) -> Field:
    core, many = _core(annotation)
    if isinstance(core, type) and issubclass(core, Word):
        words = tuple((str(word), word.meaning) for word in core)
        return Field(name, meaning, WORDS if many else WORD, words, required)
    if get_origin(core) is Literal:
        words = tuple((str(word), meaning) for word in get_args(core))
        return Field(name, meaning, WORD, words, required)
    if isinstance(core, type) and issubclass(core, BaseModel):
        return Field(name, meaning, PART, (), required, core, many)
    if get_origin(core) in (Union, UnionType):
        kinds = tuple(
            (get_args(m.model_fields["kind"].annotation)[0], m.model_fields["kind"].description)
            for m in get_args(core)
        )
        return Field(name, meaning, PART, kinds, required, None, False)
    if many:
        return Field(name, meaning, LIST, (), required)
    kinds_of = {bool: YES_NO, int: COUNT, Decimal: NUMBER}
    return Field(name, meaning, kinds_of.get(core, TEXT), (), required)


def _core(annotation: Any) -> tuple[Any, bool]:
    """The type without `Annotated`, `None` and containers, and whether there may be several."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _core(args[0])
    if origin in (Union, UnionType):
        members = [member for member in args if member is not type(None)]
        return _core(members[0]) if len(members) == 1 else (annotation, False)
    if origin is tuple:
        return _core(args[0])[0], True
    if origin is dict:
        return _core(args[1])[0], True
    return annotation, False

"""From a YAML file to a checked model: every problem of a file at once, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.provenance import ADDRESS, DAY, KEY, SLUG
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Document, Path_, read_yaml

Model = TypeVar("Model", bound=BaseModel)

QUOTED = re.compile(r"'([^']*)'")
"""An allowed word within the text in which pydantic lists them."""
COMMA = re.compile(r"([-+]?\d+),(\d+)$")
NO_SPACE = re.compile(r"([a-z_]+):(\S+)$")
FORMS = {
    SLUG: 'must be lower-case words and numbers joined by "-", as in doe-2020',
    KEY: 'must be lower-case words and numbers joined by "-" or "_", as in week-12',
    ADDRESS: "must be an address that begins with https:// or http://",
    DAY: "must be a day as 2026-11-20",
}
NOTHING = "nothing"
BOUNDS = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


@dataclass(frozen=True, slots=True)
class LoadedStudy:
    """A study together with the file it came from."""

    study: Study
    document: Document


def load(
    path: Path, model: type[Model], *, shown_as: Path | None = None
) -> tuple[Model | None, Document]:
    """Read `path` as `model`. On problems the model is None and `document.problems` lists all."""
    document = read_yaml(path, shown_as=shown_as)
    return fitted(document, model), document


def fitted(document: Document, model: type[Model]) -> Model | None:
    """The content of a document as `model`; on problems None, and the document lists them all."""
    if document.data is None and document.problems:
        return None
    if not isinstance(document.data, dict):
        document.problems.append(
            document.problem((), "a mapping of fields is expected.", "Start with `id: ...`.")
        )
        return None
    try:
        result = model.model_validate(document.data)
    except ValidationError as error:
        reported = {(p.line, p.column) for p in document.problems}
        for detail in error.errors(include_url=False):
            if detail["type"] == "too_short" and detail["input"]:
                continue  # pydantic counts valid entries only; their own problems are listed
            problem = _problem(detail, document, model)
            if (problem.line, problem.column) not in reported:
                document.problems.append(problem)
        document.problems.sort()
        return None
    return None if document.problems else result


def _problem(detail: Mapping[str, Any], document: Document, model: type[BaseModel]) -> Problem:
    where = _real_path(detail["loc"], document.data)
    kind = detail["type"]
    if kind == "extra_forbidden":
        allowed = list(_field_names(where[:-1], document.data, model))
        hint = _in_braces(where, document.data) or did_you_mean(str(where[-1]), allowed)
        return document.problem(where, "unknown field.", hint, key=True)
    if kind == "missing":
        return document.problem(where, "is required but missing.", "Add the field.")
    ctx = detail.get("ctx", {})
    shown = _shown(detail.get("input"))
    if kind in ("enum", "literal_error"):
        hint = did_you_mean(shown.strip('"'), QUOTED.findall(ctx["expected"]))
        return document.problem(where, f"{shown} is not an allowed word.", hint)
    if kind == "union_tag_invalid":
        hint = did_you_mean(ctx["tag"], QUOTED.findall(ctx["expected_tags"]))
        place = (*where, "kind")
        return document.problem(place, f'"{ctx["tag"]}" is not a kind of data.', hint)
    if kind == "union_tag_not_found":
        hint = "Say which kind of data this is, e.g. `kind: events`."
        return document.problem(where, "`kind` is missing.", hint)
    message, hint = _plain(kind, detail, shown)
    return document.problem(where, message, hint)


def _plain(kind: str, detail: Mapping[str, Any], shown: str) -> tuple[str, str]:
    ctx = detail.get("ctx", {})
    if kind in ("decimal_type", "decimal_parsing", "int_type", "int_parsing", "int_from_float"):
        noun = "a whole number" if kind.startswith("int") else "a number"
        hint = _with_point(detail.get("input")) or (
            "If it is not reported, leave the field out and list it under `missing`."
        )
        return f"must be {noun}, found {shown}.", hint
    if kind in ("string_too_short", "too_short") or (shown == NOTHING and kind == "string_type"):
        return "is empty.", "Fill it in, or leave the field out."
    if kind == "string_type":
        hint = "" if isinstance(detail["input"], dict | list) else "Put it in quotes."
        return f"must be text, found {shown}.", hint
    if kind in ("bool_type", "bool_parsing"):
        return f"must be true or false, found {shown}.", ""
    if kind in BOUNDS:
        key, words = BOUNDS[kind]
        return f"must be {words} {ctx[key]}, got {shown}.", ""
    if kind == "string_pattern_mismatch":
        return f"{FORMS[ctx['pattern']]}, found {shown}.", ""
    if kind in ("tuple_type", "list_type"):
        return f"must be a list, found {shown}.", "Write `- ` before each entry, or use [a, b]."
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"must be a mapping of fields, found {shown}.", ""
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}.", ""


def _with_point(value: Any) -> str:
    """What to write for a number with a comma, or nothing."""
    if not isinstance(value, str) or not (comma := COMMA.match(value)):
        return ""
    pointed = f"Write {comma[1]}.{comma[2]}, with a point"
    if len(comma[2]) == 3:
        return f"{pointed}; if the comma parts thousands, {comma[1]}{comma[2]}."
    return f"{pointed}."


def _in_braces(where: Path_, data: Any) -> str:
    """A hint for what braces take apart otherwise than meant: `{sd: 9,8}` and `{sd:9.8}`."""
    for step in where[:-1]:
        data = data[step]
    name, fields = str(where[-1]), list(data)
    if joined := NO_SPACE.match(name):
        return f"Write `{joined[1]}: {joined[2]}`, with a space after the colon."
    if name.isdecimal() and data[where[-1]] is None and (at := fields.index(where[-1])):
        before = data[fields[at - 1]]
        if type(before) is int:
            return _with_point(f"{before},{name}")
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return NOTHING if value is None else str(value)


def _real_path(loc: tuple[str | int, ...], data: Any) -> Path_:
    """The path in the file: pydantic adds the tags of unions and `[key]` to the location."""
    path: list[str | int] = []
    node = data
    for i, step in enumerate(loc):
        last = i + 1 == len(loc)
        if isinstance(node, dict):
            is_tag = not last and (step not in node or step == node.get("kind"))
        else:
            is_tag = not isinstance(node, list)
        if is_tag or step == "[key]":
            continue
        path.append(step)
        node = node.get(step) if isinstance(node, dict) else node[step]
    return tuple(path)


def _field_names(where: Path_, data: Any, model: type[BaseModel]) -> Iterator[str]:
    """Names of the fields allowed at a path, by walking the annotations along it."""
    annotation: Any = model
    node = data
    for step in where:
        owner = _resolve(annotation, node)
        if isinstance(owner, type) and issubclass(owner, BaseModel):
            annotation = next(
                (f.annotation for n, f in owner.model_fields.items() if step in (n, f.alias)), None
            )
        else:
            args = get_args(owner)
            annotation = args[1] if get_origin(owner) is dict else args[0] if args else None
        node = node[step] if isinstance(node, (dict, list)) else None  # type: ignore[index]
    owner = _resolve(annotation, node)
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        for name, info in owner.model_fields.items():
            yield info.alias or name


def _resolve(annotation: Any, node: Any) -> Any:
    """An annotation without `Annotated` and unions: the member that fits the node."""
    if get_origin(annotation) is Annotated:
        return _resolve(get_args(annotation)[0], node)
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    members = [_resolve(a, node) for a in get_args(annotation) if a is not type(None)]
    kind = node.get("kind") if isinstance(node, dict) else None
    for member in members:
        tag = getattr(member, "model_fields", {}).get("kind")
        if tag is not None and kind in get_args(tag.annotation):
            return member
    models = [m for m in members if isinstance(m, type) and issubclass(m, BaseModel)]
    return (models or members)[0]

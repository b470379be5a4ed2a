"""Study records as YAML text in the house style: fields in the order of the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from ketameta.records.checks_written import MODELINE
from ketameta.records.study import Study
from ketameta.records.yaml_scalars import RefusedScalarError, plain_scalar

_FLOW = frozenset({"source", "time", "dose", "psychotherapy", "age", "female"})
"""Short mappings that stand on one line where all they hold are words and numbers."""
_UNSAFE_START = frozenset("!&*-?:,[]{}#|>@`\"'%= ")
_UNPRINTABLE = "\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
"""What YAML does not allow as it is, or takes for the end of a line or file, beyond JSON's own."""
_ESCAPED = re.compile(f"[{_UNPRINTABLE}]")
_UNSAFE = re.compile(rf": |:$| #|[\x00-\x1f{_UNPRINTABLE}]")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}]")
_LONGEST_LINE = 160
_LAST = ("source", "field_sources")


def record_text(data: Mapping[str, Any]) -> str:
    """The text of a study file; reading it gives the same data.

    Parameters
    ----------
    data
        A record as its YAML file holds it: mappings, lists, text, whole numbers and `Decimal`.
    """
    ordered = _ordered(data, Study)
    return "\n".join([MODELINE, *_mapping(ordered, 0)]) + "\n"


def flow(value: Any) -> str:
    """A value on one line, as YAML reads it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k, True)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return _scalar(value, True)


def _mapping(data: Mapping[str, Any], indent: int, *, inside: bool = False) -> Iterator[str]:
    pad = " " * indent
    for key, value in data.items():
        name = f"{pad}{_scalar(key, False)}:"
        if isinstance(value, Mapping) and value:
            line = f"{name} {flow(value)}"
            short = (key in _FLOW or inside) and _flat(value) and len(line) <= _LONGEST_LINE
            if short:
                yield line
            else:
                yield name
                yield from _mapping(value, indent + 2, inside=key in ("arms", "field_sources"))
        elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
            yield name
            for item in value:
                yield from _item(item, indent + 2)
        elif isinstance(value, Mapping | list):
            yield f"{name} {flow(value)}"
        else:
            yield f"{name} {_scalar(value, False)}"


def _item(item: Any, indent: int) -> Iterator[str]:
    """An entry of a list: its first line after a dash, the others below."""
    if not isinstance(item, Mapping) or not item:
        yield f"{' ' * indent}- {flow(item)}"
        return
    lines = list(_mapping(item, indent + 2))
    yield f"{' ' * indent}- {lines[0].lstrip()}"
    yield from lines[1:]


def _flat(value: Mapping[str, Any]) -> bool:
    return not any(isinstance(item, Mapping) for item in value.values())


def _scalar(value: Any, in_flow: bool) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}" if "E" in str(value) and abs(value.adjusted()) < 18 else str(value)
    if not isinstance(value, str):
        return str(value)
    return value if _plain(value, in_flow) else _quoted(value)


def _quoted(text: str) -> str:
    """The text in double quotes, in which YAML reads the escapes of JSON."""
    written = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _plain(text: str, in_flow: bool) -> bool:
    if not text or text != text.strip() or text[0] in _UNSAFE_START or _UNSAFE.search(text):
        return False
    if in_flow and _UNSAFE_IN_FLOW.search(text):
        return False
    try:
        return plain_scalar(text) == text and isinstance(plain_scalar(text), str)
    except RefusedScalarError:
        return False


def _ordered(node: Any, annotation: Any) -> Any:
    """The node with its keys in the order of the model's fields, sources behind what they cover."""
    kind = _resolved(annotation, node)
    if isinstance(node, list):
        inner = get_args(kind)[0] if get_args(kind) else None
        return [_ordered(item, inner) for item in node]
    if not isinstance(node, Mapping):
        return node
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        names = {info.alias or name: info.annotation for name, info in kind.model_fields.items()}
        known = [key for key in names if key in node and key not in _LAST]
        known += [key for key in _LAST if key in node and key in names]
        rest = [key for key in node if key not in names]
        return {key: _ordered(node[key], names.get(key)) for key in (*known, *rest)}
    inner = get_args(kind)[1] if get_origin(kind) is dict else None
    return {key: _ordered(value, inner) for key, value in node.items()}


def _resolved(annotation: Any, node: Any) -> Any:
    """An annotation without `Annotated` and unions: the member that fits the node."""
    if get_origin(annotation) is Annotated:
        return _resolved(get_args(annotation)[0], node)
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    members = [_resolved(a, node) for a in get_args(annotation) if a is not type(None)]
    kind = node.get("kind") if isinstance(node, Mapping) else None
    for member in members:
        tag = getattr(member, "model_fields", {}).get("kind")
        if tag is not None and kind in get_args(tag.annotation):
            return member
    return members[0]

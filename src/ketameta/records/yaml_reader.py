"""YAML 1.2 without surprises: exact decimals, no implicit booleans or dates, positions kept.

`country: NO` is the text NO, `12:30` a text, `1e-3` a number; `010`, a repeated key, an anchor and
a tag are errors. Numbers with a decimal point become `Decimal`, so the printed digits survive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ketameta.records.problems import Problem

Path_ = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_LEADING_ZERO = re.compile(r"([-+]?)0+([0-9][0-9.]*([eE][-+]?[0-9]+)?)$")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)$|\.(nan|NaN|NAN)$")
MAX_BYTES = 2_000_000
"""A study file is some 10 kB; more than this is not a study file."""
MAX_DEPTH = 40
MAX_DIGITS = 18
"""Of a whole number; more is an identifier that somebody forgot to quote."""
MAX_DECIMAL = 40
"""Characters of a decimal number; float64 has 17 digits."""
MAX_EXPONENT = 99
"""Beyond it float64 arithmetic on ratios and squares may overflow; no measurement comes near."""


@dataclass(slots=True)
class Document:
    """The content of a YAML file and where everything in it stands.

    `positions[path]` is the (line, column) of a value and `keys[path]` that of its key, both
    counted from 1; a path is a tuple of mapping keys and sequence indices.
    """

    path: Path
    data: Any = None
    positions: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, where: Path_, message: str, hint: str = "", *, key: bool = False) -> Problem:
        """A problem at a path of this document, or at its closest parent that exists."""
        line, column = self.locate(where, key=key)
        return Problem(self.path, line, column, ".".join(str(w) for w in where), message, hint)

    def locate(self, where: Path_, *, key: bool = False) -> tuple[int, int]:
        """Line and column of a path, or of its closest parent that exists."""
        if key and where in self.keys:
            return self.keys[where]
        for length in range(len(where), -1, -1):
            if where[:length] in self.positions:
                return self.positions[where[:length]]
        return (1, 1)


def read_yaml(path: Path, *, shown_as: Path | None = None) -> Document:
    """Read one YAML file; `data` is None if it cannot be parsed, other problems leave a gap."""
    document = Document(shown_as or path)
    text = _read_text(path, document)
    if text is not None:
        _compose(text, document)
    return document


def _read_text(path: Path, document: Document) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        document.problems.append(document.problem((), f"cannot read the file ({reason})."))
        return None
    if len(raw) > MAX_BYTES:
        document.problems.append(
            document.problem((), f"the file has {len(raw):,} bytes.", "A record is far smaller.")
        )
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        document.problems.append(
            Problem(document.path, line, column, "", "not UTF-8.", "Save the file as UTF-8.")
        )
        return None


def _compose(text: str, document: Document) -> None:
    if bad := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - (text.rfind("\n", 0, bad.start()) + 1) + 1
        message = f"control character {ord(bad.group()):#04x}."
        document.problems.append(
            Problem(document.path, line, column, "", message, "Remove the character.")
        )
        return
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"not valid YAML: {error.problem or error.context or 'cannot be parsed'}."
        hint = "Check indentation and quotes near this place."
        document.problems.append(Problem(document.path, line, column, "", message, hint))
        return
    except (YAMLError, ValueError, RecursionError) as error:
        message = f"not valid YAML: {str(error).splitlines()[0] if str(error) else 'too deep'}."
        document.problems.append(Problem(document.path, 1, 1, "", message))
        return
    if node is None:
        document.problems.append(document.problem((), "the file is empty."))
        return
    document.data = _build(node, (), document)


def _build(node: Node, where: Path_, document: Document) -> Any:
    document.positions[where] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if len(where) > MAX_DEPTH:
        document.problems.append(document.problem(where, "nested too deeply.", "Flatten it."))
        return None
    if node.anchor is not None:
        hint = "Write the value out in each place."
        document.problems.append(document.problem(where, "anchors (&) are not allowed.", hint))
        return None
    if node.start_mark.buffer[node.start_mark.pointer] == "!":
        hint = "Leave the tag out; put text in quotes."
        document.problems.append(document.problem(where, "tags (!) are not allowed.", hint))
        return None
    if isinstance(node, MappingNode):
        return _build_mapping(node, where, document)
    if isinstance(node, SequenceNode):
        return [_build(item, (*where, i), document) for i, item in enumerate(node.value)]
    return _scalar(node, where, document)


def _build_mapping(node: MappingNode, where: Path_, document: Document) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        mark = key_node.start_mark
        key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
        inner = (*where, key)
        if key in result:
            first = document.keys[inner][0]
            line, column = mark.line + 1, mark.column + 1
            message = f'the key "{key}" stands twice (first on line {first}).'
            dotted = ".".join(str(w) for w in inner)
            document.problems.append(
                Problem(document.path, line, column, dotted, message, "Keep one of them.")
            )
            continue
        document.keys[inner] = (mark.line + 1, mark.column + 1)
        result[key] = _build(value_node, inner, document)
        if result[key] is None and value_node.value == "":  # its mark is that of the next token
            document.positions[inner] = document.keys[inner]
    return result


def _scalar(node: Node, where: Path_, document: Document) -> Any:
    text: str = node.value
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if leading := _LEADING_ZERO.match(text):
        hint = f"Write {leading[1]}{leading[2]}, or put it in quotes if it is a name."
        document.problems.append(document.problem(where, f"{text} has a leading zero.", hint))
        return None
    if _NOT_FINITE.match(text):
        hint = "Leave the field out and list the value under `missing`."
        document.problems.append(document.problem(where, f"{text} is not a number to keep.", hint))
        return None
    if _INTEGER.match(text) or _DECIMAL.match(text):
        return _number(text, where, document)
    return text


def _number(text: str, where: Path_, document: Document) -> int | Decimal | None:
    whole = _INTEGER.match(text) is not None
    exponent = text.lower().partition("e")[2].lstrip("+-") or "0"
    too_long = len(text.lstrip("+-")) > (MAX_DIGITS if whole else MAX_DECIMAL)
    if too_long or len(exponent) > 4 or int(exponent) > MAX_EXPONENT:
        hint = "Quote it if it is a name."
        document.problems.append(document.problem(where, "the number is too long.", hint))
        return None
    return int(text) if whole else Decimal(text)

"""YAML 1.2 without surprises: exact decimals, no implicit booleans or dates, positions kept.

`country: NO` is the text NO, `12:30` a text, `1e-3` a number; `010`, a repeated key, an anchor and
a tag are errors. Numbers with a decimal point become `Decimal`, so the printed digits survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ketameta.records.places import COPY_IT, LED_OUT, leads_out
from ketameta.records.problems import Problem
from ketameta.records.yaml_events import MOST_NESTED, BrokenYamlError, parsers
from ketameta.records.yaml_hints import hint
from ketameta.records.yaml_scalars import RefusedScalarError, Scalar, plain_scalar

Path_ = tuple[str | int, ...]

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
"""Control characters, and line ends that only some programs see as such."""
MAX_BYTES = 2_000_000
"""A study file is some 10 kB; more than this is not a study file."""
MAX_DEPTH = 40


@dataclass(slots=True)
class Document:
    """The content of a YAML file and where everything in it stands.

    `positions[path]` is the (line, column) of a value and `keys[path]` that of its key, both
    counted from 1; a path is a tuple of mapping keys and sequence indices. A document whose data
    were kept from an earlier run has its `source`, in which places are looked up when needed.
    """

    path: Path
    data: Any = None
    positions: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    source: bytes | None = field(default=None, repr=False)

    def forget(self) -> None:
        """Empty the document: what a file says before a mistake in its form is not reliable."""
        self.data = None
        for part in (self.positions, self.keys, self.problems):
            part.clear()

    def problem(self, where: Path_, message: str, hint: str = "", *, key: bool = False) -> Problem:
        """A problem at a path of this document, or at its closest parent that exists."""
        line, column = self.locate(where, key=key)
        return Problem(self.path, line, column, ".".join(str(w) for w in where), message, hint)

    def locate(self, where: Path_, *, key: bool = False) -> tuple[int, int]:
        """Line and column of a path, or of its closest parent that exists."""
        if self.source is not None:
            self._look_up(self.source)
        if key and where in self.keys:
            return self.keys[where]
        for length in range(len(where), -1, -1):
            if where[:length] in self.positions:
                return self.positions[where[:length]]
        return (1, 1)

    def _look_up(self, source: bytes) -> None:
        again = Document(self.path)
        parse(source, again)
        self.positions, self.keys, self.source = again.positions, again.keys, None


def read_yaml(path: Path, *, shown_as: Path | None = None) -> Document:
    """Read one YAML file; `data` is None if it cannot be parsed, other problems leave a gap."""
    document = Document(shown_as or path)
    if leads_out(path):
        document.problems.append(document.problem((), LED_OUT, COPY_IT))
        return document
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        document.problems.append(document.problem((), f"cannot read the file ({reason})."))
        return document
    parse(raw, document)
    return document


def parse(raw: bytes, document: Document) -> None:
    """Fill a document with what the bytes of a file say."""
    text = _decoded(raw, document)
    if text is None:
        return
    if bad := _REFUSED.search(text):
        _report(document, f"control character {ord(bad.group()):#04x}.", *_place(text, bad.start()))
        return
    for parser in parsers(text):
        document.forget()
        try:
            _Builder(document, _bounded(parser(text))).build()
        except _TooDeepError as error:
            document.forget()
            place = error.mark.line + 1, error.mark.column + 1
            document.problems.append(
                Problem(document.path, *place, "", "nested too deeply.", "Flatten it.")
            )
            return
        except BrokenYamlError as error:
            document.forget()
            message = f"not valid YAML: {error.words}."
            document.problems.append(
                Problem(document.path, error.line, error.column, "", message, hint(text, error))
            )
        else:
            return


def _decoded(raw: bytes, document: Document) -> str | None:
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


def _place(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def _report(document: Document, message: str, line: int, column: int) -> None:
    document.problems.append(
        Problem(document.path, line, column, "", message, "Remove the character.")
    )


_STARTS = frozenset({"MappingStart", "SequenceStart"})
_ENDS = frozenset({"MappingEnd", "SequenceEnd"})


def _kind(event: Any) -> str:
    """`Scalar` for a ScalarEvent and so on: both parsers have classes of these names."""
    return type(event).__name__.removesuffix("Event")


class _TooDeepError(ValueError):
    """No record; whoever made this wants the parser to take for ever."""

    def __init__(self, mark: Any) -> None:
        super().__init__("nested too deeply")
        self.mark = mark


def _bounded(stream: Iterator[Any]) -> Iterator[Any]:
    """The events, as long as they are not nested beyond all reason."""
    depth = 0
    for event in stream:
        kind = _kind(event)
        if kind in _STARTS:
            depth += 1
            if depth > MOST_NESTED:
                raise _TooDeepError(event.start_mark)
        elif kind in _ENDS:
            depth -= 1
        yield event


class _Builder:
    """Values from events; what is refused leaves None and a problem."""

    __slots__ = ("_document", "_events")

    def __init__(self, document: Document, stream: Iterator[Any]) -> None:
        self._document = document
        self._events = stream

    def build(self) -> None:
        """The one document of the stream, into `data`."""
        found = False
        for event in self._events:
            if _kind(event) == "DocumentStart":
                if found:
                    mark = event.start_mark
                    raise BrokenYamlError(
                        "but found another document", mark.line + 1, mark.column + 1
                    )
                found = True
                self._document.data = self._value(next(self._events), ())
        if not found:
            self._refuse((), "the file is empty.")

    def _value(self, event: Any, where: Path_) -> Any:
        mark = event.start_mark
        self._document.positions[where] = (mark.line + 1, mark.column + 1)
        if len(where) > MAX_DEPTH:
            self._refuse(where, "nested too deeply.", "Flatten it.")
        elif event.anchor is not None:
            noun = "aliases (*)" if _kind(event) == "Alias" else "anchors (&)"
            self._refuse(where, f"{noun} are not allowed.", "Write the value out in each place.")
        elif event.tag is not None:
            hint = "Leave the tag out; put text in quotes."
            self._refuse(where, "tags (!) are not allowed.", hint)
        elif _kind(event) == "Scalar":
            return self._scalar(event, where)
        elif _kind(event) == "MappingStart":
            return self._mapping(where)
        else:
            return self._sequence(where)
        self._skip(event)
        return None

    def _skip(self, event: Any) -> None:
        """Leave out a value with everything in it, however deep."""
        depth = int(_kind(event) in _STARTS)
        while depth:
            event = next(self._events)
            depth += _kind(event) in _STARTS
            depth -= _kind(event) in _ENDS

    def _sequence(self, where: Path_) -> list[Any]:
        items: list[Any] = []
        while _kind(event := next(self._events)) not in _ENDS:
            items.append(self._value(event, (*where, len(items))))
        return items

    def _mapping(self, where: Path_) -> dict[str, Any]:
        document, result = self._document, dict[str, Any]()
        while _kind(event := next(self._events)) not in _ENDS:
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            key = self._key(event, where, place)
            value = next(self._events)
            inner = (*where, key)
            if key in result:
                first = document.keys[inner][0]
                message = f'the key "{key}" stands twice (first on line {first}).'
                self._refuse_at(inner, place, message, "Keep one of them.")
                self._skip(value)
                continue
            document.keys[inner] = place
            result[key] = self._value(value, inner)
            if result[key] is None and _kind(value) == "Scalar" and value.value == "":
                document.positions[inner] = place  # its own mark is that of the next token
        return result

    def _key(self, event: Any, where: Path_, place: tuple[int, int]) -> str:
        if _kind(event) == "Scalar" and event.anchor is None and event.tag is None:
            if event.value == "<<" and not event.style:
                hint = "Write the fields out in each place."
                self._refuse_at((*where, "<<"), place, "merge keys (<<) are not allowed.", hint)
            return str(event.value)
        self._skip(event)
        message = "a field name must be a plain word."
        self._refuse_at((*where, "?"), place, message, "Write `name: value`.")
        return "?"

    def _scalar(self, event: Any, where: Path_) -> Scalar:
        if event.style:  # quoted, or a block
            return str(event.value)
        try:
            return plain_scalar(event.value)
        except RefusedScalarError as refused:
            self._refuse(where, refused.message, refused.hint)
            return None

    def _refuse(self, where: Path_, message: str, hint: str = "") -> None:
        self._document.problems.append(self._document.problem(where, message, hint))

    def _refuse_at(self, where: Path_, place: tuple[int, int], message: str, hint: str) -> None:
        dotted = ".".join(str(step) for step in where)
        self._document.problems.append(Problem(self._document.path, *place, dotted, message, hint))

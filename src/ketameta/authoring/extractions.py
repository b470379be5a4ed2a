"""Two extractions of one study, field by field: where they differ, and where each value stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ketameta.authoring.fields import COUNT, NUMBER, WORD, WORDS, YES_NO, field_at
from ketameta.authoring.live_checks import form_problems
from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_paths import Path_
from ketameta.records.corrections import NOTHING, same
from ketameta.records.places import EXTRACTIONS
from ketameta.records.yaml_reader import Document, read_yaml

DECISIONS = "decisions"
"""Name of the file with what was decided, beside those of the extractors."""
NUMBERS, WORDS_OF_RECORD, TEXTS = "number", "word", "text"


class Entry(str):
    """The name of an entry of a list: its id, or what makes it this one."""

    __slots__ = ()


Address = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one person extracted: initials, and the file."""

    by: str
    document: Document


@dataclass(frozen=True, slots=True)
class Compared:
    """A field in two extractions.

    Attributes
    ----------
    address
        Names from the top of the record; entries of lists by id.
    kind
        `number`, `word` (of a list of allowed ones) or `text`.
    values
        What each has; `NOTHING` where one has not got the field.
    places
        `file:line:column` of each, of the closest part where there is no field.
    """

    address: Address
    kind: str
    values: tuple[Any, Any]
    places: tuple[str, str]

    @property
    def path(self) -> str:
        """The address as text."""
        return ".".join(self.address)

    @property
    def alike(self) -> bool:
        """Whether both have the same, numbers to the digit."""
        one, other = self.values
        if self.kind == TEXTS and isinstance(one, str) and isinstance(other, str):
            return _plain(one) == _plain(other)
        return same(one, other)

    @property
    def both(self) -> bool:
        """Whether both have the field."""
        return NOTHING not in self.values


@dataclass(slots=True)
class _Leaf:
    value: Any
    path: Path_
    kind: str = field(default=TEXTS)


def extractors(folder: Path, study: str) -> list[Path]:
    """The extraction files of a study, sorted by initials."""
    files = sorted((folder / EXTRACTIONS / study).glob("*.yaml"))
    return [path for path in files if path.stem != DECISIONS]


def load_pair(folder: Path, study: str, shown: Path) -> tuple[Extraction, Extraction]:
    """The two extractions of a study.

    Raises
    ------
    UsageError
        Where there are not exactly two.
    DataError
        For files that cannot be read, or hold what no record can.
    """
    files = extractors(folder, study)
    place = shown / EXTRACTIONS / study
    if len(files) != 2:
        there = ", ".join(path.name for path in files) or "none"
        raise UsageError(
            f"{place}: two extractions are compared, found {there}. Each extractor writes one "
            "file, named by initials, e.g. ab.yaml."
        )
    first, second = (_load(path, place / path.name) for path in files)
    return first, second


def _load(path: Path, shown: Path) -> Extraction:
    document = read_yaml(path, shown_as=shown)
    if document.problems:
        raise DataError("\n".join(str(problem) for problem in document.problems))
    if not isinstance(document.data, dict):
        raise DataError(f"{shown}: a mapping of fields is expected. Start with `id: ...`.")
    problems = form_problems(document.data, shown)
    if problems:
        placed = [document.problem(_split(p.field), p.message, p.hint) for p in problems]
        raise DataError("\n".join(str(problem) for problem in placed))
    return Extraction(path.stem, document)


def _split(dotted: str) -> Path_:
    return tuple(int(step) if step.isdecimal() else step for step in dotted.split("."))


def compared(pair: tuple[Extraction, Extraction]) -> list[Compared]:
    """Every field that one of two extractions has, in the order of the first."""
    first, second = (dict(_leaves(one.document.data)) for one in pair)
    rows = []
    for address in [*first, *(a for a in second if a not in first)]:
        leaves = first.get(address), second.get(address)
        known = next(leaf for leaf in leaves if leaf is not None)
        values = tuple(NOTHING if leaf is None else leaf.value for leaf in leaves)
        places = tuple(
            _place(one.document, address if leaf is None else leaf.path)
            for one, leaf in zip(pair, leaves, strict=True)
        )
        rows.append(Compared(address, known.kind, (values[0], values[1]), (places[0], places[1])))
    return rows


def _place(document: Document, path: Path_) -> str:
    line, column = document.locate(path)
    return f"{document.path}:{line}:{column}"


def _leaves(data: Mapping[str, Any]) -> Iterator[tuple[Address, _Leaf]]:
    def walk(node: Any, address: Address, path: Path_) -> Iterator[tuple[Address, _Leaf]]:
        if isinstance(node, dict) and node:
            for key, value in node.items():
                yield from walk(value, (*address, key), (*path, key))
        elif isinstance(node, list) and any(isinstance(item, dict) for item in node):
            names: list[str] = []
            for i, item in enumerate(node):
                names.append(_name(item, i, names))
                yield from walk(item, (*address, Entry(names[-1])), (*path, i))
        else:
            yield address, _Leaf(node, path, _kind(path, data))

    yield from walk(data, (), ())


def _name(item: Any, i: int, taken: list[str]) -> str:
    """What makes an entry of a list this one: its id, or time and kind of a result, or position."""
    name = str(i)
    if isinstance(item, dict):
        time, data = item.get("time"), item.get("data")
        if item.get("id") is not None:
            name = str(item["id"])
        elif isinstance(time, dict) and isinstance(data, dict):
            weeks = time.get("weeks")
            when = f"week-{weeks}" if weeks is not None else _slug(str(time.get("label", i)))
            name = f"{when}-{_slug(str(data.get('kind', '')))}"
    base, number = name, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def _kind(path: Path_, data: Mapping[str, Any]) -> str:
    if "source" in path or "sources" in path or "field_sources" in path:
        return TEXTS
    try:
        kind = field_at(path, data).kind
    except (KeyError, TypeError):
        return TEXTS
    if kind in (COUNT, NUMBER):
        return NUMBERS
    return WORDS_OF_RECORD if kind in (WORD, WORDS, YES_NO) else TEXTS


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")

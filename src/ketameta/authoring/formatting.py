"""One form for all records: indentation, spaces and line ends; never what a record says."""

from __future__ import annotations

import re
from pathlib import Path

from ketameta.authoring.yaml_nodes import composed, node_text
from ketameta.errors import DataError
from ketameta.records.yaml_reader import Document, parse

_COMMENT_LINE = re.compile(r"^[ \t]*(#.*?)[ \t]*$", re.MULTILINE)
_MOST_ROUNDS = 4
"""Comments that move to another column settle in the second round."""


def formatted(raw: bytes, path: Path) -> str:
    """The text of a YAML file in the form that all have, with its comments.

    Lists are indented below their key, lines end with a line feed, comments without spaces, and a
    byte order mark goes. Keys keep their order, numbers their digits, texts their quotes and their
    lines. Formatting the result again changes nothing.

    Raises
    ------
    DataError
        For a file that `ketameta check` cannot read, and for one that would not say the same.
    """
    before = _read(raw, path)
    text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    for lines in (True, False):  # values over several lines are joined only where they must be
        result = _settled(text, before, lines=lines)
        if result is not None and _comments(text) == _comments(result):
            return result
    raise DataError(
        f"{path}: cannot be formatted without changing what it says. Nothing was changed; put "
        "comments on lines of their own, or format it by hand."
    )


def _stripped(line: str) -> str:
    """A comment or empty line without spaces at its end; values are as they are."""
    return line.rstrip() if not line.strip() or "#" in line else line


def _settled(text: str, before: Document, *, lines: bool) -> str | None:
    """The form that formatting does not change any more; None where none says the same."""
    for _ in range(_MOST_ROUNDS):
        again = node_text(composed(text), text if lines else "")
        stripped = "\n".join(_stripped(line) for line in again.split("\n"))
        again = stripped if _same(stripped, before) else again  # spaces may be part of a text
        if not _same(again, before):
            return None
        if again == text:
            return text
        text = again
    return None


def _read(raw: bytes, path: Path) -> Document:
    document = Document(path)
    parse(raw, document)
    if document.problems:
        said = "\n".join(str(problem) for problem in sorted(document.problems))
        raise DataError(f"{said}\n{path}: not formatted. Correct it first.")
    return document


def _same(text: str, before: Document) -> bool:
    after = Document(before.path)
    parse(text.encode("utf-8"), after)
    return not after.problems and repr(after.data) == repr(before.data)


def _comments(text: str) -> list[str]:
    return [found.rstrip() for found in _COMMENT_LINE.findall(text)]

"""A problem in a file, with the place where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """Errors make a record unusable; warnings ask for a look; notes are for information."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`path:line:column: field: message hint`."""

    path: Path
    line: int
    column: int
    field: str
    message: str
    hint: str = ""
    code: str = "R001"
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}:{self.column}:"
        field = f" {self.field}:" if self.field else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}{field} {self.message}{hint}"


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`Did you mean "x"?`, or the allowed words if none is close."""
    words = list(allowed)
    close = difflib.get_close_matches(word.lower(), [w.lower() for w in words], n=1, cutoff=0.6)
    if close:
        match = next(w for w in words if w.lower() == close[0])
        return f'Did you mean "{match}"?'
    return "Allowed: " + ", ".join(words) + "."

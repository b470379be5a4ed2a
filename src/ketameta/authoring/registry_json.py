"""JSON of a trial registry, read without trusting it: anything may be missing or misplaced."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from ketameta.errors import DataError

MOST_BYTES = 50_000_000
"""The largest entries with results have a few million bytes."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e]+")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~<>|-])")
"""Texts of the registry are Markdown: `BMI \\<18` says BMI <18."""
_LONGEST = 1_500
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,15})?$")


class Node:
    """A place in the JSON; asking for what is not there gives an empty node."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def at(self, *names: str) -> Node:
        """What stands under names, one within the other."""
        value = self.value
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return Node(value)

    def text(self, *names: str, longest: int = _LONGEST) -> str:
        """Text on one line, without what could command a terminal, and not without end."""
        value = self.at(*names).value
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            return ""
        line = " ".join(_ESCAPED.sub(r"\1", _CONTROL.sub(" ", str(value))).split())
        return line if len(line) <= longest else f"{line[: longest - 4]} ..."

    def number(self, *names: str) -> int | Decimal | None:
        """A number with its digits as printed; None for `NA`, text and numbers beyond reason."""
        text = self.text(*names).replace(",", "")
        if not _NUMBER.match(text):
            return None
        try:
            return int(text) if "." not in text else Decimal(text.lstrip("+"))
        except (InvalidOperation, ValueError):
            return None

    def count(self, *names: str) -> int | None:
        """A whole number that is not negative."""
        value = self.number(*names)
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        return value if isinstance(value, int) and value >= 0 else None

    def each(self, *names: str) -> Iterator[Node]:
        """The entries of a list."""
        value = self.at(*names).value
        if isinstance(value, list):
            for item in value:
                yield Node(item)

    def __bool__(self) -> bool:
        return bool(self.value)


def read_registry(path: Path) -> Node:
    """The study in a JSON file of ClinicalTrials.gov (API version 2).

    Raises
    ------
    DataError
        For a file that is no JSON, too large, or no study; with what to do.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}). Check the path.") from None
    if size > MOST_BYTES:
        raise DataError(f"{path}: has {size:,} bytes. Save a single study, not a search.")
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError, InvalidOperation) as error:
        said = str(error).split("\n")[0] or type(error).__name__
        raise DataError(f"{path}: is not JSON ({said}). Save the study again.") from None
    root = Node(value)
    studies = list(root.each("studies"))
    if len(studies) > 1:
        raise DataError(f"{path}: holds {len(studies)} studies. Save one study per file.")
    study = studies[0] if studies else root
    if not re.fullmatch(r"NCT[0-9]{8}", _number(study)):
        raise DataError(
            f"{path}: is no study of ClinicalTrials.gov. Save it as JSON from "
            "https://clinicaltrials.gov/api/v2/studies/NCT..."
        )
    return study


def _number(study: Node) -> str:
    return study.text("protocolSection", "identificationModule", "nctId")


def _refused(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")

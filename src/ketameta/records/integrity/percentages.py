"""Counts and percentages that stand side by side in words: `14 of 17 (82 %)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ketameta.records.checks_numbers import percentage_fits
from ketameta.records.findings import Finding
from ketameta.records.results import StatementData
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Path_

_COUNT = r"(?<![\d./-])(?P<count>\d{1,9}) ?(?:/|of) ?(?P<total>\d{1,9})(?![\d./-])"
_PERCENT = r"(?<![\d.])(?P<percent>\d{1,9}(?:\.\d{1,9})?) ?(?:%|percent|per cent)"
PATTERNS = (
    re.compile(rf"{_COUNT}(?: [a-z]+)? ?\({_PERCENT}\)"),
    re.compile(rf"{_COUNT} ?= ?{_PERCENT}"),
    re.compile(rf"{_PERCENT} ?\({_COUNT}(?: [a-z]+)?\)"),
)

SHARE = re.compile(
    rf"{_PERCENT} of (?:the |all )?(?P<total>\d{{1,9}})(?![\d./-])"
    r"(?! ?(?:sessions|points|hours|days|weeks|months|years|mg))"
)
"""A percentage of a number of people, without their count."""
HINT = "Check the digits; where the source is at odds with itself, waive it."


def check(study: Study) -> Iterator[Finding]:
    """Every count in the notes and statements of a record that its own percentage does not fit."""
    for where, text in _texts(study):
        if "%" not in text and "cent" not in text:
            continue
        for pattern in PATTERNS:
            for match in pattern.finditer(text):
                count, total = int(match["count"]), int(match["total"])
                percent = Decimal(match["percent"])
                if total and count <= total and not percentage_fits(count, total, percent):
                    exact = 100 * count / total
                    message = f"{percent} % is not {count} of {total}, which is {exact:.2f} %."
                    yield Finding("R130", where, message, HINT)
        for match in SHARE.finditer(text):
            yield from _share(Decimal(match["percent"]), int(match["total"]), where)


def _share(percent: Decimal, total: int, where: Path_) -> Iterator[Finding]:
    """A percentage that no count of these people gives."""
    near = int(percent * total / 100)
    counts = [count for count in (near, near + 1) if count <= total]
    if total and percent <= 100 and not any(percentage_fits(c, total, percent) for c in counts):
        shown = " and ".join(f"{c}/{total} is {100 * c / total:.2f} %" for c in counts)
        message = f"{percent} % fits no whole number of {total} people; {shown}."
        yield Finding("R130", where, message, HINT)


def _texts(study: Study) -> Iterator[tuple[Path_, str]]:
    """Texts of a record in which numbers are reported, with their places."""
    for i, note in enumerate(study.notes):
        yield ("notes", i, "text"), note.text
    for i, outcome in enumerate(study.outcomes):
        for j, result in enumerate(outcome.results):
            where: Path_ = ("outcomes", i, "results", j)
            if isinstance(result.data, StatementData):
                yield (*where, "data", "text"), result.data.text
            if result.notes:
                yield (*where, "notes"), result.notes
            if result.source.derivation:
                yield (*where, "source", "derivation"), result.source.derivation

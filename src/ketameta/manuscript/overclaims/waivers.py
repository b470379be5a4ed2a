"""Waivers in a text: `ketameta: allow L03 why`, in a comment of whatever language it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WAIVER = re.compile(
    r"ketameta:[ \t]*(?P<kind>allow-file|allow)[ \t]+(?P<code>L\d\d)\b(?P<reason>[^\n]*)"
)
_COMMENT_END = re.compile(r"(?:-->|#\}|\*/).*$")
_COMMENT_START = re.compile(r"(?:#|//|%|<!--|\{#|/\*|^)[ \t]*$")
_BLANK = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class LintWaiver:
    """One waiver: the rule, why, where it stands, and the stretch of text that it is for."""

    code: str
    reason: str
    offset: int
    start: int
    end: int

    def covers(self, code: str, offset: int) -> bool:
        """Whether a finding at this place is allowed."""
        return bool(self.reason) and code == self.code and self.start <= offset < self.end


def lint_waivers(text: str) -> Iterator[LintWaiver]:
    """Every waiver of a text.

    One that shares its line with other text is for that line, one on a line of its own for the
    paragraph that follows, and `allow-file` for the whole text.
    """
    for found in _WAIVER.finditer(text):
        line_start = text.rfind("\n", 0, found.start()) + 1
        before = text[line_start : found.start()]
        if not _COMMENT_START.search(before):
            continue
        reason = _COMMENT_END.sub("", found["reason"]).strip(" \t:,-")
        alone = not _COMMENT_START.sub("", before).strip()
        start, end = _stretch(text, found, line_start, alone=alone)
        yield LintWaiver(found["code"], reason, found.start(), start, end)


def _stretch(text: str, found: re.Match[str], line_start: int, *, alone: bool) -> tuple[int, int]:
    if found["kind"] == "allow-file":
        return 0, len(text) + 1
    line_end = text.find("\n", found.end())
    line_end = len(text) if line_end < 0 else line_end
    if not alone:
        return line_start, line_end + 1
    begin = line_end
    while begin < len(text) and text[begin].isspace():
        begin += 1
    blank = _BLANK.search(text, begin)
    return line_end, len(text) + 1 if blank is None else blank.start() + 1

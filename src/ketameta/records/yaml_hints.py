"""What to do about a text that is no YAML: the commonest causes, each with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ketameta.records.yaml_events import BrokenYamlError

GENERAL = "Check indentation and quotes near this place."
_CONFLICT = re.compile(r"(<{7}|={7}|>{7})(\s|$)")
_NO_SPACE = re.compile(r"\s*(?:- )?(?P<name>[a-z_]+):(?P<value>[^\s/:][^:]*)$")
_FIELD = re.compile(r"\s*(?:- )?(?P<name>[\w-]+): +(?P<value>.*?)\s*$")
_OPENED = re.compile(r"\s*(?:- )?(?:[\w-]+: +)?(?P<quote>[\"'])(?P<rest>.*)$")
_CURLY = "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
_AT_QUOTE = re.compile(r"found '<scalar>'|end of stream|quoted scalar")
"""What parsers say where a quote closed too early, too late or never."""
_RESERVED = re.compile(r"found character '([%@`])'")


def hint(text: str, error: BrokenYamlError) -> str:
    """What most likely went wrong, in words for who wrote the file."""
    lines = text.splitlines()
    here = min(error.line, len(lines)) - 1
    if here < 0:
        return GENERAL
    return (
        _conflict(lines)
        or _tab(lines, here)
        or (_unclosed(lines, here) if _AT_QUOTE.search(error.words) else "")
        or _no_space(lines, here)
        or _value(lines, here, error)
        or GENERAL
    )


def _conflict(lines: Sequence[str]) -> str:
    for number, line in enumerate(lines, start=1):
        if _CONFLICT.match(line):
            return (
                f"Line {number} is a mark of a merge conflict: keep one of the two versions, and "
                "remove the lines that begin with <<<<<<<, ======= and >>>>>>>."
            )
    return ""


def _tab(lines: Sequence[str], here: int) -> str:
    line = lines[here]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return f"Line {here + 1} is indented with a tab: use spaces."
    return ""


def _unclosed(lines: Sequence[str], here: int) -> str:
    """A quote that opens a value above or on this line and does not close on its own line."""
    for number in range(here, -1, -1):
        opened = _OPENED.match(lines[number])
        if opened is None:
            continue
        quote, rest = opened["quote"], opened["rest"]
        inner = rest.replace(r"\\", "").replace(r"\"", "") if quote == '"' else rest
        inner = inner.replace("''", "") if quote == "'" else inner
        closed, _, after = inner.partition(quote)
        if closed == inner:
            return f"The quote opened on line {number + 1} is not closed there: add {quote}."
        if number == here and after.strip() and not after.lstrip().startswith(("#", ":", ",")):
            return (
                f"The quote opened on line {number + 1} closes before the text ends: put the text "
                f"in {_other(quote)}, or write {_escaped(quote)} for a quote within it."
            )
    return ""


def _other(quote: str) -> str:
    return "double quotes" if quote == "'" else "single quotes"


def _escaped(quote: str) -> str:
    return "''" if quote == "'" else r"\""


def _no_space(lines: Sequence[str], here: int) -> str:
    """`year:2020`, at which parsers object only a line or more later."""
    for number in (here, here - 1, here - 2):
        missing = _NO_SPACE.match(lines[number]) if number >= 0 else None
        if missing:
            name, value = missing["name"], missing["value"].strip()
            return f"Line {number + 1}: write `{name}: {value}`, with a space after the colon."
    return ""


def _value(lines: Sequence[str], here: int, error: BrokenYamlError) -> str:
    """What stands after the colon on this line and needs quotes."""
    field = _FIELD.match(lines[here])
    if field is None:
        return ""
    name, value = field["name"], field["value"]
    if value and value[0] in _CURLY:
        return f'Line {here + 1}: write straight quotes, `{name}: "..."`; curly ones are letters.'
    if (": " in value or value.endswith(":")) and value[0] not in "\"'[{|>":
        quote = "'" if '"' in value else '"'
        return f"A colon within a text needs quotes around it: `{name}: {quote}{value}{quote}`."
    if _RESERVED.match(error.words):
        return f'A text that begins with {value[0]} needs quotes: `{name}: "{value}"`.'
    if here and _deeper(lines[here - 1], lines[here]):
        return f"Line {here + 1} is indented further than line {here} above it: align them."
    return ""


def _deeper(above: str, line: str) -> bool:
    """Whether a line stands under a field that has its value already, and further in."""
    field = _FIELD.match(above)
    inward = len(line) - len(line.lstrip()) > len(above) - len(above.lstrip())
    return field is not None and bool(field["value"]) and inward

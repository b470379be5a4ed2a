"""Elements of HTML whose words are not the author's own: code, quotations, titles, reports."""

from __future__ import annotations

import re
from collections.abc import Iterator

TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
RAW = frozenset({"script", "style"})
"""Elements in which no other can stand."""
HIDING = frozenset({"code", "pre", "kbd", "samp", "svg", "blockquote", "q", "cite"})
REPORTED = re.compile(r"(?:^|\s)data-reported(?=[\s=/]|$)")
"""Attribute of any element that tells what a source says in words of our own."""


def hidden_elements(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every such element, with everything that stands in it, in order.

    One that is never closed hides nothing: in a template the end may stand elsewhere.
    """
    last = 0
    for start, end in sorted(_closed(text)):
        if end > last:
            yield max(start, last), end
            last = end


def _closed(text: str) -> Iterator[tuple[int, int]]:
    """Each hiding element with its end; within another one too."""
    opened: dict[str, list[tuple[int, bool]]] = {}
    place = 0
    while (tag := TAG.search(text, place)) is not None:
        name, place = tag["name"].lower(), tag.end()
        if not tag["end"] and name in RAW:
            end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, place)
            if end is not None:
                place = end.end()
                yield tag.start(), place
        elif not tag["end"] and not tag["rest"].endswith("/"):
            hides = name in HIDING or REPORTED.search(tag["rest"]) is not None
            opened.setdefault(name, []).append((tag.start(), hides))
        elif opened.get(name):
            start, hides = opened[name].pop()
            if hides:
                yield start, place

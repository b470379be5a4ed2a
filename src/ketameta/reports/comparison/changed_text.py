"""Two texts beside each other in a line: the part that differs, with a few words before it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

LONGEST = 120
"""Characters of a text that are shown whole; of a longer one, the part that differs."""
CONTEXT = 4
"""Words shown before and after what differs."""
CUT = "…"


def both_shown(before: str, now: str) -> tuple[str, str]:
    """Both texts, cut alike where one is long, so that they never read the same.

    Examples
    --------
    >>> both_shown("Short.", "Other.")
    ('Short.', 'Other.')
    """
    if before == now or max(len(before), len(now)) <= LONGEST:
        return before, now
    old, new = before.split(), now.split()
    start = _alike(zip(old, new, strict=False))
    end = _alike(zip(reversed(old[start:]), reversed(new[start:]), strict=False))
    return _part(old, start, end), _part(new, start, end)


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs at the start are of the same word."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _part(words: list[str], start: int, end: int) -> str:
    """The words from `start` to `end` from the last, with those around them, at most `LONGEST`."""
    first = max(start - CONTEXT, 0)
    last = min(len(words) - end + CONTEXT, len(words))
    text = " ".join(words[first:last])
    cut = len(text) > LONGEST
    if cut:
        text = f"{text[: LONGEST - 1].rstrip()}{CUT}"
    return f"{CUT if first else ''}{text}{CUT if last < len(words) and not cut else ''}"

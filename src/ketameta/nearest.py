"""Which known name a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

CLOSE, FAR = 0.6, 0.3
"""Similarity from which a name is proposed, and from which it is at least worth a mention."""
TIE = 0.05
"""Names that are so much less alike than the nearest are not proposed beside it."""


def nearest_hint(word: str, known: Iterable[str], *, listing: str, quoted: bool = False) -> str:
    """What to tell somebody who asked for a name that does not exist.

    Parameters
    ----------
    word
        What was asked for.
    known
        The names there are, too many to list them all.
    listing
        A sentence on where they are listed.
    quoted
        Put names in quotation marks.
    """
    names = {name.casefold(): f'"{name}"' if quoted else name for name in known}
    wanted = word.strip().casefold()
    close = get_close_matches(wanted, names, n=3, cutoff=CLOSE)
    if close:
        alike = {name: SequenceMatcher(None, name, wanted).ratio() for name in close}
        tied = [name for name in close if alike[name] >= alike[close[0]] - TIE]
        return f"Did you mean {' or '.join(names[name] for name in tied)}?"
    parts = [name for name in names if len(wanted) > 2 and wanted in name][:3]
    far = parts or get_close_matches(wanted, names, n=3, cutoff=FAR)
    verb = "is" if len(far) == 1 else "are"
    nearest = f"The nearest {verb} {', '.join(names[name] for name in far)}. " if far else ""
    return f"{nearest}{listing}"

"""Notes of a Stata data set: what `notes` lists, in a file whose writer knows of none.

Stata keeps the notes on a data set as characteristics of `_dta`: note0 says how many there are,
note1 is the first. In a file of version 117 and later every characteristic is a `<ch>` element, and
a map at the head of the file holds the place of each section (Stata, `help dta`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_MAP = b"<map>"
_PLACES = struct.Struct("<14q")
_END = b"</characteristics>"
_AFTER = 9
"""How many places of the map stand before or at the characteristics; the later ones move."""
_NAME = 129
_LONGEST = 67_783
"""Bytes of a characteristic."""


def with_notes(raw: bytes, notes: Sequence[str]) -> bytes:
    """The same Stata file with notes on its data set.

    Parameters
    ----------
    raw
        A little-endian file of version 118 without characteristics.
    notes
        One text each; over 67,783 bytes are cut.

    Raises
    ------
    ValueError
        When the map of the file does not lead to empty characteristics.
    """
    if not notes:
        return raw
    at = raw.index(_MAP) + len(_MAP)
    places = _PLACES.unpack_from(raw, at)
    start = places[_AFTER - 1]
    if not raw.startswith(b"<characteristics>" + _END, start):
        raise ValueError("this is no Stata file of version 118 without characteristics")
    cut = start + len(b"<characteristics>")
    texts = [str(len(notes)), *notes]
    added = b"".join(_characteristic(f"note{i}", text) for i, text in enumerate(texts))
    moved = _PLACES.pack(*places[:_AFTER], *(place + len(added) for place in places[_AFTER:]))
    return raw[:at] + moved + raw[at + _PLACES.size : cut] + added + raw[cut:]


def _characteristic(name: str, text: str) -> bytes:
    content = text.encode()[:_LONGEST].decode("utf-8", "ignore").encode() + b"\0"
    owner, key = (word.encode().ljust(_NAME, b"\0") for word in ("_dta", name))
    body = owner + key + content
    return b"<ch>" + struct.pack("<I", len(body)) + body + b"</ch>"

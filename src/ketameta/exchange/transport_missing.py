"""Special missing values (.A to .Z, ._) in SAS transport files: why a number is not there.

A transport file writes a missing number as the character that names it (a full stop for the plain
one) and seven null bytes; the library that writes and reads these files knows the plain one only.
Where a number stands is told by the NAMESTR records (SAS, "Record Layout of a SAS Version 5 or 6
Data Set in SAS Transport (XPORT) Format", TS-140, and its successor for version 8).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_NAMES = re.compile(rb"HEADER RECORD\*{7}NAM(?:ESTR|STV8) HEADER RECORD!{7}\d{5}(\d{5})")
_ROWS = re.compile(rb"HEADER RECORD\*{7}OBS(?:V8)? {3,5}HEADER RECORD!{7}")
_RECORD = 80
_NAMESTR = 140
_NUMERIC = 1
_PLAIN = b".".ljust(8, b"\0")
_SPECIAL = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_"

Marks = Mapping[int, Mapping[int, str]]
"""By number of the column and of the row, both from 0: the letter of the missing value."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the rows begin, their length, and place and width of the numeric columns."""

    start: int
    row: int
    numbers: Mapping[int, tuple[int, int]]


def with_special_missing(raw: bytes, marks: Marks) -> bytes:
    """The same transport file whose plain missing numbers carry the letters of `marks`.

    Raises
    ------
    ValueError
        Where no missing number stands, for it would be lost.
    """
    if not marks:
        return raw
    layout = _layout(raw)
    changed = bytearray(raw)
    for column, rows in marks.items():
        offset, width = layout.numbers[column]
        for row, letter in rows.items():
            at = layout.start + row * layout.row + offset
            if changed[at : at + width] != _PLAIN[:width]:
                raise ValueError(f"column {column}, row {row}: a value stands there")
            changed[at] = ord(letter)
    return bytes(changed)


def special_missing(raw: bytes, rows: int) -> Marks:
    """The letters of the missing numbers in the first `rows` rows; empty where there are none.

    A file whose layout is not as described has none either: reading it is the library's affair.
    """
    try:
        layout = _layout(raw)
    except ValueError:
        return {}
    found = {column: dict(_letters(raw, layout, column, rows)) for column in layout.numbers}
    return {column: letters for column, letters in found.items() if letters}


def _letters(raw: bytes, layout: _Layout, column: int, rows: int) -> Iterator[tuple[int, str]]:
    offset, width = layout.numbers[column]
    rest = bytes(width - 1)
    for row in range(rows):
        at = layout.start + row * layout.row + offset
        value = raw[at : at + width]
        if value[1:] == rest and value[0] in _SPECIAL:
            yield row, chr(value[0])


def _layout(raw: bytes) -> _Layout:
    names = _NAMES.search(raw)
    rows = names and _ROWS.search(raw, names.end())
    if names is None or rows is None:
        raise ValueError("this is no SAS transport file")
    first = names.start() + _RECORD
    numbers: dict[int, tuple[int, int]] = {}
    length = 0
    for column in range(int(names[1])):
        record = raw[first + column * _NAMESTR : first + (column + 1) * _NAMESTR]
        if len(record) < _NAMESTR:
            raise ValueError("this SAS transport file ends within its names")
        kind, width = struct.unpack_from(">h2xh", record)
        (offset,) = struct.unpack_from(">l", record, 84)
        length = max(length, offset + width)
        if kind == _NUMERIC:
            numbers[column] = offset, width
    return _Layout(rows.start() + _RECORD, length, numbers)

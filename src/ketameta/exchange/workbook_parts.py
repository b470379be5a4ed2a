"""A workbook as a zip archive of XML parts: refused where it is no workbook or means harm.

Nothing is unpacked to disk, nothing outside the archive is opened, and no entity is resolved: a
part with a document type declaration is refused before any parser sees it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from ketameta.errors import DataError

MAX_PARTS = 5_000
MAX_UNPACKED = 400_000_000
"""Bytes of all parts together; a workbook of trial results has some 100 kB."""
MAX_RATIO = 200
"""Of unpacked to packed size for large parts; sheets are packed 5 to 30 times smaller."""
_LARGE = 5_000_000
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ParseError),
    *(LookupError, ValueError, OverflowError, RuntimeError),
)
"""What the libraries raise on damaged, encrypted or oddly packed archives."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HEAD = 4_096


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet: its name, the part it is in, and whether Excel hides it."""

    name: str
    part: str
    hidden: bool


def open_parts(raw: bytes, source: str) -> zipfile.ZipFile:
    """The archive of a workbook, checked for size and for XML that reaches outside.

    Raises
    ------
    DataError
        For files that are no workbook, are damaged, or grow beyond all measure when unpacked.
    """
    if raw.startswith(_OLD_OFFICE):
        raise DataError(
            f"{source}: is an old or password-protected workbook. Open it and save it as .xlsx "
            "without a password, or save the sheet as CSV."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except _BROKEN:
        raise _damaged(source) from None
    _refuse_bombs(archive, source)
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        raise DataError(f"{source}: is a zip file, but not an Excel workbook. Save it as .xlsx.")
    for info in archive.infolist():
        if info.filename.endswith((".xml", ".rels", ".vml")):
            _refuse_declarations(archive, info, source)
    return archive


def sheets(archive: zipfile.ZipFile, source: str) -> tuple[SheetPart, ...]:
    """The sheets of cells in the order of the workbook; charts and macros are none."""
    targets = {
        str(item.get("Id")): (str(item.get("Type")), str(item.get("Target")))
        for item in _root(archive, "xl/_rels/workbook.xml.rels", source)
    }
    found = []
    for item in _root(archive, "xl/workbook.xml", source).iter():
        if not item.tag.endswith("}sheet"):
            continue
        relation = next((v for k, v in item.attrib.items() if k.endswith("}id")), "")
        kind, target = targets.get(relation, ("", ""))
        if kind.endswith("/worksheet"):
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            hidden = item.get("state", "visible") != "visible"
            found.append(SheetPart(str(item.get("name")), part, hidden))
    if not found:
        raise DataError(f"{source}: the workbook has no sheet of cells. Save it again.")
    return tuple(found)


def elements(archive: zipfile.ZipFile, part: str, source: str) -> Iterator[Element]:
    """Every element of a part as it ends, in order; memory does not grow with the part."""
    from defusedxml.ElementTree import iterparse

    try:
        with archive.open(part) as file:
            yield from _ended(iterparse, file)
    except _BROKEN:
        raise _damaged(source) from None


def _ended(iterparse: object, file: IO[bytes]) -> Iterator[Element]:
    for _, element in iterparse(file, events=("end",)):  # type: ignore[operator]
        yield element
        if element.tag.endswith("}row"):
            element.clear()


def _root(archive: zipfile.ZipFile, part: str, source: str) -> Element:
    last = None
    for element in elements(archive, part, source):
        last = element
    if last is None:
        raise _damaged(source)
    return last


def _refuse_bombs(archive: zipfile.ZipFile, source: str) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    dense = any(
        info.file_size > _LARGE and info.file_size > MAX_RATIO * max(info.compress_size, 1)
        for info in infos
    )
    if len(infos) > MAX_PARTS or unpacked > MAX_UNPACKED or dense:
        raise DataError(
            f"{source}: unpacks to {unpacked:,} bytes in {len(infos):,} parts, which no table of "
            "trial results does. It was not opened. Save the sheet as CSV."
        )
    if len({info.filename for info in infos}) != len(infos):
        raise _damaged(source)


def _refuse_declarations(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str) -> None:
    """Excel writes no document types and no UTF-16; attacks by entities need one of them."""
    try:
        with archive.open(info) as file:
            head = file.read(_HEAD)
    except _BROKEN:
        raise _damaged(source) from None
    upper = head.upper()
    declares = b"<!DOCTYPE" in upper or b"<!ENTITY" in upper
    if declares or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(
            f"{source}: {info.filename} declares a document type, which Excel never does. It was "
            "not opened. Save the sheet as CSV."
        )


def _damaged(source: str) -> DataError:
    return DataError(
        f"{source}: cannot be read as an Excel workbook; it is cut short, damaged or something "
        "else. Save it again as .xlsx, or the sheet as CSV."
    )

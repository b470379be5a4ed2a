"""Bibliographies by format: one line each, with reading and writing."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.exchange.references.bibtex import read_bibtex, write_bibtex
from ketameta.exchange.references.covidence import read_covidence, write_covidence
from ketameta.exchange.references.csl_json import read_csl_json, write_csl_json
from ketameta.exchange.references.reference import Reference
from ketameta.exchange.references.ris import read_ris, write_ris

MAX_BYTES = 50_000_000
"""A million references have less; a library of a review has some megabytes."""
_LONGEST_LINE = 1_000_000
"""An abstract has some thousand characters."""


@dataclass(frozen=True, slots=True)
class ReferenceFormat:
    """A format: its name, its endings, and functions from text and to text."""

    name: str
    endings: tuple[str, ...]
    read: Callable[[str], tuple[list[Reference], list[str]]]
    write: Callable[[Sequence[Reference]], str]


FORMATS: Mapping[str, ReferenceFormat] = {
    "ris": ReferenceFormat("RIS", (".ris", ".txt", ".nbib"), read_ris, write_ris),
    "bibtex": ReferenceFormat("BibTeX", (".bib", ".bibtex"), read_bibtex, write_bibtex),
    "csl-json": ReferenceFormat("CSL-JSON", (".json", ".csljson"), read_csl_json, write_csl_json),
}
READABLE: Mapping[str, ReferenceFormat] = {
    **FORMATS,
    "covidence": ReferenceFormat("CSV of Covidence", (".csv",), read_covidence, write_covidence),
}


@dataclass(frozen=True, slots=True)
class Bibliography:
    """References of a file, and what a user should know about how it was read."""

    references: tuple[Reference, ...]
    notes: tuple[str, ...] = ()


def read_references(path: Path, form: str | None = None, *, option: str = "") -> Bibliography:
    """The references of a file, by its ending or the format named.

    Parameters
    ----------
    form
        A key of `READABLE`; None for the ending.
    option
        The option that names the format, for messages; "" where there is none.

    Raises
    ------
    UsageError
        When there is no such file, or no format for its ending.
    DataError
        When it is no text, larger than any library, or no file of that format.
    """
    chosen = READABLE[form] if form else format_of(path, option)
    text, notes = _text(path)
    try:
        references, told = chosen.read(text)
    except DataError as error:
        said = str(error).removesuffix(".")
        raise DataError(f"{path}: {said}. Export it again as {chosen.name}.") from None
    if not references:
        raise DataError(
            f"{path}: no reference could be read as {chosen.name}. "
            + (" ".join(told) if told else f"Check the format: {_named(option)}")
        )
    told += [note for reference in references if (note := reference.doi_note)]
    return Bibliography(tuple(references), (*notes, *(f"{path}: {said}" for said in told)))


def format_of(path: Path, option: str = "") -> ReferenceFormat:
    """The format of an ending; UsageError with those known, and the option that names one."""
    for entry in READABLE.values():
        if path.suffix.lower() in entry.endings:
            return entry
    known = ", ".join(ending for entry in READABLE.values() for ending in entry.endings)
    raise UsageError(f"{path}: no format for this ending. Known: {known}; {_named(option)}")


def _named(option: str) -> str:
    """How to say which format a file has."""
    or_name = f", or name it with {option}" if option else ""
    return f"give the file the ending of its own{or_name}."


def _text(path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path}: has more than {MAX_BYTES:,} bytes. Split the library.")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file. Check the path.") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be opened ({error.strerror}). Check the path.") from None
    notes: tuple[str, ...] = ()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", errors="replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
            notes = (f"{path}: is not UTF-8 and was read as Windows-1252. Check the accents.",)
    if "\x00" in text:
        raise DataError(f"{path}: is not a text file. Export the references again.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    longest = max((len(line) for line in text.split("\n")), default=0)
    if longest > _LONGEST_LINE:
        raise DataError(
            f"{path}: has a line of {longest:,} characters, which no reference needs. Export the "
            "references again."
        )
    return text, notes

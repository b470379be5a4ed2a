"""BibTeX files, read with bibtexparser; LaTeX is decoded as text and never run."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ketameta.exchange.references.reference import (
    Reference,
    dotted,
    not_doi,
    one_line,
    plain_doi,
    plain_year,
    undotted,
)

if TYPE_CHECKING:
    from bibtexparser.model import Entry

_KINDS = {
    "article": "article",
    "incollection": "chapter",
    "inbook": "chapter",
    "book": "book",
    "dataset": "registration",
}
_TYPES = {
    "article": "article",
    "chapter": "incollection",
    "book": "book",
    "registration": "dataset",
}
_SPECIAL = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
_RAW_FIELDS = ("doi", "pmid", "url")
_CONTAINERS = {"article": "journal", "chapter": "booktitle"}
_MORE = "others"
"""Stands for authors that are not named."""
_PERSON, _GROUP = "author-", "authors-"
"""Names of the fields that authors stand in, one each."""


def read_bibtex(text: str) -> tuple[list[Reference], list[str]]:
    """References of a BibTeX file, and sentences about what could not be read."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.library import Library
    from bibtexparser.middlewares import LatexDecodingMiddleware

    with _quiet():
        raw = parse_string(text)
        split = Library([_with_authors_apart(entry) for entry in raw.entries])
        library = LatexDecodingMiddleware().transform(split)
    lost = [*raw.failed_blocks, *library.failed_blocks]
    told = []
    if lost:
        lines = [(block.start_line or 0) + 1 for block in lost]
        shown = ", ".join(map(str, lines[:5])) + (" ..." if len(lines) > 5 else "")
        told.append(
            f"{len(lines)} entries could not be read (lines {shown}): braces that are not closed "
            "or are nested too deeply, a key that stands twice, or no key."
        )
    found = []
    for number, entry in enumerate(library.entries, start=1):
        values = {field.key.lower(): str(field.value) for field in entry.fields}
        found.append(_reference(entry.entry_type.lower(), values, number))
    return found, told


def _with_authors_apart(entry: Entry) -> Entry:
    """The entry with each author in a field: decoding takes away the braces that bind names."""
    from bibtexparser.model import Entry, Field

    fields = []
    for field in entry.fields:
        if field.key.lower() != "author":
            fields.append(field)
            continue
        for number, name in enumerate(_split(str(field.value))):
            group = _GROUP if name.startswith("{") and name.endswith("}") else _PERSON
            fields.append(Field(f"{group}{number}", name))
    return Entry(entry.entry_type, entry.key, fields, entry.start_line, entry.raw)


@contextmanager
def _quiet() -> Iterator[None]:
    """What bibtexparser logs is told in our own sentences, and not for every block."""
    logger = logging.getLogger("bibtexparser")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    for name in [n for n in logging.root.manager.loggerDict if n.startswith("bibtexparser.")]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _reference(kind: str, values: Mapping[str, str], number: int) -> Reference:
    def first(*names: str) -> str:
        return next((_clean(values[name]) for name in names if values.get(name)), "")

    people = tuple(
        _clean(value) if key.startswith(_GROUP) else undotted(_author(value))
        for key, value in values.items()
        if key.startswith((_GROUP, _PERSON)) and _clean(value)
    )
    return Reference(
        kind=_KINDS.get(kind, "other"),
        authors=tuple(name for name in people if name != _MORE),
        authors_complete=_MORE not in people,
        year=plain_year(first("year", "date")),
        title=first("title"),
        journal=first("journal", "journaltitle", "booktitle", "howpublished"),
        volume=first("volume"),
        issue=first("number", "issue"),
        pages=re.sub(r"\s*[-\u2013\u2014]+\s*", "-", first("pages")),
        doi=plain_doi(first("doi")) or plain_doi(first("url")),
        not_doi=not_doi(first("doi")),
        pmid=first("pmid", "eprint") if first("pmid", "eprint").isdigit() else "",
        url=first("url"),
        note=first("note"),
        place=f"reference {number}",
    )


def _clean(text: str) -> str:
    """Text without braces; the circumflex that stands alone is the sign on the keyboard."""
    return one_line(text.replace("{", "").replace("}", "").replace("\u02c6", "^"))


def _split(text: str) -> list[str]:
    """The names of an author field: parted by "and" outside braces."""
    names, depth, start = [], 0, 0
    for found in re.finditer(r"\\.|[{}]|\s+and\s+", text, re.DOTALL):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
        elif depth == 0 and not found[0].startswith("\\"):
            names.append(text[start : found.start()])
            start = found.end()
    return [name.strip() for name in (*names, text[start:]) if name.strip()]


def _author(name: str) -> str:
    """ "Family, Given", of "Given Family" too."""
    plain = _clean(name)
    if "," in plain or " " not in plain:
        return plain
    given, _, family = plain.rpartition(" ")
    return f"{family}, {given}"


def write_bibtex(references: Sequence[Reference]) -> str:
    """BibTeX text in UTF-8; titles keep their capitals, and signs that LaTeX would run are
    written so that it prints them.
    """
    keys = {reference.key for reference in references if reference.key}
    return "\n".join(
        _entry(reference, reference.key or _key(reference, keys)) for reference in references
    )


def _key(reference: Reference, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", reference.label).encode("ascii", "ignore").decode()
    stem = "".join(re.findall(r"[a-z0-9]+", plain.lower())) or "reference"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    taken.add(key)
    return key


def _entry(item: Reference, key: str) -> str:
    people = [
        _escaped(dotted(name)) if "," in name else f"{{{_escaped(name)}}}" for name in item.authors
    ]
    version = f"Version {item.version}" if item.version else ""
    values = {
        "author": " and ".join([*people, *([] if item.authors_complete else [_MORE])]),
        "title": f"{{{_escaped(item.title)}}}" if item.title else "",
        _CONTAINERS.get(item.kind, "howpublished"): _escaped(item.journal),
        "year": item.year,
        "volume": _escaped(item.volume),
        "number": _escaped(item.issue),
        "pages": _escaped(item.pages).replace("-", "--"),
        **{name: _bare(getattr(item, name)) for name in _RAW_FIELDS},
        "note": _escaped(". ".join(part for part in (version, item.note) if part)),
    }
    lines = [f"  {name} = {{{text}}}" for name, text in values.items() if text]
    return f"@{_TYPES.get(item.kind, 'misc')}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in one_line(text))


def _bare(text: str) -> str:
    """Addresses and numbers: what could end the field or start a command is coded as in a URL."""
    return re.sub(r"[{}\\%#]", lambda found: f"\\{found[0]}", one_line(text))

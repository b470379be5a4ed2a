"""References as files for reference managers: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ketameta.manuscript.reference_styles import TITLE_WANTED
from ketameta.manuscript.works import ARTICLE, BOOK, DATASET, SOFTWARE, TRIAL, Work, split_name

_BIBTEX_KINDS = {ARTICLE: "article", BOOK: "book"}
_RIS_KINDS = {ARTICLE: "JOUR", BOOK: "BOOK", SOFTWARE: "COMP", DATASET: "DATA", TRIAL: "GEN"}
_CSL_KINDS = {ARTICLE: "article-journal", BOOK: "book", SOFTWARE: "software", DATASET: "dataset"}
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
REFERENCE_FORMS = ("bibtex", "ris", "csl-json")


def bibtex(works: Sequence[Work]) -> str:
    """BibTeX in UTF-8; titles keep their capitals. Characters that TeX would read are escaped."""
    return "\n".join(_bibtex_entry(work) for work in works)


def ris(works: Sequence[Work]) -> str:
    """RIS, one record per work, lines ended as the format asks."""
    lines = [line for work in works for line in (*_ris_lines(work), "")]
    return "".join(f"{line}\r\n" for line in lines)


def csl_json(works: Sequence[Work]) -> str:
    """CSL-JSON, the array that Zotero and pandoc read."""
    items = [_csl_item(work) for work in works]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def written(works: Sequence[Work], form: str) -> str:
    """The works in one of `REFERENCE_FORMS`."""
    return {"bibtex": bibtex, "ris": ris, "csl-json": csl_json}[form](works)


def _bibtex_entry(work: Work) -> str:
    fields = [(name, value) for name, value in _bibtex_fields(work) if value]
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
    return f"@{_BIBTEX_KINDS.get(work.kind, 'misc')}{{{work.key},\n{lines}}}\n"


def _bibtex_fields(work: Work) -> Iterator[tuple[str, str]]:
    names = [_bibtex_name(author) for author in work.authors]
    names += [] if work.authors_complete else ["others"]
    yield "author", " and ".join(names)
    yield "title", f"{{{_tex(work.title or TITLE_WANTED)}}}"
    yield "year", "" if work.year is None else str(work.year)
    yield ("journal" if work.kind == ARTICLE else "howpublished"), _tex(work.container)
    yield "volume", _tex(work.volume)
    yield "number", _tex(work.issue)
    yield "pages", _tex(work.pages).replace("-", "--")
    yield "doi", work.doi
    yield "url", "" if work.doi else work.url
    yield "note", _tex(f"Version {work.version}") if work.version else ""


def _bibtex_name(author: str) -> str:
    family, initials = split_name(author)
    if not initials:
        return f"{{{_tex(family)}}}"
    return f"{_tex(family)}, {' '.join(f'{c}.' for c in initials.replace('-', ''))}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _line(text))


def _ris_lines(work: Work) -> Iterator[str]:
    yield f"TY  - {_RIS_KINDS[work.kind]}"
    yield f"ID  - {work.key}"
    for author in work.authors:
        family, initials = split_name(author)
        yield f"AU  - {_line(f'{family}, {initials}' if initials else family)}"
    fields = (
        ("TI", work.title or TITLE_WANTED),
        ("PY", "" if work.year is None else str(work.year)),
        ("JO" if work.kind == ARTICLE else "PB", work.container),
        ("VL", work.volume),
        ("IS", work.issue),
        *_ris_pages(work.pages),
        ("DO", work.doi),
        ("AN", work.pmid),
        ("UR", work.address),
        ("ET", work.version),
    )
    yield from (f"{tag}  - {_line(value)}" for tag, value in fields if value)
    if not work.authors_complete:
        yield "N1  - Not all authors are named in this record."
    yield "ER  - "


def _ris_pages(pages: str) -> tuple[tuple[str, str], tuple[str, str]]:
    first, _, last = pages.partition("-")
    return ("SP", first), ("EP", last)


def _csl_item(work: Work) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": work.key,
        "type": _CSL_KINDS.get(work.kind, "webpage"),
        "author": [_csl_name(author) for author in work.authors],
        "title": work.title or TITLE_WANTED,
        "issued": None if work.year is None else {"date-parts": [[work.year]]},
        "container-title": work.container,
        "volume": work.volume,
        "issue": work.issue,
        "page": work.pages,
        "DOI": work.doi,
        "PMID": work.pmid,
        "URL": work.address,
        "version": work.version,
        "note": "" if work.authors_complete else "Not all authors are named in this record.",
    }
    return {name: value for name, value in fields.items() if value}


def _csl_name(author: str) -> dict[str, str]:
    family, initials = split_name(author)
    return {"family": family, "given": initials} if initials else {"literal": family}


def _line(text: str) -> str:
    """On one line: a line feed would begin another field."""
    return " ".join(text.split())

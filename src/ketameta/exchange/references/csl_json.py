"""CSL-JSON, the form in which Zotero and citation processors exchange references."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ketameta.errors import DataError
from ketameta.exchange.references.reference import (
    Reference,
    not_doi,
    one_line,
    plain_doi,
    plain_year,
    split_note,
)

_KINDS = {
    "article-journal": "article",
    "article": "article",
    "chapter": "chapter",
    "book": "book",
    "dataset": "registration",
    "software": "software",
}
_TYPES = {
    "article": "article-journal",
    "chapter": "chapter",
    "book": "book",
    "registration": "dataset",
    "dataset": "dataset",
    "software": "software",
}


def read_csl_json(text: str) -> tuple[list[Reference], list[str]]:
    """References of a CSL-JSON file, and sentences about what could not be read.

    Raises
    ------
    DataError
        When it is no JSON, or neither a list of references nor one.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise DataError(f"is not JSON that can be read ({error})") from None
    except RecursionError:
        raise DataError("is JSON nested too deeply to be read") from None
    if isinstance(data, Mapping):
        data = data.get("items", [data])
    if not isinstance(data, list):
        raise DataError("is JSON, but no list of references")
    read = (
        _reference(item, number)
        for number, item in enumerate(data, start=1)
        if isinstance(item, Mapping)
    )
    found = [one for one in read if one.title or one.authors or one.doi or one.pmid]
    lost = len(data) - len(found)
    return found, [f"{lost} entries are no references and were not read."] if lost else []


def _reference(item: Mapping[str, Any], number: int) -> Reference:
    def text(*names: str) -> str:
        return next(
            (one_line(str(v)) for n in names if isinstance(v := item.get(n), str | int) and v), ""
        )

    people = item.get("author")
    note, complete = split_note(text("note"))
    return Reference(
        kind=_KINDS.get(text("type"), "other"),
        authors=tuple(
            name
            for person in (people if isinstance(people, list) else [])
            if (name := _name(person))
        ),
        year=_year(item.get("issued")),
        title=text("title"),
        journal=text("container-title"),
        volume=text("volume"),
        issue=text("issue"),
        pages=text("page").replace("\u2013", "-"),
        doi=plain_doi(text("DOI")) or plain_doi(text("URL")),
        not_doi=not_doi(text("DOI")),
        pmid=text("PMID"),
        url=text("URL"),
        note=note,
        authors_complete=complete,
        place=f"reference {number}",
    )


def _name(person: Any) -> str:
    if not isinstance(person, Mapping):
        return ""
    if person.get("literal"):
        return one_line(str(person["literal"]))
    family = " ".join(str(person.get(n) or "") for n in ("non-dropping-particle", "family"))
    given = str(person.get("given") or "")
    return one_line(f"{family.strip()}, {given}" if given else family)


def _year(issued: Any) -> str:
    if not isinstance(issued, Mapping):
        return ""
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return plain_year(str(parts[0][0]))
    return plain_year(str(issued.get("raw") or issued.get("literal") or ""))


def write_csl_json(references: Sequence[Reference]) -> str:
    """CSL-JSON text."""
    entries = [_entry(item, number) for number, item in enumerate(references, start=1)]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _entry(item: Reference, number: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": item.key or item.doi or f"reference-{number}",
        "type": _TYPES.get(item.kind, "document"),
        "author": [_person(name) for name in item.authors],
        "issued": {"date-parts": [[int(item.year)]]} if item.year else None,
        "title": item.title,
        "container-title": item.journal,
        "volume": item.volume,
        "issue": item.issue,
        "page": item.pages,
        "DOI": item.doi,
        "PMID": item.pmid,
        "URL": item.url,
        "version": item.version,
        "note": item.full_note,
    }
    return {key: value for key, value in values.items() if value}


def _person(name: str) -> dict[str, str]:
    family, comma, given = name.partition(",")
    if not comma:
        return {"literal": name}
    return {"family": family.strip(), "given": given.strip()}

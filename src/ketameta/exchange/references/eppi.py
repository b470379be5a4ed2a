"""EPPI-Reviewer's JSON: references, and the codes that reviewers gave them.

There is no public schema. Seen in files of 2021 and 2026: `CodeSets[].Attributes.AttributesList[]`,
a tree of codes with `AttributeId` and `AttributeName`, and `References[]` with `Codes[]`: the
`AttributeId`, the reviewer's `AdditionalText`, `ArmTitle`, and passages of PDFs in
`ItemAttributeFullTextDetails[].Text`, between the signs [¬s] and [¬e]. `Outcomes[]` hold effects
that EPPI-Reviewer computed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import DataError, UsageError
from ketameta.exchange.references.reference import (
    Reference,
    not_doi,
    one_line,
    plain_doi,
    plain_year,
)

MAX_BYTES = 200_000_000
_DEEPEST = 50
"""Levels of codes below codes; code sets of reviews have some five."""
_KINDS = {
    "journal, article": "article",
    "article in a periodical": "article",
    "book, whole": "book",
    "book, chapter": "chapter",
}
_PASSAGE = re.compile(r"\[¬[se]\]")


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a reference: its path in the tree of codes, and what stands behind it.

    `text` has the arm, what the reviewer added, and the passages that were marked in the report.
    """

    path: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class CodedReference:
    """A reference with its codes."""

    reference: Reference
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class EppiReview:
    """References of a file, and what a user should know about how it was read."""

    references: tuple[CodedReference, ...]
    notes: tuple[str, ...] = ()


def read_eppi(path: Path) -> EppiReview:
    """The references of an EPPI-Reviewer JSON file, with their codes in words.

    Raises
    ------
    UsageError
        When there is no such file.
    DataError
        When it is no JSON, or none of EPPI-Reviewer.
    """
    data = _json(path)
    references = data.get("References")
    if not isinstance(references, list):
        raise DataError(f"{path}: is no EPPI-Reviewer file: it has no list of References.")
    names: dict[str, tuple[str, ...]] = {}
    for code_set in _list(data.get("CodeSets")):
        start = (_text(code_set, "SetName"),) if _text(code_set, "SetName") else ()
        names.update(_codes(code_set, start, 0))
    unknown: set[str] = set()
    found = []
    for number, item in enumerate(references, start=1):
        if isinstance(item, Mapping):
            found.append(_coded(item, number, names, unknown))
    notes = []
    if len(found) < len(references):
        lost = len(references) - len(found)
        notes.append(f"{path}: {lost} entries are no references and were not read.")
    if unknown:
        notes.append(
            f"{path}: codes that are not in the code sets of the file stand as numbers: "
            f"{len(unknown)}. Export the file with its code sets."
        )
    notes += [f"{path}: {note}" for one in found if (note := one.reference.doi_note)]
    outcomes = sum(len(_list(i.get("Outcomes"))) for i in references if isinstance(i, Mapping))
    if outcomes:
        notes.append(
            f"{path}: outcomes with effects are not read: {outcomes}. Enter their numbers from the "
            "reports."
        )
    return EppiReview(tuple(found), tuple(notes))


def _json(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path}: has more than {MAX_BYTES:,} bytes. Export fewer references.")
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file. Check the path.") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be opened ({error.strerror}). Check the path.") from None
    except RecursionError:
        raise DataError(f"{path}: is JSON nested too deeply to be read.") from None
    except ValueError as error:
        raise DataError(
            f"{path}: is not JSON that can be read ({error}). Export it again from "
            "EPPI-Reviewer as JSON."
        ) from None
    if not isinstance(data, Mapping):
        raise DataError(f"{path}: is no EPPI-Reviewer file: it has no list of References.")
    return data


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(item: Mapping[str, Any], *names: str) -> str:
    values = (item.get(name) for name in names)
    return next((one_line(str(v)) for v in values if isinstance(v, str | int) and v), "")


def _codes(
    node: Mapping[str, Any], path: tuple[str, ...], depth: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Paths of the codes below a node, by their ids."""
    below = node.get("Attributes")
    if depth > _DEEPEST or not isinstance(below, Mapping):
        return
    for code in _list(below.get("AttributesList")):
        here = (*path, _text(code, "AttributeName") or "(no name)")
        if identity := _text(code, "AttributeId"):
            yield identity, here
        yield from _codes(code, here, depth + 1)


def _coded(
    item: Mapping[str, Any],
    number: int,
    names: Mapping[str, tuple[str, ...]],
    unknown: set[str],
) -> CodedReference:
    codes = []
    for code in _list(item.get("Codes")):
        identity = _text(code, "AttributeId")
        if identity not in names:
            unknown.add(identity)
        codes.append(Code(names.get(identity, (identity,)), _behind(code)))
    authors = re.split(r"\s*;\s*", _text(item, "Authors"))
    reference = Reference(
        kind=_KINDS.get(_text(item, "TypeName", "ItemType").lower(), "other"),
        authors=tuple(_author(name) for name in authors if name),
        year=plain_year(_text(item, "Year")),
        title=_text(item, "Title"),
        journal=_text(item, "ParentTitle"),
        volume=_text(item, "Volume"),
        issue=_text(item, "Issue"),
        pages=_text(item, "Pages"),
        doi=plain_doi(_text(item, "DOI")) or plain_doi(_text(item, "URL")),
        not_doi=not_doi(_text(item, "DOI")),
        url=_text(item, "URL"),
        place=f"reference {number}" + (f" (item {i})" if (i := _text(item, "ItemId")) else ""),
    )
    return CodedReference(reference, tuple(codes))


def _behind(code: Mapping[str, Any]) -> str:
    """Arm, added text and marked passages of a code, as one line."""
    arm = _text(code, "ArmTitle")
    passages = (_text(p, "Text") for p in _list(code.get("ItemAttributeFullTextDetails")))
    parts = [
        f"arm {arm}" if arm else "",
        _text(code, "AdditionalText"),
        *(_PASSAGE.sub("", passage) for passage in passages),
    ]
    return "; ".join(part for part in parts if part)


def _author(name: str) -> str:
    """EPPI-Reviewer writes "Family Given": the first word is the family name."""
    if "," in name:
        return name
    family, space, given = name.partition(" ")
    return f"{family}, {given}" if space else name

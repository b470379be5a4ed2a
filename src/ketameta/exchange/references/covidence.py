"""Covidence's export of references as CSV: who was screened, included or excluded, and why.

Columns as in exports of 2020 to 2026: Title, Authors, Abstract, Published Year, Journal, Volume,
Issue, Pages, Accession Number, DOI, Ref, Covidence #, Study, Notes, Tags. Notes of excluded reports
begin with "Exclusion reason: ".
"""

from __future__ import annotations

import re

from ketameta.errors import DataError, UsageError
from ketameta.exchange.delimited import read_delimited
from ketameta.exchange.references.reference import (
    Reference,
    not_doi,
    one_line,
    plain_doi,
    plain_year,
)
from ketameta.exchange.table import Table

_NEEDED = ("title", "authors", "covidence")


def read_covidence(text: str) -> tuple[list[Reference], list[str]]:
    """References of a CSV of Covidence, with their notes and numbers there.

    Raises
    ------
    DataError
        For a table that is none of Covidence.
    """
    if not text.strip():
        raise DataError("the file is empty")
    table = read_delimited(text.encode(), "table")
    names = {_plain(name): name for name in table.columns}
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise DataError(
            "is no export of references from Covidence: its columns are Title, Authors, "
            "Covidence # and others"
        )
    return [_reference(table, names, row) for row in range(table.size)], list(table.notes)


def write_covidence(_: object) -> str:
    """Refused: Covidence takes in RIS."""
    raise UsageError("Covidence reads RIS, not CSV. Write .ris.")


def _plain(header: str) -> str:
    """ "Covidence #" and "Covidence.." (as R writes it) are "covidence"."""
    return " ".join(re.findall(r"[a-z]+", header.lower()))


def _reference(table: Table, names: dict[str, str], row: int) -> Reference:
    def cell(name: str) -> str:
        return one_line(table.text(names[name])[row]) if name in names else ""

    authors = (one_line(name) for name in cell("authors").split(";"))
    journal = cell("journal")
    number = cell("covidence")
    return Reference(
        kind="article" if journal else "other",
        authors=tuple(name for name in authors if name),
        year=plain_year(cell("published year")),
        title=cell("title"),
        journal=journal,
        volume=cell("volume"),
        issue=cell("issue"),
        pages=cell("pages"),
        doi=plain_doi(cell("doi")),
        not_doi=not_doi(cell("doi")),
        note=cell("notes").rstrip("; "),
        place=f"Covidence {number}" if number else f"reference {row + 1}",
    )

"""The documents behind the records, with how far reading each one verifies a value."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.records.provenance import Source
from ketameta.records.study import Study
from ketameta.tables.table import FILES, Cell, Column, Row, Table


def sources(studies: Sequence[Study]) -> Table:
    """Every document read for every study, for files."""
    keys = ("study", "key", "document", "level", "doi", "url")
    rows = tuple(
        Row(
            (
                Cell(study.id),
                Cell(key),
                Cell(source.document),
                Cell(str(source.level)),
                Cell(source.doi or ""),
                Cell(source.url or ""),
            )
        )
        for study in studies
        for key, source in study.sources.items()
    )
    columns = tuple(Column(key, key, audience=FILES) for key in keys)
    return Table("sources", "Documents read", columns, rows)


def source_address(source: Source) -> str:
    """Where a document can be found: its address, else its DOI, else nothing."""
    return source.url or (f"https://doi.org/{source.doi}" if source.doi else "")

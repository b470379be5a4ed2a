"""The key below a table of a manuscript: what its codes and abbreviations stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ketameta.appraisal.catalog import FLAGS
from ketameta.manuscript.phrases import lower_first
from ketameta.measures.catalog import MEASURES
from ketameta.tables.table import Table

_START = re.compile(r"[A-Z]+\b")


def table_key(table: Table) -> Iterator[str]:
    """Lines that explain the abbreviations and flags that occur, so that a table stands alone."""
    shown = table.for_readers()
    told = " ".join(shown.notes)
    short = [words for words in _abbreviations(shown) if f"{words[0]}:" not in told]
    if short:
        yield "; ".join(f"{code}, {name}" for code, name in short) + "."
    cells = [cell for row in shown.rows for cell in row.cells]
    raised = {mark.code for cell in cells for mark in cell.marks}
    if raised:
        known = [code for code in FLAGS if code in raised]
        yield "Flags: " + "; ".join(f"{code}, {FLAGS[code].title}" for code in known) + "."


def _abbreviations(table: Table) -> Iterator[tuple[str, str]]:
    """Those with which a title or a cell begins, so that capitals in prose are not taken for them.

    Cells with flags have a key of their own.
    """
    texts = [column.title for column in table.columns]
    texts += [cell.text for row in table.rows for cell in row.cells if not cell.marks]
    if any("% CI" in text for text in texts):
        yield "CI", "confidence interval"
    first = {found[0] for text in texts if (found := _START.match(text))}
    yield from ((code, lower_first(m.label)) for code, m in MEASURES.items() if code in first)

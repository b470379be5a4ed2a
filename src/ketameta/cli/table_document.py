"""A user's table, pooled, for reading."""

from __future__ import annotations

from ketameta.cli.answer_document import answer_document
from ketameta.cli.answer_grids import variation_grid
from ketameta.cli.data_analysis import TableAnalysis
from ketameta.cli.document import Block, Heading
from ketameta.cli.method_details import method_details
from ketameta.tables.formatting import AnswerText


def table_document(analysed: TableAnalysis, width: int) -> tuple[Block, ...]:
    """One meta-analysis in full; several first side by side, then each in full."""
    full = [
        block
        for group in analysed.groups
        for block in (*answer_document(group.answer, {}, width), *method_details(group.further))
    ]
    if len(analysed.groups) == 1:
        return tuple(full)
    named = [(group.value or "no value", group.analysis) for group in analysed.groups]
    text = AnswerText.of(max((g.answer for g in analysed.groups), key=lambda a: a.main.k))
    return (
        Heading(analysed.source, f"{len(named)} meta-analyses", level=1),
        variation_grid(analysed.by or "", named, text, width),
        *full,
    )

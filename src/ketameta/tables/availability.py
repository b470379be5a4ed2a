"""The ROB-ME matrix as a table: which study has a result for which question."""

from __future__ import annotations

from dataclasses import replace

from ketameta.appraisal.availability import (
    AWAITED,
    NOT_RECORDED,
    OTHER_WAY,
    PLANNED,
    POOLED,
    UNUSABLE,
    AvailabilityMatrix,
)
from ketameta.tables.table import Cell, Column, Row, Table

SIGNS = {
    POOLED: "✓",
    UNUSABLE: "~",
    AWAITED: "?",
    PLANNED: "…",
    OTHER_WAY: "×",
    NOT_RECORDED: "",
}
KEY = "; ".join(f"{sign} {state}" for state, sign in SIGNS.items() if sign) + (
    "; empty: the record has no such outcome. Results marked ~ or ? exist, as far as is known, and "
    "are missing from the analysis."
)


def availability_table(matrix: AvailabilityMatrix) -> Table:
    """Studies down, questions across; files hold the states in words."""
    columns = (
        Column("study", "Study"),
        Column("substance", "Substance"),
        *(Column(question, title) for question, title in matrix.questions),
    )
    rows = tuple(
        Row(
            (
                Cell(study.label, study.study),
                Cell(study.substance),
                *(Cell(SIGNS[state], state) for state in study.states),
            )
        )
        for study in matrix.studies
    )
    caption = "Which study has a result for which question, and which results are missing"
    return Table("availability", caption, columns, rows, (KEY,))


def numbered(table: Table) -> Table:
    """Questions as numbers, explained below: their titles are wider than their columns."""
    first, rest = table.columns[:2], table.columns[2:]
    columns = tuple(replace(column, title=str(i)) for i, column in enumerate(rest, start=1))
    key = "; ".join(f"{i} {column.title}" for i, column in enumerate(rest, start=1))
    return replace(table, columns=(*first, *columns), notes=(f"{key}.", *table.notes))

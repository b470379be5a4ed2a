"""The studies behind an answer as rows of a table, so that commands on tables work on questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ketameta.cli.data_samples import Rows
from ketameta.cli.table_reading import require_column
from ketameta.exchange.table import Cell, Table
from ketameta.measures.catalog import measure
from ketameta.measures.effects import EffectTable
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.presets import Preset
from ketameta.records.store import Evidence
from ketameta.sensitivity.preset_estimates import preset_effects
from ketameta.synthesis.answer import Answer, StudyRow
from ketameta.synthesis.moderator_values import moderator_columns
from ketameta.synthesis.study_columns import study_columns


def curated_rows(
    answer: Answer,
    zero_cells: str,
    program: Preset | None = None,
    *,
    more: Mapping[str, tuple[Cell, ...]] | None = None,
) -> Rows:
    """The rows of the main analysis, with columns of the same names as those of users' tables.

    Where the numbers of both sides give the estimate, they stand in the table; otherwise the
    estimate itself stands in yi and vi, as it was reported or worked out. Beside them are study,
    substance, design, randomised, contrast_class, control_type, weeks, outcome and assessment.

    Parameters
    ----------
    zero_cells
        The review's rule.
    program
        A preset that makes the estimates anew from the numbers of both sides.
    more
        Further columns by name, such as those of moderators.
    """
    studies = answer.main.rows
    assert answer.main.pooled is not None
    labels = answer.main.pooled.labels
    code = answer.question.measure
    numbers = study_columns(studies, code, zero_cells)
    table = Table(
        answer.question.id,
        {
            **(more or {}),
            **_texts(studies, labels),
            **{name: tuple(cells) for name, cells in numbers.items()},
        },
        tuple(range(1, len(studies) + 1)),
        counted="row",
        header_line=0,
    )
    every = tuple(range(len(studies)))
    if program is not None:
        return Rows(table, every, preset_effects(code, numbers, program, labels=labels))
    return Rows(table, every, _as_answered(answer, numbers))


def _as_answered(answer: Answer, numbers: Mapping[str, Sequence[float]]) -> EffectTable:
    """The answer's own estimates, beside the numbers they come from."""
    studies = answer.main.rows
    assert answer.main.pooled is not None
    sizes = [row.n for row in studies]
    estimates = EffectEstimates(
        answer.question.measure,
        np.array([row.y for row in studies]),
        np.array([row.v for row in studies]),
        answer.main.pooled.labels,
        None if None in sizes else np.array(sizes, dtype=np.float64),
    )
    absent = np.full(len(studies), np.nan)
    columns = {*numbers, *measure(answer.question.measure).columns}
    inputs = {name: np.array(numbers.get(name, absent)) for name in columns}
    return EffectTable(estimates, (), np.arange(len(studies)), inputs)


def _texts(studies: Sequence[StudyRow], labels: Sequence[str]) -> dict[str, tuple[Cell, ...]]:
    names = (
        *("substance", "design", "randomised", "contrast_class", "control_type", "weeks"),
        *("outcome", "assessment"),
    )
    shown: dict[str, tuple[Cell, ...]] = {"study": tuple(labels)}
    for name in names:
        cells = [getattr(row, name) for row in studies]
        shown[name] = tuple(cell if isinstance(cell, float) else _word(cell) for cell in cells)
    return shown


def column_texts(
    studies: Sequence[StudyRow], name: str, evidence: Evidence, question: str
) -> list[str]:
    """A characteristic of studies as text, "no value" where there is none.

    Parameters
    ----------
    name
        A column of `curated_rows` that has no result in it, or of a moderator.

    Raises
    ------
    UsageError
        When there is no such column.
    """
    columns = {
        **moderator_columns(studies, evidence),
        **_texts(studies, [row.label for row in studies]),
    }
    lines = tuple(range(1, len(studies) + 1))
    table = Table(question, columns, lines, counted="row", header_line=0)
    require_column(table, name)
    return [text or "no value" for text in table.text(name)]


def _word(cell: object) -> Cell:
    return None if cell is None else str(cell)

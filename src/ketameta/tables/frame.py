"""Tables as pandas data frames, for notebooks and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ketameta.synthesis.answer import Answer
from ketameta.tables.effects import study_effects
from ketameta.tables.findings import pooled
from ketameta.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd


def to_frame(table: Table) -> pd.DataFrame:
    """A table with the columns and full-precision values that files hold; gaps are <NA>."""
    import pandas as pd

    plain = table.for_files()
    rows = [
        [None if cell.stored == "" else cell.stored for cell in row.cells] for row in plain.rows
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in plain.columns])
    return frame.convert_dtypes()


def studies_frame(answer: Answer) -> pd.DataFrame:
    """One row per study of an answer's main analysis: numbers, effect, source and flags."""
    return to_frame(study_effects(answer))


def pooled_frame(answer: Answer) -> pd.DataFrame:
    """One row per analysis of an answer: main, subgroups, sensitivity, leave-one-out."""
    return to_frame(pooled([answer]))

"""The columns of a forest plot and the text of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.figures.forest.arm_columns import ArmColumns, arm_columns
from ketameta.figures.forest.drafts import Draft
from ketameta.figures.forest.flag_marks import FlagCodes
from ketameta.figures.forest.model import PLOT, Cell, Column
from ketameta.figures.forest.risk_marks import RiskMarks
from ketameta.figures.forest.style import ForestStyle
from ketameta.notation.effects import EffectText, clean
from ketameta.notation.numbers import line_up
from ketameta.synthesis.answer import QuestionLine

Texts = dict[int, Cell]

CONTROL_WORDS = {
    "low-dose ketamine": "low dose",
    "same ketamine, other procedure": "no procedure",
    "active treatment": "other treatment",
    "none": "no treatment",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in order, and for each of them the cells of the rows that have one."""

    columns: tuple[Column, ...]
    cells: tuple[Texts, ...]

    def row(self, index: int) -> tuple[Cell, ...]:
        """The cells of one row, one per column."""
        return tuple(column.get(index, Cell()) for column in self.cells)

    def crowded(self, index: int) -> bool:
        """Whether a row has text in one of the two columns beside its label."""
        return any(cell.text for cell in self.row(index)[1:3])


@dataclass(frozen=True, slots=True)
class TableMaker:
    """Writes the columns that a style asks for and that the rows can fill."""

    rows: tuple[Draft, ...]
    text: EffectText
    flags: FlagCodes
    risk: RiskMarks
    style: ForestStyle

    def table(self, question: QuestionLine) -> Table:
        """The table; columns that no row could fill are left out."""
        arms = arm_columns(self.rows, self.style, question)
        columns: list[Column] = []
        cells: list[Texts] = []
        for key in self.style.columns:
            for column, texts in self._columns(key, arms):
                columns.append(column)
                cells.append(texts)
        return Table(tuple(columns), tuple(cells))

    def _columns(self, key: str, arms: ArmColumns) -> Sequence[tuple[Column, Texts]]:
        if key == "study":
            return [(Column("study", self.style.words.study), {})]
        if key in ("experimental", "control"):
            return arms.of(key)
        if key == PLOT:
            return [(Column(PLOT, "", align="center"), {})]
        if key == "effect":
            return [self._effect()]
        if key == "risk_of_bias":
            return self.risk.columns()
        made = {"control_type": self._control_type, "flags": self._flags, "weight": self._weight}
        column, texts = made[key]()
        return [(column, texts)] if texts else []

    def _control_type(self) -> tuple[Column, Texts]:
        texts = {
            i: Cell(control_words(row.study.control_type))
            for i, row in enumerate(self.rows)
            if row.study is not None and row.study.control_type
        }
        return Column("control_type", "Control type"), texts

    def _flags(self) -> tuple[Column, Texts]:
        column = Column("flags", "Flags")
        if not self.flags.any:
            return column, {}
        cells = {i: self.flags.cell(row) for i, row in enumerate(self.rows)}
        return column, {i: cell for i, cell in cells.items() if cell.text}

    def _effect(self) -> tuple[Column, Texts]:
        numbers = self.text.numbers
        bracketed = f"{numbers.interval_open}{self.text.level_text} CI{numbers.interval_close}"
        align = "left" if self.text.dashed else "right"
        hanging = frozenset({1}) if self.text.dashed else frozenset()
        column = Column("effect", f"{self.text.title} {bracketed}", "", align, hanging)
        found = {i: row.effect for i, row in enumerate(self.rows) if row.effect is not None}
        pieces = [self.text.pieces(effect) for effect in found.values()]
        lines = line_up(pieces, left=hanging)
        return column, {
            i: Cell(line, pieces=parts) for i, line, parts in zip(found, lines, pieces, strict=True)
        }

    def _weight(self) -> tuple[Column, Texts]:
        texts = {
            i: Cell(self.style.numbers.percent(row.weight, 1))
            for i, row in enumerate(self.rows)
            if row.weight is not None
        }
        return Column("weight", "Weight", align="right"), texts


def control_words(control_type: str) -> str:
    """Short words for what a control received."""
    parts = [CONTROL_WORDS.get(part, part) for part in clean(control_type).split(" and ")]
    return " and ".join(parts)

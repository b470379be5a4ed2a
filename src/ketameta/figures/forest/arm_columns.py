"""What each group contributed: events, means, people; merged into one column or split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.figures.forest.drafts import Draft
from ketameta.figures.forest.model import Cell, Column
from ketameta.figures.forest.style import ForestStyle
from ketameta.notation.effects import capital
from ketameta.notation.numbers import DASH, NumberStyle, line_up, written_decimals
from ketameta.synthesis.answer import ArmNumbers, QuestionLine

EVENTS_TITLE = "events/n"
SIDES = ("experimental", "control")
Filled = tuple[Column, dict[int, Cell]]


@dataclass(frozen=True, slots=True)
class ArmColumns:
    """The columns of both groups; none where no study gives numbers per group."""

    experimental: tuple[Filled, ...] = ()
    control: tuple[Filled, ...] = ()

    def of(self, side: str) -> tuple[Filled, ...]:
        """The columns of one side, experimental or control."""
        return self.experimental if side == "experimental" else self.control


def without_numbers(arm: ArmNumbers) -> bool:
    """Whether a group has neither events nor a mean: the source gives only the comparison."""
    return arm.events is None and arm.mean is None


def arm_columns(rows: Sequence[Draft], style: ForestStyle, question: QuestionLine) -> ArmColumns:
    """Columns of both groups in the style's manner."""
    arms = {side: _arms(rows, side) for side in SIDES}
    every = [arm for of_side in arms.values() for arm in of_side.values()]
    if all(without_numbers(arm) for arm in every):
        return ArmColumns()
    binary = any(arm.events is not None for arm in every)
    write = _SplitWriter if style.arms == "split" else _MergedWriter
    labels = {"experimental": question.favours_experimental, "control": question.favours_control}
    totals = frozenset(i for i, row in enumerate(rows) if row.study is None)
    decimals = {name: _decimals(every, name) for name in ("mean", "sd")}
    made: list[tuple[Filled, ...]] = []
    for side in SIDES:
        group = _group_name(labels[side], side)
        writer = write(group, binary, style.numbers, decimals, arms[side], totals)
        bare = all(without_numbers(arm) for arm in arms[side].values())
        made.append(() if bare else writer.columns(side))
    return ArmColumns(*made)


def _decimals(arms: Sequence[ArmNumbers], name: str) -> int:
    values = [getattr(arm, name) for arm in arms]
    return written_decimals([float(value) for value in values if value is not None])


def _group_name(favours: str, side: str) -> str:
    """The group as the question's favours label names it."""
    word = "Favours "
    return capital(favours.removeprefix(word)) if favours.startswith(word) else capital(side)


def _arms(rows: Sequence[Draft], side: str) -> dict[int, ArmNumbers]:
    """Numbers of one side by row: of each study, and summed where every study has them."""
    found: dict[int, ArmNumbers] = {}
    for i, row in enumerate(rows):
        if row.study is not None:
            found[i] = getattr(row.study, side)
        elif row.kind in ("subtotal", "overall") and row.analysis is not None:
            total = _total([getattr(study, side) for study in row.analysis.rows])
            if total is not None:
                found[i] = total
    return found


def _total(arms: Sequence[ArmNumbers]) -> ArmNumbers | None:
    """Summed people and events; None where a group's numbers are not known."""
    if any(arm.n is None or without_numbers(arm) for arm in arms):
        return None
    n = sum(arm.n for arm in arms if arm.n is not None)
    events = [arm.events for arm in arms if arm.events is not None]
    return ArmNumbers("", events=sum(events) if len(events) == len(arms) else None, n=n)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Numbers of one group by row; `totals` are the rows that sum others."""

    group: str
    binary: bool
    numbers: NumberStyle
    decimals: dict[str, int]
    arms: dict[int, ArmNumbers]
    totals: frozenset[int]

    def _count(self, value: float | None) -> str:
        return DASH if value is None else self.numbers.count(value)

    def _fixed(self, arm: ArmNumbers, name: str) -> str:
        return self.numbers.fixed(getattr(arm, name), self.decimals[name])


class _MergedWriter(_Writer):
    """One column per group: "73/111", or "14.3 (4.5), 20"."""

    def columns(self, side: str) -> tuple[Filled, ...]:
        pieces = {i: self._pieces(i, arm) for i, arm in self.arms.items()}
        hanging = frozenset({1}) if self.binary else frozenset()
        lines = line_up(list(pieces.values()), left=hanging)
        texts = {
            i: Cell(line, pieces=parts)
            for (i, parts), line in zip(pieces.items(), lines, strict=True)
        }
        title = EVENTS_TITLE if self.binary else "mean (SD), n"
        return ((Column(side, title, self.group, "center", hanging), texts),)

    def _pieces(self, index: int, arm: ArmNumbers) -> tuple[str, ...]:
        if self.binary:
            return self._count(arm.events), "" if arm.n is None else f"/{self._count(arm.n)}"
        if index in self.totals:
            return "", "", self._count(arm.n)
        spread = "" if arm.sd is None else f" ({self._fixed(arm, 'sd')}),"
        return self._fixed(arm, "mean"), spread, "" if arm.n is None else f" {self._count(arm.n)}"


class _SplitWriter(_Writer):
    """One column per number, under the name of the group."""

    def columns(self, side: str) -> tuple[Filled, ...]:
        people = self._column(f"{side}_n", "Total", {i: a.n for i, a in self.arms.items()})
        if self.binary:
            events = {i: arm.events for i, arm in self.arms.items()}
            return self._column(f"{side}_events", "Events", events), people
        return (
            self._measured(f"{side}_mean", "Mean", "mean"),
            self._measured(f"{side}_sd", "SD", "sd"),
            people,
        )

    def _column(self, key: str, title: str, values: dict[int, int | float | None]) -> Filled:
        texts = {i: Cell(self._count(value)) for i, value in values.items()}
        return Column(key, title, self.group, "right"), texts

    def _measured(self, key: str, title: str, name: str) -> Filled:
        texts = {
            i: Cell(self._fixed(arm, name)) for i, arm in self.arms.items() if i not in self.totals
        }
        return Column(key, title, self.group, "right"), texts

"""Study results as RevMan and Covidence export them (CSV), as comparisons of two arms.

Headers are read in any case and order, with or without signs, under the names that RevMan's and
Covidence's help pages show and those that `revman_writing` uses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.errors import DataError, UsageError
from ketameta.exchange.table import Cell, Table, numbers

_CONTROL = re.compile(r"placebo|control|saline|usual|no treatment|wait|sham|standard", re.I)
_ALIASES = {
    "study": "study",
    "study id": "study",
    "studyid": "study",
    "outcome": "outcome",
    "study outcome": "outcome",
    "outcome name": "outcome",
    "time point": "time_label",
    "timepoint": "time_label",
    "time": "time_label",
    "arm": "arm",
    "arm name": "arm",
    "study arm": "arm",
    "intervention": "intervention",
    "events": "events",
    "cases": "events",
    "number of events": "events",
    "total": "n",
    "n": "n",
    "participants": "n",
    "number of participants": "n",
    "mean": "mean",
    "sd": "sd",
    "standard deviation": "sd",
    "se": "se",
    "standard error": "se",
    "comparator arm": "comparator",
    "comparator": "comparator",
    "effect measure": "measure",
    "contrast estimate": "estimate",
    "contrast mean": "estimate",
    "contrast se": "contrast_se",
    "contrast standard error": "contrast_se",
}
_NUMERIC = ("events", "n", "mean", "sd", "se", "estimate", "contrast_se")


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    arm: str
    values: Mapping[str, float]
    intervention: str


def from_revman(table: Table, *, control: str | None = None) -> tuple[Table, list[str]]:
    """Study results (RevMan's or Covidence's CSV) as comparisons of two arms.

    Parameters
    ----------
    table
        The file of study results, one row per arm, or per contrast.
    control
        Name of the control arm or intervention; by default the one whose name says so (placebo,
        control, saline, usual care ...), else the last.

    Returns
    -------
    A table under the project's names, and sentences about what gave no comparison.

    Raises
    ------
    UsageError
        When study, outcome or arm are not among the columns.
    """
    names = {
        ours: header
        for header in table.columns
        if (ours := _ALIASES.get(_plain(header))) is not None
    }
    missing = [name for name in ("study", "outcome", "arm") if name not in names]
    if missing:
        raise UsageError(
            f"{table.head}: is no file of study results: {', '.join(missing)} is not among the "
            "columns."
        )
    header = {names[name]: name for name in _NUMERIC if name in names}
    read = {header[column]: cells for column, cells in numbers(table, list(header)).items()}
    return _Comparisons(table, names, read, control).table()


def _plain(header: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", header.lower()))


class _Comparisons:
    """Groups rows by study, outcome and time, and pairs their arms."""

    def __init__(
        self,
        table: Table,
        names: Mapping[str, str],
        read: Mapping[str, Sequence[float]],
        control: str | None,
    ) -> None:
        self.source, self.names, self.read, self.control = table, names, read, control
        self.rows: list[dict[str, Cell]] = []
        self.lines: list[int] = []
        self.told: list[str] = []

    def table(self) -> tuple[Table, list[str]]:
        groups: dict[tuple[str, str, str], list[_Line]] = {}
        for row in range(self.source.size):
            if "estimate" in self.read and self._number("estimate", row) is not None:
                self._contrast(row)
                continue
            key = (
                self._text("study", row),
                self._text("outcome", row),
                self._text("time_label", row),
            )
            values = {
                name: value
                for name in ("events", "n", "mean", "sd", "se")
                if (value := self._number(name, row)) is not None
            }
            line = _Line(row, self._text("arm", row), values, self._text("intervention", row))
            groups.setdefault(key, []).append(line)
        for key, lines in groups.items():
            self._pair(key, lines)
        if not self.rows:
            raise DataError(f"{self.source.source}: no two arms of a study can be compared.")
        columns = [*dict.fromkeys(name for row in self.rows for name in row)]
        return (
            Table(
                self.source.source,
                {name: tuple(row.get(name) for row in self.rows) for name in columns},
                tuple(self.lines),
                counted=self.source.counted,
                header_line=self.source.header_line,
            ),
            self.told,
        )

    def _pair(self, key: tuple[str, str, str], lines: list[_Line]) -> None:
        study, outcome, time = key
        place = f"{self.source.where(lines[0].row)}: {study}: {outcome}"
        if len(lines) < 2:
            self.told.append(f"{place}: one arm only, nothing to compare it with.")
            return
        second = self._control_of(lines)
        for first in lines:
            if first is second:
                continue
            values: dict[str, Cell] = {
                f"{name}_{number}": value
                for number, line in ((1, first), (2, second))
                for name, value in line.values.items()
            }
            if not values:
                self.told.append(f"{place}: no numbers.")
                continue
            words: dict[str, Cell] = {
                "study": study,
                "outcome": outcome,
                "time_label": time or None,
                "arm_1": first.arm,
                "arm_2": second.arm,
            }
            self._add(first.row, {**words, **values})

    def _control_of(self, lines: list[_Line]) -> _Line:
        if self.control is not None:
            wanted = self.control.strip().lower()
            for line in lines:
                if wanted in (line.arm.lower(), line.intervention.lower()):
                    return line
        named = [line for line in lines if _CONTROL.search(f"{line.arm} {line.intervention}")]
        return named[-1] if named else lines[-1]

    def _contrast(self, row: int) -> None:
        measure = self._text("measure", row).upper()
        entry: dict[str, Cell] = {
            "study": self._text("study", row),
            "outcome": self._text("outcome", row),
            "time_label": self._text("time_label", row) or None,
            "arm_1": self._text("arm", row),
            "arm_2": self._text("comparator", row) or "Control",
            "measure": measure or None,
            "yi": self._number("estimate", row),
            "sei": self._number("contrast_se", row),
        }
        self._add(row, entry)

    def _add(self, row: int, entry: dict[str, Cell]) -> None:
        self.rows.append(entry)
        self.lines.append(self.source.lines[row])

    def _text(self, name: str, row: int) -> str:
        return self.source.text(self.names[name])[row] if name in self.names else ""

    def _number(self, name: str, row: int) -> float | None:
        value = self.read[name][row] if name in self.read else float("nan")
        return None if value != value else value

"""Study results as RevMan and Covidence export them (CSV), as comparisons of two arms.

Headers are read in any case and order, with or without signs, under the names of the files of
RevMan (see `revman_writing`) and those that Covidence's help pages show.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.errors import DataError, UsageError
from ketameta.exchange.reviews.rm5 import measure_code
from ketameta.exchange.table import Cell, Table, numbers
from ketameta.measures.generic import normal_quantile

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
    "sample size": "n",
    "participants": "n",
    "number of participants": "n",
    "mean": "mean",
    "sd": "sd",
    "standard deviation": "sd",
    "se": "se",
    "standard error": "se",
    "variance": "variance",
    "ci level": "ci_level",
    "ci start": "ci_low",
    "ci end": "ci_high",
    "exp mean": "exp_mean",
    "exp ci start": "exp_ci_low",
    "exp ci end": "exp_ci_high",
    "other mean": "other",
    "other exp mean": "other_exp",
    "reference arm": "comparator",
    "comparator arm": "comparator",
    "comparator": "comparator",
    "effect measure": "measure",
    "contrast estimate": "estimate",
    "contrast mean": "estimate",
    "contrast se": "contrast_se",
    "contrast standard error": "contrast_se",
}
_OF_ARM = ("events", "n", "mean", "sd", "se")
_OF_CONTRAST = (
    *("estimate", "contrast_se", "variance", "ci_low", "ci_high"),
    *("exp_mean", "exp_ci_low", "exp_ci_high", "other", "other_exp"),
)
_NUMERIC = (*_OF_ARM, *_OF_CONTRAST)


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
            f"{table.head}: is no file of study results: there is no column {', '.join(missing)}."
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
            if self._number("estimate", row) is not None or self._text("comparator", row):
                self._contrast(row)
                continue
            key = (
                self._text("study", row),
                self._text("outcome", row),
                self._text("time_label", row),
            )
            values = {
                name: value for name in _OF_ARM if (value := self._number(name, row)) is not None
            }
            variance = self._number("variance", row)
            if "sd" not in values and variance is not None and variance >= 0:
                values["sd"] = math.sqrt(variance)
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
        study, outcome = self._text("study", row), self._text("outcome", row)
        place = f"{self.source.where(row)}: {study}: {outcome}"
        estimate, se = self._estimate(row), self._standard_error(row)
        if estimate is None or se is None:
            lacking = "standard error or interval" if se is None else "estimate"
            self.told.append(f"{place}: a contrast without {lacking} of its own.")
            return
        if any(self._number(name, row) is not None for name in ("other", "other_exp")):
            self.told.append(f"{place}: a second contrast (columns Other ...) was not read.")
        said = self._text("measure", row)
        code = measure_code(said)
        self._add(
            row,
            {
                "study": study,
                "outcome": outcome,
                "time_label": self._text("time_label", row) or None,
                "arm_1": self._text("arm", row),
                "arm_2": self._text("comparator", row) or "Control",
                "measure": (said.upper() if code == "GEN" else code) or None,
                "yi": estimate,
                "sei": se,
            },
        )

    def _estimate(self, row: int) -> float | None:
        """On the analysis scale: RevMan's `Mean` is a logarithm where `Exp mean` is a ratio."""
        for name in ("estimate", "mean"):
            if (value := self._number(name, row)) is not None:
                return value
        ratio = self._number("exp_mean", row)
        return math.log(ratio) if ratio is not None and ratio > 0 else None

    def _standard_error(self, row: int) -> float | None:
        for name in ("contrast_se", "se"):
            if (value := self._number(name, row)) is not None:
                return value
        variance = self._number("variance", row)
        if variance is not None and variance >= 0:
            return math.sqrt(variance)
        ends = [self._number(name, row) for name in ("ci_low", "ci_high")]
        if None in ends:
            ratios = [self._number(name, row) for name in ("exp_ci_low", "exp_ci_high")]
            ends = [math.log(end) if end is not None and end > 0 else None for end in ratios]
        low, high = ends
        if low is None or high is None:
            return None
        return (high - low) / (2 * float(normal_quantile(self._level(row))))

    def _level(self, row: int) -> float:
        found = re.search(r"[0-9]+(\.[0-9]+)?", self._text("ci_level", row))
        level = float(found[0]) if found else 95.0
        level = level / 100 if level > 1 else level
        return level if 0.5 <= level < 1 else 0.95

    def _add(self, row: int, entry: dict[str, Cell]) -> None:
        self.rows.append(entry)
        self.lines.append(self.source.lines[row])

    def _text(self, name: str, row: int) -> str:
        return self.source.text(self.names[name])[row] if name in self.names else ""

    def _number(self, name: str, row: int) -> float | None:
        value = self.read[name][row] if name in self.read else float("nan")
        return None if value != value else value

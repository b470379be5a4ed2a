"""Study data as RevMan and Covidence exchange them: CSV files of studies, arms, results, bias.

Columns follow RevMan's data extraction templates; RevMan matches outcomes, interventions and time
points with those of the review by their names. Headers are read in any case and order, with or
without signs; what is not known is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.appraisal.risk_of_bias.results import row_risk_of_bias
from ketameta.errors import DataError, UsageError
from ketameta.exchange.data_set import DataSet, Value, Variable
from ketameta.exchange.reviews.arm_pairs import ArmPair
from ketameta.exchange.table import Cell, Table, numbers
from ketameta.records.study import Study

INFORMATION, ARMS, RESULTS, BIAS = (
    *("study-information", "study-arms", "study-results", "risk-of-bias-2"),
)
_CONTROL = re.compile(r"placebo|control|saline|usual|no treatment|wait|sham|standard", re.I)
_ARM = ("Study", "Outcome", "Time point", "Arm", "Intervention")
_NUMBERS = {
    "Events": "events",
    "Total": "n",
    "Mean": "mean",
    "SD": "sd",
    "SE": "se",
}
_CONTRAST = ("Comparator arm", "Effect measure", "Contrast estimate", "Contrast SE")
_PROPOSED = "Proposed by the algorithm of the tool from the answers; no person has confirmed it."
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


def to_revman(studies: Sequence[Study], pairs: Sequence[ArmPair]) -> dict[str, DataSet]:
    """Data sets by the name of their file; contrast-level rows name the comparator arm.

    Contrasts are on the analysis scale (ratios logged), as RevMan takes them.
    """
    ordered = sorted(studies, key=lambda study: study.id)
    tables = {
        INFORMATION: _data_set(INFORMATION, [_information(study) for study in ordered]),
        ARMS: _data_set(
            ARMS,
            [
                {"Study": _name(study), "Arm": arm.label, "Intervention": arm.drug}
                for study in ordered
                for arm in study.arms
            ],
        ),
        RESULTS: _data_set(RESULTS, _results(pairs)),
    }
    judged = [row for study in ordered for row in _judged(study)]
    if judged:
        tables[BIAS] = _data_set(BIAS, judged)
    return {name: data for name, data in tables.items() if data.size}


def _name(study: Study) -> str:
    """A study as RevMan names it, one name per study."""
    return study.label


def _information(study: Study) -> dict[str, Value]:
    design, arms = study.design, study.arms
    outcomes = "; ".join(dict.fromkeys(outcome.definition for outcome in study.outcomes))
    return {
        "Study": _name(study),
        "Year": None if study.citation.year is None else str(study.citation.year),
        "Char: Methods": f"{design.type}; randomised: {design.randomised}",
        "Char: Participants": study.population.diagnosis,
        "Char: Interventions": "; ".join(arm.label for arm in arms),
        "Char: Outcomes": outcomes or None,
        "Char: Identification": "; ".join(entry.id for entry in study.registrations) or None,
        "Char: Notes": study.status_reason,
        "DOI": study.citation.doi,
        "PMID": study.citation.pmid,
    }


def _results(pairs: Sequence[ArmPair]) -> list[dict[str, Value]]:
    rows: dict[tuple[Value, ...], dict[str, Value]] = {}
    for pair in pairs:
        shared: dict[str, Value] = {
            "Study": _name(pair.study),
            "Outcome": _outcome(pair),
            "Time point": pair.result.time.label,
        }
        if pair.kind == "contrast":
            row = {
                **shared,
                "Arm": pair.first.label,
                "Intervention": pair.first.drug,
                "Comparator arm": pair.second.label,
                "Effect measure": pair.measure,
                "Contrast estimate": pair.numbers["estimate"],
                "Contrast SE": pair.numbers["se"],
            }
            rows[(*row.values(),)] = row
            continue
        for number, arm in ((1, pair.first), (2, pair.second)):
            row = {**shared, "Arm": arm.label, "Intervention": arm.drug}
            key = (*row.values(),)
            row |= {
                header: _whole(pair.numbers.get(f"{name}_{number}"))
                for header, name in _NUMBERS.items()
            }
            rows.setdefault(key, row)
    return list(rows.values())


def _whole(value: float | None) -> Value:
    """People as whole numbers, without a fraction."""
    return int(value) if value is not None and value.is_integer() else value


def _outcome(pair: ArmPair) -> str:
    """The outcome with what tells its results apart: one name is one kind of data in RevMan."""
    change = " (change from baseline)" if pair.kind == "changes" else ""
    who = str(pair.result.population)
    return f"{pair.outcome.id}{change}" + (f", {who}" if who != "not stated" else "")


def _judged(study: Study) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    for outcome in study.outcomes:
        found = row_risk_of_bias(study, outcome.id)
        if found is None or not found.tool.startswith("RoB 2"):
            continue
        row: dict[str, Value] = {"Study": _name(study), "Outcome": outcome.id}
        for domain, level in found.domains:
            row[f"{domain} (judgement)"] = level or None
        row["Overall (judgement)"] = found.overall or None
        row["Overall (support)"] = found.status if found.confirmed else _PROPOSED
        rows.append(row)
    return rows


def _data_set(name: str, rows: Sequence[Mapping[str, Value]]) -> DataSet:
    names = [*dict.fromkeys(key for row in rows for key in row)]
    if name == RESULTS:
        names = [*_ARM, *_NUMBERS, *_CONTRAST]
    return DataSet(
        name,
        name,
        tuple(
            Variable(
                key,
                key,
                "number" if key in (*_NUMBERS, "Contrast estimate", "Contrast SE") else "text",
                tuple(row.get(key) for row in rows),
            )
            for key in names
        ),
    )


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

"""Study data as RevMan imports them: CSV files of studies, arms, results, bias.

The templates lie inside RevMan, and no specification of their headers is public. Columns of arms
and results are those of the files that version 2 of the Cochrane data package holds, as programs
that write such files name them; other names follow the help pages (documentation.cochrane.org/
revman-kb, "Data extraction templates"; support.covidence.org). A user must compare them with the
template of the review. RevMan matches outcomes and interventions with those of the review by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ketameta.appraisal.risk_of_bias.results import row_risk_of_bias
from ketameta.exchange.data_set import DataSet, Value, Variable
from ketameta.exchange.reviews.arm_pairs import ArmPair
from ketameta.records.study import Study

INFORMATION, ARMS, RESULTS, BIAS = (
    *("study-information", "study-arms", "study-results", "risk-of-bias-2"),
)
_ARM = ("Study", "Outcome", "Data type", "Effect measure", "Arm", "Reference arm")
_NUMBERS = {
    "Sample size": "n",
    "Cases": "events",
    "Mean": "mean",
    "SD": "sd",
    "SE": "se",
}
_TYPES = {"events": "Dichotomous", "means": "Continuous", "changes": "Continuous"}
_PROPOSED = "Proposed by the algorithm of the tool from the answers; no person has confirmed it."


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
                {
                    "Study": _name(study),
                    "Arm": arm.label,
                    "Description": None,
                    "Intervention": arm.drug,
                }
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
        shared: dict[str, Value] = {"Study": _name(pair.study), "Outcome": _outcome(pair)}
        if pair.kind == "contrast":
            row = {
                **shared,
                "Data type": "Continuous" if pair.measure in ("MD", "SMD") else "Dichotomous",
                "Effect measure": pair.measure,
                "Arm": pair.first.label,
                "Reference arm": pair.second.label,
                "Mean": pair.numbers["estimate"],
                "SE": pair.numbers["se"],
            }
            rows[(*row.values(),)] = row
            continue
        for number, arm in ((1, pair.first), (2, pair.second)):
            row = {**shared, "Data type": _TYPES.get(pair.kind), "Arm": arm.label}
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
    people = f", {who}" if who != "not stated" else ""
    return f"{pair.outcome.id}{change}{people}, {pair.result.time.label}"


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
        names = [*_ARM, *_NUMBERS]
    return DataSet(
        name,
        name,
        tuple(
            Variable(
                key,
                key,
                "number" if key in _NUMBERS else "text",
                tuple(row.get(key) for row in rows),
            )
            for key in names
        ),
    )

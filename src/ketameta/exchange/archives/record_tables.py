"""Study records as flat tables: studies, arms and results, a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ketameta.exchange.data_set import DataSet, Kind, Value, Variable
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    EventsData,
    MeansData,
    PairedData,
    Result,
    SingleEventsData,
    SingleMeansData,
    StatementData,
)
from ketameta.records.study import Arm, Outcome, Study

_Columns = Sequence[tuple[str, str, Kind]]
_Row = dict[str, Any]

STUDIES: _Columns = (
    ("study", "Study record; key of this table", "text"),
    ("label", "Study, for tables and plots", "text"),
    ("status", "What the record may be used for", "category"),
    ("status_reason", "Why the study is not simply included", "text"),
    ("substance", "Substance whose use is treated", "category"),
    ("authors", "Authors of the main report", "text"),
    ("year", "Year of publication", "whole"),
    ("title", "Title of the main report or registered title", "text"),
    ("journal", "Journal or registry", "text"),
    ("doi", "Digital object identifier", "text"),
    ("pmid", "PubMed number", "text"),
    ("registrations", "Numbers in trial registries", "text"),
    ("design", "How groups were formed and compared", "category"),
    ("country", "Country or countries", "text"),
    ("randomised", "Allocation by chance", "category"),
    ("blinded", "Who was blinded, as stated", "text"),
    ("centres", "Number of centres", "whole"),
    ("enrolled_n", "People randomised or enrolled", "whole"),
    ("analysed_n", "People in the main analysis", "whole"),
    ("follow_up_weeks", "Longest follow-up after the start of treatment", "number"),
    ("diagnosis", "Diagnosis in the terms of the report", "text"),
)
ARMS: _Columns = (
    ("study", "Study record", "text"),
    ("arm", "Arm, condition or group within the study", "text"),
    ("label", "Arm, for tables and plots", "text"),
    ("role", "Whether it is tested or compared with", "category"),
    ("control_type", "What a control group received", "category"),
    ("drug", "What was given", "text"),
    ("enantiomer", "Form of ketamine", "category"),
    ("dose", "Dose of one session, or the lowest", "number"),
    ("dose_maximum", "Highest dose of one session, where it varied", "number"),
    ("dose_unit", "Unit of the dose", "category"),
    ("route", "How it was given", "category"),
    ("infusion_minutes", "Length of one infusion", "number"),
    ("sessions", "Number of administrations", "whole"),
    ("psychotherapy", "Psychological treatment beside the drug", "category"),
    ("n_randomised", "People allocated to the arm", "whole"),
)
NUMBERS = ("events", "n", "unknown", "mean", "sd", "se", "ci_low", "ci_high", "median", "q1", "q3")
RESULTS: _Columns = (
    ("row", "Study, outcome, number of the result and arm; key of this table", "text"),
    ("study", "Study record", "text"),
    ("outcome", "Outcome within the study", "text"),
    ("construct", "What the outcome measures", "category"),
    ("definition", "Definition of the outcome", "text"),
    ("better", "Which direction is good for the participant", "category"),
    ("instrument", "Scale", "text"),
    ("time_label", "Time point as the source names it", "text"),
    ("weeks", "Time after the start of treatment", "number"),
    ("phase", "Where in the study", "category"),
    ("population", "Which participants are counted", "category"),
    ("unknown_are", "How people whose outcome is not known are counted", "category"),
    ("kind", "Kind of data", "category"),
    ("arm", "Arm; empty for comparisons between arms", "text"),
    ("events", "People with the event", "whole"),
    ("n", "People analysed", "whole"),
    ("unknown", "People whose outcome is not known", "whole"),
    ("mean", "Mean", "number"),
    ("sd", "Standard deviation", "number"),
    ("se", "Standard error", "number"),
    ("ci_low", "Lower confidence limit of mean or comparison", "number"),
    ("ci_high", "Upper confidence limit of mean or comparison", "number"),
    ("median", "Median", "number"),
    ("q1", "First quartile", "number"),
    ("q3", "Third quartile", "number"),
    ("measure", "Effect measure of a reported comparison", "category"),
    ("estimate", "Reported comparison, ratios not logged", "number"),
    ("p", "P value as printed", "text"),
    ("statement", "Result in words", "text"),
    ("document", "Document the numbers were read in", "text"),
    ("locator", "Place in the document", "text"),
    ("verification", "How far reading this document verifies a value", "category"),
    ("derivation", "Arithmetic, where a number was computed", "text"),
)


def record_tables(studies: Sequence[Study]) -> tuple[DataSet, DataSet, DataSet]:
    """Studies, arms and results, in the order of the records."""
    ordered = sorted(studies, key=lambda study: study.id)
    arms = [_arm(study, arm) for study in ordered for arm in study.arms]
    results = [row for study in ordered for row in _results(study)]
    return (
        _data_set("studies", "Studies", STUDIES, [_study(study) for study in ordered]),
        _data_set("arms", "Arms of the studies", ARMS, arms),
        _data_set("results", "Results of the studies", RESULTS, results),
    )


def _data_set(name: str, label: str, columns: _Columns, rows: Sequence[_Row]) -> DataSet:
    return DataSet(
        name,
        label,
        tuple(
            Variable(key, words, kind, tuple(_value(row.get(key)) for row in rows))
            for key, words, kind in columns
        ),
    )


def _value(value: Any) -> Value:
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, tuple | list):
        return "; ".join(str(item) for item in value) or None
    return str(value)


def _study(study: Study) -> _Row:
    citation, design = study.citation, study.design
    return {
        "study": study.id,
        "label": study.label,
        "status": study.status,
        "status_reason": study.status_reason,
        "substance": study.substance,
        "authors": citation.authors,
        "registrations": [entry.id for entry in study.registrations],
        "design": design.type,
        "diagnosis": study.population.diagnosis,
        **{name: getattr(citation, name) for name in ("year", "title", "journal", "doi", "pmid")},
        **{
            name: getattr(design, name)
            for name in (
                *("country", "randomised", "blinded", "centres", "enrolled_n", "analysed_n"),
                "follow_up_weeks",
            )
        },
    }


def _arm(study: Study, arm: Arm) -> _Row:
    dose = arm.dose
    return {
        "study": study.id,
        "arm": arm.id,
        "psychotherapy": arm.psychotherapy.type,
        "dose": dose and dose.amount,
        "dose_maximum": dose and dose.maximum,
        "dose_unit": dose and dose.unit,
        **{
            name: getattr(arm, name)
            for name in (
                *("label", "role", "control_type", "drug", "enantiomer", "route"),
                *("infusion_minutes", "sessions", "n_randomised"),
            )
        },
    }


def _results(study: Study) -> Iterator[_Row]:
    for outcome in study.outcomes:
        for number, result in enumerate(outcome.results, start=1):
            shared = _shared(study, outcome, result)
            for numbers in _numbers(result):
                parts = (study.id, outcome.id, str(number), numbers.get("arm", ""))
                yield {**shared, **numbers, "row": "/".join(part for part in parts if part)}


def _shared(study: Study, outcome: Outcome, result: Result) -> _Row:
    source = study.sources.get(result.source.ref)
    return {
        "study": study.id,
        "outcome": outcome.id,
        "construct": outcome.construct_,
        "definition": outcome.definition,
        "better": outcome.better,
        "instrument": outcome.instrument,
        "time_label": result.time.label,
        "weeks": result.time.weeks,
        "phase": result.time.phase,
        "population": result.population,
        "unknown_are": result.unknown_are,
        "kind": result.data.kind,
        "document": source.document if source else None,
        "locator": result.source.locator,
        "verification": source.level if source else None,
        "derivation": result.source.derivation,
    }


def _numbers(result: Result) -> Iterator[_Row]:
    """A row per arm, or one for what concerns several arms."""
    data = result.data
    if isinstance(data, EventsData | MeansData | ChangesData):
        for arm, summary in data.arms.items():
            yield {"arm": arm, **_some(summary)}
    elif isinstance(data, PairedData):
        for arm, summary in data.conditions.items():
            yield {"arm": arm, **_some(summary), "n": data.n}
        yield {
            "n": data.n,
            "measure": "paired mean difference",
            "estimate": data.mean_difference,
            "sd": data.sd_difference,
            "p": data.p,
        }
    elif isinstance(data, SingleEventsData):
        yield {"arm": data.arm, "events": data.events, "n": data.n}
    elif isinstance(data, SingleMeansData):
        yield {"arm": data.arm, **_some(data.value), "p": data.p}
    elif isinstance(data, ContrastData):
        yield {**_some(data), "n": sum(data.n.values()) or None}
    elif isinstance(data, StatementData):
        yield {"statement": data.text, "p": data.p}


def _some(item: Any) -> _Row:
    names = (*NUMBERS, "measure", "estimate", "p")
    return {name: getattr(item, name) for name in names if getattr(item, name, None) is not None}

"""The numbers of a record as lines of text, each as written and with where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ketameta.questions.candidates import result_level
from ketameta.records.loading import LoadedStudy
from ketameta.records.provenance import SourceRef, weakest_level
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    Data,
    EventsData,
    MeansData,
    PairedData,
    Result,
    SingleEventsData,
    SingleMeansData,
    StatementData,
    Summary,
)
from ketameta.records.study import Study
from ketameta.tables.sources import source_address

Used = dict[tuple[str, int], tuple[tuple[str, str], ...]]
"""Ids and titles of the questions that use a result, by study id and line."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """Where something was read: document and locator, how far verified, the arithmetic."""

    document: str
    locator: str
    address: str
    level: str
    derivation: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One result of a record.

    Attributes
    ----------
    time, numbers
        When it was measured, and the numbers as written.
    worded
        Whether `numbers` are words only: a direction without numbers that could be pooled.
    details
        Analysis population, occasion, notes.
    source
        Where it was read.
    place
        File and line of the result.
    questions
        Ids and titles of the questions that use it.
    """

    time: str
    numbers: str
    worded: bool
    details: str
    source: SourceText
    place: str
    questions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeNumbers:
    """The results of one outcome: what was measured, by its construct and its definition."""

    construct: str
    definition: str
    lines: tuple[NumberLine, ...]


def outcome_numbers(loaded: LoadedStudy, used: Used) -> Iterator[OutcomeNumbers]:
    """Every result of a record under its outcome, in the record's order."""
    study = loaded.study
    for i, outcome in enumerate(study.outcomes):
        lines = (
            _number_line(loaded, result, i, j, used) for j, result in enumerate(outcome.results)
        )
        yield OutcomeNumbers(str(outcome.construct_), outcome.definition, tuple(lines))


def _number_line(loaded: LoadedStudy, result: Result, i: int, j: int, used: Used) -> NumberLine:
    study = loaded.study
    line, _ = loaded.document.locate(("outcomes", i, "results", j))
    details = [f"people analysed: {result.population}", f"assessment: {result.assessment}"]
    if result.secondary_to:
        details.append(f"not used beside {result.secondary_to}: the same people")
    if result.notes:
        details.append(result.notes)
    return NumberLine(
        time=result.time.label,
        numbers=data_text(study, result.data),
        worded=isinstance(result.data, StatementData),
        details="; ".join(detail.rstrip(".") for detail in details),
        source=replace(source_text(study, result.source), level=result_level(study, result)),
        place=f"{loaded.document.path.as_posix()}:{line}",
        questions=used.get((study.id, line), ()),
    )


def source_text(study: Study, ref: SourceRef) -> SourceText:
    """Where a value was read."""
    source = study.sources[ref.ref]
    address = source_address(source)
    beside = [study.sources[key] for key in ref.also]
    level = weakest_level((source, *beside), derived=ref.derivation is not None)
    also = tuple(document.document for document in beside)
    return SourceText(source.document, ref.locator, address, level, ref.derivation or "", also)


def data_text(study: Study, data: Data) -> str:
    """The numbers of a result as written in the record."""
    if isinstance(data, EventsData):
        return "; ".join(f"{_arm(study, a)} {e.events}/{e.n}" for a, e in data.arms.items())
    if isinstance(data, MeansData | ChangesData):
        word = "change" if isinstance(data, ChangesData) else ""
        return "; ".join(f"{_arm(study, a)} {summary_text(s, word)}" for a, s in data.arms.items())
    if isinstance(data, SingleEventsData):
        return f"{_arm(study, data.arm)} {data.events}/{data.n}"
    if isinstance(data, SingleMeansData):
        return _single_means(study, data)
    if isinstance(data, PairedData):
        return _paired(study, data)
    if isinstance(data, ContrastData):
        return _contrast(study, data)
    return _statement(data)


def summary_text(summary: Summary, word: str = "") -> str:
    """A mean or median with its spread, as written."""
    found = []
    if summary.mean is not None:
        found.append(f"mean {word} {summary.mean:f}".replace("  ", " "))
    if summary.median is not None:
        found.append(f"median {summary.median:f}")
    for name, value in (("SD", summary.sd), ("SE", summary.se)):
        if value is not None:
            found.append(f"{name} {value:f}")
    for name, low, high in (
        ("95% CI", summary.ci_low, summary.ci_high),
        ("quartiles", summary.q1, summary.q3),
        ("range", summary.minimum, summary.maximum),
    ):
        if low is not None and high is not None:
            found.append(f"{name} {low:f} to {high:f}")
    if summary.n is not None:
        found.append(f"n {summary.n}")
    return ", ".join(found) or "no number"


def _arm(study: Study, arm_id: str) -> str:
    return study.arm(arm_id).label


def _single_means(study: Study, data: SingleMeansData) -> str:
    parts = [f"{_arm(study, data.arm)} {summary_text(data.value)}"]
    if data.baseline is not None:
        parts.append(f"baseline {summary_text(data.baseline)}")
    if data.change is not None:
        parts.append(f"change {summary_text(data.change)}")
    if data.p is not None:
        parts.append(f"printed P {data.p}")
    return "; ".join(parts)


def _paired(study: Study, data: PairedData) -> str:
    parts = [f"{_arm(study, data.experimental)} against {_arm(study, data.control)}, n {data.n}"]
    parts += [f"{_arm(study, a)} {summary_text(s)}" for a, s in data.conditions.items()]
    for name, value in (
        ("mean difference", data.mean_difference),
        ("SD of differences", data.sd_difference),
        ("correlation", data.correlation),
        ("t", data.t),
    ):
        if value is not None:
            parts.append(f"{name} {value:f}")
    if data.p is not None:
        parts.append(f"printed P {data.p}")
    return "; ".join(parts)


def _contrast(study: Study, data: ContrastData) -> str:
    sides = [" + ".join(_arm(study, a) for a in arms) for arms in (data.experimental, data.control)]
    parts = [f"{' against '.join(sides)}: {data.measure} {data.estimate:f}"]
    if data.ci_low is not None and data.ci_high is not None:
        parts.append(f"{data.ci_level:f}% CI {data.ci_low:f} to {data.ci_high:f}")
    if data.se is not None:
        parts.append(f"SE {data.se:f}")
    if data.p is not None:
        parts.append(f"printed P {data.p}")
    if data.adjusted:
        parts.append(f"adjusted for {data.adjusted_for}" if data.adjusted_for else "adjusted")
    return ", ".join(parts)


def _statement(data: StatementData) -> str:
    printed = f" (printed P {data.p})" if data.p is not None else ""
    return f"Words only, {data.direction}{printed}: {data.text}"

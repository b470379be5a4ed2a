"""Checks of names: what a record refers to must exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from ketameta.records.findings import Finding
from ketameta.records.problems import did_you_mean
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
from ketameta.records.study import (
    Citation,
    ExcludedReport,
    Outcome,
    Report,
    Study,
    Vocabulary,
)
from ketameta.records.yaml_reader import Path_


def check(study: Study, vocabulary: Vocabulary | None) -> Iterator[Finding]:
    """Every broken reference of a record."""
    yield from _sourced((), study)
    for i, outcome in enumerate(study.outcomes):
        where: Path_ = ("outcomes", i)
        if outcome.instrument and vocabulary and outcome.instrument not in vocabulary.instruments:
            hint = did_you_mean(outcome.instrument, vocabulary.instruments)
            message = f'no instrument "{outcome.instrument}" in vocabulary.yaml.'
            yield Finding("R020", (*where, "instrument"), message, hint)
        ids = [result.id for result in outcome.results if result.id]
        yield from _circles(outcome, where)
        for j, result in enumerate(outcome.results):
            yield from _result(study, ids, result, (*where, "results", j))


def _result(study: Study, ids: Sequence[str], result: Result, where: Path_) -> Iterator[Finding]:
    if result.secondary_to and result.secondary_to not in ids:
        hint = did_you_mean(result.secondary_to, ids) if ids else "Give that result an `id`."
        message = f'no result "{result.secondary_to}" in this outcome.'
        yield Finding("R020", (*where, "secondary_to"), message, hint)
    arms = [arm.id for arm in study.arms]
    for arm_id, path in _arms_used(result):
        if arm_id not in arms:
            message = f'no arm "{arm_id}" in this record.'
            yield Finding("R020", (*where, "data", *path), message, did_you_mean(arm_id, arms))
    yield from _both_sides(result, (*where, "data"))


def _both_sides(result: Result, where: Path_) -> Iterator[Finding]:
    """An arm that is compared with itself."""
    data = result.data
    if isinstance(data, PairedData) and data.experimental == data.control:
        yield _on_both(data.control, (*where, "control"))
    elif isinstance(data, ContrastData | StatementData):
        for i, arm_id in enumerate(data.control):
            if arm_id in data.experimental:
                yield _on_both(arm_id, (*where, "control", i))


def _on_both(arm_id: str, where: Path_) -> Finding:
    message = f'"{arm_id}" is on both sides of the comparison.'
    return Finding("R027", where, message, "Leave it out of `experimental` or of `control`.")


def _circles(outcome: Outcome, where: Path_) -> Iterator[Finding]:
    """Results that wait for each other, each circle once: none of them could ever be used."""
    behind = {result.id: result.secondary_to for result in outcome.results if result.id}
    seen: set[str] = set()
    for j, result in enumerate(outcome.results):
        chain: list[str] = []
        step = result.id
        while step and step not in chain and step not in seen:
            chain.append(step)
            step = behind.get(step)
        if step in chain:
            circle = " behind ".join([*chain[chain.index(step) :], step])
            message = f"the results stand behind each other: {circle}."
            hint = "Leave out `secondary_to` at the one to be used first."
            yield Finding("R026", (*where, "results", j, "secondary_to"), message, hint)
        seen.update(chain)


def _arms_used(result: Result) -> Iterator[tuple[str, Path_]]:
    data = result.data
    if isinstance(data, EventsData | MeansData | ChangesData):
        yield from ((arm, ("arms", arm)) for arm in data.arms)
    elif isinstance(data, ContrastData | StatementData):
        for side in ("experimental", "control"):
            yield from ((arm, (side, i)) for i, arm in enumerate(getattr(data, side)))
        if isinstance(data, ContrastData):
            yield from ((arm, ("n", arm)) for arm in data.n)
    elif isinstance(data, PairedData):
        yield from ((data.experimental, ("experimental",)), (data.control, ("control",)))
        yield from ((arm, ("conditions", arm)) for arm in data.conditions)
    elif isinstance(data, SingleEventsData | SingleMeansData):
        yield (data.arm, ("arm",))


def _sourced(where: Path_, node: Any) -> Iterator[Finding]:
    """Walk the whole record and look at the fields that have sources of their own."""
    if isinstance(node, BaseModel):
        if "field_sources" in type(node).model_fields:
            yield from _field_sources(node, where)
        for name, info in type(node).model_fields.items():
            yield from _sourced((*where, info.alias or name), getattr(node, name))
    elif isinstance(node, tuple):
        for i, item in enumerate(node):
            yield from _sourced((*where, i), item)
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from _sourced((*where, key), item)


def _field_sources(node: BaseModel, where: Path_) -> Iterator[Finding]:
    for name in getattr(node, "field_sources", {}):
        starts = [node, getattr(node, "data", None)]
        if all(_value(start, name) in (None, (), {}) for start in starts):
            place = (*where, "field_sources", name)
            message = f'"{name}" is not filled in here.'
            hint = "Name a field of this part, e.g. `n_randomised` or `data.arms.ketamine.n`."
            yield Finding("R023", place, message, hint)


def _value(start: Any, dotted: str) -> Any:
    value = start
    for step in dotted.split("."):
        value = _step(value, step)
    return value


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, tuple):
        return value[int(step)] if step.isdigit() and int(step) < len(value) else None
    for name, info in type(value).model_fields.items() if isinstance(value, BaseModel) else ():
        if step in (name, info.alias):
            return getattr(value, name)
    return None


def identifiers(study: Study) -> Iterator[tuple[Path_, str]]:
    """Identifiers that stand for a study's participants: registrations and reports."""
    for i, entry in enumerate(study.registrations):
        yield ("registrations", i, "id"), entry.id
    reports: list[tuple[Path_, Citation | Report]] = [(("citation",), study.citation)]
    reports += [(("reports", i), report) for i, report in enumerate(study.reports)]
    for where, report in reports:
        for name, identifier in report_identifiers(report):
            yield (*where, name), identifier


def report_identifiers(report: Citation | Report | ExcludedReport) -> Iterator[tuple[str, str]]:
    """Field and identifier of each number that stands for one report, in one spelling."""
    for name in ("doi", "pmid", "pmcid"):
        if value := getattr(report, name, None):
            yield name, f"{name.upper()} {value.lower()}"
    if value := getattr(report, "registration", None):
        yield "registration", value

"""People of a result against the people of the study."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.records.findings import Finding
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    EventsData,
    MeansData,
    PairedData,
    Result,
    SingleEventsData,
    SingleMeansData,
)
from ketameta.records.study import Study
from ketameta.records.vocabulary import DesignType
from ketameta.records.yaml_reader import Path_

NOT_ENROLLED = (DesignType.CROSSOVER, DesignType.BEFORE_AFTER)
"""Designs in which arms hold the same people, or people who were never enrolled."""


def check(study: Study) -> Iterator[Finding]:
    """More people in a result, or among the women and men, than took part at all."""
    enrolled = study.design.enrolled_n
    if enrolled is None:
        return
    female = study.population.female
    if female is not None and female.of is not None and female.of > enrolled:
        message = f"{female.of} people with known sex, but only {enrolled} enrolled."
        yield Finding("R131", ("population", "female", "of"), message, "Check both numbers.")
    known = [arm.n_randomised for arm in study.arms if arm.n_randomised is not None]
    if len(known) == len(study.arms) or sum(known) > enrolled:
        return  # R031 and R032 judge each arm
    for i, outcome in enumerate(study.outcomes):
        for j, result in enumerate(outcome.results):
            numbers = _numbers(result)
            summed = study.design.type not in NOT_ENROLLED
            people = sum(numbers) if summed else max(numbers, default=0)
            if people > enrolled:
                added = " + ".join(map(str, numbers)) if summed and len(numbers) > 1 else ""
                shown = f"{added} = {people}" if added else f"{people}"
                message = f"{shown} people analysed, but only {enrolled} enrolled."
                where: Path_ = ("outcomes", i, "results", j, "data")
                hint = "Check whether these are people, and who was enrolled."
                yield Finding("R131", where, message, hint)


def _numbers(result: Result) -> list[int]:
    """People of each arm of a result, where known."""
    data = result.data
    if isinstance(data, EventsData | MeansData | ChangesData):
        return [arm.n for arm in data.arms.values() if arm.n is not None]
    if isinstance(data, ContrastData):
        return list(data.n.values())
    if isinstance(data, PairedData | SingleEventsData):
        return [data.n]
    if isinstance(data, SingleMeansData):
        known = [s.n for s in (data.value, data.baseline, data.change) if s and s.n is not None]
        return [max(known)] if known else []
    return []

"""Records beside each other: the same report, the same numbers, the same control group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ketameta.records import checks_references
from ketameta.records.findings import Finding
from ketameta.records.loading import LoadedStudy
from ketameta.records.results import ChangesData, EventsData, MeansData, Result
from ketameta.records.study import Study
from ketameta.records.vocabulary import Role, Status
from ketameta.records.yaml_reader import Path_

ArmNumbers = tuple[object, ...]
FEWEST_DIGITS = 8
"""Digits of means and standard deviations that others hardly share by chance."""
FEWEST_PEOPLE = 40
"""People whose counts are hardly the same as those of others by chance."""
Place = tuple[LoadedStudy, Path_]
Pair = tuple[LoadedStudy, LoadedStudy, Finding]


def check(loaded: Sequence[LoadedStudy]) -> Iterator[tuple[LoadedStudy, Finding]]:
    """What stands in two records, or twice in one, each with the record to look at."""
    yield from _identifiers(loaded)
    known = {id(item): _names(item.study) for item in loaded}
    for finder in (_numbers, _controls):
        for item, other, finding in finder(loaded):
            # What shares an id or an identifier has been reported as the same study already.
            if item is other or not known[id(item)] & known[id(other)]:
                yield item, finding


def _names(study: Study) -> set[str]:
    return {study.id, *(name for _, name in checks_references.identifiers(study))}


def _identifiers(loaded: Sequence[LoadedStudy]) -> Iterator[tuple[LoadedStudy, Finding]]:
    """Identifiers in two records of which one is not included (R051 is about included ones)."""
    first: dict[str, LoadedStudy] = {}
    for item in loaded:
        for where, identifier in checks_references.identifiers(item.study):
            other = first.setdefault(identifier, item)
            included = {item.study.status, other.study.status} == {Status.INCLUDED}
            if other.study.id != item.study.id and not included:
                message = f"{identifier} also stands in {other.document.path}."
                hint = (
                    "If both are about the same participants, keep one record; if a registration "
                    "covers two studies, say so in a note and waive the rule."
                )
                yield item, Finding("R150", where, message, hint)


def _numbers(loaded: Sequence[LoadedStudy]) -> Iterator[Pair]:
    """Results whose arms have exactly the numbers of another result's."""
    first: dict[tuple[ArmNumbers, ...], Place] = {}
    for item in loaded:
        for where, result in _results(item.study):
            numbers = _telling(result)
            if numbers is None:
                continue
            other, place = first.setdefault(numbers, (item, where))
            if (other, place) == (item, where):
                continue
            behind = other is item and result.secondary_to is not None
            if behind:
                continue
            at = ".".join(map(str, place))
            elsewhere = at if other is item else f"{other.document.path} at {at}"
            message = f"the numbers of all arms are also those of {elsewhere}."
            hint = "Check for a slip of the pen, or for participants that are in both."
            yield item, other, Finding("R151", (*where, "data"), message, hint)


def _controls(loaded: Sequence[LoadedStudy]) -> Iterator[Pair]:
    """Control arms of two records of one team with exactly the same numbers."""
    first: dict[tuple[str, ArmNumbers], Place] = {}
    for item in loaded:
        controls = {arm.id for arm in item.study.arms if arm.role is Role.CONTROL}
        for where, result in _results(item.study):
            for arm_id, numbers in _arms(result).items():
                if arm_id not in controls or not _is_telling([numbers]):
                    continue
                team = item.study.design.team or item.study.citation.authors[0]
                other, place = first.setdefault((team, numbers), (item, where))
                if other.study.id != item.study.id:
                    at = ".".join(map(str, place))
                    message = (
                        f"this control group has the numbers of the one in "
                        f"{other.document.path} at {at}, by the same team."
                    )
                    hint = "A control group that two records share must be counted once."
                    there = (*where, "data", "arms", arm_id)
                    yield item, other, Finding("R152", there, message, hint)


def _results(study: Study) -> Iterator[tuple[Path_, Result]]:
    for i, outcome in enumerate(study.outcomes):
        for j, result in enumerate(outcome.results):
            yield ("outcomes", i, "results", j), result


def _arms(result: Result) -> dict[str, ArmNumbers]:
    data = result.data
    if isinstance(data, EventsData):
        return {name: ("events", arm.events, arm.n) for name, arm in data.arms.items()}
    if isinstance(data, MeansData | ChangesData):
        return {
            name: (arm.n, str(arm.mean), str(arm.sd), str(arm.se))
            for name, arm in data.arms.items()
            if arm.mean is not None and (arm.sd is not None or arm.se is not None)
        }
    return {}


def _telling(result: Result) -> tuple[ArmNumbers, ...] | None:
    """The numbers of all arms, if two results hardly have them by chance."""
    arms = _arms(result)
    if len(arms) < 2 or len(arms) < len(getattr(result.data, "arms", ())):
        return None
    numbers = list(arms.values())
    return tuple(numbers) if _is_telling(numbers) else None


def _is_telling(numbers: Sequence[ArmNumbers]) -> bool:
    counts = [(e, n) for kind, e, n in (x for x in numbers if x[0] == "events")]
    if counts:
        people = sum(int(n) for _, n in counts)  # type: ignore[call-overload]
        inner = [0 < int(e) < int(n) for e, n in counts]  # type: ignore[call-overload]
        return people >= FEWEST_PEOPLE and all(inner)
    return sum(_digits(text) for row in numbers for text in row[1:]) >= FEWEST_DIGITS


def _digits(printed: object) -> int:
    return 0 if printed == "None" else len(Decimal(str(printed)).as_tuple().digits)

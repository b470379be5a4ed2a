"""Corrections of records: what stood there, what stands there now, and who decided it on what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field

from ketameta.records.loading import LoadedStudy, load
from ketameta.records.places import correction_files, study_files
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.provenance import Day, Record, Slug, Text
from ketameta.records.rules import Finding, located
from ketameta.records.yaml_reader import Document, Path_

Value = bool | int | Decimal | str | tuple[str, ...] | None
"""What a field of a record holds; parts of a record are corrected field by field."""
NOTHING = object()
"""What stands in a field that is not there."""


class Change(Record):
    """One field: what must stand there before, and what stands there afterwards."""

    path: Text
    """Path of the field, as `ketameta check` prints it; an id may stand for a position."""
    expected: Value = None
    """What stands there before, with its digits; left out where nothing did."""
    value: Value = None
    """What is right; left out where the field is to go."""


class Correction(Record):
    """A correction of a study record, kept beside the records as their history."""

    study: Slug
    """Id of the record."""
    reason: Text
    """What was wrong, and how it was found."""
    source: Text
    """Document and place that show what is right."""
    by: Text
    """Who decided it: name or initials."""
    date: Day
    """When, as 2026-11-20."""
    changes: tuple[Change, ...] = Field(min_length=1)
    """The fields; all are changed, or none."""


@dataclass(frozen=True, slots=True)
class LoadedCorrection:
    """A correction together with the file it came from.

    Values are read from the file itself, where 14.30 differs from 14.3.
    """

    correction: Correction
    document: Document

    def steps(self) -> Iterator[tuple[int, str, Any, Any]]:
        """Position, path, old and new value of each change; `NOTHING` where none is said."""
        for i, change in enumerate(self.document.data["changes"]):
            old, new = (change.get(name, NOTHING) for name in ("expected", "value"))
            yield i, change["path"], old, new


def load_correction(path: Path, *, shown_as: Path | None = None) -> LoadedCorrection | Document:
    """The correction in a file; where it has not the form of one the document with its problems."""
    correction, document = load(path, Correction, shown_as=shown_as)
    return document if correction is None else LoadedCorrection(correction, document)


def place_of(data: Any, path: str) -> Path_:
    """The path of a field in a record; ids may stand for positions.

    Raises
    ------
    KeyError
        Where a part on the way does not exist, with a hint. The last field may be
        missing.
    """
    steps: list[str | int] = []
    names = path.split(".")
    done = 0
    while done < len(names):
        name = names[done]
        if isinstance(data, list):
            known = [str(item.get("id", "")) if isinstance(item, dict) else "" for item in data]
            listed = name.isdecimal() and int(name) < len(data)
            if name not in known and not listed:
                raise KeyError(*_unknown(names[: done + 1], [k for k in known if k]))
            position = known.index(name) if name in known else int(name)
            steps.append(position)
            data = data[position]
            done += 1
        elif isinstance(data, dict):
            name = _key(data, names[done:])
            done += name.count(".") + 1
            if name not in data and done < len(names):
                raise KeyError(*_unknown(names[:done], list(data)))
            steps.append(name)
            data = data.get(name)
        else:
            raise KeyError(*_unknown(names[: done + 1], []))
    return tuple(steps)


def _key(data: Mapping[str, Any], names: Sequence[str]) -> str:
    """The field that the first names are, such as `age.mean` among `field_sources`."""
    joined = (".".join(names[:length]) for length in range(1, len(names) + 1))
    return next((name for name in joined if name in data), names[0])


def _unknown(names: Sequence[str], known: Sequence[str]) -> tuple[str, str]:
    hint = did_you_mean(names[-1], known) if known else "Check the path."
    return f"there is no {'.'.join(names)}.", hint


def standing(data: Any, place: Path_) -> Any:
    """What stands at a place that `place_of` gave; `NOTHING` where the field is not there."""
    for step in place[:-1]:
        data = data[step]
    if isinstance(data, dict):
        return data.get(place[-1], NOTHING)
    return data[place[-1]]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to the digit; True is not 1, and "14" is not 14."""
    return one is other or repr(one) == repr(other)


def told(value: Any) -> str:
    """A value as a person reads it."""
    if value is NOTHING:
        return "nothing"
    return f'"{value}"' if isinstance(value, str) else str(value)


def check_corrections(folder: Path, shown: Path, loaded: Sequence[LoadedStudy]) -> list[Problem]:
    """Corrections that are not valid, not applied, or do not stand any more."""
    studies = {item.study.id: item.document.data for item in loaded}
    files = {path.stem for path in study_files(folder)}
    problems: list[Problem] = []
    read: list[LoadedCorrection] = []
    for path in correction_files(folder):
        found = load_correction(path, shown_as=shown / path.relative_to(folder))
        if isinstance(found, LoadedCorrection):
            read.append(found)
        else:
            problems += found.problems
    later: dict[tuple[str, Path_], Any] = {}
    read.sort(key=lambda item: (item.correction.date, item.document.path), reverse=True)
    for item in read:
        study = item.correction.study
        if study in studies:
            problems += _standing_problems(item, studies[study], later)
        elif study not in files:  # a record with errors of its own is not looked into
            hint = did_you_mean(study, sorted(files))
            finding = Finding("R080", ("study",), f'no record has the id "{study}".', hint)
            problems.append(located(finding, item.document))
    return problems


def _standing_problems(
    item: LoadedCorrection, data: Any, later: dict[tuple[str, Path_], Any]
) -> Iterator[Problem]:
    """Problems of the changes; what a later correction expects stands in place of the record."""
    for i, path, old, new in item.steps():
        where: Path_ = ("changes", i, "path")
        try:
            place = place_of(data, path)
        except KeyError as error:
            yield located(Finding("R080", where, *error.args), item.document)
            continue
        key = (item.correction.study, place)
        now = later.get(key, standing(data, place))
        later[key] = old
        if same(now, new):
            continue
        if same(now, old):
            hint = f"Run: ketameta correct --apply {item.document.path}"
            finding = Finding("R081", where, "is not applied yet.", hint)
        else:
            message = f"{told(now)} stands there, not {told(new)} as corrected."
            hint = "Restore it, or add a later correction that says why."
            finding = Finding("R080", where, message, hint)
        yield located(finding, item.document)

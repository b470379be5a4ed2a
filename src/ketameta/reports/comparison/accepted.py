"""A past state whose records cannot be read any more: the numbers that its lock accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.counting import counted
from ketameta.records.places import EXCLUDED, study_files
from ketameta.records.yaml_reader import read_yaml
from ketameta.reports.inputs import REVIEW, STUDIES, file_hash, only_review
from ketameta.reports.lock import LOCK, same_number
from ketameta.reports.lock_table import Move
from ketameta.reports.lock_words import moves

Entry = Mapping[str, Any]
PARTS = {"title", "measure", "analyses"}
"""What every question of a lock has had from the first."""


@dataclass(frozen=True, slots=True)
class AcceptedState:
    """A state known by its lock alone.

    Attributes
    ----------
    name
        For readers.
    questions
        Entries of the lock, by the id of the question.
    records
        What the records say, by the id of the study, as they were written.
    excluded
        Ids of excluded reports.
    drifted
        Files that are not as they were when the numbers were accepted.
    notes
        That only these numbers are known, and why.
    """

    name: str
    questions: Entry
    records: Mapping[str, Any]
    excluded: frozenset[str]
    drifted: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def note(self, why: str) -> str:
        """That only these numbers are known, why, and what they can and cannot be compared for."""
        said = (
            f"The records of {self.name} cannot be read by this version: {why}. In their place "
            "stand the numbers that its lock accepted. The program of then computed them, so that "
            "a number may have moved by the program as well as by a record. Only numbers that both "
            "states hold are compared; certainty and verdicts on claims, which no lock holds, are "
            "not."
        )
        if not self.drifted:
            return said
        return (
            f"{said} Of the files behind these numbers {len(self.drifted)} changed between the "
            f"acceptance and this state: {', '.join(self.drifted)}."
        )


def accepted_state(name: str, root: Path, review: str | None) -> AcceptedState | None:
    """The state that a folder's lock holds; None where there is no lock that can be compared.

    Parameters
    ----------
    review
        Name of the review's folder below `reports`; needed only where there are several.

    Raises
    ------
    UsageError
        Where there is no review, or more than one to choose from.
    """
    path = only_review(root) if review is None else root / "reports" / review / REVIEW
    try:
        lock = json.loads((path.parent / LOCK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(lock, dict) or not isinstance(lock.get("questions"), dict):
        return None
    if not comparable(lock["questions"]):
        return None
    files = lock.get("files")
    hashes = files if isinstance(files, dict) else {}
    drifted = tuple(name for name, value in hashes.items() if _hash(root / name) != value)
    return AcceptedState(
        name, lock["questions"], raw_records(root / STUDIES), _excluded(root), drifted
    )


def comparable(questions: Entry) -> bool:
    """Whether questions of a lock have what it takes to compare them with today's."""
    return all(
        isinstance(question, dict)
        and question.keys() >= PARTS
        and isinstance(question["analyses"], dict)
        and all(
            isinstance(entry, dict) and "k" in entry and isinstance(entry.get("studies"), dict)
            for entry in question["analyses"].values()
        )
        for question in questions.values()
    )


def shared_moves(before: Entry, now: Entry) -> tuple[Move, ...]:
    """What differs between the questions of two locks, of the numbers that both hold.

    Older locks held fewer numbers: one that only one of two locks has did not move.
    """
    held = {id_: _shared_question(before[id_], now[id_]) for id_ in before.keys() & now.keys()}
    old = {id_: held[id_][0] if id_ in held else question for id_, question in before.items()}
    new = {id_: held[id_][1] if id_ in held else question for id_, question in now.items()}
    return tuple(moves(old, new, same_number))


def _shared_question(old: Entry, new: Entry) -> tuple[Entry, Entry]:
    analyses = old["analyses"].keys() & new["analyses"].keys()
    pairs = {key: _shared_entry(old["analyses"][key], new["analyses"][key]) for key in analyses}
    sides = []
    for side, (question, other) in enumerate(((old, new), (new, old))):
        entries = {
            key: pairs[key][side] if key in pairs else entry
            for key, entry in question["analyses"].items()
        }
        shared = _shared(question, other) | {"analyses": entries}
        if "further" in shared:
            shared["further"] = _shared(question["further"] or {}, other["further"] or {})
        sides.append(shared)
    return sides[0], sides[1]


def _shared_entry(old: Entry, new: Entry) -> tuple[Entry, Entry]:
    both = _studies(old), _studies(new)
    sides = []
    for side, (entry, other) in enumerate(((old, new), (new, old))):
        mine, theirs = both[side], both[1 - side]
        studies = {id_: _shared(kept, theirs.get(id_, {})) for id_, kept in mine.items()}
        sides.append(_shared(entry, other) | {"studies": studies})
    return sides[0], sides[1]


def _studies(entry: Entry) -> dict[str, dict[str, Any]]:
    """What is kept of each study; the first locks kept nothing but its flags, as text."""
    return {
        name: kept if isinstance(kept, dict) else {"flags": str(kept)}
        for name, kept in entry["studies"].items()
    }


def _shared(mine: Entry, other: Entry) -> dict[str, Any]:
    return {key: value for key, value in mine.items() if key in other}


def raw_records(studies: Path) -> dict[str, Any]:
    """What every record says, by its id, without asking whether its words are allowed."""
    found = {}
    for path in study_files(studies):
        data = read_yaml(path).data
        if isinstance(data, dict):
            found[str(data.get("id", path.stem))] = data
    return found


def _excluded(root: Path) -> frozenset[str]:
    data = read_yaml(root / STUDIES / EXCLUDED).data
    listed = data.get("excluded") if isinstance(data, dict) else None
    entries = listed if isinstance(listed, list) else []
    return frozenset(str(one["id"]) for one in entries if isinstance(one, dict) and "id" in one)


def _hash(path: Path) -> str:
    return file_hash(path) if path.is_file() else ""


def first_reason(error: Exception) -> str:
    """The first problem of an error, and how many more it lists."""
    head, *listed = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not listed:
        return head.rstrip(".")
    more = f", and {counted(len(listed) - 1, 'further problem')}" if len(listed) > 1 else ""
    return f"{listed[0].rstrip('.')}{more}"

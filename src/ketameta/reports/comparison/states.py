"""A state of the evidence: a folder, or a revision in git that is laid out in a temporary one."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ketameta.appraisal.claims.trial import JudgedClaim
from ketameta.errors import DataError, UsageError
from ketameta.reports.comparison.accepted import AcceptedState, accepted_state, first_reason
from ketameta.reports.comparison.conclusions import Grades, certainty_of, claims_of
from ketameta.reports.comparison.past_words import in_words_of_today
from ketameta.reports.inputs import STUDIES, ReportInputs, read_inputs
from ketameta.reports.lock import lock_of
from ketameta.synthesis.answer import Answer

PARTS = ("studies", "reports")
SHORT = 10
"""Digits of a commit that are shown."""
LARGEST = 200_000_000
"""Bytes of a revision; records are text, so that more is not a folder of records."""


@dataclass(frozen=True)
class State:
    """One state: its name for readers, and everything that a report reads of it.

    `notes` says how its records were read, where not as they stand.
    """

    name: str
    inputs: ReportInputs
    notes: tuple[str, ...] = ()

    @cached_property
    def questions(self) -> Mapping[str, Any]:
        """Every number, as a lock keeps it, by the id of the question."""
        questions: Mapping[str, Any] = lock_of(self.inputs)["questions"]
        return questions

    @property
    def answers(self) -> Mapping[str, Answer]:
        """The answers by the id of the question."""
        return {answer.question.id: answer for answer in self.inputs.answers}

    @property
    def records(self) -> Mapping[str, Any]:
        """What the records say, by the id of the study, as they were written."""
        return {item.study.id: item.document.data for item in self.inputs.evidence.loaded}

    @property
    def excluded(self) -> frozenset[str]:
        """Ids of excluded reports."""
        return frozenset(report.id for report in self.inputs.evidence.excluded)

    @cached_property
    def grades(self) -> Grades:
        """Certainty by the id of the question."""
        return certainty_of(self.inputs)

    @cached_property
    def judged(self) -> Mapping[str, JudgedClaim]:
        """The judged claims by their number."""
        return claims_of(self.inputs, self.grades)


@contextmanager
def state_of(spec: str, root: Path, review: str | None = None) -> Iterator[State | AcceptedState]:
    """A state, readable while the context lasts.

    A folder is read as it stands. A revision whose records have words that were renamed since is
    read in the words of today; one whose records cannot be read even so is known by the numbers
    that its lock accepted.

    Parameters
    ----------
    spec
        A folder with `studies` and `reports` in it, or a git revision of `root`.
    root
        The folder that holds the present records.
    review
        Name of the review's folder below `reports`; needed only where there are several.

    Raises
    ------
    UsageError
        When it is neither a folder of records nor a revision.
    DataError
        When the records of that state cannot be used, and it has no lock to fall back on.
    """
    folder = Path(spec)
    if folder.is_dir():
        if not (folder / "studies").is_dir():
            raise UsageError(f"{spec}: there is no folder studies in it. Name the folder above it.")
        yield State(_folder_name(folder), _inputs(spec, folder, review))
        return
    commit = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{spec}^{{commit}}"
    )
    if not commit:
        raise UsageError(f"{spec}: neither a folder nor a revision of {root}. Check the name.")
    with tempfile.TemporaryDirectory(prefix="ketameta-") as place:
        found = commit.decode().strip()
        _lay_out(root, found, spec, Path(place))
        name = spec if found.startswith(spec) else f"{spec} ({found[:SHORT]})"
        yield _past(name, spec, Path(place), review)


def _past(name: str, spec: str, place: Path, review: str | None) -> State | AcceptedState:
    """The state of a revision: computed, in the words of today if need be, or as accepted."""
    try:
        return _whole(State(name, _inputs(spec, place, review)))
    except DataError as error:
        as_written = error
    accepted = accepted_state(name, place, review)
    renamed = in_words_of_today(place / STUDIES)
    try:
        if not renamed:
            raise as_written
        note = (
            f"Words in the records of {name} were renamed since, and read in those of today: "
            f"{'; '.join(renamed)}."
        )
        return _whole(State(name, _inputs(spec, place, review), (note,)))
    except DataError as error:
        if accepted is None:
            raise
        why = first_reason(error).removeprefix(f"{spec}: ").replace(f"{place}/", "")
        return replace(accepted, notes=(accepted.note(why),))


def _whole(state: State) -> State:
    """The state, once everything that a comparison asks of it was found readable."""
    assert state.judged is not None
    return state


def _folder_name(folder: Path) -> str:
    """A folder for readers: the end of its path, which is all that they know it by."""
    if folder.resolve() == Path.cwd():
        return "the present folder"
    return f"the folder {folder.resolve().name}"


def _inputs(spec: str, folder: Path, review: str | None) -> ReportInputs:
    path = None if review is None else folder / "reports" / review / "review.yaml"
    try:
        return read_inputs(folder, path)
    except (DataError, UsageError) as error:
        text = str(error).replace(f"{folder}/", "")
        raise type(error)(f"{spec}: {text}") from None


def _git(root: Path, *arguments: str) -> bytes:
    """Standard output of git; empty where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=False, timeout=120
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _lay_out(root: Path, commit: str, spec: str, place: Path) -> None:
    """Write the records of a commit; nothing outside `place`, no links."""
    top = _git(root, "rev-parse", "--show-prefix").decode().strip()
    packed = _git(root, "archive", "--format=tar", f"{commit}:{top}" if top else commit, *PARTS)
    if not packed:
        raise UsageError(f"{spec}: this revision has no studies and reports to compare.")
    if len(packed) > LARGEST:
        raise DataError(f"{spec}: this revision is larger than records can be.")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [m for m in archive.getmembers() if m.isfile() or m.isdir()]
        archive.extractall(place, members=members, filter="data")

"""The lock: every number of a review as last accepted, and what has moved since.

The lock is committed beside the review. Numbers are kept with 10 significant digits and compared
with a relative tolerance of 1e-8, so that another build of the linear algebra library changes
nothing, and a changed record or engine does.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import DataError
from ketameta.pooling.result import Interval
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.lock_words import moved_lines
from ketameta.reports.provenance import software_versions
from ketameta.synthesis.answer import Analysis
from ketameta.tables.findings import MAIN, analyses
from ketameta.whole_files import write_whole

LOCK = "results.lock.json"
FORMAT = "ketameta.lock/1"
DIGITS = 10
RELATIVE_TOLERANCE = 1e-8
ABSOLUTE_TOLERANCE = 1e-9
"""For numbers that are 0 but for rounding, such as tau2 at the edge of its range."""

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LockCheck:
    """What has moved since the lock was written.

    Attributes
    ----------
    moved
        One line per analysis whose studies, numbers or flags differ, in words.
    notes
        Files that changed without moving a number, and other versions of the software.
    """

    moved: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every number is as it was."""
        return not self.moved

    @property
    def text(self) -> str:
        """All of it for a reader."""
        if self.ok:
            head = "Every number is as the lock has it."
        else:
            count = len(self.moved)
            head = f"{count} {'result has' if count == 1 else 'results have'} moved:"
        lines = [head, *(f"  {line}" for line in self.moved), *self.notes]
        if not self.ok:
            lines.append("If this is wanted, accept it with `make lock` and say why.")
        return "\n".join(lines)


def lock_of(inputs: ReportInputs) -> Entry:
    """The lock that belongs to the present records and engine."""
    return {
        "format": FORMAT,
        "review": inputs.review.id,
        "written_with": dict(software_versions()),
        "questions": {
            answer.question.id: {
                "title": answer.question.title,
                "measure": answer.question.measure,
                "analyses": {
                    analysis_key(kind, analysis): _entry(analysis)
                    for kind, analysis in analyses(answer)
                },
            }
            for answer in inputs.answers
        },
        "files": dict(sorted(inputs.hashes.items())),
    }


def analysis_key(kind: str, analysis: Analysis) -> str:
    """A name for an analysis that is unique within its question."""
    return MAIN if kind == MAIN else f"{kind}: {analysis.id.removeprefix('without-')}"


def _entry(analysis: Analysis) -> Entry:
    entry: Entry = {
        "k": analysis.k,
        "studies": {row.study: " ".join(f.code for f in row.flags) for row in analysis.rows},
    }
    pooled = analysis.pooled
    if pooled is None:
        return entry
    spread = pooled.heterogeneity
    return entry | {
        "estimate": digits(pooled.estimate),
        "interval": _limits(pooled.interval),
        "prediction": _limits(pooled.prediction),
        "tau2": digits(spread.tau2),
        "i2": digits(spread.i2),
        "q": digits(spread.q),
        "flags": " ".join(flag.code for flag in analysis.flags),
    }


def digits(value: float | None) -> float | None:
    """A number with the digits that the lock keeps."""
    return None if value is None else float(f"{value:.{DIGITS}g}")


def _limits(interval: Interval) -> list[float | None]:
    return [digits(interval.low), digits(interval.high)]


def lock_text(lock: Entry) -> str:
    """The lock as it is written; equal locks give equal text."""
    return json.dumps(lock, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_lock(inputs: ReportInputs, path: Path | None = None) -> Path:
    """Accept the present numbers; by default beside the review."""
    path = path or inputs.review_folder / LOCK
    write_whole(path, lock_text(lock_of(inputs)))
    return path


def read_lock(path: Path) -> Entry:
    """A lock from its file; DataError where it is missing or unusable."""
    if not path.is_file():
        raise DataError(f"{path}: there is no lock. Write one with `make lock`.")
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path}: not readable as JSON ({error}). Restore it from git.") from None
    if not isinstance(lock, dict) or lock.get("format") != FORMAT or not _is_whole(lock):
        raise DataError(f"{path}: not a lock of format {FORMAT}. Write it anew with `make lock`.")
    return lock


def _is_whole(lock: Entry) -> bool:
    """Whether all parts are there; what is in them is compared, not trusted."""
    parts = (lock.get("files"), lock.get("questions"), lock.get("written_with"))
    if not all(isinstance(part, dict) for part in parts):
        return False
    return all(
        isinstance(question, dict)
        and {"title", "measure", "analyses"} <= question.keys()
        and all({"k", "studies"} <= entry.keys() for entry in question["analyses"].values())
        for question in lock["questions"].values()
    )


def check_lock(inputs: ReportInputs, path: Path | None = None) -> LockCheck:
    """Compare the present numbers with the lock; by default the one beside the review."""
    before, now = read_lock(path or inputs.review_folder / LOCK), lock_of(inputs)
    changed = changed_files(before["files"], now["files"])
    moved = moved_lines(before["questions"], now["questions"], same_number, changed)
    notes = []
    if changed:
        head = "Files" if moved else "No number moved, but files did"
        notes.append(f"{head}: {', '.join(changed)}.")
    other = [
        f"{name} {before['written_with'].get(name)} then, {version} now"
        for name, version in now["written_with"].items()
        if before["written_with"].get(name) != version
    ]
    if other and moved:
        notes.append(f"Other versions: {'; '.join(other)}.")
    return LockCheck(tuple(moved), tuple(notes))


def changed_files(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """What happened to the files: "studies/x.yaml changed"."""
    found = [f"{name} removed" for name in sorted(before.keys() - now.keys())]
    found += [f"{name} added" for name in sorted(now.keys() - before.keys())]
    found += [
        f"{name} changed"
        for name in sorted(before.keys() & now.keys())
        if before[name] != now[name]
    ]
    return found


def same_number(before: float | None, now: float | None) -> bool:
    """Whether two numbers are the same but for the last bits of arithmetic."""
    if before is None or now is None:
        return before is now
    return math.isclose(before, now, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)

"""The lock: every number of a review as last accepted, and what has moved since.

The lock is committed beside the review. Numbers are kept with 10 significant digits and compared
with a relative tolerance of 1e-8, so that another build of the linear algebra library changes
nothing, and a changed record or engine does.
"""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import DataError
from ketameta.pooling.result import Interval, PooledResult
from ketameta.reports.build import SUMMARY, committed_summary
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.lock_table import WIDTH, Move, table_lines
from ketameta.reports.lock_words import moves
from ketameta.reports.provenance import software_versions
from ketameta.synthesis.answer import Analysis, Further, StudyRow, SubgroupTest
from ketameta.tables.findings import MAIN, analyses
from ketameta.tables.formatting import people
from ketameta.whole_files import write_whole

LOCK = "results.lock.json"
FORMAT = "ketameta.lock/3"
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
        One row per number, flag or study that differs, and one for a summary that is stale.
    notes
        Files that changed, and other versions of the software.
    """

    moved: tuple[Move, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every number, and the summary, is as it was accepted."""
        return not self.moved

    @property
    def text(self) -> str:
        """One line that says how much moved, a before/after table, and the notes."""
        lines = [self._head, *(table_lines(self.moved) if self.moved else ())]
        notes = [*self.notes]
        if not self.ok:
            notes.append("If this is wanted, accept it with `make lock` and say why.")
        for note in notes:
            lines += textwrap.wrap(note, WIDTH, break_long_words=False, break_on_hyphens=False)
        return "\n".join(lines)

    @property
    def _head(self) -> str:
        if self.ok:
            return "Every number is as the lock has it."
        numbers = [move for move in self.moved if move.question != SUMMARY]
        if not numbers:
            return f"No number of the lock has moved, but {SUMMARY} is not what the records give:"
        count = len(numbers)
        places = len({(move.question, move.analysis) for move in numbers})
        what = "1 result has" if count == 1 else f"{count} results have"
        where = "1 analysis" if places == 1 else f"{places} analyses"
        return f"In {where}, {what} moved:"


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
                "subgroup_test": _subgroup_test(answer.subgroup_test),
                "further": _further(answer.further),
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
    pooled = analysis.pooled
    entry: Entry = {
        "k": analysis.k,
        "people": people(analysis),
        "studies": {
            row.study: _study(row, None if pooled is None else float(pooled.weights[i]))
            for i, row in enumerate(analysis.rows)
        },
    }
    if pooled is None:
        return entry
    return entry | _pooled(pooled) | {"flags": " ".join(flag.code for flag in analysis.flags)}


def _study(row: StudyRow, weight: float | None) -> Entry:
    return {
        "n": row.n,
        "y": digits(row.y),
        "v": digits(row.v),
        "interval": [digits(row.low), digits(row.high)],
        "weight": digits(weight),
        "flags": " ".join(flag.code for flag in row.flags),
    }


def _pooled(pooled: PooledResult) -> Entry:
    spread = pooled.heterogeneity
    return {
        "estimate": digits(pooled.estimate),
        "se": digits(pooled.se),
        "interval": _limits(pooled.interval),
        "level": digits(pooled.level),
        "p": digits(pooled.p_value),
        "df": digits(pooled.df),
        "guarded_interval": _limits(pooled.guarded_interval),
        "wald_interval": _limits(pooled.wald_interval),
        "hksj_factor": digits(pooled.hksj_factor),
        "prediction": _limits(pooled.prediction),
        "tau2": digits(spread.tau2),
        "tau2_interval": _limits(spread.tau2_interval),
        "i2": digits(spread.i2),
        "i2_interval": _limits(spread.i2_interval),
        "i2_q": digits(spread.i2_q),
        "q": digits(spread.q),
        "q_df": spread.q_df,
        "q_p": digits(spread.q_p),
    }


def _subgroup_test(test: SubgroupTest | None) -> Entry | None:
    if test is None:
        return None
    return {"by": test.by, "q": digits(test.q), "df": test.df, "p": digits(test.p_value)}


def _further(found: Further | None) -> Entry | None:
    """The Bayesian results by prior, each study's influence, and how far the multiverse reaches."""
    if found is None:
        return None
    estimates = [line.estimate for line in found.universes]
    return {
        "bayes": {
            line.prior: {
                "median": digits(line.median),
                "interval": [digits(line.low), digits(line.high)],
                "new": [digits(line.new_low), digits(line.new_high)],
                "tau": digits(line.tau_median),
                "better": digits(line.better),
            }
            for line in found.bayes
        },
        "influence": {
            line.study: {
                "rstudent": digits(line.rstudent),
                "dffits": digits(line.dffits),
                "cooks_distance": digits(line.cooks_distance),
                "covariance_ratio": digits(line.covariance_ratio),
                "tau2_deleted": digits(line.tau2_deleted),
                "q_deleted": digits(line.q_deleted),
                "hat": digits(line.hat),
            }
            for line in found.influence
        },
        "universes": len(estimates),
        "universes_range": [digits(min(estimates)), digits(max(estimates))] if estimates else None,
        "small_studies": {line.code: {"p": digits(line.p_value)} for line in found.small_studies},
    }


def digits(value: float | None) -> float | None:
    """A number with the digits that the lock keeps; None where there is no finite one."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def _limits(interval: Interval | None) -> list[float | None] | None:
    return None if interval is None else [digits(interval.low), digits(interval.high)]


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
        and all(_is_entry(entry) for entry in question["analyses"].values())
        for question in lock["questions"].values()
    )


def _is_entry(entry: Entry) -> bool:
    return {"k", "studies"} <= entry.keys() and all(
        isinstance(study, dict) for study in entry["studies"].values()
    )


def check_lock(inputs: ReportInputs, path: Path | None = None) -> LockCheck:
    """Compare the present numbers with the lock; by default the one beside the review.

    The summary that is committed beside the review is compared with what the records give now.
    """
    before, now = read_lock(path or inputs.review_folder / LOCK), lock_of(inputs)
    moved = (*moves(before["questions"], now["questions"], same_number), *_summary(inputs))
    return LockCheck(moved, tuple(_notes(before, now, bool(moved))))


def _summary(inputs: ReportInputs) -> Iterator[Move]:
    """A row if the committed summary is missing or says something else."""
    path = inputs.review_folder / SUMMARY
    if not path.is_file():
        yield Move(SUMMARY, "", "text", "committed", "missing")
    elif path.read_text(encoding="utf-8") != committed_summary(inputs):
        yield Move(SUMMARY, "", "text", "as committed", "stale")


def _notes(before: Entry, now: Entry, moved: bool) -> Iterator[str]:
    changed = changed_files(before["files"], now["files"])
    if changed:
        head = "Files" if moved else "No number moved, but files did"
        yield f"{head}: {', '.join(changed)}."
    other = [
        f"{name} {before['written_with'].get(name)} then, {version} now"
        for name, version in now["written_with"].items()
        if before["written_with"].get(name) != version
    ]
    if other and moved:
        yield f"Other versions: {'; '.join(other)}."


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

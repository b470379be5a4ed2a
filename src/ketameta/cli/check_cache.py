"""`ketameta check` on files that have not changed since they were last checked.

Then nothing is read but the files themselves: neither the models nor the catalogs of methods are
imported, which is what takes the time. Records, reviews and what only answers show are kept apart,
for the catalogs are only needed for reviews, and the engine only for answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.cli.check_paths import (
    CLAIMS,
    REVIEW,
    alone,
    asked_for,
    claims_of,
    decisions_of,
    files_of,
    reviews_of,
    under,
)
from ketameta.cli.checked import (
    Checked,
    merged,
    problem_of,
    problem_values,
    waived_of,
    waived_values,
)
from ketameta.cli.checked_evidence import CheckedEvidence
from ketameta.cli.workspace import Workspace, shown
from ketameta.records.kept import FOLDER, digest, keep, read_kept, stamp_of_code
from ketameta.records.places import PACKAGED, leads_out

_FORM = "check/1"

_OF_RECORDS = ("records", "cli/checking_records.py")
_OF_REVIEWS = (
    *("records", "questions", "measures", "pooling", "cli/schemas.py", "cli/checking_reviews.py"),
    *("synthesis/review_names.py", "synthesis/review_schema.py"),
)
_OF_CLAIMS = (
    *("records", "questions", "measures", "pooling", "sensitivity", "synthesis", "appraisal"),
    *("cli/checking_claims.py", "cli/claim_bench.py", "cli/unanswerable.py"),
)
"""Where the rules are, the names that a review may use, and what verdicts are computed from."""
_OF_ANSWERS = (
    *("records", "questions", "measures", "pooling", "sensitivity", "synthesis", "appraisal"),
    *("cli/checking_answers.py", "cli/unanswerable.py"),
)
"""Whatever an answer and its rating depend on."""


def checked_all(workspace: Workspace, paths: Sequence[Path] = (), *, cached: bool) -> Checked:
    """Every problem of the workspace, or those under some paths.

    A record among `paths` that lies outside the studies folder, and a review outside `reports`,
    is checked by itself.

    Raises
    ------
    UsageError
        For a path that does not exist or holds nothing that can be checked.
    """
    apart = alone(paths, workspace)
    whole = _whole(workspace, cached=cached)
    if not paths:
        return whole
    wanted = [path.resolve() for path in paths]
    parts = [
        Checked(
            tuple(p for p in whole.problems if under(p.path.resolve(), wanted)),
            tuple(w for w in whole.waived if under(w.problem.path.resolve(), wanted)),
            tuple(asked_for(whole.files, workspace, paths)),
        )
    ]
    return merged([*parts, *(_alone(path, workspace) for path in apart)])


def _whole(workspace: Workspace, *, cached: bool) -> Checked:
    files = (*files_of(workspace), *decisions_of(workspace))
    names = tuple(shown(path).as_posix() for path in files)
    if not cached or workspace.folder.is_relative_to(PACKAGED):
        looked_at = CheckedEvidence(workspace, cached=False)
        parts = [_records(looked_at), _reviews(workspace), _claims(looked_at), _answers(looked_at)]
        return merged([*parts, Checked((), (), names)])
    file = workspace.root / FOLDER / f"check-{workspace.folder.name}.json"
    kept = read_kept(file, _FORM)
    old: dict[str, Any] = kept if isinstance(kept, dict) else {}
    records = _part(old.get("records"), lambda: _records_key(workspace))
    reviews = _part(old.get("reviews"), lambda: _reviews_key(workspace))
    claims = _part(old.get("claims"), lambda: _claims_key(workspace))
    answers = _part(old.get("answers"), lambda: _answers_key(workspace))
    looked_at = CheckedEvidence(workspace, cached=True)
    new = {
        "records": records.renewed(lambda: _records(looked_at)),
        "reviews": reviews.renewed(lambda: _reviews(workspace)),
        "claims": claims.renewed(lambda: _claims(looked_at)),
        "answers": answers.renewed(lambda: _answers(looked_at)),
    }
    if new != old:
        keep(file, _FORM, {name: part for name, part in new.items() if part["key"]})
    found = [_restored(part) for part in new.values()]
    return merged([*(part for part in found if part), Checked((), (), names)])


@dataclass(frozen=True, slots=True)
class _Part:
    """What was kept of one part of the check (None where it is of no use), and its key."""

    values: dict[str, Any] | None
    key: str
    key_now: Callable[[], str]

    def renewed(self, check: Callable[[], Checked]) -> dict[str, Any]:
        """What was kept, or what the check finds now.

        Without a key, and so not for the next run, when a file changed during the check.
        """
        if self.values is not None:
            return self.values
        found = check()
        return {"key": self.key if self.key_now() == self.key else "", **_kept(found)}


def _part(values: Any, key_now: Callable[[], str]) -> _Part:
    key = key_now()
    good = isinstance(values, dict) and values.get("key") == key and _restored(values) is not None
    return _Part(values if good else None, key, key_now)


def _records(looked_at: CheckedEvidence) -> Checked:
    from ketameta.cli.checking_records import check_records

    return check_records(looked_at)


def _reviews(workspace: Workspace) -> Checked:
    from ketameta.cli.checking_reviews import check_reviews

    return check_reviews(workspace)


def _answers(looked_at: CheckedEvidence) -> Checked:
    if not decisions_of(looked_at.workspace):
        return Checked((), (), ())
    from ketameta.cli.checking_answers import check_answers

    return check_answers(looked_at)


def _claims(looked_at: CheckedEvidence) -> Checked:
    if not claims_of(looked_at.workspace):
        return Checked((), (), ())
    from ketameta.cli.checking_claims import check_claims

    return check_claims(looked_at)


def _alone(path: Path, workspace: Workspace) -> Checked:
    if path.name == REVIEW:
        from ketameta.cli.checking_reviews import check_review_alone

        return check_review_alone(path)
    from ketameta.cli.checking_records import check_record_alone

    return check_record_alone(path, workspace.folder)


def _records_key(workspace: Workspace) -> str:
    files = [path for path in files_of(workspace) if path.name != REVIEW]
    files = [path for path in files if path.parent.name != CLAIMS]
    return digest(stamp_of_code(*_OF_RECORDS).encode(), *_contents(files))


def _reviews_key(workspace: Workspace) -> str:
    schemas = sorted((workspace.folder / "schema").glob("*.json"))
    folder = shown(workspace.folder / "schema").as_posix() if schemas else ""
    stamp = stamp_of_code(*_OF_REVIEWS).encode()
    return digest(stamp, folder.encode(), *_contents([*reviews_of(workspace), *schemas]))


def _answers_key(workspace: Workspace) -> str:
    decisions = decisions_of(workspace)
    if not decisions:
        return "none"
    stamp = stamp_of_code(*_OF_ANSWERS).encode()
    return digest(stamp, *_contents([*files_of(workspace), *decisions]))


def _claims_key(workspace: Workspace) -> str:
    if not claims_of(workspace):
        return "none"
    files = [*files_of(workspace), *decisions_of(workspace)]
    return digest(stamp_of_code(*_OF_CLAIMS).encode(), *_contents(files))


def _contents(paths: Sequence[Path]) -> list[bytes]:
    """Names, as shown, and contents."""
    parts: list[bytes] = []
    for path in paths:
        parts.append(shown(path).as_posix().encode("utf-8", "surrogateescape"))
        try:
            parts.append(b"a link" if leads_out(path) else path.read_bytes())
        except OSError as error:
            parts.append(f"unreadable: {error.strerror}".encode())
    return parts


def _kept(checked: Checked) -> dict[str, Any]:
    return {
        "problems": [problem_values(problem) for problem in checked.problems],
        "waived": [waived_values(waived) for waived in checked.waived],
    }


def _restored(values: Any) -> Checked | None:
    try:
        return Checked(
            tuple(problem_of(found) for found in values["problems"]),
            tuple(waived_of(found) for found in values["waived"]),
            (),
        )
    except (TypeError, KeyError, ValueError):
        return None

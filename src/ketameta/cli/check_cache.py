"""`ketameta check` on files that have not changed since they were last checked.

Then nothing is read but the files themselves: neither the models nor the catalogs of methods are
imported, which is what takes the time. Records, reviews and what only answers show are kept apart,
for the catalogs are only needed for reviews, and the engine only for answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ketameta.cli.check_paths import (
    CLAIMS,
    REVIEW,
    all_of,
    alone,
    asked_for,
    claims_of,
    decisions_of,
    files_of,
    statements_of,
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

_FORM = "check/2"

_OF_RECORDS = ("records", "cli/checking_records.py")
_OF_REVIEWS = (
    *("records", "questions", "measures", "pooling", "cli/schemas.py", "cli/checking_reviews.py"),
    *("synthesis/review_names.py", "synthesis/review_schema.py", "appraisal/prisma/items.py"),
)
_OF_CLAIMS = (
    *("records", "questions", "measures", "pooling", "sensitivity", "synthesis", "appraisal"),
    *("cli/checking_claims.py", "cli/claim_bench.py"),
    *("cli/checked_evidence.py", "cli/unanswerable.py"),
)
"""Where the rules are, the names that a review may use, and what verdicts are computed from."""
_OF_ANSWERS = (
    *("records", "questions", "measures", "pooling", "sensitivity", "synthesis", "appraisal"),
    *("cli/checking_answers.py", "cli/checked_evidence.py", "cli/unanswerable.py"),
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
    names = tuple(shown(path).as_posix() for path in all_of(workspace))
    if not cached or workspace.folder.is_relative_to(PACKAGED):
        looked_at = CheckedEvidence(workspace, cached=False)
        fresh = (_records(looked_at), _reviews(workspace), _claims(looked_at), _answers(looked_at))
        return merged([*fresh, Checked((), (), names)])
    file = workspace.root / FOLDER / f"check-{workspace.folder.name}.json"
    kept = read_kept(file, _FORM)
    old: dict[str, Any] = kept if isinstance(kept, dict) else {}
    keys = _keys(workspace)
    looked_at = CheckedEvidence(workspace, cached=True)
    checks: dict[str, Callable[[], Checked]] = {
        "records": lambda: _records(looked_at),
        "reviews": lambda: _reviews(workspace),
        "claims": lambda: _claims(looked_at),
        "answers": lambda: _answers(looked_at),
    }
    parts: dict[str, Checked] = {}
    for name, check in checks.items():
        known = _restored(old.get(name), keys[name])
        parts[name] = check() if known is None else known
    new = {name: {"key": keys[name], **_kept(part)} for name, part in parts.items()}
    if new != old:  # what changed during the check is not kept for the next run
        now = _keys(workspace)
        keep(file, _FORM, {name: part for name, part in new.items() if now[name] == keys[name]})
    return merged([*parts.values(), Checked((), (), names)])


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


def _keys(workspace: Workspace) -> dict[str, str]:
    """By part of the check: a hash of all that it depends on, as it stands now."""
    files, decisions = files_of(workspace), decisions_of(workspace)
    schemas = sorted((workspace.folder / "schema").glob("*.json"))
    statements = statements_of(workspace)
    contents = {path: _content(path) for path in (*files, *decisions, *statements, *schemas)}

    def key(code: Sequence[str], paths: Sequence[Path]) -> str:
        return digest(stamp_of_code(*code).encode(), *(contents[path] for path in paths))

    whole = [*files, *decisions]
    reviews = [path for path in files if path.name == REVIEW]
    claims = [path for path in files if path.parent.name == CLAIMS]
    records = [path for path in files if path not in reviews and path not in claims]
    return {
        "records": key(_OF_RECORDS, records),
        "reviews": key(_OF_REVIEWS, [*reviews, *statements, *schemas]),
        "claims": key(_OF_CLAIMS, whole) if claims else "none",
        "answers": key(_OF_ANSWERS, whole) if decisions else "none",
    }


def _content(path: Path) -> bytes:
    """Name, as shown, and content."""
    name = shown(path).as_posix().encode("utf-8", "surrogateescape")
    try:
        return digest(name, b"a link" if leads_out(path) else path.read_bytes()).encode()
    except OSError as error:
        return digest(name, f"unreadable: {error.strerror}".encode()).encode()


def _kept(checked: Checked) -> dict[str, Any]:
    return {
        "problems": [problem_values(problem) for problem in checked.problems],
        "waived": [waived_values(waived) for waived in checked.waived],
    }


def _restored(values: Any, key: str) -> Checked | None:
    """What was kept of a part under this key; None where there is nothing to rely on."""
    try:
        if values["key"] != key:
            return None
        return Checked(
            tuple(problem_of(found) for found in values["problems"]),
            tuple(waived_of(found) for found in values["waived"]),
            (),
        )
    except (TypeError, KeyError, ValueError):
        return None

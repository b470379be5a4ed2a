"""What a report is made of: the review, the records, the answers, and the hash of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ketameta.appraisal.answers import answer_review
from ketameta.counting import counted
from ketameta.errors import DataError, UsageError
from ketameta.questions.certainty import FILE as CERTAINTY
from ketameta.questions.prisma import FILE as PRISMA
from ketameta.questions.prisma import Prisma, load_prisma
from ketameta.questions.question import Review
from ketameta.records.claim_files import FOLDER as CLAIMS
from ketameta.records.loading import LoadedStudy
from ketameta.records.store import EXCLUDED, VOCABULARY, Evidence, load_evidence, study_files
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.review_names import load_review

STUDIES = "studies"
BESIDE = (PRISMA, CERTAINTY)
"""What people state and decide, beside the review."""
REVIEW = "review.yaml"


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """Everything a report reads.

    Attributes
    ----------
    review_folder
        Where the review lies, and with it the lock and the committed summary.
    hashes
        SHA-256 of every file that was read, by its name relative to the root, line ends as
        line feeds.
    """

    review: Review
    evidence: Evidence
    answers: tuple[Answer, ...]
    prisma: Prisma
    review_folder: Path
    hashes: dict[str, str]

    @property
    def digest(self) -> str:
        """One hash of all files read, names included."""
        lines = "".join(f"{name} {value}\n" for name, value in sorted(self.hashes.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def read_inputs(root: Path, review_path: Path | None = None) -> ReportInputs:
    """Read and answer a review.

    Parameters
    ----------
    root
        The folder that holds `studies` and `reports`.
    review_path
        The `review.yaml`; by default the only one below `reports`.

    Raises
    ------
    UsageError
        When there is no review, or more than one to choose from.
    DataError
        When a record or the review cannot be used; the message lists every problem.
    """
    path = review_path or only_review(root)
    shown = _name(path, root)
    review = load_review(path, shown_as=Path(shown))
    evidence = load_evidence(root / STUDIES)
    if evidence.errors:
        raise DataError(
            f"{counted(len(evidence.errors), 'problem')} in the study records; no report is built "
            "on them.\n" + "\n".join(str(problem) for problem in evidence.errors)
        )
    evidence = _with_names_from_root(evidence)
    answers = answer_review(review, evidence)
    prisma = load_prisma(path.parent, shown_as=Path(_name(path.parent / PRISMA, root)))
    hashes = {_name(file, root): file_hash(file) for file in _files(root, path)}
    return ReportInputs(review, evidence, answers, prisma, path.parent, hashes)


def only_review(root: Path) -> Path:
    """The review below `reports`, if there is exactly one."""
    found = sorted((root / "reports").glob(f"*/{REVIEW}"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"{root / 'reports'}: no {REVIEW} in any folder. Write one, or name it.")
    names = ", ".join(_name(path, root) for path in found)
    raise UsageError(f"{root / 'reports'}: several reviews ({names}). Say which one.")


def file_hash(path: Path) -> str:
    """SHA-256 of a text file, the same whatever line ends a checkout uses."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _files(root: Path, review: Path) -> Iterator[Path]:
    folder = root / STUDIES
    yield from (path for path in (folder / VOCABULARY, folder / EXCLUDED) if path.is_file())
    yield from study_files(folder)
    yield review
    yield from (path for name in BESIDE if (path := review.parent / name).is_file())
    yield from sorted((folder / CLAIMS).glob("*.yaml"))


def _name(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def _with_names_from_root(evidence: Evidence) -> Evidence:
    """The evidence with file names that do not depend on where the command was run."""
    loaded = tuple(
        LoadedStudy(
            item.study,
            replace(item.document, path=Path(STUDIES, *item.document.path.parts[-2:])),
        )
        for item in evidence.loaded
    )
    return replace(evidence, loaded=loaded)

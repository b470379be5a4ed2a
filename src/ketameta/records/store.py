"""All study records of a folder, read together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.records.checks import check_evidence, check_excluded, check_study
from ketameta.records.loading import LoadedStudy, load
from ketameta.records.problems import Problem, Severity, did_you_mean
from ketameta.records.study import ExcludedReport, ExcludedReports, Study, Vocabulary
from ketameta.records.waivers import Waived, unused, waive, waive_between

VOCABULARY = "vocabulary.yaml"
EXCLUDED = "excluded.yaml"
PACKAGED = Path(__file__).resolve().parent.parent / "evidence"
CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything in a `studies` folder.

    `studies` is sorted by id. `problems` lists all problems found, in files that could be read
    and in files that could not; a file with an error is not among `studies`, nor is the second of
    two records with the same id or the same participants. `waived` lists problems that a record
    keeps with a reason; they are not among `problems`.
    """

    folder: Path
    loaded: tuple[LoadedStudy, ...]
    excluded: tuple[ExcludedReport, ...]
    vocabulary: Vocabulary
    problems: tuple[Problem, ...]
    waived: tuple[Waived, ...] = ()

    @property
    def studies(self) -> tuple[Study, ...]:
        """The studies, sorted by id."""
        return tuple(item.study for item in self.loaded)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that make a record unusable."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    def get(self, study_id: str) -> LoadedStudy:
        """The study with this id; UsageError with the closest ids if there is none."""
        for item in self.loaded:
            if item.study.id == study_id:
                return item
        hint = did_you_mean(study_id, [s.id for s in self.studies])
        raise UsageError(f'no study has the id "{study_id}". {hint}')


def find_root(explicit: Path | None = None) -> Path:
    """The folder that holds the study records and, beside them, `reports/`.

    Parameters
    ----------
    explicit
        A folder of study records, whatever its name; its parent is the root.

    Returns
    -------
    Without an explicit folder: the working directory or the closest folder above it with a
    `studies/vocabulary.yaml`; then the evidence that came with the package; then the checkout
    that an editable install points at.
    """
    if explicit is not None:
        if not (explicit / VOCABULARY).is_file():
            raise UsageError(
                f"{explicit}: no {VOCABULARY} here. Point --studies at a folder of study records."
            )
        return explicit.resolve().parent
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "studies" / VOCABULARY).is_file():
            return folder
    for folder in (PACKAGED, CHECKOUT):
        if (folder / "studies" / VOCABULARY).is_file():
            return folder
    raise DataError("no study records found. Run inside a checkout, or give --studies DIR.")


def study_files(folder: Path) -> Iterator[Path]:
    """The study files of a folder: `<substance>/<id>.yaml`, sorted."""
    yield from sorted(
        p for p in folder.glob("*/*.yaml") if p.parent.name not in ("claims", "schema")
    )


def load_evidence(folder: Path) -> Evidence:
    """Read and check every record of a `studies` folder; problems are collected, not raised."""
    shown = _shown(folder)
    vocabulary, document = load(folder / VOCABULARY, Vocabulary, shown_as=shown / VOCABULARY)
    problems: list[Problem] = [*document.problems]
    loaded: list[LoadedStudy] = []
    waived: list[Waived] = []
    for path in study_files(folder):
        study, document = load(path, Study, shown_as=shown / path.relative_to(folder))
        problems += document.problems
        if study is not None:
            standing, covered = waive(check_study(study, document, path, vocabulary), study)
            problems += standing
            waived += covered
            if not _unusable(standing):
                loaded.append(LoadedStudy(study, document))
    loaded.sort(key=lambda item: item.study.id)
    excluded, found = _excluded(folder, shown, loaded)
    problems += found
    standing, covered = waive_between(check_evidence(loaded), loaded)
    waived += covered
    doubles = _unusable(standing)
    for item in loaded:
        standing += unused(item.study, item.document, waived)
    return Evidence(
        folder,
        tuple(item for item in loaded if item.document.path not in doubles),
        excluded,
        vocabulary or Vocabulary(instruments={}),
        tuple(sorted([*problems, *standing])),
        tuple(waived),
    )


def _unusable(problems: Iterable[Problem]) -> set[Path]:
    """The files with errors."""
    return {problem.path for problem in problems if problem.severity is Severity.ERROR}


def _excluded(
    folder: Path, shown: Path, loaded: Sequence[LoadedStudy]
) -> tuple[tuple[ExcludedReport, ...], list[Problem]]:
    if not (folder / EXCLUDED).exists():
        return (), []
    listed, document = load(folder / EXCLUDED, ExcludedReports, shown_as=shown / EXCLUDED)
    if listed is None:
        return (), document.problems
    found = check_excluded(listed.excluded, document, loaded)
    return listed.excluded, [*document.problems, *found]


def _shown(folder: Path) -> Path:
    """The folder as a user would write it: relative to where they are, if that is shorter."""
    try:
        return folder.resolve().relative_to(Path.cwd())
    except ValueError:
        return folder if folder.is_relative_to(Path.cwd()) else Path(folder.name)

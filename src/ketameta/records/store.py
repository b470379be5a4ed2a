"""All study records of a folder, read together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ketameta.errors import UsageError
from ketameta.nearest import nearest_hint
from ketameta.records.checks import check_evidence, check_excluded, check_record
from ketameta.records.corrections import check_corrections
from ketameta.records.labels import distinct
from ketameta.records.loading import LoadedStudy, load
from ketameta.records.places import (
    EXCLUDED,
    PACKAGED,
    VOCABULARY,
    find_root,
    leads_out,
    stray_files,
    study_files,
)
from ketameta.records.problems import Problem, Severity
from ketameta.records.record_cache import Entry, RecordCache, key_of
from ketameta.records.rules import Finding, located
from ketameta.records.study import ExcludedReport, ExcludedReports, Study, Vocabulary
from ketameta.records.waivers import Waived, unused, waive, waive_between
from ketameta.records.yaml_reader import Document, parse

__all__ = [
    "EXCLUDED",
    "PACKAGED",
    "VOCABULARY",
    "Evidence",
    "find_root",
    "load_evidence",
    "study_files",
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything in a `studies` folder.

    `studies` is sorted by id, and no two have the same label. `problems` lists all problems found,
    in files that could be read and in files that could not; a file with an error is not among
    `studies`, nor is the second of two records with the same id or the same participants. `waived`
    lists problems that a record keeps with a reason; they are not among `problems`.
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
        known = [s.id for s in self.studies]
        hint = nearest_hint(study_id, known, listing="All ids: ketameta list", quoted=True)
        raise UsageError(f'no study has the id "{study_id}". {hint}')


def load_evidence(folder: Path, *, cached: bool = False) -> Evidence:
    """Read and check every record of a `studies` folder; problems are collected, not raised.

    Parameters
    ----------
    folder
        The folder with `vocabulary.yaml`.
    cached
        Take what files said from an earlier run where they have not changed since, and keep it for
        the next one in `.ketameta-cache` beside the folder, where that can be written.
    """
    shown = _shown(folder)
    cache = RecordCache(folder) if cached and not folder.is_relative_to(PACKAGED) else None
    reader = _Reader(folder, shown, cache)
    vocabulary, document = load(folder / VOCABULARY, Vocabulary, shown_as=shown / VOCABULARY)
    problems: list[Problem] = [*document.problems, *_stray(folder, shown)]
    loaded: list[LoadedStudy] = []
    waived: list[Waived] = []
    for path in study_files(folder):
        study, document, found = reader.read(path, vocabulary)
        if study is None:
            problems += found
            continue
        standing, covered = waive(found, study)
        problems += standing
        waived += covered
        if not _unusable(standing):
            loaded.append(LoadedStudy(study, document))
    if cache is not None:
        cache.save()
    loaded.sort(key=lambda item: item.study.id)
    excluded, found = _excluded(folder, shown, loaded)
    problems += found
    problems += check_corrections(folder, shown, loaded)
    standing, covered = waive_between(check_evidence(loaded), loaded)
    waived += covered
    doubles = _unusable(standing)
    for item in loaded:
        standing += unused(item.study, item.document, waived)
    usable = [item for item in loaded if item.document.path not in doubles]
    named = distinct([item.study for item in usable])
    return Evidence(
        folder,
        tuple(LoadedStudy(study, it.document) for study, it in zip(named, usable, strict=True)),
        excluded,
        vocabulary or Vocabulary(instruments={}),
        tuple(sorted([*problems, *standing])),
        tuple(waived),
    )


class _Reader:
    """Reads records, from the cache where the same bytes were read before."""

    def __init__(self, folder: Path, shown: Path, cache: RecordCache | None) -> None:
        self._folder, self._shown, self._cache = folder, shown, cache
        vocabulary = folder / VOCABULARY
        readable = vocabulary.is_file() and not leads_out(vocabulary)
        self._vocabulary = vocabulary.read_bytes() if readable else b""

    def read(
        self, path: Path, vocabulary: Vocabulary | None
    ) -> tuple[Study | None, Document, Sequence[Problem]]:
        """A record (None if it has not the form of one), and every problem of it."""
        name = path.relative_to(self._folder)
        document = Document(self._shown / name)
        try:
            raw = b"" if leads_out(path) else path.read_bytes()
        except OSError:
            raw = b""
        if not raw:  # the place where that is said
            study, document = load(path, Study, shown_as=document.path)
            return study, document, document.problems
        key = key_of(raw, self._vocabulary)
        if self._cache is not None:
            entry = self._cache.get(name.as_posix(), key, document.path)
            if entry is not None and (known := _known(entry, document, raw)) is not None:
                return known
        parse(raw, document)
        study, found = check_record(document, path, vocabulary)
        if self._cache is not None:
            sound = study is not None
            entry = Entry(document.data if sound else None, tuple(found))
            self._cache.put(name.as_posix(), key, entry)
        return study, document, found


def _known(
    entry: Entry, document: Document, raw: bytes
) -> tuple[Study | None, Document, Sequence[Problem]] | None:
    """A record as it was read before; None where what was kept is not a record after all."""
    if entry.data is None:
        document.source = raw
        return None, document, entry.found
    try:
        study = Study.model_validate(entry.data)
    except ValidationError:
        return None
    document.data, document.source = entry.data, raw
    return study, document, entry.found


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


def _stray(folder: Path, shown: Path) -> Iterator[Problem]:
    """A problem for each file that looks like a record but is never read as one."""
    for path in stray_files(folder):
        hint = "Move it into the folder of its substance."
        if path.suffix != ".yaml":
            hint = f"Name it {path.stem}.yaml."
        finding = Finding("R013", (), "is not read as a record.", hint)
        yield located(finding, Document(shown / path.relative_to(folder)))


def _shown(folder: Path) -> Path:
    """The folder as a user would write it: relative to where they are, if that is shorter."""
    try:
        return folder.resolve().relative_to(Path.cwd())
    except ValueError:
        return folder if folder.is_relative_to(Path.cwd()) else Path(folder.name)

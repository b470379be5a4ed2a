"""Imported records as study files: written beside the others, checked, never over one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_paths import undotted
from ketameta.exchange.record_reading import ImportedRecord
from ketameta.exchange.record_yaml import record_text
from ketameta.records.checks import check_record
from ketameta.records.problems import Problem
from ketameta.records.provenance import SLUG
from ketameta.records.study import Vocabulary
from ketameta.records.vocabulary import Substance
from ketameta.records.waivers import waive
from ketameta.records.yaml_reader import read_yaml
from ketameta.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class WrittenRecord:
    """A study file that was written, and what `ketameta check` finds in it.

    Each problem is the place (the cell the value came from, and the line of the file) and what is
    wrong there. A file that held the same already is `unchanged`.
    """

    path: Path
    problems: tuple[tuple[str, str], ...]
    unchanged: bool = False


def write_records(
    records: Sequence[ImportedRecord], folder: Path, vocabulary: Vocabulary | None
) -> list[WrittenRecord]:
    """Write each record to `folder/<substance>/<id>.yaml`; all of them or none.

    Raises
    ------
    UsageError
        Where a file is already there with something else in it.
    DataError
        Where id or substance cannot be a file and a folder.
    """
    places = [_place(record, folder) for record in records]
    texts = [record_text(record.data).encode() for record in records]
    pairs = list(zip(places, texts, strict=True))
    same = {path for path, text in pairs if path.is_file() and path.read_bytes() == text}
    if there := [path for path in places if path.exists() and path not in same]:
        names = ", ".join(str(path) for path in there[:5])
        more = f" and {len(there) - 5} more" if len(there) > 5 else ""
        said = "exists" if len(there) == 1 else "exist"
        raise UsageError(
            f"{names}{more}: {said}, and imports overwrite nothing. Write to another folder with "
            "--to, or move what is there away."
        )
    written = []
    for record, path, text in zip(records, places, texts, strict=True):
        if path not in same:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text, replace=False)
        found = tuple(_findings(record, path, vocabulary))
        written.append(WrittenRecord(path, found, unchanged=path in same))
    return written


def _place(record: ImportedRecord, folder: Path) -> Path:
    substance = str(record.data.get("substance", ""))
    where = record.origin(("id",)) or record.study
    if not re.fullmatch(SLUG, record.study):
        raise DataError(
            f'{where}: "{record.study}" is no id. Write lower-case words and numbers joined by '
            '"-", as in doe-2020.'
        )
    if substance not in [str(word) for word in Substance]:
        allowed = ", ".join(str(word) for word in Substance)
        raise DataError(
            f"{where}: {record.study}: the substance is {substance or 'not said'}, which decides "
            f"the folder. Allowed: {allowed}."
        )
    return folder / substance / f"{record.study}.yaml"


def _findings(
    record: ImportedRecord, path: Path, vocabulary: Vocabulary | None
) -> Iterator[tuple[str, str]]:
    study, problems = check_record(read_yaml(path), path, vocabulary)
    if study is not None:
        problems, _ = waive(problems, study)
    for problem in problems:
        yield _placed(record, problem)


def _placed(record: ImportedRecord, problem: Problem) -> tuple[str, str]:
    """The problem with the cell that the value came from, where it came from one."""
    origin = record.origin(undotted(problem.field)) if problem.field else None
    hint = f" {problem.hint}" if problem.hint else ""
    line = f"{problem.path}:{problem.line}"
    return (f"{origin}: {line}" if origin else line), f"{problem.field}: {problem.message}{hint}"

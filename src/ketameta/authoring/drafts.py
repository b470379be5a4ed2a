"""Entries that are not finished: one file each, written after every answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_yaml import flow
from ketameta.records.places import DRAFTS, study_files
from ketameta.records.provenance import SLUG
from ketameta.records.yaml_reader import read_yaml
from ketameta.whole_files import write_whole

_IGNORE = "# Entries that are not finished; ketameta new study --resume goes on with them.\n*\n"


@dataclass(slots=True)
class Draft:
    """The answers so far, in the order of the questions; None for a question that was skipped."""

    study: str
    path: Path
    answers: dict[str, Any] = field(default_factory=dict)

    def keep(self) -> None:
        """Write the answers, whole or not at all."""
        self.path.parent.mkdir(exist_ok=True)
        ignore = self.path.parent / ".gitignore"
        if not ignore.exists():
            write_whole(ignore, _IGNORE)
        lines = [f"# Not finished. To go on: ketameta new study {self.study} --resume", "answers:"]
        lines += [f"  {flow(key)}: {flow(value)}" for key, value in self.answers.items()]
        if not self.answers:
            lines[-1] = "answers: {}"
        write_whole(self.path, "\n".join(lines) + "\n")

    def drop(self) -> None:
        """Remove the file, once the record stands."""
        self.path.unlink(missing_ok=True)


def draft_of(folder: Path, study: str) -> Draft:
    """The draft of a study in a folder of records, with the answers that were kept.

    Raises
    ------
    UsageError
        For a name that cannot be an id.
    DataError
        For a draft that was damaged.
    """
    check_id(study)
    path = folder / DRAFTS / f"{study}.yaml"
    if not path.exists():
        return Draft(study, path)
    document = read_yaml(path)
    answers = document.data.get("answers") if isinstance(document.data, Mapping) else None
    if document.problems or not isinstance(answers, dict):
        said = "; ".join(str(p) for p in document.problems) or "holds no answers."
        raise DataError(f"{path}: {said} Delete the draft and begin again.")
    return Draft(study, path, answers)


def drafts_in(folder: Path) -> list[str]:
    """Ids of the studies with a draft, sorted."""
    return sorted(path.stem for path in (folder / DRAFTS).glob("*.yaml"))


def check_id(study: str) -> None:
    """Refuse a name that cannot be an id, and so no file name either."""
    if not re.fullmatch(SLUG, study) or len(study) > 80:
        raise UsageError(
            f'"{study[:80]}" is no id. Write lower-case words and numbers joined by "-", as in '
            "doe-2020."
        )


def check_unused(folder: Path, study: str) -> None:
    """Refuse an id that has a record, which would be overwritten or stand beside a second one."""
    for path in study_files(folder):
        if path.stem == study:
            raise UsageError(
                f"{path.relative_to(folder.parent)}: exists, and nothing is overwritten. Edit it, "
                f"or choose another id, e.g. {study}-b."
            )

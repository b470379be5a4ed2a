"""The steps of `ketameta correct`: guard, show, keep the correction, change the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ketameta.authoring.correcting import corrected, correction_text
from ketameta.authoring.drafts import check_id
from ketameta.cli.failures import FINE
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import DataError, UsageError
from ketameta.records.corrections import (
    NOTHING,
    Correction,
    LoadedCorrection,
    load_correction,
    place_of,
    same,
    standing,
    told,
)
from ketameta.records.loading import fitted, load
from ketameta.records.places import CORRECTIONS, VOCABULARY, correction_files, study_files
from ketameta.records.problems import did_you_mean
from ketameta.records.study import Vocabulary
from ketameta.records.yaml_reader import Document, parse, read_yaml
from ketameta.records.yaml_scalars import RefusedScalarError, plain_scalar
from ketameta.whole_files import update_whole, write_whole


@dataclass(frozen=True, slots=True)
class Wish:
    """A correction as the command line says it; values None where the field is to go or is not."""

    study: str
    path: str
    value: str | None
    expected: str | None
    said: Mapping[str, str]


def apply_file(workspace: Workspace, file: Path, output: Output, *, dry_run: bool) -> int:
    """Apply a correction file; one from elsewhere is copied beside the records first."""
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file. Check the path.")
    if file.suffix != ".yaml":
        raise UsageError(f"{file}: a correction ends in .yaml. Rename the file.")
    raw = file.read_bytes()
    target = workspace.folder / CORRECTIONS / file.name
    found = load_correction(file, shown_as=shown(file))
    if isinstance(found, Document):
        raise DataError("\n".join(str(problem) for problem in found.problems))
    if target.resolve() != file.resolve() and target.exists():
        raise UsageError(f"{shown(target)}: exists. Give {file} another name.")
    return _apply(workspace, found, (target, raw), output, dry_run=dry_run)


def make_and_apply(workspace: Workspace, wish: Wish, output: Output, *, dry_run: bool) -> int:
    """Write the correction that the command line says, and apply it."""
    check_id(wish.study)
    record = read_yaml(_record(workspace, wish.study)).data
    now = _now(record, wish.path)
    changes = [
        {
            "path": wish.path,
            "expected": NOTHING if wish.expected is None else _value(wish.expected, now),
            "value": NOTHING if wish.value is None else _value(wish.value, now),
        }
    ]
    text = correction_text({"study": wish.study, **wish.said}, changes)
    target = _free_name(workspace.folder / CORRECTIONS, wish)
    document = Document(shown(target))
    parse(text.encode("utf-8"), document)
    correction = fitted(document, Correction)
    if correction is None:
        raise UsageError("\n".join(f"{p.field}: {p.message} {p.hint}" for p in document.problems))
    found = LoadedCorrection(correction, document)
    return _apply(workspace, found, (target, text.encode("utf-8")), output, dry_run=dry_run)


def _apply(
    workspace: Workspace,
    correction: LoadedCorrection,
    history: tuple[Path, bytes],
    output: Output,
    *,
    dry_run: bool,
) -> int:
    if not dry_run:
        workspace.refuse_borrowed()
    path = _record(workspace, correction.correction.study)
    vocabulary, _ = load(workspace.folder / VOCABULARY, Vocabulary)
    old = _text(path)
    new = corrected(old, correction, shown(path), vocabulary)
    output.result(_difference(old, new, shown(path)))
    if dry_run:
        output.say("Nothing was written.")
        return FINE
    target, raw = history
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        write_whole(target, raw, replace=False)
    update_whole(
        path, lambda now: corrected(now.decode("utf-8"), correction, shown(path), vocabulary)
    )
    output.say(f"{shown(path)} is corrected; the reason is kept in {shown(target)}.")
    return FINE


def listed(workspace: Workspace, style: str, output: Output) -> int:
    """Print every correction with its state."""
    rows = [row for path in correction_files(workspace.folder) for row in _rows(workspace, path)]
    if style == "json":
        from ketameta.cli.machine_formats import to_json

        output.result(to_json(rows))
        return FINE
    for row in rows:
        output.result(
            f"{row['study']}: {row['path']}: {row['expected']} -> {row['value']} "
            f"({row['state']}; {row['by']}, {row['date']}: {row['reason']})"
        )
    if not rows:
        output.say(f"{shown(workspace.folder / CORRECTIONS)}: no corrections.")
    return FINE


def _rows(workspace: Workspace, path: Path) -> list[dict[str, Any]]:
    found = load_correction(path, shown_as=shown(path))
    if isinstance(found, Document):
        raise DataError("\n".join(str(problem) for problem in found.problems))
    correction = found.correction
    about = correction.model_dump(include={"study", "reason", "source", "by", "date"})
    record = _document_of(workspace, correction.study)
    return [
        {
            **about,
            "path": name,
            "expected": told(old),
            "value": told(new),
            "state": _state(record, name, old, new),
            "file": shown(path).as_posix(),
        }
        for _, name, old, new in found.steps()
    ]


def _state(record: Any, name: str, old: Any, new: Any) -> str:
    try:
        now = standing(record, place_of(record, name))
    except (KeyError, TypeError, IndexError):
        return "no such field"
    if same(now, new):
        return "stands"
    return "not applied" if same(now, old) else f"{told(now)} stands there"


def _document_of(workspace: Workspace, study: str) -> Any:
    path = next((p for p in study_files(workspace.folder) if p.stem == study), None)
    return None if path is None else read_yaml(path).data


def _record(workspace: Workspace, study: str) -> Path:
    files = {path.stem: path for path in study_files(workspace.folder)}
    if study not in files:
        raise UsageError(f'no record has the id "{study}". {did_you_mean(study, sorted(files))}')
    return files[study]


def _now(record: Any, path: str) -> Any:
    try:
        return standing(record, place_of(record, path))
    except KeyError as error:
        raise UsageError(" ".join(error.args)) from None


def _value(said: str, now: Any) -> Any:
    """A value of the command line; text where text stands now, so that "14" keeps its quotes."""
    if isinstance(now, list):
        return [part.strip() for part in said.split(",") if part.strip()]
    if isinstance(now, str):
        return said
    try:
        return plain_scalar(said)
    except RefusedScalarError as refused:
        raise UsageError(f"{refused.message} {refused.hint}") from None


def _free_name(folder: Path, wish: Wish) -> Path:
    base, number = f"{wish.study}-{wish.said['date']}", 1
    while (path := folder / f"{base}-{number}.yaml").exists():
        number += 1
    return path


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise DataError(f"{shown(path)}: not UTF-8. Save the file as UTF-8.") from None


def _difference(old: str, new: str, path: Path) -> str:
    lines = unified_diff(old.splitlines(), new.splitlines(), str(path), str(path), "", "", 0, "")
    return "\n".join(line for line in lines if not line.startswith("@@"))

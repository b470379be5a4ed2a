"""Applying a correction to a record: guarded by what must stand there, and checked afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ketameta.authoring.splicing import spliced
from ketameta.errors import KetametaError
from ketameta.exchange.record_yaml import flow
from ketameta.records.checks import check_record
from ketameta.records.corrections import NOTHING, LoadedCorrection, place_of, same, standing, told
from ketameta.records.problems import Severity
from ketameta.records.study import Vocabulary
from ketameta.records.yaml_reader import Document, parse

MODELINE = "# yaml-language-server: $schema=../schema/correction.schema.json"


class GuardError(KetametaError):
    """The record does not say what a correction expects; nothing was written."""

    exit_code = 1


def corrected(
    text: str, correction: LoadedCorrection, path: Path, vocabulary: Vocabulary | None
) -> str:
    """The text of a record with every change of a correction in its place.

    Parameters
    ----------
    text
        The record as it is; all but the changed fields stays to the character.
    correction
        What is to be changed.
    path
        The record, as messages name it.
    vocabulary
        The instruments, for the checks of the result.

    Raises
    ------
    GuardError
        Where a field does not hold what is expected, or the record would break a rule of
        `ketameta check` that it keeps now.
    """
    record = _document(text, path)
    refused = []
    for _, name, old, new in correction.steps():
        try:
            now = standing(record.data, place_of(record.data, name))
        except KeyError as error:
            refused.append(f"{path}: {' '.join(error.args)}")
            continue
        if not same(now, old):
            line, _ = record.locate(place_of(record.data, name))
            again = " The correction seems to be applied already." if same(now, new) else ""
            refused.append(
                f"{path}:{line}: {name}: {told(old)} is expected, but {told(now)} stands there."
                f"{again}"
            )
        elif same(old, new):
            refused.append(f"{path}: {name}: expected and new value are the same.")
    if refused:
        raise GuardError("\n".join([*refused, "Nothing was changed."]))
    result = text
    for _, name, _, new in correction.steps():
        result = spliced(result, place_of(_document(result, path).data, name), new, path)
    _check(text, result, path, vocabulary)
    return result


def _check(before: str, after: str, path: Path, vocabulary: Vocabulary | None) -> None:
    old, new = (_errors(text, path, vocabulary) for text in (before, after))
    if worse := [said for said in new if said not in old]:
        raise GuardError(
            "\n".join([*worse, "The correction would cause this. Nothing was changed."])
        )


def _errors(text: str, path: Path, vocabulary: Vocabulary | None) -> list[str]:
    document = _document(text, path)
    _, found = check_record(document, path, vocabulary)
    return [f"{p.field}: {p.message}" for p in found if p.severity is Severity.ERROR]


def _document(text: str, path: Path) -> Document:
    document = Document(path)
    parse(text.encode("utf-8"), document)
    return document


def correction_text(said: Mapping[str, str], changes: list[dict[str, Any]]) -> str:
    """The text of a correction file; values that are `NOTHING` are left out."""
    lines = [MODELINE, *(f"{key}: {flow(value)}" for key, value in said.items()), "changes:"]
    for change in changes:
        kept = {key: value for key, value in change.items() if value is not NOTHING}
        body = [f"{key}: {flow(value)}" for key, value in kept.items()]
        lines += [f"  - {body[0]}", *(f"    {line}" for line in body[1:])]
    return "\n".join(lines) + "\n"

"""A new study file: what is known in its place, gaps listed, written only where nothing is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ketameta.authoring.doi import typed_doi
from ketameta.authoring.drafts import check_id, check_unused
from ketameta.authoring.fields import field_at, fields_of
from ketameta.authoring.live_checks import objection
from ketameta.authoring.prompts import Prompt, UnclearAnswerError, meant
from ketameta.authoring.skeleton import skeleton_text
from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_paths import at, put_at, undotted
from ketameta.records.problems import did_you_mean
from ketameta.records.study import Study
from ketameta.records.vocabulary import Substance
from ketameta.whole_files import write_whole

UNFINISHED = "Extraction not finished and not yet checked by a second person"
_WANTED = (
    (("citation", "title"), "Title"),
    (("citation", "authors"), "Authors"),
    (("citation", "year"), "Year of publication"),
    (("design", "type"), "Design"),
    (("design", "country"), "Country"),
    (("population", "diagnosis"), "Diagnosis"),
    (("arms",), "Arms"),
    (("outcomes",), "Outcomes and results"),
)


def begun(study: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """A record with what is known; what every record needs and this one lacks is listed."""
    record = {"id": study, "status": "awaiting data", "status_reason": UNFINISHED, **known}
    if record["status"] == "included":
        record.pop("status_reason")
    gaps = [
        {"what": name, "where": "The report of the study"}
        for path, name in _WANTED
        if at(record, path) in (None, [], {}) and not _null_year(record, path)
    ]
    listed = list(record.pop("missing", ()))
    return {**record, "missing": [*listed, *gaps]} if listed or gaps else record


def _null_year(record: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether somebody has said that no source shows the year."""
    return path == ("citation", "year") and "year" in record.get("citation", {})


def with_values(record: dict[str, Any], pairs: tuple[str, ...]) -> dict[str, Any]:
    """The record with the values of `FIELD=VALUE` pairs in their places.

    Raises
    ------
    UsageError
        For a pair that is none, a field that no record has, and a value that it cannot hold or
        that `ketameta check` would object to.
    """
    filled = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or not value.strip():
            raise UsageError(f'--set: "{pair}" is not FIELD=VALUE, as in substance=alcohol.')
        path = undotted(name.strip())
        try:
            field = field_at(path, record)
            prompt = Prompt(name, name, "", field.meaning, field.kind, field.words)
            known = meant(prompt, value.strip())
            if path[-1] == "doi":
                known = typed_doi(str(known), f"--set {name}")
            put_at(record, path, known)
            filled[name] = path
        except KeyError:
            owner = "".join(f"{step}." for step in path[:-1])
            names = [f"{owner}{name}" for name in _names(path[:-1], record)]
            hint = did_you_mean(name.strip(), names)
            raise UsageError(f'--set: no field "{name}". {hint}') from None
        except (UnclearAnswerError, ValueError) as error:
            raise UsageError(f"--set {name}: {error}") from None
    for name, path in filled.items():
        if said := objection(record, path, None):
            raise UsageError(f"--set {name}: {said}")
    return record


def _names(path: tuple[str | int, ...], record: Mapping[str, Any]) -> Iterator[str]:
    try:
        model = field_at(path, record).model if path else Study
    except KeyError:
        model = Study
    yield from (field.name for field in fields_of(model or Study))


def write_record(record: Mapping[str, Any], folder: Path) -> Path:
    """Write a new record with comments on what is still to be filled in; its file.

    Raises
    ------
    UsageError
        When the id is taken, or cannot be one, or no substance says which folder is meant.
    DataError
        When what was taken over cannot be written as YAML that says the same.
    """
    study = str(record["id"])
    check_id(study)
    check_unused(folder, study)
    substance = str(record.get("substance", ""))
    allowed = [str(word) for word in Substance]
    if substance not in allowed:
        raise UsageError(
            f"{study}: the substance decides the folder. Say it with --set substance=WORD. "
            f"{did_you_mean(substance, allowed)}"
        )
    path = folder / substance / f"{study}.yaml"
    try:
        text = skeleton_text(record)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{study}: cannot be written ({error}). Enter it by hand.") from error
    path.parent.mkdir(exist_ok=True)
    write_whole(path, text, replace=False)
    return path


def usual_id(author: str, year: object) -> str:
    """`first-author-year`, in the letters that an id may have; "" where there is no author."""
    plain = unicodedata.normalize("NFKD", author.replace("ø", "o").replace("ß", "ss"))
    family = re.sub(r" [A-Z-]{1,5}$", "", plain.encode("ascii", "ignore").decode())
    words = re.findall(r"[a-z0-9]+", family.lower())
    return "-".join([*words, str(year or "no-date")])[:80] if words else ""

"""Study records to complete, from a table with one row per study (and outcome)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import DataError, UsageError
from ketameta.exchange.columns_map import ColumnsMap
from ketameta.exchange.import_fields import FIELDS
from ketameta.exchange.plain_ids import YEAR, plain_id, slug
from ketameta.exchange.record_cells import CellError, as_value
from ketameta.exchange.record_paths import Path_, at
from ketameta.exchange.record_reading import ImportedRecord
from ketameta.exchange.table import Table, numbers
from ketameta.records.vocabulary import ControlType, Verification

SOURCE = "import"
_NOT_STATED = "not stated"
_WITHOUT_KETAMINE = (ControlType.INERT_PLACEBO, ControlType.ACTIVE_PLACEBO, ControlType.NONE)
_WANTED = {
    ("citation", "year"): "Year of publication",
    ("citation", "title"): "Title",
    ("design", "type"): "Design",
    ("design", "country"): "Country",
    ("population", "diagnosis"): "Diagnosis",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table, by field: the values, and the cells they came from."""

    values: Mapping[str, Any]
    cells: Mapping[str, str]
    place: str
    where: str

    def source(self, *names: str) -> dict[str, str]:
        """A reference to the imported table, with the row and the columns used."""
        used = [self.cells[name] for name in names if name in self.cells]
        located = f"{self.place} ({', '.join(used)})" if used else self.place
        said = self.values.get("locator")
        return {"ref": SOURCE, "locator": f"{located}; {said}" if said else located}


def table_records(table: Table, mapping: ColumnsMap) -> tuple[list[ImportedRecord], list[str]]:
    """Records of the studies of a table, and sentences about rows that gave no result.

    Values stand under the level `unverified import`, with the file, row and columns as their
    source; the status is `awaiting data` until a person has compared them. What the table does
    not hold is left out and listed under `missing`, never guessed.

    Raises
    ------
    UsageError
        When no column is the study or the substance.
    DataError
        For cells that are not the numbers they should be, each with its place.
    """
    if "study" not in mapping.columns:
        raise UsageError(f"{table.head}: no column is the study. Say which in a map (--write-map).")
    if "substance" not in mapping.columns and "substance" not in mapping.values:
        raise UsageError(
            f"{table.source}: the substance is not said, which decides the folder of a record. Add "
            "--set substance=alcohol, or a column to the map."
        )
    rows = _rows(table, mapping)
    records: dict[str, ImportedRecord] = {}
    names: dict[str, str] = {}
    seen: dict[tuple[str, str], str] = {}
    told: list[str] = []
    for number, row in enumerate(rows):
        name = _study_id(row, table.cell(number, mapping.columns["study"]), names)
        record = records.get(name)
        if record is None:
            record = records[name] = _new(name, row, Path(table.source).name)
            told += _numbered(record, row)
        first = seen.setdefault((name, repr(row.values)), row.where)
        if first != row.where:
            told.append(f"{row.where}: {name}: the same row as {first}. No second result was made.")
            continue
        told += _add_result(record, row)
    for record in records.values():
        _list_missing(record)
    return list(records.values()), told


def _rows(table: Table, mapping: ColumnsMap) -> list[_Row]:
    numeric = [c for n, c in mapping.columns.items() if FIELDS[n].kind in ("whole", "number")]
    numbers(table, numeric)  # refuses what is no number, and commas that could mean two things
    problems: list[str] = []
    rows = []
    for row in range(table.size):
        values: dict[str, Any] = {}
        cells: dict[str, str] = {}
        for name, value in mapping.values.items():
            values[name] = _value(value, name)
        for name, column in mapping.columns.items():
            try:
                value = _value(table.text(column)[row], name)
            except CellError as error:
                problems.append(f"{table.cell(row, column)}: {error}")
                continue
            if value is not None:
                values[name] = value
                letter = table.letters.get(column)
                cells[name] = f"{letter}{table.lines[row]}" if letter else column
        rows.append(_Row(values, cells, table.place(row), table.where(row)))
        problems += (
            f"{table.cell(row, mapping.columns[field])}: {said}"
            if field in mapping.columns
            else f"{table.where(row)}: {said}"
            for field, said in _impossible(values)
        )
    if problems:
        raise DataError("\n".join(problems[:20]))
    return rows


def _value(text: str, name: str) -> Any:
    kind = FIELDS[name].kind
    if kind in ("whole", "number"):
        text = text.replace(",", ".")
    return as_value(text, kind)


def _impossible(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields with more people in them than there are, or fewer than none, and what is wrong."""
    for group in (1, 2):
        for people in (f"n_{group}", f"n_randomised_{group}"):
            if (values.get(people) or 0) < 0:
                yield people, f"{people} is {values[people]}; it cannot be below 0. Correct it."
        events, n = values.get(f"events_{group}"), values.get(f"n_{group}")
        if events is not None and events < 0:
            yield f"events_{group}", f"{events} events; there cannot be fewer than 0. Correct it."
        elif events is not None and n is not None and events > n >= 0:
            yield (
                f"events_{group}",
                f"{events} events among {n} people. Correct the number of events or of people.",
            )


def _study_id(row: _Row, cell: str, names: dict[str, str]) -> str:
    """The id of the row's study, whose name stands in `cell`; `names` are those by their ids."""
    label = str(row.values.get("study", ""))
    if not label:
        raise DataError(f"{cell}: the study has no name. Give every row its study.")
    year = row.values.get("year")
    text = label if year is None or YEAR.search(label) else f"{label} {year}"
    said = re.sub(r"\bet al\b\.?", " ", text, flags=re.IGNORECASE)
    name = plain_id(said, "study", names)
    if not name:
        raise DataError(
            f'{cell}: no id can be made of the name "{label}". Write it with letters or digits.'
        )
    names.setdefault(name, said)
    return name


def _numbered(record: ImportedRecord, row: _Row) -> Iterator[str]:
    """A word about an id that has nothing of the study's name."""
    if re.fullmatch(r"study-[0-9]+", record.study) and record.study != slug(row.values["study"]):
        yield (
            f'{row.where}: "{row.values["study"]}" has no Latin letters, of which ids are made, so '
            f"its id is {record.study}. Rename the file and its id as you like."
        )


def _new(name: str, row: _Row, file: str) -> ImportedRecord:
    record = ImportedRecord(name)
    values, label = row.values, str(row.values["study"])
    year = values.get("year") or next((int(m[0]) for m in [YEAR.search(label)] if m), None)
    family = YEAR.sub("", label).strip(" ,;()-") or label
    citation = {
        "authors": values.get("authors") or [re.sub(r"\s*et al\.?$", "", family) or label],
        "authors_complete": None if values.get("authors") else False,
        "year": year,
        **{key: values.get(key) for key in ("title", "journal", "doi", "pmid")},
        "source": row.source("study", "authors", "year", "title", "doi", "pmid"),
    }
    parts: dict[str, Any] = {
        "id": name,
        "status": "awaiting data",
        "status_reason": f"Imported from {file} by machine; nobody has compared it with a report.",
        "substance": values.get("substance"),
        "citation": _given(citation),
        "sources": {
            SOURCE: {"document": f"Table {file}", "level": str(Verification.IMPORT)},
        },
        "design": _given(
            {
                "type": values.get("design"),
                "country": values.get("country"),
                "randomised": values.get("randomised", _NOT_STATED),
                "blinded": values.get("blinded") or [_NOT_STATED],
                "source": row.source("design", "country", "randomised", "blinded"),
            }
        ),
        "population": _given(
            {
                "diagnosis": values.get("diagnosis"),
                "treatment_seeking": _NOT_STATED,
                "source": row.source("diagnosis"),
            }
        ),
        "arms": [],
    }
    for key, value in parts.items():
        if value is not None:
            record.put((key,), value, row.where)
    if registration := values.get("registration"):
        registry = "ClinicalTrials.gov" if str(registration).startswith("NCT") else "not stated"
        entry = [{"registry": registry, "id": str(registration)}]
        record.put(("registrations",), entry, row.where)
    return record


def _given(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value is not None}


def _add_result(record: ImportedRecord, row: _Row) -> Iterator[str]:
    arms = [_arm(record, row, group) for group in (1, 2)]
    if arms[0] == arms[1]:
        yield f"{row.where}: {record.study}: both groups are called {arms[0]}. No result was made."
        return
    data, used = _data(row, arms)
    if data is None:
        yield (
            f"{row.where}: {record.study}: neither events, means nor an effect with its measure "
            "for both groups. No result was made of the row."
        )
        return
    outcomes = record.data.setdefault("outcomes", [])
    said = str(row.values.get("outcome") or row.values.get("construct") or "outcome")
    taken = {item["id"]: item.get("definition") or item.get("construct", "") for item in outcomes}
    name = plain_id(said, "outcome", taken) or "outcome"
    i = next((i for i, item in enumerate(outcomes) if item["id"] == name), len(outcomes))
    if i == len(outcomes):
        outcome = {
            "id": name,
            "construct": row.values.get("construct"),
            "definition": row.values.get("outcome"),
            "better": row.values.get("better"),
            "instrument": row.values.get("instrument"),
        }
        record.put(("outcomes", i), _given(outcome) | {"results": []}, row.where)
    time = {
        "label": row.values.get("time_label") or _weeks_in_words(row.values.get("weeks")),
        "weeks": row.values.get("weeks"),
        "phase": row.values.get("phase"),
    }
    place: Path_ = ("outcomes", i, "results", len(outcomes[i]["results"]))
    result = {"time": _given(time), "data": data, "source": row.source(*used)}
    record.put(place, result, row.where)


def _weeks_in_words(weeks: Any) -> str | None:
    return None if weeks is None else f"{weeks} weeks"


def _arm(record: ImportedRecord, row: _Row, group: int) -> str:
    """The id of the arm of a group, added to the record if it is new."""
    label = row.values.get(f"arm_{group}")
    role = "experimental" if group == 1 else "control"
    arms = record.data["arms"]
    name = plain_id(str(label), "arm", {one["id"]: one["label"] for one in arms}) if label else role
    if any(arm["id"] == name for arm in arms):
        return name
    control_type = row.values.get("control_type") if group == 2 else None
    without = control_type in [str(kind) for kind in _WITHOUT_KETAMINE]
    arm = {
        "id": name,
        "label": label or f"Group {group}",
        "role": role,
        "control_type": control_type,
        "drug": label,
        "enantiomer": "not ketamine" if without else _NOT_STATED if group == 1 else None,
        "route": _NOT_STATED,
        "psychotherapy": {"type": _NOT_STATED},
        "n_randomised": row.values.get(f"n_randomised_{group}"),
        "source": row.source(f"arm_{group}", f"n_randomised_{group}"),
    }
    record.put(("arms", len(arms)), _given(arm), row.where)
    return name


def _data(row: _Row, arms: list[str]) -> tuple[dict[str, Any] | None, list[str]]:
    """The numbers of a row as the first kind of data that it has in full, and the fields used."""
    for kind, needed, further in (
        ("events", ("events", "n"), ()),
        ("means", ("mean",), ("n", "sd", "se")),
    ):
        names = [f"{key}_{group}" for group in (1, 2) for key in needed]
        if all(name in row.values for name in names):
            used = [f"{key}_{group}" for group in (1, 2) for key in (*needed, *further)]
            numbers_of = {
                arm: _given({k: row.values.get(f"{k}_{group}") for k in (*needed, *further)})
                for group, arm in enumerate(arms, start=1)
            }
            return {"kind": kind, "arms": numbers_of}, used
    if "estimate" in row.values and "measure" in row.values:
        keys = ("measure", "estimate", "ci_low", "ci_high", "p")
        people = {
            arm: row.values[f"n_{group}"]
            for group, arm in enumerate(arms, start=1)
            if f"n_{group}" in row.values
        }
        contrast = {"kind": "contrast", "experimental": arms[:1], "control": arms[1:]}
        contrast |= _given({key: row.values.get(key) for key in keys})
        return contrast | ({"n": people} if people else {}), [*keys, "n_1", "n_2"]
    return None, []


def _list_missing(record: ImportedRecord) -> None:
    """What the schema asks for and the table has not, under `missing`."""
    absent = [what for path, what in _WANTED.items() if at(record.data, path) is None]
    if record.data["citation"].get("authors_complete") is False:
        absent.insert(0, "All authors")
    if at(record.data, ("citation", "year")) is None:
        record.data["citation"]["year"] = None
    controls = [arm for arm in record.data["arms"] if arm["role"] == "control"]
    if any("control_type" not in arm for arm in controls):
        absent.append("What the control group received (control_type)")
    absent += ["Drug, form, dose, route and psychotherapy of each arm"]
    where = "Report of the study; the imported table does not say"
    record.data["missing"] = [{"what": what, "where": where} for what in absent]

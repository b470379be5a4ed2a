"""What is in the archive, for machines: Frictionless data package, RO-Crate, citation file.

Data Package and Table Schema v1 (https://specs.frictionlessdata.io), RO-Crate 1.1
(https://w3id.org/ro/crate/1.1), Citation File Format 1.2.0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketameta.exchange.data_set import DataSet, Variable

_TYPES = {"number": "number", "whole": "integer", "text": "string", "category": "string"}

UNITS = {
    **dict.fromkeys(("weeks", "follow_up_weeks"), "weeks"),
    **dict.fromkeys(("weight", "i2"), "percent"),
    **dict.fromkeys(
        (
            *("people", "n", "n_1", "n_2", "events", "events_1", "events_2"),
            *("n_randomised", "enrolled_n", "analysed_n"),
        ),
        "people",
    ),
    "infusion_minutes": "minutes",
}
"""Units by column; the dose has its unit in a column of its own."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "studies": ("study",),
    "arms": ("study", "arm"),
    "results": ("row",),
    "effects": ("question", "study"),
    "pooled": ("question",),
}
FOREIGN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "arms": (("study", "studies"),),
    "results": (("study", "studies"),),
    "effects": (("study", "studies"), ("question", "pooled")),
}
_MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".cff": "application/yaml",
    ".md": "text/markdown",
}


@dataclass(frozen=True, slots=True)
class About:
    """The deposit in words.

    Attributes
    ----------
    name
        One word, lower case.
    title, description
        Of the review.
    version, date
        Version of the software, and the day (2026-11-22) that the deposit carries.
    licence, authors
        SPDX identifier, and names.
    doi
        Digital object identifier, if one is reserved.
    """

    name: str
    title: str
    description: str
    version: str
    date: str
    licence: str
    authors: tuple[str, ...]
    doi: str = ""


def data_package(
    tables: Mapping[str, tuple[DataSet, bytes]], files: Mapping[str, bytes], about: About
) -> str:
    """`datapackage.json`: every file with its size and hash, tables with their columns and keys."""
    resources = [_resource(path, data, raw) for path, (data, raw) in tables.items()]
    resources += [_file_resource(path, raw) for path, raw in files.items() if path not in tables]
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": about.name,
        "title": about.title,
        "description": about.description,
        "version": about.version,
        "created": f"{about.date}T00:00:00Z",
        "licenses": [{"name": about.licence, "path": "LICENSE"}],
        "contributors": [{"title": name, "role": "author"} for name in about.authors],
        "resources": resources,
    }
    if about.doi:
        package["id"] = f"https://doi.org/{about.doi}"
    return _json(package)


def _resource(path: str, data: DataSet, raw: bytes) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(variable, data.name) for variable in data.variables],
        "missingValues": [""],
        "primaryKey": list(KEYS[data.name]),
    }
    if data.name in FOREIGN:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": table, "fields": [column]}}
            for column, table in FOREIGN[data.name]
        ]
    return {
        "profile": "tabular-data-resource",
        "name": data.name,
        "title": data.label,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "header": True},
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
        "schema": schema,
    }


def _file_resource(path: str, raw: bytes) -> dict[str, Any]:
    """A file that is no table."""
    ending = path.rpartition(".")[2].lower() if "." in path else "txt"
    return {
        "profile": "data-resource",
        "name": path.lower(),
        "path": path,
        "format": ending,
        "mediatype": _MEDIA.get(f".{ending}", "text/plain"),
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
    }


def _field(variable: Variable, table: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": variable.name,
        "title": variable.label,
        "description": variable.label,
        "type": field_type(variable),
    }
    if variable.name in UNITS:
        entry["unit"] = UNITS[variable.name]
    constraints: dict[str, Any] = {}
    if variable.name in KEYS[table]:
        constraints["required"] = True
    if variable.kind == "category" and variable.categories:
        constraints["enum"] = sorted(variable.categories)
    return {**entry, "constraints": constraints} if constraints else entry


def field_type(variable: Variable) -> str:
    """The type of a column; whole numbers only where every value is one."""
    kind = _TYPES[variable.kind]
    if kind == "integer" and any(isinstance(value, float) for value in variable.values):
        return "number"
    return kind


def ro_crate(files: Mapping[str, bytes], about: About) -> str:
    """`ro-crate-metadata.json` for all other files of the archive."""
    people = [
        {"@id": f"#author-{i}", "@type": "Organization" if "authors" in name else "Person"}
        | {"name": name}
        for i, name in enumerate(about.authors, start=1)
    ]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": about.description,
        "datePublished": about.date,
        "license": {"@id": "LICENSE"},
        "author": [{"@id": person["@id"]} for person in people],
        "hasPart": [{"@id": path} for path in files],
    }
    if about.doi:
        root["identifier"] = f"https://doi.org/{about.doi}"
    made = {
        "@id": "#made",
        "@type": "CreateAction",
        "name": "Export of study records and results",
        "instrument": {"@id": "#ketameta"},
        "result": {"@id": "./"},
    }
    software = {
        "@id": "#ketameta",
        "@type": "SoftwareApplication",
        "name": "ketameta",
        "version": about.version,
    }
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    parts = [_file(path, raw) for path, raw in files.items()]
    graph = [descriptor, root, *people, software, made, *parts]
    return _json({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})


def _file(path: str, raw: bytes) -> dict[str, Any]:
    ending = "." + path.rpartition(".")[2]
    return {
        "@id": path,
        "@type": "File",
        "name": path,
        "encodingFormat": _MEDIA.get(ending, "text/plain"),
        "contentSize": str(len(raw)),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }


def citation_file(about: About) -> str:
    """`CITATION.cff` for the data set."""
    lines = [
        "cff-version: 1.2.0",
        "type: dataset",
        f"title: {json.dumps(about.title, ensure_ascii=False)}",
        "message: If you use these data, please cite them, and the studies they come from.",
        "authors:",
        *(f"  - name: {json.dumps(name, ensure_ascii=False)}" for name in about.authors),
        f"version: {json.dumps(about.version)}",
        f"date-released: {json.dumps(about.date)}",
        f"license: {about.licence}" if about.licence != "other" else "license-url: LICENSE",
    ]
    if about.doi:
        lines.append(f"doi: {json.dumps(about.doi)}")
    return "\n".join(lines) + "\n"


def checksums(files: Mapping[str, bytes]) -> str:
    """Lines that `sha256sum --check` reads."""
    return "".join(f"{hashlib.sha256(raw).hexdigest()}  {path}\n" for path, raw in files.items())


def codebook(tables: Sequence[tuple[str, DataSet]]) -> str:
    """Markdown: every table with its columns."""
    parts = []
    for path, data in tables:
        rows = "1 row" if data.size == 1 else f"{data.size} rows"
        lines = [f"### {path}", "", f"{data.label}; {rows}. Key: {', '.join(KEYS[data.name])}.", ""]
        lines += ["| Column | Meaning | Type | Unit |", "|---|---|---|---|"]
        lines += [
            f"| {v.name} | {v.label} | {field_type(v)} | {UNITS.get(v.name, '')} |"
            for v in data.variables
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"

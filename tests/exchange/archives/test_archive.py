"""`ketameta export archive`: complete, described, verifiable, and the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from ketameta.cli.app import cli
from ketameta.notation.formula_cells import restored

ROOT = Path(__file__).resolve().parents[3]
SMALL = ROOT / "tests/cli/small"

# What the specifications ask for, written from them: Data Package, Tabular Data Resource and Table
# Schema v1 (specs.frictionlessdata.io), RO-Crate 1.1 (sections "Root Data Entity", "Data
# Entities"), Citation File Format 1.2.0.
TABLE_SCHEMA = {
    "type": "object",
    "required": ["fields", "primaryKey"],
    "properties": {
        "fields": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "type", "description"],
                "properties": {
                    "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                    "type": {"enum": ["string", "number", "integer", "boolean", "date"]},
                    "constraints": {
                        "type": "object",
                        "properties": {
                            "required": {"type": "boolean"},
                            "enum": {"type": "array", "minItems": 1, "uniqueItems": True},
                        },
                    },
                },
            },
        },
        "missingValues": {"type": "array", "items": {"type": "string"}},
        "primaryKey": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "foreignKeys": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["fields", "reference"],
                "properties": {"reference": {"type": "object", "required": ["resource", "fields"]}},
            },
        },
    },
}
DATA_PACKAGE = {
    "type": "object",
    "required": ["name", "resources", "licenses", "title", "profile"],
    "properties": {
        "name": {"type": "string", "pattern": r"^[-a-z0-9._/]+$"},
        "profile": {"const": "data-package"},
        "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "licenses": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"required": ["name"]}, {"required": ["path"]}]},
        },
        "contributors": {"type": "array", "items": {"required": ["title"]}},
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "path", "profile", "bytes", "hash"],
                "if": {"properties": {"profile": {"const": "tabular-data-resource"}}},
                "then": {"required": ["schema"]},
                "properties": {
                    "name": {"type": "string", "pattern": r"^[-a-z0-9._/]+$"},
                    # a path must not be absolute nor climb
                    "path": {"type": "string", "pattern": r"^(?!/)(?!.*\.\.)[A-Za-z0-9./_-]+$"},
                    "profile": {"enum": ["tabular-data-resource", "data-resource"]},
                    "encoding": {"const": "utf-8"},
                    "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                    "schema": TABLE_SCHEMA,
                },
            },
        },
    },
}
REFERENCE = {"type": "object", "required": ["@id"]}
RO_ROOT = {
    "type": "object",
    "required": ["@id", "@type", "name", "description", "datePublished", "license", "hasPart"],
    "properties": {
        "@id": {"const": "./"},
        "@type": {"const": "Dataset"},
        "datePublished": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "license": REFERENCE,
        "hasPart": {"type": "array", "items": REFERENCE, "uniqueItems": True},
    },
}
RO_DESCRIPTOR = {
    "type": "object",
    "required": ["@id", "@type", "conformsTo", "about"],
    "properties": {
        "@type": {"const": "CreativeWork"},
        "conformsTo": {"const": {"@id": "https://w3id.org/ro/crate/1.1"}},
        "about": {"const": {"@id": "./"}},
    },
}
CFF = {
    "type": "object",
    "required": ["cff-version", "title", "message", "authors", "type"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "type": {"enum": ["dataset", "software"]},
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"required": ["name"]}, {"required": ["family-names"]}]},
        },
        "date-released": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "doi": {"type": "string", "pattern": r"^10\."},
    },
}


def export(out: Path, *words: str) -> Any:
    return CliRunner().invoke(cli, ["export", "archive", "-o", str(out), *words])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("archive") / "evidence.zip"
    done = export(out, "--studies", str(ROOT / "studies"), "--doi", "10.5281/zenodo.1")
    assert done.exit_code == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"data/{name}.csv"].decode())))


def test_it_holds_everything_sorted_and_checked(files: dict[str, bytes]) -> None:
    assert list(files) == sorted(files)
    for name in ("README.md", "LICENSE", "CITATION.cff", "results.json", "review.yaml"):
        assert files[name]
    for record in (ROOT / "studies").rglob("*.yaml"):
        name = f"records/{record.relative_to(ROOT / 'studies').as_posix()}"
        assert files[name] == record.read_bytes()
    review = ROOT / "reports/ketamine-addiction"
    beside = ("review.yaml", "certainty.yaml", "prisma.yaml", "results.lock.json")
    assert {name: files[name] for name in beside} == {
        name: (review / name).read_bytes() for name in beside
    }
    for name in (*beside, "records/claims/"):
        assert f"| {name} | " in files["README.md"].decode()
    lines = dict(
        reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines()
    )
    assert set(lines) == set(files) - {"SHA256SUMS"}
    for name, expected in lines.items():
        assert hashlib.sha256(files[name]).hexdigest() == expected, name


def test_the_data_package_describes_the_tables(files: dict[str, bytes]) -> None:
    package = json.loads(files["datapackage.json"])
    jsonschema.validate(package, DATA_PACKAGE)
    assert package["id"] == "https://doi.org/10.5281/zenodo.1"
    tables = {
        resource["name"]: resource for resource in package["resources"] if "schema" in resource
    }
    assert list(tables) == ["studies", "arms", "results", "effects", "pooled"]
    for name, resource in tables.items():
        raw = files[resource["path"]]
        assert (resource["bytes"], resource["hash"][7:]) == (
            len(raw),
            hashlib.sha256(raw).hexdigest(),
        )
        table = rows(files, name)
        fields = resource["schema"]["fields"]
        assert list(table[0]) == [field["name"] for field in fields]
        for field in fields:
            check_field(field, [row[field["name"]] for row in table])
        key = resource["schema"]["primaryKey"]
        keys = [tuple(row[column] for column in key) for row in table]
        assert len(set(keys)) == len(keys), name
        for foreign in resource["schema"].get("foreignKeys", []):
            reference = foreign["reference"]
            target = rows(files, reference["resource"])
            known = {tuple(row[c] for c in reference["fields"]) for row in target}
            assert {tuple(row[c] for c in foreign["fields"]) for row in table} <= known


def test_nothing_is_in_the_archive_that_is_not_listed_with_its_hash(
    files: dict[str, bytes],
) -> None:
    resources = json.loads(files["datapackage.json"])["resources"]
    assert len({resource["name"] for resource in resources}) == len(resources)
    made_of = {resource["path"]: resource for resource in resources}
    # none of the three lists can hold its own hash, or that of a list that is made of it
    assert set(files) - set(made_of) == {
        "datapackage.json",
        "ro-crate-metadata.json",
        "SHA256SUMS",
    }
    assert set(made_of) <= set(files)
    for path, resource in made_of.items():
        assert resource["bytes"] == len(files[path])
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
        assert not re.search(r"^/|\.\.|\\\\", path)


def check_field(field: dict[str, Any], cells: list[str]) -> None:
    """Every cell is of the type and within the constraints that the schema states."""
    constraints = field.get("constraints", {})
    for cell in cells:
        if not cell:
            assert not constraints.get("required"), field["name"]
            continue
        if field["type"] == "integer":
            assert re.fullmatch(r"-?[0-9]+", cell), (field["name"], cell)
        if field["type"] == "number":
            assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?", cell), (field["name"], cell)
        if "enum" in constraints:
            assert restored(cell) in constraints["enum"]


def test_the_crate_lists_every_file(files: dict[str, bytes]) -> None:
    crate = json.loads(files["ro-crate-metadata.json"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(graph) == len(crate["@graph"])
    jsonschema.validate(graph["ro-crate-metadata.json"], RO_DESCRIPTOR)
    jsonschema.validate(graph["./"], RO_ROOT)
    parts = {part["@id"] for part in graph["./"]["hasPart"]}
    assert parts == set(files) - {"ro-crate-metadata.json", "SHA256SUMS"}
    for name in parts:
        assert graph[name]["@type"] == "File"
        assert graph[name]["contentSize"] == str(len(files[name]))
        assert graph[name]["sha256"] == hashlib.sha256(files[name]).hexdigest()

    def referenced(value: Any) -> Any:
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                yield value["@id"]
            for item in value.values():
                yield from referenced(item)
        elif isinstance(value, list):
            for item in value:
                yield from referenced(item)

    outside = {"https://w3id.org/ro/crate/1.1"}
    assert set(referenced(crate["@graph"])) - outside <= set(graph)


def test_the_citation_file(files: dict[str, bytes]) -> None:
    cited = yaml.safe_load(files["CITATION.cff"])
    jsonschema.validate(cited, CFF)
    assert cited["title"] == "Ketamine for addiction"
    assert cited["date-released"] == "2026-11-22"


def test_the_codebook_names_every_column(files: dict[str, bytes]) -> None:
    readme = files["README.md"].decode()
    tables = [r for r in json.loads(files["datapackage.json"])["resources"] if "schema" in r]
    assert tables
    for resource in tables:
        for field in resource["schema"]["fields"]:
            assert f"| {field['name']} | {field['description']} |" in readme


def test_pooling_the_exported_effects_gives_the_exported_results(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "effects.csv").write_bytes(files["data/effects.csv"])
    done = CliRunner().invoke(
        cli,
        f"pool --data {tmp_path / 'effects.csv'} --measure GEN --by question --format json".split(),
    )
    assert done.exit_code == 0, done.stderr
    again = {item["by"]: item for item in json.loads(done.stdout)}
    pooled = {row["question"]: row for row in rows(files, "pooled")}
    answered = {name: row for name, row in pooled.items() if row["estimate"]}
    assert set(again) == set(answered)
    from_counts = {n for n, row in answered.items() if row["interval_method"] == "score"}
    assert len(answered) - len(from_counts) >= 4
    assert "`score` as the method of the interval" in files["README.md"].decode()
    for name, row in answered.items():
        if name in from_counts:
            continue
        for column in ("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2"):
            mine = again[name][column]
            assert ("" if mine is None else repr(mine)) == row[column], (name, column)
        assert str(again[name]["k"]) == row["k"]
    answers = json.loads(files["results.json"])["answers"]
    stored = {a["question"]["id"]: a["main"]["pooled"] for a in answers}
    for name, row in answered.items():
        assert repr(stored[name]["estimate"]) == row["estimate"]


def test_corrections_and_extractions_go_along(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "a")) / "studies"
    wanted = ("corrections/birch.yaml", "extractions/ash-2020/AB.yaml", "claims/K01.yaml")
    for name in (*wanted, ".drafts/doe-2020.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x: 1\n", encoding="utf-8")
    words = ("--studies", str(folder), "--date", "2026-01-02", "--licence", str(ROOT / "LICENSE"))
    assert export(tmp_path / "e.zip", *words).exit_code == 0
    with zipfile.ZipFile(tmp_path / "e.zip") as archive:
        names = set(archive.namelist())
        readme = archive.read("README.md").decode()
    assert {f"records/{name}" for name in wanted} <= names
    assert not any("draft" in name for name in names)
    assert "| records/corrections/ | " in readme
    assert "certainty.yaml" not in names | set(readme.split())


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "a")
    shutil.copytree(SMALL, tmp_path / "elsewhere/b")
    made = []
    for folder in (tmp_path / "a", tmp_path / "elsewhere/b"):
        (folder / "LICENSE").write_text("CC0 1.0\n")
        out = folder / "e.zip"
        done = export(out, "--studies", str(folder / "studies"), "--date", "2026-01-02")
        assert done.exit_code == 0, done.stderr
        made.append(out.read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "a/e.zip") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("LICENSE") == b"CC0 1.0\n"
        assert b"license-url" in archive.read("CITATION.cff")
        assert b"2026-01-02" in archive.read("ro-crate-metadata.json")


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "a"))
    (folder / "LICENSE").write_text("x\n")
    record = next(path for path in sorted((folder / "studies").glob("*/*.yaml")))
    text = record.read_text()
    title = re.search(r"  title: .*", text)
    assert title is not None
    record.write_text(text.replace(title[0], '  title: \'=HYPERLINK("http://x","y")\''))
    out = tmp_path / "e.zip"
    done = export(out, "--studies", str(folder / "studies"), "--date", "2026-01-02")
    assert done.exit_code == 0, done.stderr
    with zipfile.ZipFile(out) as archive:
        cells = [
            cell
            for name in archive.namelist()
            if name.endswith(".csv")
            for row in csv.reader(io.StringIO(archive.read(name).decode()))
            for cell in row
        ]
    assert '\'=HYPERLINK("http://x","y")' in cells
    numbers = re.compile(r"-?[0-9.]+(e[-+]?[0-9]+)?")
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@")) and not numbers.fullmatch(c)]


def test_refusals(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "a"))
    studies = ("--studies", str(folder / "studies"), "--date", "2026-01-02")
    (tmp_path / "there.zip").write_text("mine")
    for out, words, message in (
        ("e.zip", studies, "there is no licence"),
        ("e.tar", studies, "Name it .zip"),
        ("there.zip", (*studies, "--licence", __file__), "exists and holds something else"),
        ("no/e.zip", studies, "does not exist"),
        ("e.zip", (*studies, "--doi", "https://doi.org/10.1/x"), "is no DOI"),
        ("e.zip", (*studies[:2], "--date", "tomorrow", "--licence", __file__), "is no day"),
    ):
        done = export(tmp_path / out, *words)
        assert done.exit_code == 2, done.stderr
        assert message in done.stderr
    assert (tmp_path / "there.zip").read_text() == "mine"
    assert not (tmp_path / "e.zip").exists()

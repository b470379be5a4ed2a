"""`import references` and `export references` on our own records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ketameta.cli.app import cli
from ketameta.exchange.references.formats import FORMATS, read_references

ROOT = Path(__file__).resolve().parents[3]


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(cli, [*map(str, words), "--studies", str(ROOT / "studies")])


@pytest.mark.parametrize("form", FORMATS)
def test_exported_records_are_recognised_again(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"all{FORMATS[form].endings[0]}"
    done = run("export", "references", "--what", "records", "-o", path)
    assert done.exit_code == 0, done.stderr
    done = run("import", "references", path, "--format", "json")
    assert done.exit_code == 0, done.stderr
    lines = json.loads(done.stdout)
    known = {p.stem for p in (ROOT / "studies").glob("*/*.yaml")}
    assert {line["match"] for line in lines} <= known
    assert {line["status"] for line in lines} == {"study record"}
    assert run("export", "references", "-o", path).exit_code == 2  # nothing is overwritten


def test_excluded_and_methods(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    done = run("export", "references", "--what", "excluded", "-o", path)
    assert done.exit_code == 0, done.stderr
    lines = json.loads(run("import", "references", path, "--format", "json").stdout)
    with_doi = [line for line in lines if line["doi"]]
    assert with_doi
    # One that is another report of an included study is known as that first.
    assert {line["status"] for line in with_doi} <= {
        "excluded report",
        "other report of a record",
        "repeated in the file",
    }
    done = run("export", "references", "--what", "methods", "--format", "csl-json")
    found = json.loads(done.stdout)
    assert {item["DOI"] for item in found} >= {"10.3102/10769986030003261", "10.1002/sim.2514"}
    assert found[0]["author"] == [{"literal": "Viechtbauer"}]


def test_new_references_become_records(tmp_path: Path) -> None:
    path = tmp_path / "new.ris"
    path.write_text(
        "TY  - JOUR\nAU  - Doe, Jane Ann\nTI  - =cmd: a trial of ketamine nobody knows yet\n"
        "T2  - J\nPY  - 2031\nDO  - 10.9999/new.1\nER  - \n"
        "TY  - JOUR\nAU  - Doe, Jane Ann\nTI  - Another trial of ketamine nobody knows\n"
        "PY  - 2031\nER  - \n"
        "TY  - JOUR\nTI  - The same by its DOI\nDO  - https://doi.org/10.9999/NEW.1\nER  - \n"
        "TY  - JOUR\nTI  - x\nDO  - 10.1176/appi.ajp.2021.21030277\nER  - \n"
        "TY  - JOUR\nTI  - Results of NCT02649231\nER  - \n"
    )
    done = run("import", "references", path, "--format", "json")
    lines = json.loads(done.stdout)
    assert [(line["status"], line["match"], line["by"]) for line in lines] == [
        ("new", None, None),
        ("new", None, None),
        ("repeated in the file", "reference 1", "doi"),
        ("study record", "grabski-2022", "doi"),
        ("study record", "grabski-2022", "registration"),
    ]
    assert "5 references, 2 of them new." in done.stderr
    csv = run("import", "references", path, "--new-only", "--format", "csv").stdout
    assert "'=cmd: a trial" in csv
    assert len(csv.splitlines()) == 3
    words = ("import", "references", path, "--records", "--to", tmp_path / "drafts")
    assert run(*words).exit_code == 2
    done = run(*words, "--substance", "alcohol")
    assert done.exit_code == 1, done.stderr
    made = sorted(p.name for p in (tmp_path / "drafts/alcohol").iterdir())
    assert made == ["doe-2031-2.yaml", "doe-2031.yaml"]
    text = (tmp_path / "drafts/alcohol/doe-2031.yaml").read_text()
    assert "authors: [Doe JA]" in text
    assert "level: unverified import" in text
    assert read_references(path).references[0].doi == "10.9999/new.1"

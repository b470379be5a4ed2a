"""`import references` and `export references` on our own records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ketameta.cli.app import cli
from ketameta.exchange.references.formats import FORMATS, read_references
from ketameta.exchange.tabular import read_table

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
    done = run(*words, "--set", "substance=alcohol")
    assert done.exit_code == 1, done.stderr
    made = sorted(p.name for p in (tmp_path / "drafts/alcohol").iterdir())
    assert made == ["doe-2031-2.yaml", "doe-2031.yaml"]
    text = (tmp_path / "drafts/alcohol/doe-2031.yaml").read_text()
    assert "authors: [Doe JA]" in text
    assert "level: unverified import" in text
    assert read_references(path).references[0].doi == "10.9999/new.1"


def test_an_empty_export_is_said_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("\n")
    done = run("import", "references", path)
    assert done.exit_code == 3
    assert f"{path}: the file is empty. Export it again as " in done.stderr


KNOWN = "TY  - JOUR\nTI  - x\nDO  - 10.1176/appi.ajp.2021.21030277\nER  - \n"


@pytest.mark.parametrize("ending", ["json", "csv", "md", "txt", "xlsx"])
def test_the_list_goes_to_a_file_that_is_never_overwritten(tmp_path: Path, ending: str) -> None:
    path, out = tmp_path / "a.ris", tmp_path / f"list.{ending}"
    path.write_text(KNOWN)
    words = ("import", "references", path, "-o", out)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (0, ""), done.stderr
    assert f"Written: {out}" in done.stderr
    assert "\n1 reference, 0 of them new." in done.stderr
    whole = out.read_bytes()
    if ending == "xlsx":
        assert list(read_table(out).text("match")) == ["grabski-2022"]
    else:
        assert b"grabski-2022" in whole
        starts = {"json": b"[", "md": b"**References", "csv": b"status,"}
        assert whole.startswith(starts.get(ending, b""))
    assert f"Unchanged: {out}" in run(*words).stderr
    out.write_bytes(b"mine")
    done = run(*words)
    assert (done.exit_code, out.read_bytes()) == (2, b"mine")
    assert "exists and holds something else" in done.stderr
    assert run(*words, "--force").exit_code == 0
    if ending != "txt":  # which has the width of the terminal
        assert b"mine" not in out.read_bytes()
    assert run("import", "references", path, "-o", path).exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "x"], "--to: is for records. Add --records, or leave --to out."),
        (["--set", "substance=opioid"], "--set: is for records. Add --records"),
        (["--records"], "--records: needs the substance, as in --set substance=alcohol."),
        (["--records", "--set", "substance=opioid", "-o", "x.csv"], "--out: writes a table"),
        (["--records", "--set", "substance=opioid", "--set", "year=2020"], "not year."),
        (["--records", "--set", "substanc=opioid"], 'Did you mean "substance"?'),
        (["--records", "--set", "opioid"], "is not FIELD=VALUE"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path: Path, words: list[str], said: str) -> None:
    path = tmp_path / "a.ris"
    path.write_text(KNOWN)
    done = run("import", "references", path, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == [path]

"""`--sign NAME`: who confirmed what, written under it and shown everywhere."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.records.real import ROOT

from ketameta.cli.app import cli

Run = Callable[..., Result]
TODAY = date.today().isoformat()
CERTAINTY = Path("reports/ketamine-addiction/certainty.yaml")
SIGNATURES = r"^ *signed: \[.*\n"
SIGNED = f"signed: [{{by: Jane Doe, date: {TODAY}}}"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A copy of the records, and the program run in it."""
    skipped = shutil.ignore_patterns("output", "manuscript")
    for folder in ("studies", "reports"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skipped)
    for path in tmp_path.rglob("*.yaml"):  # as if nobody had signed in this project yet
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(SIGNATURES, "", text, flags=re.MULTILINE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *words: CliRunner().invoke(cli, [*words])


def added(root: Path, file: Path) -> list[str]:
    """The lines that a file has and that of this project has not."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    before = [line for line in lines if not line.lstrip().startswith("signed: [")]
    after = (root / file).read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in before] == before
    return [line.strip() for line in after if line not in before]


def test_a_claim_is_confirmed_by_a_first_and_a_second_person(run: Run, tmp_path: Path) -> None:
    first = run("claims", "K28", "--sign", "Jane Doe")
    assert (first.exit_code, first.stdout) == (0, "")
    assert "Jane Doe has signed the decision." in first.stderr
    assert added(tmp_path, Path("studies/claims/K28.yaml")) == [f"{SIGNED}]"]
    again = run("claims", "K28", "--sign", " jane  doe ")
    assert again.exit_code == 3
    assert "K28.yaml" in again.stderr
    assert "has signed this already. A second person can." in again.stderr
    row = json.loads(run("claims", "K28", "--format", "json").stdout)
    assert (row["state"], row["confirmed_by"], row["confirmed_on"]) == (
        *("confirmed once", "Jane Doe", TODAY),
    )
    assert run("claims", "K28", "--sign", "John Roe").exit_code == 0
    row = json.loads(run("claims", "K28", "--format", "json").stdout)
    assert (row["state"], row["confirmed_by"]) == ("confirmed twice", "Jane Doe; John Roe")
    listed = " ".join(run("claims").stdout.split())
    assert "Of 28 verdicts: 1 confirmed by two people, 27 drafted and not yet" in listed


def test_the_decisions_on_a_question_are_confirmed(run: Run, tmp_path: Path) -> None:
    found = run("grade", "days-abstinent", "--sign", "Jane Doe")
    assert found.exit_code == 0
    assert added(tmp_path, CERTAINTY) == [f"{SIGNED}]"]
    assert "risk of bias very serious; inconsistency not serious" in found.stderr
    said = " ".join(run("grade", "days-abstinent").stdout.split())
    assert "Of 5 decisions: 5 confirmed by one person." in said
    rows = json.loads(run("grade", "days-abstinent", "--format", "json").stdout)
    states = {row["decided_by"].partition(";")[2] for row in rows if row["decided_by"] != "—"}
    assert len(states) == 1
    assert "confirmed by Jane Doe on" in states.pop()
    assert "signed:" in run("grade", "--draft").stdout


def test_every_assessment_of_a_study_is_confirmed(run: Run, tmp_path: Path) -> None:
    assert run("rob", "dakwar-2020", "--sign", "Jane Doe").exit_code == 0
    lines = added(tmp_path, Path("studies/alcohol/dakwar-2020.yaml"))
    assert set(lines) == {f"{SIGNED}]"}
    assert len(lines) > 1
    rows = json.loads(run("rob", "dakwar-2020", "--format", "json").stdout)
    assert all(row["confirmation"].startswith("confirmed by Jane Doe on") for row in rows)
    said = " ".join(run("rob").stdout.split())
    assert f"{len(lines)} confirmed by one person" in said
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("claims", "--sign", "AB"),
        ("claims", "K28", "--enter", "--sign", "AB"),
        ("claims", "K28", "--sign", "  "),
        ("grade", "--sign", "AB"),
        ("grade", "craving", "--sign", "AB"),
        ("rob", "--sign", "AB"),
        ("rob", "nct05661669", "--sign", "AB"),
    ],
)
def test_what_cannot_be_signed_is_refused(run: Run, words: tuple[str, ...]) -> None:
    found = run(*words)
    assert found.exit_code == 2
    assert "Traceback" not in found.stderr


def test_nobody_stands_behind_a_stale_verdict_or_decision(run: Run, tmp_path: Path) -> None:
    for file, old, new, words in (
        (Path("studies/claims/K28.yaml"), "as claimed: '", "as claimed: '7", ("claims", "K28")),
        (CERTAINTY, 'people: "96"', 'people: "95"', ("grade", "days-abstinent")),
    ):
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        if old not in text:
            old, new = "  proposed: ", "  proposed: half-true #"
        path.write_text(text.replace(old, new), encoding="utf-8")
        changed = path.read_bytes()
        found = run(*words, "--sign", "AB")
        assert found.exit_code == 2
        assert "first: ketameta" in " ".join(found.stderr.split())
        assert path.read_bytes() == changed

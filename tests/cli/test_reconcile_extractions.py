"""`ketameta reconcile-extractions`: every difference with both places, every decision kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.records.yaml_reader import read_yaml

Run = Callable[..., Any]

RECORD = Path("studies/alcohol/ash-2020.yaml")
FOLDER = Path("studies/extractions/ash-2020")
COMMAND = ("reconcile-extractions", "ash-2020")


@pytest.fixture
def extracted(small_root: Path) -> tuple[str, str]:
    """Two extractions of a record: country, year and title differ; one lacks the DOI."""
    text = RECORD.read_text()
    data: Any = read_yaml(RECORD).data
    country, year = data["design"]["country"], data["citation"]["year"]
    doi = data["citation"]["doi"]
    other = text.replace(f"country: {country}", "country: Atlantis")
    other = other.replace(f"year: {year}", f"year: {year + 1}")
    other = other.replace(f"  doi: {doi}\n", "", 1)
    FOLDER.mkdir(parents=True)
    (FOLDER / "ab.yaml").write_text(text)
    (FOLDER / "cd.yaml").write_text(other)
    RECORD.unlink()
    return text, other


def fields(run: Run) -> dict[str, Any]:
    done = run(*COMMAND, "--format", "json")
    return {row["path"]: row for row in json.loads(done.stdout)["fields"]}


def test_differences_are_shown_with_both_places(run: Run, extracted: tuple[str, str]) -> None:
    done = run(*COMMAND)
    assert done.exit_code == 1
    found = fields(run)
    assert set(found) == {"citation.year", "citation.doi", "design.country"}
    rows = extracted[1].splitlines()
    line = next(n for n, row in enumerate(rows, start=1) if "country:" in row)
    assert found["design.country"]["cd_at"] == f"{FOLDER}/cd.yaml:{line}:12"
    assert found["design.country"]["cd"] == "Atlantis"
    assert found["citation.doi"]["cd"] == "(left out)"
    assert f"(cd.yaml:{line}:12)" in done.stdout
    assert f"In {FOLDER}." in done.stdout
    assert "3 fields are undecided." in done.stderr
    assert "ICC(2,1)" in done.stderr
    assert not RECORD.exists()


def test_agreement_counts_what_both_filled_in(run: Run, extracted: tuple[str, str]) -> None:
    found = json.loads(run(*COMMAND, "--format", "json").stdout)["agreement"]
    assert found["one_sided"] == 1
    assert found["fields"]["number"] - found["alike"]["number"] == 1
    assert found["fields"]["text"] - found["alike"]["text"] == 1
    assert found["alike"]["word"] == found["fields"]["word"] > 5
    assert found["kappa"]["value"] == 1


def test_decisions_are_kept_and_the_agreed_record_is_written(
    run: Run, extracted: tuple[str, str]
) -> None:
    who = ("--by", "EF", "--date", "2026-11-20")
    first = run(*COMMAND, *who, "--choose", "citation.year=ab", "--write")
    assert (first.exit_code, RECORD.exists()) == (1, False)
    second = run(*COMMAND, *who, "--choose", "design.country=Mu", "--words-from", "AB", "--write")
    assert second.exit_code == 0, second.stderr
    assert second.stderr.endswith(f"Written: {RECORD}\n")
    before, after = read_yaml(FOLDER / "ab.yaml").data, read_yaml(RECORD).data
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    note = after["notes"].pop()
    assert after.get("notes") == before.get("notes", [])
    after["notes"] = before.get("notes", [])
    assert after == {
        "notes": [],
        **before,
        "design": {**before["design"], "country": "Mu"},
    }
    assert note["about"] == "extraction"
    assert note["text"].startswith("Extracted twice, by ab and cd.")
    assert "settled by EF on 2026-11-20: citation.year, " in note["text"]
    assert all(path in note["text"] for path in ("citation.doi", "design.country"))
    assert "settled by EF on" in " ".join(run("show", "ash-2020").stdout.split())
    decisions: Any = read_yaml(FOLDER / "decisions.yaml").data
    assert {d["path"]: (d["by"], d["date"]) for d in decisions["decisions"]} == dict.fromkeys(
        ("citation.year", "citation.doi", "design.country"), ("EF", "2026-11-20")
    )
    assert run("check", RECORD).exit_code == 0
    again = run(*COMMAND, "--write")
    assert (again.exit_code, f"Unchanged: {RECORD}\n" in again.stderr) == (0, True)
    RECORD.write_text("mine")
    refused = run(*COMMAND, "--write")
    assert (refused.exit_code, f"{RECORD}: exists and holds" in refused.stderr) == (2, True)
    assert RECORD.read_text() == "mine"
    assert run(*COMMAND, "--write", "--force").exit_code == 0


def test_a_decision_is_void_when_an_extractor_changes_the_value(
    run: Run, extracted: tuple[str, str]
) -> None:
    run(*COMMAND, "--by", "EF", "--choose", "design.country=ab")
    path = FOLDER / "cd.yaml"
    path.write_text(extracted[1].replace("Atlantis", "Lemuria"))
    done = run(*COMMAND)
    assert "design.country: decided on other values" in done.stderr
    assert "3 fields are undecided." in done.stderr


def test_lists_are_printed_as_words(run: Run, extracted: tuple[str, str]) -> None:
    text = "id: ash-2020\ndesign: {blinded: [%s]}\n"
    (FOLDER / "ab.yaml").write_text(text % "participants, care providers")
    (FOLDER / "cd.yaml").write_text(text % "participants")
    assert fields(run)["design.blinded"]["ab"] == "participants, care providers"


def test_digits_count_and_wording_does_not(run: Run, extracted: tuple[str, str]) -> None:
    text = "id: ash-2020\npopulation:\n  age: {mean: %s}\n  diagnosis: %s\n"
    (FOLDER / "ab.yaml").write_text(text % ("14.30", "Alcohol use  disorder"))
    (FOLDER / "cd.yaml").write_text(text % ("14.3", "alcohol use disorder."))
    assert list(fields(run)) == ["population.age.mean"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--choose", "design.country=ab"), "say who decides"),
        (("--by", "EF", "--choose", "design.country"), "is not PATH=WHO"),
        (("--by", "EF", "--choose", "design.type=ab"), "do not differ at design.type"),
        (("--by", "EF", "--words-from", "xy"), "xy is not one of ab, cd"),
        (("--by", "EF", "--choose", "citation.year=007"), "leading zero"),
        (
            ("--by", "EF", "--choose", "citation.year=ac"),
            "Give the initials of an extractor",
        ),
        (("--by", "EF", "--choose", "citation.year=-5"), "citation.year: must be at least 1950"),
    ],
)
def test_wrong_words(
    run: Run, extracted: tuple[str, str], words: tuple[str, ...], said: str
) -> None:
    done = run(*COMMAND, *words)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert not (FOLDER / "decisions.yaml").exists()


def test_extractions_that_cannot_be_compared(run: Run, extracted: tuple[str, str]) -> None:
    (FOLDER / "cd.yaml").write_text("id: [1\n")
    assert run(*COMMAND).exit_code == 3
    (FOLDER / "cd.yaml").write_text("id: ash-2020\ndesign: {type: paralel}\n")
    done = run(*COMMAND)
    assert (done.exit_code, f"{FOLDER}/cd.yaml:2:16: design.type:" in done.stderr) == (3, True)
    (FOLDER / "cd.yaml").unlink()
    assert "two extractions are compared, found ab.yaml" in run(*COMMAND).stderr
    assert run("reconcile-extractions", "../x").exit_code == 2
    assert "found none" in run("reconcile-extractions", "birch-2019").stderr


def test_extractions_are_no_records(run: Run, extracted: tuple[str, str]) -> None:
    assert "ash-2020" not in run("list").stdout
    assert run("check").exit_code == 0

"""`check`, `list`, `show` and `schema` on three short records, whole and broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
RunJson = Callable[..., Any]

BIRCH = Path("studies/cocaine/birch-2019.yaml")
ASH = Path("studies/alcohol/ash-2020.yaml")
REVIEW = Path("reports/ketamine/review.yaml")


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first occurrence of a text in a file; the number of the line it stood on."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_good_records_give_no_line_and_exit_0(run: Run, small_root: Path) -> None:
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "6 files checked: no problem found.\n"


def test_every_problem_of_every_file_is_a_line_with_its_place(run: Run, small_root: Path) -> None:
    line = spoil(BIRCH, "ketamine: {events: 13, n: 27}", "ketamine: {events: 31, n: 27}")
    other = spoil(ASH, "substance: alcohol", "substanc: alcohol")
    result = run("check")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert f"{BIRCH}:{line}:" in result.stdout
    assert all(re.fullmatch(r"[\w/.-]+:\d+:\d+: [^:]+: .+[.?]", text) for text in lines)
    assert any("31" in text for text in lines)
    spelled = f"{ASH}:{other}:1: substanc: unknown field."
    assert f'{spelled} Did you mean "substance"?' in lines
    codes = sorted(
        p["rule"] for p in json.loads(run("check", "--format", "json").stdout)["findings"]
    )
    assert {"R001", "R030"} <= set(codes)
    assert result.stderr.startswith(f"6 files checked: {len(lines)} errors (")
    assert set(re.findall(r"R\d{3}", result.stderr.split("To understand")[0])) == set(codes)
    assert "ketameta explain R" in result.stderr


def test_json_says_the_same_as_the_text(run: Run, small_root: Path) -> None:
    spoil(BIRCH, "doi: 10.1000/birch", "doi: doi.org/birch")
    text = run("check").stdout.splitlines()
    result = run("check", "--format", "json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["ok"] is False
    assert found["schema"] == "ketameta.check/1"
    assert found["summary"]["errors"] + found["summary"]["warnings"] == len(text)
    assert len(text) == len(found["findings"])
    assert {"file", "line", "column", "field", "message", "hint", "rule", "severity"} == set(
        found["findings"][0]
    )


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_warnings_fail_only_when_asked(run: Run, small_root: Path, fail_on: str, code: int) -> None:
    spoil(BIRCH, "# yaml-language-server: $schema=../schema/study.schema.json\n", "")
    result = run("check", "--fail-on", fail_on)
    assert result.exit_code == code
    assert result.stdout.count("\n") == 1
    assert "[R" not in result.stdout
    assert "0 errors, 1 warning (R011). " in result.stderr


def test_paths_restrict_what_is_shown(run: Run, small_root: Path) -> None:
    spoil(BIRCH, "status: included", "status: inluded")
    good = run("check", "studies/alcohol")
    assert (good.exit_code, good.stderr) == (0, "2 files checked: no problem found.\n")
    only = run("check", BIRCH)
    assert only.exit_code == 1
    assert only.stdout.count("\n") == 1
    assert 'Did you mean "included"?' in only.stdout


def test_a_record_outside_the_folder_is_checked_by_itself(run: Run, small_root: Path) -> None:
    draft = Path("draft.yaml")
    draft.write_text("id: draft\n")
    result = run("check", draft)
    assert result.exit_code == 1
    assert "draft.yaml:1:1: status: is required but missing. Add the field." in result.stdout


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "nowhere: there is no such file or folder. Check the path.\n"),
        ("notes.txt", "notes.txt: is neither a study record nor a review. Records end in .yaml.\n"),
        ("other", "other: holds no study records. Use --studies for another folder.\n"),
    ],
)
def test_paths_that_cannot_be_checked(run: Run, small_root: Path, path: str, message: str) -> None:
    Path("notes.txt").write_text("x")
    Path("other").mkdir()
    result = run("check", path)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


def test_names_in_a_review_are_checked_against_the_catalogs(run: Run, small_root: Path) -> None:
    measure = spoil(REVIEW, "measure: OR", "measure: ORR")
    tau2 = spoil(REVIEW, "tau2: REML", "tau2: REMI")
    name = spoil(REVIEW, "sensitivity: [placebo]", "sensitivity: [plazebo]")
    result = run("check", REVIEW)
    assert result.exit_code == 1
    places = [text.split(": ")[0] for text in result.stdout.splitlines()]
    assert [int(place.split(":")[1]) for place in places] == sorted([measure, tau2, name])
    assert "there is no measure 'ORR'" in result.stdout
    assert "(R003 3 times)" in result.stderr
    assert 'no sensitivity set "plazebo" in this review. Did you mean' in result.stdout


def test_an_unknown_method_in_a_review_is_found_when_it_is_loaded(
    run: Run, small_root: Path
) -> None:
    line = spoil(REVIEW, "tau2: REML", "tau2: REMI")
    result = run("pool")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == (
        f"{REVIEW}:{line}:17: choices.tau2: there is none called 'REMI'. Did you mean REML?\n"
    )
    assert run("list").exit_code == 0


def test_a_stale_schema_is_a_problem_until_it_is_written(run: Run, small_root: Path) -> None:
    schema = Path("studies/schema/study.schema.json")
    assert run("schema", "--check").exit_code == 1
    assert len(run("schema", "--write").stdout.splitlines()) >= 3
    schema.write_text("{}")
    assert run("check").stdout == (
        f"{schema}:1:1: the schema is missing or not that of this version. Run: ketameta schema "
        "--write\n"
    )
    assert "(R002)" in run("check").stderr
    assert f"{schema}: stale" in run("schema").stdout
    assert run("schema", "--write").stdout == f"{schema}\n"
    assert run("schema", "--check").exit_code == 0


def test_schemas_are_printed_by_name(run: Run, small_root: Path) -> None:
    assert json.loads(run("schema", "vocabulary").stdout)["title"] == "Vocabulary"
    assert json.loads(run("schema", "review").stdout)["title"] == "Review"
    result = run("schema", "studdy")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == 'schema: there is no "studdy". Did you mean "study"?\n'


def test_list_groups_studies_by_substance(run: Run, small_root: Path) -> None:
    text = run("list").stdout
    assert text.index("ALCOHOL") < text.index("COCAINE")
    row = next(line for line in text.splitlines() if "birch-2019" in line).split()
    assert row == ["birch-2019", "parallel", "RCT", "55", "active", "placebo", "SM", "AP", "SF"]
    assert "NP no placebo control" in text
    assert text.index("awaiting data") < text.index("cedar-2021")


def test_list_for_programs(run: Run, run_json: RunJson, small_root: Path) -> None:
    found = run_json("list", "--substance", "alcohol", "--status", "incl")
    assert [study["id"] for study in found] == ["ash-2020"]
    assert found[0]["control_types"] == ["usual care"]
    assert found[0]["n"] == 40
    csv = run("list", "--format", "csv").stdout.splitlines()
    assert csv[0] == "id,label,substance,status,design,randomised,n,control_types,flags,file"
    assert len(csv) == 4
    assert run("list", "--format", "md").stdout.count("| :--- |") >= 3


def test_list_of_excluded_reports_and_questions(
    run: Run, run_json: RunJson, small_root: Path
) -> None:
    assert run_json("list", "--excluded")[0]["reason"] == "No treatment."
    assert "elder-1998" in run("list", "--excluded").stdout
    assert run("list", "--excluded", "--substance", "opioid").stdout.strip() == ""
    assert run("show", "elder-1998").stderr == (
        "elder-1998: is an excluded report, not a study. No treatment.\n"
    )
    questions = run_json("list", "--questions")
    assert [question["id"] for question in questions] == ["abstinence", "abstinence-end", "craving"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--substance", "alcool"), 'list --substance: there is no "alcool". Did you mean "alc'),
        (("--status", "in"), None),
        (("--status", "x"), 'list --status: there is no "x". Allowed: included, narrative, aw'),
        (("--excluded", "--questions"), "list: --excluded and --questions exclude each other."),
    ],
)
def test_filters_that_do_not_exist(
    run: Run, small_root: Path, words: tuple[str, ...], message: str | None
) -> None:
    result = run("list", *words)
    if message is None:
        assert result.exit_code == 0
        return
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


def test_show_gives_every_number_with_its_source_and_line(run: Run, small_root: Path) -> None:
    text = " ".join(run("show", "Birch 2019").stdout.split())
    line = BIRCH.read_text().splitlines().index("      - id: week-5") + 1
    assert (
        "week 5 Ketamine 13/27; Midazolam 3/28 people analysed: all randomised; assessment: "
        "scheduled read in The paper, Table 2 (derived from press); worked out: 48.1 % of 27 = 13 "
        f"arms.midazolam.n: A news item, second line (press) [line {line + 11}] "
        f"studies/cocaine/birch-2019.yaml:{line}" in text
    )
    assert "ClinicalTrials.gov NCT00000019" in text
    assert "CONTRADICTIONS - abstinence: The news item says 12." in text
    assert "MISSING, AND WHERE IT CAN BE FOUND - Craving per arm: Table 3 of the paper" in text
    assert "design, country A news item, first line (press)" in text


def test_show_for_programs_is_the_record_with_lines(run_json: RunJson, small_root: Path) -> None:
    found = run_json("show", "birch-2019")
    assert found["file"] == "studies/cocaine/birch-2019.yaml"
    result = found["outcomes"][0]["results"][0]
    assert result["data"]["arms"]["ketamine"] == {"events": 13, "n": 27}
    assert result["line"] == BIRCH.read_text().splitlines().index("      - id: week-5") + 1
    assert [flag["code"] for flag in found["flags"]] == ["SM", "AP", "SF"]


def test_show_of_unknown_and_of_broken_records(run: Run, small_root: Path) -> None:
    result = run("show", "birch-2018")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        'show: no study has the id "birch-2018". Did you mean birch-2019'
    )
    spoil(BIRCH, "status: included", "status: inluded")
    result = run("show", "birch-2019")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"{BIRCH}:")


def test_records_of_another_folder(run: Run, small_root: Path) -> None:
    Path("studies").rename("records")
    for words in (["--studies", "records", "list"], ["list", "--studies", "records"]):
        assert "birch-2019" in run(*words).stdout
    result = run("--studies", "reports", "list")
    assert result.exit_code == 2
    assert result.stderr.startswith("reports: no vocabulary.yaml here.")


def test_records_with_errors_are_named_and_left_out(run: Run, small_root: Path) -> None:
    spoil(BIRCH, "status: included", "status: inluded")
    result = run("list")
    assert result.exit_code == 0
    assert "birch-2019" not in result.stdout
    assert result.stderr.startswith(
        f"studies: 1 file has errors and what they say is left out: {BIRCH}"
    )

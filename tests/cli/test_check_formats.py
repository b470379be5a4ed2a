"""`check` for machines: GitHub, SARIF, JUnit and JSON, with text that would break out of each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator
from tests.cli.sarif_structure import SARIF

from ketameta.cli.check_github import as_github, as_summary
from ketameta.cli.check_json import as_json
from ketameta.cli.check_junit import as_junit
from ketameta.cli.check_sarif import as_sarif
from ketameta.cli.check_schema import CHECK_SCHEMA
from ketameta.cli.check_text import summary
from ketameta.cli.checked import Checked, WaivedProblem, problem_of, problem_values
from ketameta.records.problems import Problem, Severity
from ketameta.records.rules import RULES

Run = Callable[..., Result]

BIRCH = Path("studies/cocaine/birch-2019.yaml")
HOSTILE = (
    "]]>\u202e<b>&amp;\n::error::x\r\n::stop-commands::x\t##[error]y 100%0A|a|`b`\x1b[31m\ufffe"
    "<script>alert(1)</script> @octocat [link](javascript:x) \U0001f600"
)


def found(
    code: str = "R030", line: int = 3, text: str = "is wrong.", path: str = "studies/a/b.yaml"
) -> Problem:
    severity = RULES[code].severity
    return Problem(Path(path), line, 7, "arms.0.n", text, "Mend it.", code, severity)


def checked(*problems: Problem, waived: tuple[WaivedProblem, ...] = ()) -> Checked:
    names = ["studies/vocabulary.yaml", *dict.fromkeys(p.path.as_posix() for p in problems)]
    return Checked(tuple(problems), waived, tuple(names))


WAIVED = WaivedProblem(found("R035"), "So printed.", "AB", "2026-11-20")
EVIL = found(text=HOSTILE, path="studies/a,b:c%/x y.yaml")


@pytest.mark.parametrize(
    ("errors", "warnings", "notes", "kinds"),
    [
        (1, 12, 2, ["error", *["warning"] * 9]),
        (3, 4, 5, [*["error"] * 3, *["warning"] * 4, *["notice"] * 3]),
        (12, 4, 5, ["error"] * 10),
        (0, 1, 1, ["warning", "notice"]),
    ],
)
def test_github_annotates_the_worst_ten_of_all(
    errors: int, warnings: int, notes: int, kinds: list[str]
) -> None:
    numbers = (("R160", notes), ("R035", warnings), ("R030", errors))
    problems = [found(code, line=n + 1) for code, number in numbers for n in range(number)]
    lines = as_github(checked(*problems)).splitlines()
    assert [m[1] for line in lines if (m := re.match("::(error|warning|notice) ", line))] == kinds


def test_github_has_everything_in_the_log() -> None:
    errors = [found(line=n) for n in range(1, 13)]
    warnings = [found("R035", line=n) for n in range(21, 36)]
    lines = as_github(checked(*warnings, *errors)).splitlines()
    shown = [line for line in lines if line.startswith("::error ")]
    assert shown[0] == (
        "::error file=studies/a/b.yaml,line=1,col=7,title=ketameta R030::arms.0.n: is wrong. "
        "Mend it."
    )
    start = lines.index("::group::All 27 findings of ketameta check")
    assert lines[start + 2 : start + 29] == [str(p) for p in (*warnings, *errors)]
    assert lines[-2] == "::endgroup::"
    assert lines[-1].startswith("2 files checked: 12 errors (R030 12 times), 15 warnings")


def test_a_note_is_shown_in_every_form_and_fails_nothing() -> None:
    noted = checked(found("R160"))
    assert noted.failing("warning") == noted.failing("error") == ()
    assert "::notice file=studies/a/b.yaml,line=3,col=7,title=ketameta R160::" in as_github(noted)
    assert "| note" in as_summary(noted)
    (reported,) = json.loads(as_sarif(noted, "1"))["runs"][0]["results"]
    assert (reported["ruleId"], reported["level"]) == ("R160", "note")
    said = json.loads(as_json(noted, "warning"))
    assert (said["ok"], said["summary"]["notes"], said["findings"][0]["severity"]) == (
        True,
        1,
        "note",
    )
    Draft202012Validator(CHECK_SCHEMA).validate(said)
    assert "<failure" not in as_junit(noted, "warning")
    assert "note: studies/a/b.yaml" in as_junit(noted, "warning")
    assert summary(noted).startswith("2 files checked: 0 errors, 0 warnings, 1 note (R160).")


def test_nothing_in_a_record_is_a_command_to_github() -> None:
    text = as_github(checked(EVIL))
    assert "\x1b" not in text
    assert "\u202e" not in text
    lines = text.splitlines()
    (annotation,) = [line for line in lines if line.startswith("::error ")]
    assert "file=studies/a%2Cb%3Ac%25/x y.yaml," in annotation
    assert "100%250A" in annotation
    stop = next(line for line in lines if line.startswith("::stop-commands::"))
    token = stop.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{64}", token)
    after = lines[lines.index(stop) + 1 :]
    assert after.index(f"::{token}::") == 1
    assert [line for line in lines if line.startswith("::")] == [
        annotation,
        "::group::All 1 findings of ketameta check",
        stop,
        f"::{token}::",
        "::endgroup::",
    ]


def test_the_step_summary_is_a_table_that_text_cannot_leave() -> None:
    page = as_summary(checked(EVIL, *(found(line=n) for n in range(300))))
    assert page.startswith("## ketameta check\n\n3 files checked: 301 errors")
    rows = [line for line in page.splitlines() if line.startswith("| error")]
    assert len(rows) == 200
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert "101 more stand in the log." in page
    assert "<script" not in page.replace("\\<", "")
    assert "@octocat" not in page
    assert len(page.encode()) < 1_000_000


@pytest.mark.parametrize(("on_github", "written"), [("true", True), ("", False)])
def test_the_step_summary_is_written_on_github_only(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch, on_github: str, written: bool
) -> None:
    path = small_root / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    monkeypatch.setenv("GITHUB_ACTIONS", on_github)
    assert run("check", "--format", "github").exit_code == 0
    assert path.read_text().startswith("before\n")
    assert ("no problem found" in path.read_text()) is written
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(small_root / "no" / "summary.md"))
    result = run("check")
    assert result.exit_code == 0
    assert ("the step summary cannot be written" in result.stderr) is written


def sarif(which: Checked) -> Any:
    document = json.loads(as_sarif(which, "1.2.3"))
    Draft202012Validator.check_schema(SARIF)
    Draft202012Validator(SARIF).validate(document)
    return document["runs"][0]


def test_sarif_has_every_rule_and_points_into_the_repository() -> None:
    run = sarif(checked(found("R035"), found(), waived=(WAIVED,)))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert {r["id"]: r["defaultConfiguration"]["level"] for r in rules} == {
        code: str(rule.severity) for code, rule in RULES.items()
    }
    error, warning, waived = run["results"]
    assert (error["ruleId"], error["level"], warning["ruleId"]) == ("R030", "error", "R035")
    assert rules[error["ruleIndex"]]["id"] == "R030"
    place = error["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "studies/a/b.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 7}
    assert waived["suppressions"] == [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": "So printed. (AB, 2026-11-20)",
        }
    ]
    grim = next(rule for rule in rules if rule["id"] == "R036")
    assert grim["helpUri"] == "https://doi.org/10.1177/1948550616673876"


def fingerprints(*problems: Problem) -> list[str]:
    results = sarif(checked(*problems))["results"]
    return [result["partialFingerprints"]["ketameta/v1"] for result in results]


def test_fingerprints_stay_when_lines_move_and_differ_between_findings() -> None:
    before = fingerprints(found(line=3), found(line=9), found("R031"))
    assert before == fingerprints(found(line=13), found(line=19), found("R031", line=40))
    assert len(set(before)) == 3
    assert before[0] not in fingerprints(found(path="studies/a/c.yaml"))


def test_hostile_text_and_paths_in_sarif() -> None:
    (result,) = sarif(checked(EVIL))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "studies/a%2Cb%3Ac%25/x%20y.yaml"
    assert "\n" not in result["message"]["text"]
    absolute = found(path="/elsewhere/x y.yaml")
    place = sarif(checked(absolute))["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///elsewhere/x%20y.yaml"}


def junit(which: Checked, fail_on: str = "error") -> Element:
    root = fromstring(as_junit(which, fail_on).encode())
    (suite,) = root
    for node in (root, suite):
        assert int(node.attrib["tests"]) == len(suite.findall("testcase"))
        assert int(node.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(node.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    for case in suite:
        assert {"classname", "name"} <= set(case.attrib)
        assert len(case) <= 1
    return suite


@pytest.mark.parametrize(("fail_on", "failures"), [("error", 1), ("warning", 2), ("never", 0)])
def test_junit_fails_what_fail_on_counts(fail_on: str, failures: int) -> None:
    suite = junit(checked(found(), found("R035"), waived=(WAIVED,)), fail_on)
    assert suite.attrib["failures"] == str(failures)
    assert len(suite.findall("testcase/system-out")) == 2 - failures
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "waived by AB, 2026-11-20: So printed."
    clean = suite.find("testcase[@classname='studies/vocabulary.yaml']")
    assert clean is not None
    assert len(clean) == 0


def test_hostile_text_stays_text_in_junit() -> None:
    failure = junit(checked(EVIL)).find("testcase/failure")
    assert failure is not None
    assert failure.attrib["type"] == "R030"
    assert "]]><b>&amp; ::error::x" in str(failure.text)
    assert "\U0001f600" in str(failure.text)
    assert "\ufffe" not in str(failure.text)


def test_json_carries_everything_and_reads_back() -> None:
    document = json.loads(as_json(checked(EVIL, found("R035"), waived=(WAIVED,)), "warning"))
    Draft202012Validator(CHECK_SCHEMA).validate(document)
    assert document["ok"] is False
    assert document["summary"] == {
        "files": 3,
        "errors": 1,
        "warnings": 1,
        "notes": 0,
        "waived": 1,
        "rules": {"R030": 1, "R035": 1},
    }
    assert [problem_of(values) for values in document["findings"]] == [EVIL, found("R035")]
    assert document["waived"][0]["waiver"]["by"] == "AB"
    assert problem_values(EVIL)["severity"] == str(Severity.ERROR)


def test_the_schema_of_the_json_is_printed_and_strict(run: Run, small_root: Path) -> None:
    printed = json.loads(run("schema", "check").stdout)
    assert printed == CHECK_SCHEMA
    Draft202012Validator.check_schema(printed)
    document = json.loads(run("check", "--format", "json").stdout)
    check = Draft202012Validator(printed)
    assert check.is_valid(document)
    assert not check.is_valid({**document, "problems": []})
    assert not check.is_valid({**document, "schema": "ketameta.check/2"})
    assert not check.is_valid({**document, "findings": [{"rule": "R001"}]})


def spoil() -> None:
    text = BIRCH.read_text(encoding="utf-8")
    BIRCH.write_text(text.replace("ketamine: {events: 13, n: 27}", "ketamine: {events: 31, n: 27}"))


@pytest.mark.parametrize("style", ["text", "json", "github", "sarif", "junit"])
@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("never", 0)])
def test_every_form_ends_by_fail_on_and_goes_into_a_file(
    run: Run, small_root: Path, style: str, fail_on: str, code: int
) -> None:
    spoil()
    words = ("check", "--format", style, "--fail-on", fail_on)
    result = run(*words)
    assert result.exit_code == code
    assert "31 events among 27 people" in result.stdout
    assert run(*words, "-o", "out.txt").exit_code == code
    written = Path("out.txt").read_text(encoding="utf-8")
    assert written.startswith(result.stdout)
    Path("mine.txt").write_text("mine")
    refused = run(*words, "-o", "mine.txt")
    assert refused.exit_code == 2
    assert Path("mine.txt").read_text() == "mine"
    assert run(*words, "-o", "mine.txt", "--force").exit_code == code


def test_waivers_are_counted_and_listed_on_demand(run: Run, small_root: Path) -> None:
    text = BIRCH.read_text(encoding="utf-8")
    line = text.index("# yaml-language-server")
    waiver = "waivers:\n  - {rule: R011, reason: Kept plain, by: AB, date: 2026-11-20}\n"
    BIRCH.write_text(text[text.index("\n", line) + 1 :] + waiver, encoding="utf-8")
    result = run("check", "--fail-on", "warning")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "6 files checked: no problem found, 1 waived (-v lists them).\n"
    assert run("check", "-v").stdout == (
        f"{BIRCH}:1:1: the first line does not name the schema. Write: # yaml-language-server: "
        "$schema=../schema/study.schema.json [R011 waived by AB, 2026-11-20: Kept plain]\n"
    )


def test_the_ending_of_the_file_says_the_format(run: Run, small_root: Path) -> None:
    for name, style in (("c.sarif", "sarif"), ("c.json", "json"), ("c.xml", "junit")):
        assert run("check", "-o", name, "--fail-on", "never").exit_code == 0
        told = run("check", "--format", style, "--fail-on", "never").stdout
        assert Path(name).read_text() == told
    done = run("check", "-o", "c.xlsx")
    assert (done.exit_code, Path("c.xlsx").exists()) == (2, False)
    assert ".sarif" in done.stderr

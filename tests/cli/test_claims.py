"""`ketameta claims` in every form, and what `ketameta check` says about claims."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]

POOLED = "{kind: pooled, question: abstinence}"
QUICK = "{kind: documents}"
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} [bold]loud[/bold] | =1+1"
CLAIM = """\
id: K01
title: {title}
claim: {title}
found_in: [A]
kinds: [outcome]
questions: [abstinence]
needs: A trial.
parts:
  - says: {title}
    test: {test}
notes: [{title}]
"""


@pytest.fixture
def claimed(small_root: Path) -> Callable[..., Path]:
    """Write a claim beside the small records."""

    def write(title: str = '"A claim"', test: str = QUICK) -> Path:
        path = small_root / "studies" / "claims" / "K01.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(CLAIM.format(title=title, test=test), encoding="utf-8")
        return path

    return write


def test_the_list_sums_up_and_says_who_stands_behind_it(run: Run) -> None:
    found = run("claims")
    assert found.exit_code == 0, found.stderr
    text = " ".join(found.stdout.split())
    assert "K02 A trial of 2002 on alcohol misattributed drafted" in text
    assert "Of 28 claims, 1 stands as made" in text
    assert "stale" not in text.partition("The verdict is computed")[0]
    assert max(map(len, found.stdout.splitlines())) <= 100


def test_one_claim_has_every_number_with_the_line_of_its_record(run: Run) -> None:
    found = run("claims", "k02")
    assert found.exit_code == 0
    text = " ".join(found.stdout.split())
    assert "VERDICT: MISATTRIBUTED" in text
    assert "Krupitsky 2002 is about opioid use (Heroin dependence, after detoxification)" in text
    assert "[studies/opioid/krupitsky-2002.yaml:" in text
    assert "Drafted on 22 November 2026; not yet confirmed by a person." in text


def test_json_holds_all_that_the_list_says(run_json: Callable[..., Any]) -> None:
    items = run_json("claims")
    assert [item["id"] for item in items] == [f"K{i:02}" for i in range(1, 29)]
    assert items[0]["questions"] == "abstinence-longest"
    assert "PW" in items[0]["flags"]
    assert items[24]["verdict"] == "outdated"


def test_one_claim_as_json_has_parts_and_numbers(run_json: Callable[..., Any]) -> None:
    item = run_json("claims", "K21")
    assert item["verdict"] == "no evidence"
    assert item["parts"][0]["test"] == "events"
    assert any(n["study"] == "terasaki-2022" and n["line"] > 1 for n in item["numbers"])


def test_one_claim_as_csv_and_markdown(run: Run, claimed: Callable[..., Path]) -> None:
    claimed(test=POOLED)
    rows = list(csv.DictReader(io.StringIO(run("claims", "K01", "--format", "csv").stdout)))
    assert {"studies", "people", "estimate", "flags", "ash-2020"} <= {row["name"] for row in rows}
    markdown = run("claims", "K01", "--format", "md").stdout
    assert "## Verdict: no evidence" in markdown
    assert "- Ash 2020: OR " in markdown


def test_a_verdict_narrows_the_list(
    run: Run, run_json: Callable[..., Any], claimed: Callable[..., Path]
) -> None:
    claimed()
    assert [c["id"] for c in run_json("claims", "--verdict", "No Evidence")] == ["K01"]
    assert run_json("claims", "--verdict", "outdated") == []
    found = run("claims", "--verdict", "half true")
    assert found.exit_code == 2
    assert 'Did you mean "half-true"?' in found.stderr


def test_a_verdict_beside_one_claim_is_refused_and_not_ignored(run: Run) -> None:
    found = run("claims", "K06", "--verdict", "supported")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert "--verdict narrows the list, and K06 is one claim. Leave one out." in found.stderr


def test_a_claim_that_does_not_exist_is_refused(run: Run, claimed: Callable[..., Path]) -> None:
    claimed()
    found = run("claims", "K99")
    assert found.exit_code == 2
    assert 'there is no claim "K99"' in found.stderr


def test_a_file_takes_its_form_from_its_name(run: Run, claimed: Callable[..., Path]) -> None:
    claimed()
    assert run("claims", "-o", "claims.csv").exit_code == 0
    assert Path("claims.csv").read_text(encoding="utf-8").splitlines()[1].startswith("K01,")
    assert run("claims", "-o", "claims.md").exit_code == 0
    assert "| K01 |" in Path("claims.md").read_text(encoding="utf-8")


def test_without_claims_that_is_said(run: Run, small_root: Path) -> None:
    found = run("claims")
    assert found.exit_code == 2
    assert "no claims here" in found.stderr
    assert run("check").exit_code == 0


def test_a_verdict_that_nobody_entered_is_a_warning_and_strict_fails(
    run: Run, claimed: Callable[..., Path]
) -> None:
    claimed()
    found = run("check")
    assert found.exit_code == 0
    assert "studies/claims/K01.yaml:1:5: id: no verdict has been drafted." in found.stdout
    assert "R093" in found.stderr
    assert run("claims").exit_code == 0
    assert run("claims", "--strict").exit_code == 1
    assert "No verdict has been drafted on" in run("claims").stdout


def test_an_entered_verdict_goes_stale_when_a_record_changes(
    run: Run, claimed: Callable[..., Path]
) -> None:
    path = claimed(test=POOLED)
    block = run("claims", "K01", "--enter").stdout
    assert "verdict: no evidence" in block
    path.write_text(path.read_text() + block.replace("by: ''", "by: AB"), encoding="utf-8")
    assert run("claims", "--strict").exit_code == 0
    assert "no problem found" in run("check").stderr
    record = Path("studies/alcohol/ash-2020.yaml")
    record.write_text(record.read_text().replace("events: 3, n: 17", "events: 4, n: 17"))
    found = run("check", "--fail-on", "warning")
    assert found.exit_code == 1
    assert "studies/claims/K01.yaml:13:3: entered: the verdict is stale (1. " in found.stdout
    assert ", is Ash 2020: OR " in found.stdout
    assert "R092" in found.stderr
    assert run("claims", "--strict").exit_code == 1
    shown = " ".join(run("claims", "K01").stdout.split())
    assert "Stale: what the drafted verdict rests on has moved." in shown
    assert "1. ash-2020: was Ash 2020: OR " in shown


def test_a_question_that_the_review_does_not_ask_is_an_error_with_its_place(
    run: Run, claimed: Callable[..., Path]
) -> None:
    path = claimed(test=POOLED)
    path.write_text(path.read_text().replace("question: abstinence", "question: abstinense"))
    found = run("check")
    assert found.exit_code == 1
    assert "K01.yaml:10:36: parts.0.test.question: the review ketamine has no question" in (
        found.stdout
    )
    assert 'Did you mean "abstinence"?' in found.stdout
    refused = run("claims")
    assert refused.exit_code == 3
    assert "no answer to the question 'abstinense'" in refused.stderr


def test_without_a_cache_nothing_is_kept_and_the_same_is_said(
    run: Run, claimed: Callable[..., Path]
) -> None:
    claimed()
    said = run("check", "--no-cache").stdout
    assert not Path(".ketameta-cache").exists()
    assert run("check").stdout == run("check").stdout == said


def test_a_broken_claim_is_named_and_the_others_are_judged(
    run: Run, claimed: Callable[..., Path]
) -> None:
    claimed().with_name("K02.yaml").write_text("id: K02\n")
    found = run("claims")
    assert found.exit_code == 0
    assert "K02.yaml" in found.stderr
    assert "left out" in found.stderr
    assert "K01" in found.stdout
    assert run("claims", "--strict").exit_code == 1
    assert run("check").exit_code == 1


def test_hostile_words_stay_words(run: Run, claimed: Callable[..., Path]) -> None:
    claimed(title=json.dumps(HOSTILE))
    assert HOSTILE in " ".join(run("claims", "K01").stdout.split())
    listed = run("claims").stdout
    assert "<img src=x onerror=alert(1)> {{7*7}}" in listed
    assert "[bold]loud[/bold]" in listed
    assert json.loads(run("claims", "K01", "--format", "json").stdout)["claim"] == HOSTILE
    rows = list(csv.DictReader(io.StringIO(run("claims", "--format", "csv").stdout)))
    assert rows[0]["claim"] == HOSTILE
    markdown = run("claims", "--format", "md").stdout
    assert "<img" not in markdown
    assert r"\{\{7\*7\}\} \[bold\]loud\[/bold\] \| =1+1" in markdown


def test_a_formula_in_a_claim_does_not_run_in_a_spreadsheet(
    run: Run, claimed: Callable[..., Path]
) -> None:
    claimed(title='"=HYPERLINK(1)"')
    cell = next(csv.reader(io.StringIO(run("claims", "--format", "csv").stdout.split("\n")[1])))[1]
    assert not cell.startswith("=")


def test_verdicts_can_be_explained(run: Run) -> None:
    found = run("explain", "no evidence")
    assert found.exit_code == 0
    assert "That is not evidence of the opposite." in " ".join(found.stdout.split())


def test_a_claim_has_a_schema(run: Run) -> None:
    schema = json.loads(run("schema", "claim").stdout)
    assert "entered" in schema["properties"]

"""`ketameta import ipd`: from people to arms to a pooled result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

Run = Callable[..., Any]


@pytest.fixture
def trial(in_folder: Path) -> Path:
    people = pd.DataFrame(
        {"group": [1.0, 1, 1, 2, 2, 2], "score": [10.0, 14, -9, 20, 22, 27], "day": [1.0] * 6}
    )
    pyreadstat.write_sav(
        people,
        "trial.sav",
        missing_ranges={"score": [-9]},
        variable_value_labels={
            "group": {1.0: "Ketamine", 2.0: "Placebo"},
            "score": {-9.0: "refused"},
        },
    )
    return Path("trial.sav")


def test_the_table_for_reading(run: Run, trial: Path) -> None:
    done = run("import", "ipd", trial, "--arm", "group", "--outcome", "score")
    assert done.exit_code == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines() if line.strip()]
    assert lines[0] == "Outcome Arm People n Missing Mean SD Median Min Max Missing as"
    assert lines[-2:] == [
        "score Ketamine 3 2 1 12.00 2.828 12.00 10.00 14.00 1 x -9 (refused)",
        "score Placebo 3 3 0 23.00 3.606 22.00 20.00 27.00",
    ]
    assert "values declared missing were left out in score: 1 x -9 (refused)." in done.stderr


def test_json_and_csv_say_the_same(run: Run, trial: Path) -> None:
    words = ("import", "ipd", trial, "--arm", "group", "--outcome", "score", "--format")
    found = json.loads(run(*words, "json").stdout)
    assert found[0]["absent"] == {"-9 (refused)": 1}
    assert found[1]["mean"] == 23
    head, first = run(*words, "csv").stdout.splitlines()[:2]
    assert head == "outcome,time,arm,people,n,missing,events,mean,sd,median,minimum,maximum,absent"
    assert first.startswith("score,,Ketamine,3,2,1,,12.0,2.828427")


@pytest.mark.parametrize("name", ["arms.csv", "arms.sav", "arms.xlsx"])
def test_the_written_arms_can_be_pooled(run: Run, trial: Path, name: str) -> None:
    done = run("import", "ipd", trial, "--arm", "group", "--outcome", "score", "--out", name)
    assert done.exit_code == 0, done.stderr
    pooled = run("pool", "--data", name, "--measure", "MD", "--format", "json")
    assert pooled.exit_code == 0, pooled.stderr
    found = json.loads(pooled.stdout)
    result = found[0] if isinstance(found, list) else found
    assert result["estimate"] == pytest.approx(12 - 23)
    assert result["se"] == pytest.approx((8 / 2 + 13 / 3) ** 0.5)


def test_a_code_nobody_declared_is_counted_and_named_or_refused(run: Run, in_folder: Path) -> None:
    rows = [f"{arm},{y}" for arm, y in zip("aabb", (10, 12, 20, -9), strict=True)]
    Path("t.csv").write_text("\n".join(["arm,y", *rows]) + "\n")
    words = ("import", "ipd", "t.csv", "--arm", "arm", "--outcome", "y", "--format", "json")
    done = run(*words)
    assert [arm["mean"] for arm in json.loads(done.stdout)] == [11, 5.5]
    assert "column y: -9 occurs once and lies outside the other values (10 to 20)" in done.stderr
    refused = run(*words, "--range", "-5", "60")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert refused.stderr == (
        "t.csv:5: column y: -9 lies outside -5 to 60 (--range). Correct it, or say what means "
        "missing with --missing.\n"
    )
    said = run(*words, "--range", "0", "60", "--missing", "-9")
    assert [arm["mean"] for arm in json.loads(said.stdout)] == [11, 20]
    assert "lies outside" not in said.stderr
    for wrong in (("--range", "60", "0"), ("--range", "0", "60", "--event-value", "10")):
        assert run(*words, *wrong).exit_code == 2

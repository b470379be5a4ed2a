"""`ketameta import ipd --adjust`: from people to an adjusted difference that can be pooled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

PEOPLE = """\
id,arm,before,sex,after
1,k,28,0,14
2,k,31,1,19
3,k,25,1,12
4,k,36,0,
5,k,,0,15
6,p,22,1,9
7,p,27,1,21
8,p,33,0,28
9,p,29,1,20
"""
WORDS = ("import", "ipd", "people.csv", "--arm", "arm", "--outcome", "after", "--id", "id")

# R 4.2.2, of those with both: coef(summary(lm(after ~ relevel(factor(arm), "p") + before))), df 4.
IN_R = (-4.888544891640872, 1.526170298916354)


@pytest.fixture
def people(in_folder: Path) -> Path:
    path = Path("people.csv")
    path.write_text(PEOPLE)
    return path


def test_the_difference_is_that_of_r_and_goes_on_to_pool(run: Run, people: Path) -> None:
    done = run(*WORDS, "--adjust", "before", "--format", "json", "-o", "adjusted.csv")
    assert done.exit_code == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["yi"], row["sei"]) == pytest.approx(IN_R, rel=1e-10)
    assert (row["n_1"], row["n_2"], row["df"], row["adjusted_for"]) == (3, 4, 4, "before")
    assert "after: 1 with an outcome have no covariate; left out." in done.stderr
    assert len(Path("adjusted.csv").read_text().splitlines()) == 2
    pooled = json.loads(
        run("pool", "--data", "adjusted.csv", "--measure", "MD", "--format", "json").stdout
    )
    result = pooled[0] if isinstance(pooled, list) else pooled
    assert (result["estimate"], result["se"]) == pytest.approx(IN_R, rel=1e-10)


@pytest.mark.parametrize("style", ["table", "md", "csv"])
def test_it_is_shown_with_what_it_is_adjusted_for(run: Run, people: Path, style: str) -> None:
    words = (*WORDS, "--adjust", "before", "--adjust", "sex", "--control", "k")
    shown = run(*words, "--format", style).stdout
    assert "before, sex" in shown
    assert f"{'Compared with' if style != 'csv' else 'arm_2'}" in shown


@pytest.mark.parametrize(
    ("further", "code", "said"),
    [
        (("--adjust", "befor"), 2, 'Did you mean "before"?'),
        (("--adjust", "after"), 2, '--adjust: "after" is no column to adjust for.'),
        (("--adjust", "before", "--control", "q"), 2, 'no arm is called "q"'),
        (("--adjust", "before", "--event-value", "9"), 2, "--adjust: is for measurements."),
        (("--adjust", "before", "--adjust", "sex", "--adjust", "id"), 0, ""),
        (("--control", "k"), 2, "--control: is for --out and --adjust."),
        (("--adjust", "arm"), 2, '--adjust: "arm" is no column to adjust for.'),
    ],
)
def test_what_does_not_fit_is_refused(
    run: Run, people: Path, further: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*WORDS, *further)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr


def test_words_for_a_covariate_are_named_by_their_cell(run: Run, people: Path) -> None:
    people.write_text(PEOPLE.replace("2,k,31", "2,k,much"))
    done = run(*WORDS, "--adjust", "before")
    assert done.exit_code == 3
    assert "people.csv:3: column before: " in done.stderr
    done = run(*WORDS, "--adjust", "before", "--missing", "much")
    assert done.exit_code == 0
    assert "2 with an outcome have no covariate" in done.stderr

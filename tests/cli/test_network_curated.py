"""`ketameta network QUESTION`: kinds of control as nodes, and networks that are refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

ASH, BIRCH = Path("studies/alcohol/ash-2020.yaml"), Path("studies/cocaine/birch-2019.yaml")
THIRD_ARM = """  - id: saline
    label: Saline
    role: control
    control_type: inert placebo
    drug: saline
    enantiomer: not ketamine
    route: intravenous
    psychotherapy: {type: none}
    n_randomised: 20
    source: {ref: paper, locator: Methods}
outcomes:"""


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)


@pytest.fixture
def three_arms(small_root: Path) -> None:
    """Ash 2020 with a third arm, and Birch 2019 against usual care: one degree of freedom."""
    edit(
        ASH,
        ("outcomes:", THIRD_ARM),
        (
            "usual: {events: 8, n: 23}",
            "usual: {events: 8, n: 23}\n            saline: {events: 7, n: 20}",
        ),
        ("enrolled_n: 40", "enrolled_n: 60"),
        ("analysed_n: 40", "analysed_n: 60"),
    )
    edit(BIRCH, ("control_type: active placebo", "control_type: usual care"))


def test_too_little_for_a_network_is_refused(run: Run, small_root: Path) -> None:
    result = run("network", "abstinence")
    assert (result.exit_code, result.stdout) == (3, "")
    said = "abstinence: 2 independent comparisons for 3 treatments (active placebo, ketamine, usual"
    assert result.stderr.startswith(said)
    assert "--tau2 EE" in result.stderr
    edit(BIRCH, ("control_type: active placebo", "control_type: usual care"))
    result = run("network", "abstinence")
    assert result.exit_code == 3
    assert result.stderr.startswith("abstinence: every study compares ketamine with usual care;")
    result = run("network", "craving")
    assert result.exit_code == 3
    assert result.stderr.startswith("craving: no study gives a comparison.")


def test_equal_effects_by_hand(run_json: RunJson, small_root: Path) -> None:
    found = run_json("network", "abstinence", "--tau2", "EE", "--reference", "usual care")
    assert found["treatments"] == ["active placebo", "ketamine", "usual care"]
    place = {name: i for i, name in enumerate(found["treatments"])}
    # Ash 2020: relapse in 3 of 17 against 8 of 23, so no relapse in 14 of 17 against 15 of 23.
    row = found["estimates"][place["ketamine"]]
    assert row[place["usual care"]] == pytest.approx(math.log(14 / 3 / (15 / 8)), rel=1e-12)
    pooled = run_json("pool", "abstinence", "--tau2", "EE")
    birch = next(study for study in pooled["studies"] if study["study"] == "birch-2019")
    assert row[place["active placebo"]] == pytest.approx(birch["yi"], rel=1e-12)
    # More abstinence is better, as the question says.
    assert found["p_scores"][0]["treatment"] == "ketamine"
    assert found["question"] == "abstinence"
    assert "nodes_are_lumped" in [one["code"] for one in found["warnings"]]
    assert [item["study"] for item in found["excluded"]] == ["Cedar 2021"]


def test_a_study_of_three_arms_gives_all_its_contrasts(
    run_json: RunJson, three_arms: None, run: Run
) -> None:
    found = run_json("network", "abstinence", "--tau2", "DL", "--ci", "wald")
    assert found["treatments"] == ["inert placebo", "ketamine", "usual care"]
    assert (found["k"], found["n_contrasts"]) == (2, 4)
    pooled = run_json("pool", "abstinence")
    birch = next(study for study in pooled["studies"] if study["study"] == "birch-2019")
    ash = {"ketamine": (14, 17), "usual care": (15, 23), "inert placebo": (13, 20)}
    lines = [f"ash,{name},{events},{n}" for name, (events, n) in ash.items()]
    one, two = birch["experimental"], birch["control"]
    lines += [f"birch,ketamine,{one['events']},{one['n']}"]
    lines += [f"birch,usual care,{two['events']},{two['n']}"]
    Path("arms.csv").write_text("\n".join(["study,treatment,events,n", *lines]))
    words = ("--measure", "OR", "--tau2", "DL", "--ci", "wald")
    table = run_json("network", "--data", "arms.csv", *words)
    assert np.array(found["estimates"]) == pytest.approx(np.array(table["estimates"]), rel=1e-12)
    assert np.array(found["se"]) == pytest.approx(np.array(table["se"]), rel=1e-12)
    shown = run("network", "abstinence").stdout
    assert "inert placebo" in shown


def test_other_words_for_what_is_asked(run: Run, small_root: Path) -> None:
    for words, message in (
        ((), "network: name either a table with --data FILE or a QUESTION."),
        (("abstinenz",), ""),
        (("abstinence", "--measure", "OR"), "--measure: goes with --data."),
        (("abstinence", "--tau2", "EE", "--reference", "x"), "--reference: abstinence has no trea"),
    ):
        result = run("network", *words)
        assert (result.exit_code, result.stdout) == (2, ""), result.stderr
        assert result.stderr.startswith(message)


@pytest.mark.parametrize("kind", ["network", "network-forest", "net-heat"])
def test_the_network_of_a_question_is_drawn(run: Run, three_arms: None, kind: str) -> None:
    result = run("plot", kind, "abstinence", "-o", "net.svg")
    assert result.exit_code == 0, result.stderr
    text = Path("net.svg").read_text(encoding="utf-8")
    assert 'role="img"' in text
    if kind == "network-forest":  # the question says which effects are good
        assert ">P-score</text>" in text
        assert run("plot", kind, "abstinence", "-o", "b.svg", "--reference", "x").exit_code == 2

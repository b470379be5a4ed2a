"""A question of the review under a program: the same mechanism in every command."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scipy.special import stdtr

from ketameta.cli.app import cli
from ketameta.pooling.presets import PRESETS

SHARED = (
    *("k", "estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high", "p_value", "df"),
    *("tau2", "i2", "q", "q_df", "q_p", "q_centre", "interval_method", "prediction_method"),
)
LONGEST, REMOVAL = "abstinence-longest", "adverse-event-removal"


@cache
def _json(*words: str) -> Any:
    done = CliRunner().invoke(cli, [*words, "--format", "json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_pool_under_each_preset_is_what_reconcile_reports() -> None:
    rows = _json("reconcile", LONGEST)["rows"]
    assert [row["preset"] for row in rows] == [*PRESETS]
    for row in rows:
        if row["preset"] not in ("revman-5", "iqwig-6", "meta-7", "pymare"):
            continue
        found = _json("pool", LONGEST, "--preset", row["preset"])
        assert {name: found[name] for name in SHARED} == {name: row[name] for name in SHARED}
        assert found["preset"] == row["preset"]
        assert len(found["studies"]) == row["k"]


def test_revman_5_takes_q_around_mantel_haenszel_where_all_have_counts() -> None:
    """0/27 v 0/28 and 0/17 v 0/23: 1/2 in every cell for the centre, and for the variances."""
    found = _json("pool", REMOVAL, "--preset", "revman-5")
    arms = [(28, 29), (18, 24)]  # people, with 1/2 in each of the two cells of an arm
    weight = sum(n1 * n2 / (n1 + n2) for n1, n2 in arms)
    centre = sum((0.5 * n2 - 0.5 * n1) / (n1 + n2) for n1, n2 in arms) / weight
    v = [0.5 * (n1 - 0.5) / n1**3 + 0.5 * (n2 - 0.5) / n2**3 for n1, n2 in arms]
    assert [study["vi"] for study in found["studies"]] == pytest.approx(v, rel=1e-12)
    assert found["q"] == pytest.approx(sum(centre**2 / one for one in v), rel=1e-10)
    assert (found["q_centre"], found["estimate"]) == ("MH", 0.0)
    codes = [one["code"] for one in found["warnings"]]
    assert "q_around_inverse_variance" not in codes


def test_a_reported_odds_ratio_keeps_q_around_the_inverse_variance_mean() -> None:
    found = _json("pool", LONGEST, "--preset", "revman-5")
    said = [w["message"] for w in found["warnings"] if w["code"] == "q_around_inverse_variance"]
    assert len(said) == 1
    assert "Grabski 2022 has no counts" in said[0]
    y = [study["yi"] for study in found["studies"]]
    w = [1 / study["vi"] for study in found["studies"]]
    mean = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(b * (a - mean) ** 2 for a, b in zip(y, w, strict=True))
    assert found["q"] == pytest.approx(q, rel=1e-12)
    tau2 = (q - 3) / (sum(w) - sum(x * x for x in w) / sum(w))
    assert found["tau2"] == pytest.approx(tau2, rel=1e-12)


def test_every_analysis_of_the_question_is_the_programs() -> None:
    found = _json("pool", LONGEST, "--preset", "revman-5")
    for one in (*found["sensitivity"], *found["leave_one_out"], *found["subgroups"]):
        if one["k"] > 1:
            assert one["tau2_method"] == "DL"
            assert one["preset"] == "revman-5"
            assert (one["pi_low"], one["prediction_method"]) == (None, None)
    left = _json("sensitivity", LONGEST, "--kind", "leave-one-out", "--preset", "revman-5")
    assert [row["estimate"] for row in left["rows"]] == [
        one["estimate"] for one in found["leave_one_out"]
    ]


def test_the_threshold_of_a_question_by_hand() -> None:
    found = _json("pool", LONGEST, "--threshold", "0.2")
    t = (found["estimate"] - 0.2) / found["prediction_se"]
    chance = float(stdtr(found["prediction_df"], t))
    assert found["new_study_above"] == pytest.approx(chance, rel=1e-12)
    without = found["leave_one_out"][0]
    t = (without["estimate"] - 0.2) / without["prediction_se"]
    assert without["new_study_above"] == pytest.approx(float(stdtr(2, t)), rel=1e-12)
    plain = _json("pool", LONGEST)
    more = {key for key in found if key not in plain}
    assert more == {"threshold", "new_study_above", "new_study_reason"}
    assert found["new_study_reason"] is None
    # The prediction interval and the probability speak of one distribution.
    end = _json("pool", LONGEST, "--threshold", repr(found["pi_low"]))
    assert end["new_study_above"] == pytest.approx(0.975, abs=1e-9)


def test_the_threshold_is_of_one_question() -> None:
    done = CliRunner().invoke(cli, ["pool", "--threshold", "0"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Name a QUESTION" in done.stderr
    text = CliRunner().invoke(cli, ["pool", LONGEST, "--threshold", "0"]).stdout
    assert "New study's effect above" in text
    assert math.isclose(_json("pool", LONGEST, "--threshold", "0")["threshold"], 0.0)


def test_a_threshold_that_the_review_states() -> None:
    found = _json("pool", LONGEST, "--threshold", "important")
    same = _json("pool", LONGEST, "--threshold", repr(found["threshold"]))
    assert found["new_study_above"] == same["new_study_above"]
    assert found["threshold"] == pytest.approx(math.log((0.34 / 0.66) / (0.24 / 0.76)), rel=1e-12)
    assert "smallest difference that matters" in found["threshold_meaning"]
    assert "threshold_meaning" not in same
    runner = CliRunner()
    words = ("--data", "x.csv", "--threshold", "important")
    for line, code in (
        ((LONGEST, "--threshold", "much"), 2),
        (words, 2),
        (("--threshold", "large"), 2),
    ):
        done = runner.invoke(cli, ["pool", *line])
        assert (done.exit_code, done.stdout) == (code, ""), line
    done = runner.invoke(cli, ["pool", REMOVAL, "--threshold", "important"])
    assert done.exit_code == 3
    assert "no effect makes" in done.stderr


def test_pictures_follow_the_program_too(tmp_path: Path) -> None:
    line = ("plot", "leave-one-out", LONGEST, "--preset", "revman-5", "-o", str(tmp_path / "l.svg"))
    done = CliRunner().invoke(cli, line)
    assert done.exit_code == 0, done.stderr
    shown = _json("pool", LONGEST, "--preset", "revman-5")["display"]
    low, high = shown["ci_low"], shown["ci_high"]
    text = f"odds ratio {shown['estimate']:.2f} (95% CI {low:.2f} to {high:.2f}) with all of them"
    assert text in done.stderr


def test_without_an_event_every_kind_pools_from_the_counts() -> None:
    """The interval of one trial without an event is that of the answer to the question of it."""
    left = _json("sensitivity", REMOVAL, "--kind", "leave-one-out")["rows"]
    found = {row["left_out"]: row for row in left}
    for without, name in (("dakwar-2019", "Dakwar 2019"), ("dakwar-2020", "Dakwar 2020")):
        alone = _json("pool", REMOVAL, "--without", without)
        for key in ("estimate", "ci_low", "ci_high"):
            assert found[name][key] == pytest.approx(alone[key], rel=1e-12, abs=1e-15)
    whole = _json("pool", REMOVAL)
    last = _json("sensitivity", REMOVAL, "--kind", "cumulative")["rows"][-1]
    assert last["ci_high"] == pytest.approx(whole["ci_high"], rel=1e-12)
    groups = _json("sensitivity", REMOVAL, "--kind", "subgroups", "--groups", "substance")
    assert (groups["q_between"], groups["p_value"]) == (None, None)

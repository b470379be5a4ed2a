"""The names of metafor's objects stand beside ketameta's own in the JSON of every analysis."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.cli.usual_names import USUAL_NAMES, with_usual_names

Write = Callable[[str], Path]
RunJson = Callable[..., Any]

TABLE = "study,yi,vi,x\nA,0.1,0.04,1\nB,0.5,0.05,2\nC,0.3,0.02,3\nD,0.9,0.06,5\nE,-0.2,0.03,4\n"


def test_every_name_has_the_value_of_ours(run_json: RunJson, table: Write) -> None:
    found = run_json("pool", "--data", table(TABLE))
    for ours, usual in USUAL_NAMES.items():
        if ours in found:
            assert found[usual] == found[ours], usual
    assert {"ci_lb", "ci_ub", "pi_lb", "pi_ub", "se_tau2", "I2", "H2", "QE", "QEp"} <= set(found)


def test_models_list_their_coefficients_as_columns(run_json: RunJson, table: Write) -> None:
    path = table(TABLE)
    found = run_json("regress", "--data", path, "--formula", "~ x")
    assert found["beta"] == [one["estimate"] for one in found["coefficients"]]
    assert found["zval"] == [one["statistic"] for one in found["coefficients"]]
    assert found["vb"] == found["covariance"]
    assert (found["QM"], found["QMp"]) == (
        found["omnibus"]["statistic"],
        found["omnibus"]["p_value"],
    )


def test_under_equal_effects_i2_is_that_of_q(run_json: RunJson, table: Write) -> None:
    path = table(TABLE)
    found = run_json("pool", "--data", path, "--tau2", "EE")
    by_hand = 100 * (found["q"] - 4) / found["q"]
    assert found["i2"] == found["I2"] == pytest.approx(by_hand, rel=1e-12)
    assert found["h2"] == pytest.approx(found["q"] / 4, rel=1e-12)
    line = run_json("regress", "--data", path, "--formula", "~ x", "--tau2", "EE")
    assert line["h2"] == pytest.approx(line["q"] / 3, rel=1e-12)


def test_nothing_of_ours_is_lost_and_no_key_is_overwritten() -> None:
    given = {"ci_low": 1, "ci_lb": 2, "rows": [{"q": 3}], "coefficients": None}
    named = with_usual_names(given)
    assert named["ci_lb"] == 2
    assert named["rows"] == [{"q": 3, "QE": 3}]
    assert named["beta"] is None
    assert given.items() <= {**named, "rows": given["rows"]}.items()

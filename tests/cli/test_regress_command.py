"""What `ketameta regress` gives beyond coefficients, against metafor's numbers and by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from scipy.stats import t

from ketameta.cli.regress_wish import contrast_weights

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
METAFOR = json.loads((FOLDER / "regression.json").read_text())
MORE = json.loads((FOLDER / "regression_more.json").read_text())
BCG = MORE["datasets"]["bcg"]
FORMULA = ("--formula", "~ ablat + year + C(alloc)")
CLOSE = 3e-8


@pytest.fixture
def bcg(table: Write) -> Path:
    names = ("y", "v", "ablat", "year", "alloc")
    rows = zip(*(BCG[name] for name in names), strict=True)
    lines = [",".join(map(repr, row)).replace("'", "") for row in rows]
    return table("\n".join(["yi,vi,ablat,year,alloc", *lines]))


@pytest.mark.parametrize(("ci", "test"), [("wald", "z"), ("hksj", "knha")])
def test_predicted_effects_are_metafors(run_json: RunJson, bcg: Path, ci: str, test: str) -> None:
    places = [word for x in (0, 13, 33, 55) for word in ("--predict", f"ablat={x}")]
    words = ("--measure", "RR", "--formula", "~ ablat", "--ci", ci, *places)
    found = run_json("regress", "--data", bcg, *words)["predictions"]
    expected = METAFOR["new_data"][test]
    for key, theirs in (
        ("estimate", "pred"),
        ("se", "se"),
        ("ci_low", "ci_lb"),
        ("ci_high", "ci_ub"),
        ("pi_low", "pi_lb"),
        ("pi_high", "pi_ub"),
    ):
        assert [row[key] for row in found] == pytest.approx(expected[theirs], rel=CLOSE), key
    assert found[2]["at"] == {"ablat": 33}
    assert found[2]["display"]["ci_low"] == pytest.approx(math.exp(found[2]["ci_low"]), rel=1e-12)
    # Studies lie between 13 and 55 degrees: 0 is further out than any of them.
    assert [row["leverage"] > 1 for row in found] == [True, False, False, False]


@pytest.mark.parametrize(("ci", "test"), [("wald", "z"), ("hksj", "knha")])
def test_residuals_are_metafors(run: Run, run_json: RunJson, bcg: Path, ci: str, test: str) -> None:
    words = ("regress", "--data", bcg, "--measure", "RR", "--formula", "~ ablat", "--ci", ci)
    studies = run_json(*words, "--residuals")["studies"]
    theirs = METAFOR["results"]["bcg ~ablat"]["REML"]
    for key, expected in (
        ("rstandard", theirs["rstandard"]),
        ("hat", theirs["hat"]),
        ("rstudent", theirs[test]["rstudent"]),
        ("cooks_distance", theirs[test]["cooks"]),
    ):
        assert [study[key] for study in studies] == pytest.approx(expected, rel=CLOSE), key
    assert studies[0]["cook_d"] == studies[0]["cooks_distance"]
    for study in studies:
        assert study["residual"] == pytest.approx(study["yi"] - study["fitted"], abs=1e-12)
    assert "Studentised" in run(*words, "--residuals").stdout
    assert "Studentised" not in run(*words).stdout
    assert "rstudent" not in run_json(*words)["studies"][0]


def test_prediction_at_a_group(run_json: RunJson, bcg: Path) -> None:
    at = ("--predict", "alloc=random, ablat=33,year=1970")
    words = ("--measure", "RR", *FORMULA, "--contrast", "1 33 1970 1 0", *at)
    found = run_json("regress", "--data", bcg, *words)
    place, row = found["predictions"][0], found["contrasts"]["rows"][0]
    for key in ("estimate", "se", "ci_low", "ci_high"):
        assert place[key] == pytest.approx(row[key], rel=1e-9)


def test_contrasts_and_terms_are_metafors(run_json: RunJson, bcg: Path) -> None:
    expected = MORE["contrasts"]
    sums = ("C(alloc)[T.random] - C(alloc)[T.systematic]",)
    words = ("--measure", "RR", *FORMULA, "--ci", "hksj", "--contrast", *sums)
    found = run_json("regress", "--data", bcg, *words)
    row = found["contrasts"]["rows"][0]
    assert row["weights"] == [0, 0, 0, 1, -1]
    for key, theirs in (
        ("estimate", "estimate"),
        ("se", "se"),
        ("statistic", "stat"),
        ("p_value", "p"),
    ):
        assert row[key] == pytest.approx(expected[theirs][0], rel=CLOSE), key
    terms = {term["term"]: term for term in found["terms"]}
    assert list(terms) == ["ablat", "year", "C(alloc)"]
    assert [term["vif"] for term in terms.values()] == pytest.approx(MORE["vif"]["terms"], rel=1e-7)
    assert terms["C(alloc)"]["statistic"] == pytest.approx(expected["bttF"], rel=CLOSE)
    assert terms["C(alloc)"]["p_value"] == pytest.approx(expected["bttp"], rel=CLOSE)
    joint = run_json("regress", "--data", bcg, *words, "--contrast", "1 33 1970 0 1")
    assert joint["contrasts"]["joint"]["df"] == 2


@pytest.mark.parametrize("case", METAFOR["permutation"]["cases"][:2])
def test_permutation_tests_are_metafors(
    run_json: RunJson, table: Write, case: dict[str, Any]
) -> None:
    data = METAFOR["permutation"]["datasets"][case["data"]]
    lines = [",".join(map(str, row)) for row in zip(*data.values(), strict=True)]
    path = table("\n".join([",".join(data), *lines]))
    ci = {"z": "wald", "knha": "hksj"}.get(case["test"], case["test"])
    words = ("--formula", case["mods"], "--tau2", case["method"], "--ci", ci)
    found = run_json("regress", "--data", path, "--measure", "RR", *words, "--permute", "exact")
    p_values = [row["p_permutation"] for row in found["coefficients"]]
    assert p_values == pytest.approx(np.ravel(case["pval"]), rel=0, abs=1e-12)
    assert found["permutation"]["exact"]
    assert "p_adjusted" not in found["coefficients"][0]


def test_random_arrangements_can_be_repeated(run_json: RunJson, bcg: Path) -> None:
    words = ("--measure", "RR", "--formula", "~ year", "--tau2", "DL", "--permute", "200")
    first, again, other = (
        run_json("regress", "--data", bcg, *words, "--seed", seed)["coefficients"][1]
        for seed in ("1", "1", "2")
    )
    assert first["p_permutation"] == again["p_permutation"] != other["p_permutation"]


def test_adjusted_p_values_by_hand(run_json: RunJson, bcg: Path) -> None:
    words = ("--measure", "RR", "--formula", "~ ablat + year", "--adjust", "bonferroni")
    found = run_json("regress", "--data", bcg, *words, "--contrast", "ablat", "--contrast", "year")
    intercept, *rest = found["coefficients"]
    assert intercept["p_adjusted"] is None
    for row in (*rest, *found["contrasts"]["rows"]):
        assert row["p_adjusted"] == pytest.approx(min(1.0, 2 * row["p_value"]), rel=1e-12)


@pytest.mark.parametrize(
    "case", [x for x in MORE["location_scale"] if x["data"] == "bcg" and x["mods"] != "~1"]
)
def test_location_scale_models_are_metafors(
    run_json: RunJson, bcg: Path, case: dict[str, Any]
) -> None:
    method = "REML" if case["reml"] else "ML"
    words = ("--formula", case["mods"], "--scale", case["scale"], "--tau2", method)
    found = run_json("regress", "--data", bcg, "--measure", "RR", *words)["scale"]
    assert found["fit"]["log_likelihood"] == pytest.approx(case["ll"], rel=1e-7)
    alpha = [row["estimate"] for row in found["coefficients"]]
    beta = [row["estimate"] for row in found["location"]]
    assert beta == pytest.approx(np.ravel(case["beta"]), rel=1e-4)
    # R centred the predictor; the slope is the same.
    assert alpha[1] == pytest.approx(case["alpha"][1], rel=1e-4)
    assert found["coefficients"][1]["se"] == pytest.approx(case["se_alpha"][1], rel=1e-4)
    moderator = BCG[case["scale"].strip("~ ")]
    sizes = [math.exp(alpha[0] + alpha[1] * x) for x in moderator]
    assert [row["tau2"] for row in found["tau2"]] == pytest.approx(sizes, rel=1e-6)


def test_what_is_asked_is_shown(run: Run, bcg: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    words = ("--measure", "RR", "--formula", "~ ablat + year", "--adjust", "holm")
    more = ("--predict", "ablat=0,year=1970", "--contrast", "ablat - year", "--scale", "~ ablat")
    shown = run("regress", "--data", bcg, *words, *more, "--permute", "100").stdout
    for text in ("P VALUES", "TERMS", "CONTRASTS", "PREDICTED EFFECTS", "LOCATION-SCALE MODEL"):
        assert text in shown
    assert "an extrapolation: ablat 0, year 1970." in shown
    assert "random 100 arrangements" in shown.replace("\n              ", " ")
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("b", [0, 1, 0]),
        ("-2*b + .5 * b:c - a", [-1, -2, 0.5]),
        ("1e1*b:c", [0, 0, 10]),
        ("1, 2 -3", [1, 2, -3]),
        ("b + b", [0, 2, 0]),
    ],
)
def test_sums_of_coefficients(text: str, weights: list[float]) -> None:
    assert contrast_weights(text, ["a", "b", "b:c"]) == weights


def test_a_contrast_is_tested_by_hand(run_json: RunJson, bcg: Path) -> None:
    words = ("--measure", "RR", "--formula", "~ ablat + year", "--contrast", "2*ablat - year")
    found = run_json("regress", "--data", bcg, *words)
    row, weights = found["contrasts"]["rows"][0], np.array([0, 2, -1])
    variance = weights @ np.array(found["covariance"]) @ weights
    estimate = weights @ [one["estimate"] for one in found["coefficients"]]
    assert row["estimate"] == pytest.approx(estimate, rel=1e-10)
    assert row["se"] == pytest.approx(variance**0.5, rel=1e-8)
    assert row["p_value"] == pytest.approx(2 * t.sf(abs(estimate) / variance**0.5, 10), rel=1e-6)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--predict", "year=x"), 2, "--predict 'year=x': year is a number, not 'x'."),
        (("--predict", "yeer=1"), 2, "--predict 'yeer=1': the formula has no moderator 'yeer'."),
        (("--predict", "year"), 2, "--predict 'year': write moderator=value"),
        (("--contrast", "2*yeer"), 2, "--contrast '2*yeer': cannot be read from 'yeer' on."),
        (("--contrast", "year year"), 2, "--contrast 'year year': cannot be read from 'year' on."),
        (("--contrast", "2"), 2, "--contrast '2': cannot be read from '2' on."),
        (("--permute", "x"), 2, "--permute: 'x' is no number of arrangements."),
        (("--permute", "1"), 2, "permutation test: iterations must be at least 2."),
        (("--permute", "exact"), 3, "--permute exact: there are "),
        (("--adjust", "tukey"), 2, "--adjust: there is none called 'tukey'."),
        (("--scale", "~ z"), 2, "--scale '~ z': names no column of trials.csv, which has: yi,"),
        (("--scale", "~ ablat", "--ci", "hksj"), 2, "location-scale: test hksj; use wald or t."),
    ],
)
def test_what_cannot_be_asked(
    run: Run, bcg: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("regress", "--data", bcg, "--measure", "RR", "--formula", "~ year", *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message), result.stderr


def test_a_group_that_no_study_is_in(run: Run, bcg: Path) -> None:
    words = ("--formula", "~ C(alloc)", "--predict", "alloc=by lot")
    result = run("regress", "--data", bcg, "--measure", "RR", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "alloc is one of random, alternate, systematic, not 'by lot'" in result.stderr


def test_each_column_is_read_once(
    run_json: RunJson, table: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading them again for every row took two minutes with 10,000 rows."""
    from ketameta.cli.data_samples import Rows

    asked: list[str] = []
    read = Rows.texts

    def noted(rows: Rows, name: str) -> list[str]:
        asked.append(name)
        return read(rows, name)

    monkeypatch.setattr(Rows, "texts", noted)
    lines = [f"s{i},{i % 5 / 10},0.{1 + i % 3},{i % 7}\n" for i in range(40)]
    path = table("study,yi,vi,x\n" + "".join(lines))
    run_json("regress", "--data", path, "--formula", "~ x")
    assert len(asked) < 4

"""`ketameta explain`: every code of every catalog, offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from ketameta.appraisal.catalog import FLAGS
from ketameta.cli.topics import find, topics
from ketameta.measures.catalog import MEASURES
from ketameta.measures.zero_cells import RULES as ZERO_CELL_RULES
from ketameta.notation import formulas
from ketameta.pooling import catalog
from ketameta.pooling.bayes.prior_catalog import PRIORS
from ketameta.pooling.glmm.models import GLMM_MODELS
from ketameta.pooling.multilevel_choices import MULTILEVEL_TESTS
from ketameta.pooling.multilevel_structures import STRUCTURES
from ketameta.pooling.network.splitting import SPLITS
from ketameta.pooling.presets import PRESETS, SMD_FORMS, ZERO_CELL_FORMS
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS
from ketameta.pooling.regression_multiplicity import ADJUSTMENTS
from ketameta.pooling.robust_catalog import SANDWICHES
from ketameta.records.rules import RULES
from ketameta.sensitivity.catalog import METHODS

Run = Callable[..., Result]

CATALOGS = [FLAGS, RULES, MEASURES, ZERO_CELL_RULES, METHODS, GLMM_MODELS, PRIORS, SPLITS]
CATALOGS += [COEFFICIENT_TESTS, ADJUSTMENTS, MULTILEVEL_TESTS, SANDWICHES, STRUCTURES]
CATALOGS += [value for name, value in vars(catalog).items() if name.endswith("_METHODS")]
CODES = sorted({code for codes in CATALOGS for code in codes})


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_either_case(code: str) -> None:
    for written in (code, code.lower(), code.upper()):
        found = find(written)
        assert found
        assert all(topic.meaning[0].endswith((".", ")", "?")) for topic in found)


def test_every_code_is_listed(run: Run, small_root: Path) -> None:
    listed = {topic.code for topic in topics()}
    assert set(CODES) <= listed
    text = run("explain").stdout
    assert all(code in text for code in CODES)


def test_formulas_belong_to_methods_that_exist() -> None:
    assert set(formulas.MEASURES) <= set(MEASURES)
    assert set(formulas.TAU2) <= set(catalog.TAU2_METHODS)
    assert set(formulas.INTERVALS) <= set(catalog.INTERVAL_METHODS)
    assert set(formulas.PREDICTIONS) <= set(catalog.PREDICTION_METHODS)
    for method in ("REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ"):
        assert method in formulas.TAU2


@pytest.mark.parametrize("code", PRESETS)
def test_a_preset_says_all_it_stands_for(run: Run, small_root: Path, code: str) -> None:
    entry = PRESETS[code]
    text = " ".join(run("explain", code).stdout.split())
    assert text.startswith(f"{code}: {entry.name} preset {entry.summary}")
    assert f"tau2 {entry.tau2} (" in text
    assert f"Interval {entry.interval} (" in text
    assert f"Prediction {entry.prediction or 'none'}" in text
    for form in (ZERO_CELL_FORMS[entry.zero_cells], SMD_FORMS[entry.smd], *entry.uncertain):
        assert " ".join(form.split()) in text
    assert all(code in {topic.code for topic in find(name)} for name in entry.aliases)


def test_a_flag_with_its_threshold_from_the_review(run: Run, small_root: Path) -> None:
    text = " ".join(run("explain", "sm").stdout.split())
    assert text.startswith("SM: small sample flag on a study Few people per arm or in total.")
    assert "threshold small arm 50 (made for tests)" in text
    assert "Set in reports/ketamine/review.yaml" in text


def test_a_method_with_formula_and_reference(run: Run, small_root: Path) -> None:
    text = run("explain", "DL").stdout
    assert "τ² = max(0, (Q − (k − 1)) / (Σw − Σw²/Σw)),  w = 1/v" in text
    assert "doi:10.1016/0197-2456(86)90046-2" in text
    assert "--tau2 DL" in text


def test_one_code_of_several_kinds_shows_all(run_json: Callable[..., Any]) -> None:
    kinds = [topic["kind"] for topic in run_json("explain", "hksj")]
    assert kinds == ["confidence interval", "prediction interval", "test of coefficients"]
    assert [topic["kind"] for topic in run_json("explain", "PI")] == ["flag on a pool", "statistic"]


@pytest.mark.parametrize("word", ["I²", "tau^2", "τ²", "active placebo", "awaiting data", "Q"])
def test_words_in_the_ways_people_write_them(run: Run, word: str) -> None:
    assert run("explain", word).exit_code == 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("REMLL", 'explain: nothing is called "REMLL". Did you mean REML'),
        ("R999", 'explain: nothing is called "R999". '),
        ("", 'explain: nothing is called "". Run ketameta explain for a list.'),
        ("zzzz", 'explain: nothing is called "zzzz". Run ketameta explain for a list.'),
    ],
)
def test_unknown_codes(run: Run, code: str, message: str) -> None:
    result = run("explain", code)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


@pytest.mark.parametrize("code", METHODS)
def test_sensitivity_methods_say_how_they_are_run(run: Run, code: str) -> None:
    shown = " ".join(run("explain", code).stdout.split())
    assert f"Run by ketameta {METHODS[code].command}" in shown
    assert METHODS[code].doi in shown.replace(" ", "")

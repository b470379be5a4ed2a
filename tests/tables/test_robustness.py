"""What an answer hangs on, each number computed a second time in the test."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.special import ndtri, stdtrit
from tests.figures.builders import analysis, answer, ketamine_answer, ketamine_trials, two_by_two

from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import Analysis, Answer
from ketameta.tables.robustness import (
    interval_methods,
    leave_one_out,
    narrower_than_guarded,
    sensitivity_sets,
)
from ketameta.tables.table import Table

TAU2 = 0.319451
"""REML estimate of metafor for the five comparisons."""


def column(table: Table, key: str) -> list[str]:
    place = [c.key for c in table.columns].index(key)
    return [row.cells[place].text for row in table.rows]


def weighted(*, tau2: float) -> tuple[float, float, float]:
    """Mean, standard error and Hartung-Knapp factor by their definitions."""
    rows = [trial.row(i) for i, trial in enumerate(ketamine_trials())]
    y, v = np.array([r.y for r in rows]), np.array([r.v for r in rows])
    w = 1 / (v + tau2)
    mean = float((w * y).sum() / w.sum())
    factor = float((w * (y - mean) ** 2).sum() / (y.size - 1))
    return mean, float(1 / math.sqrt(w.sum())), factor


def text(mean: float, half: float) -> str:
    low, high = math.exp(mean - half), math.exp(mean + half)
    return f"{math.exp(mean):.2f} ({low:.2f} to {high:.2f})"


def test_the_interval_by_each_method_is_what_its_formula_gives() -> None:
    mean, se, factor = weighted(tau2=TAU2)
    table = interval_methods(ketamine_answer())
    assert table is not None
    t, z = float(stdtrit(4, 0.975)), float(ndtri(0.975))
    assert column(table, "result") == [
        text(mean, t * se * math.sqrt(factor)),
        text(mean, t * se * math.sqrt(max(1.0, factor))),
        text(mean, z * se),
    ]
    assert f"by {factor:.2f}" in column(table, "method")[0]
    assert [row.kind for row in table.rows] == ["main", "", ""]


def test_there_is_no_table_of_methods_for_one_study_or_none() -> None:
    assert interval_methods(answer([])) is None
    assert interval_methods(answer([two_by_two("Doe 2020", 13, 27, 3, 28)])) is None


def test_sets_stand_below_the_main_analysis_with_their_reasons() -> None:
    table = sensitivity_sets(ketamine_answer(), {"Randomised only": "Chance decides."})
    assert column(table, "set")[:2] == ["Main analysis", "Randomised only"]
    assert column(table, "k") == ["5", "4", "3", "1", "0"]
    assert column(table, "why")[1] == "Chance decides."
    assert column(table, "result")[0] == "3.53 (1.40 to 8.88)"
    assert column(table, "result")[4] == "no usable study"
    single = table.rows[3].cells[3]
    assert (single.text, single.detail) == ("7.74 (1.88 to 31.87)", "one study, not pooled")


def without_each(found: Answer) -> tuple[Analysis, ...]:
    rows = found.main.rows
    return tuple(
        replace(
            analysis([r for r in rows if r is not row], measure="OR"),
            id=f"without-{row.study}",
            title=f"Without {row.label}",
        )
        for row in rows
    )


def test_leaving_out_each_study_shows_all_of_them() -> None:
    found = ketamine_answer()
    table = leave_one_out(replace(found, leave_one_out=without_each(found)))
    names = ["Krupitsky 1997", "Dakwar 2020", "Grabski 2022", "Krupitsky 2007", "Dakwar 2019"]
    assert column(table, "without") == ["All studies", *(f"Without {n}" for n in names)]
    assert column(table, "k") == ["5", "4", "4", "4", "4", "4"]


def test_a_narrow_interval_is_seen() -> None:
    pooled = ketamine_answer().main.pooled
    assert pooled is not None
    narrow = replace(pooled, interval=Interval(0.0, 1.0), guarded_interval=Interval(-0.1, 1.1))
    assert narrower_than_guarded(narrow)
    assert not narrower_than_guarded(replace(narrow, guarded_interval=Interval(0.0, 1.0)))
    assert not narrower_than_guarded(replace(narrow, guarded_interval=None))

"""`ketameta effects --measure`: every measure of the catalog, by its code and by every alias."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.measures.catalog import MEASURES
from ketameta.measures.columns import COLUMNS
from ketameta.measures.effects import effects

RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

# One trial with everything that any measure asks for.
TRIAL = {
    "events_1": 12,
    "n_1": 40,
    "events_2": 7,
    "n_2": 40,
    "time_1": 310,
    "time_2": 295,
    "mean_1": 8.5,
    "sd_1": 2.5,
    "mean_2": 7.1,
    "sd_2": 2.9,
    "events": 9,
    "time": 120,
    "mean": 4.4,
    "sd": 1.3,
    "n": 33,
    "r": 0.45,
    "mean_change": 1.2,
    "sd_change": 2.2,
    "mean_change_1": 3.1,
    "sd_pre_1": 4,
    "mean_change_2": 1.5,
    "sd_pre_2": 4.4,
    "both": 11,
    "only_1": 8,
    "only_2": 4,
    "neither": 10,
    "t_statistic": 2.3,
    "predictors": 4,
    "r_squared": 0.4,
    "alpha": 0.8,
    "items": 9,
    "homozygous_1": 21,
    "heterozygous": 14,
    "homozygous_2": 6,
    "o_minus_e": -3.2,
    "v_oe": 7.9,
    "yi": 0.31,
    "vi": 0.07,
}
NAMES = [(name, code) for code, entry in MEASURES.items() for name in (code, *entry.aliases)]


def test_the_trial_has_the_columns_of_every_measure() -> None:
    assert {name for entry in MEASURES.values() for name in entry.columns} <= set(TRIAL)
    assert set(TRIAL) <= set(COLUMNS)


@pytest.mark.parametrize(("name", "code"), NAMES, ids=[name for name, _ in NAMES])
def test_every_measure_is_within_reach(
    run_json: RunJson, table: Write, name: str, code: str
) -> None:
    path = table(f"study,{','.join(TRIAL)}\nA,{','.join(map(str, TRIAL.values()))}\n")
    found = run_json("effects", "--data", path, "--measure", name)
    assert found["measure"] == code
    (study,) = found["studies"]
    expected = effects(code, {column: [value] for column, value in TRIAL.items()}).estimates
    assert (study["yi"], study["vi"]) == (expected.y[0], expected.v[0])
    assert study["vi"] > 0
    assert study["made_from"] == list(MEASURES[code].columns)


METAFOR = [
    ("ABT", "ai,mi,ni", (0.8, 9, 33), ("alpha", "items", "n")),
    ("PCOR", "ti,ni,mi", (2.3, 33, 4), ("t_statistic", "n", "predictors")),
    ("REH", "ai,bi,ci", (21, 14, 6), ("homozygous_1", "heterozygous", "homozygous_2")),
    ("PLO", "xi,mi", (9, 24), ("events", "nonevents")),
    ("MPRD", "ai,bi,ci,di", (11, 8, 4, 10), ("both", "only_1", "only_2", "neither")),
    ("MN", "mi,sdi,ni", (4.4, 1.3, 33), ("mean", "sd", "n")),
]


@pytest.mark.parametrize(
    ("code", "header", "values", "ours"), METAFOR, ids=[code for code, *_ in METAFOR]
)
def test_the_letters_of_metafor_mean_what_they_mean_for_the_measure(
    run_json: RunJson,
    table: Write,
    code: str,
    header: str,
    values: tuple[float, ...],
    ours: tuple[str, ...],
) -> None:
    path = table(f"study,{header}\nA,{','.join(map(str, values))}\n")
    (study,) = run_json("effects", "--data", path, "--measure", code)["studies"]
    columns = {name: [value] for name, value in zip(ours, values, strict=True)}
    expected = effects(code, columns).estimates
    assert (study["yi"], study["vi"]) == (expected.y[0], expected.v[0])


@pytest.mark.parametrize(
    ("code", "form"), [(code, form) for code, entry in MEASURES.items() for form in entry.variances]
)
def test_every_variance_is_within_reach(
    run_json: RunJson, table: Write, code: str, form: str
) -> None:
    path = table(f"study,{','.join(TRIAL)}\nA,{','.join(map(str, TRIAL.values()))}\n")
    found = run_json("effects", "--data", path, "--measure", code, "--variance", form)
    assert found["studies"][0]["vi"] > 0
    assert found["studies"][0]["how"].endswith(f"variance {form}") or code == "GEN"

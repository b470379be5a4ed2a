"""The catalog of presets: complete, usable, and light to import."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from ketameta.errors import UsageError
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.measures.zero_cells import RULES
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.presets import (
    I2_FORMS,
    PRESETS,
    Q_CENTRES,
    SMD_FORMS,
    ZERO_CELL_FORMS,
    preset,
)
from ketameta.pooling.settle import settle

EXPECTED = {
    "cochrane-2025",
    "revman-5",
    "metafor",
    "meta-7",
    "meta-8",
    "stata",
    "statsmodels",
    "pymare",
    "iqwig-6",
}
MEANS = {
    "mean_1": [5.0],
    "sd_1": [2.0],
    "n_1": [20],
    "mean_2": [4.0],
    "sd_2": [2.5],
    "n_2": [22],
}


def test_every_program_of_the_review_is_there() -> None:
    assert set(PRESETS) == EXPECTED


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_a_preset_names_known_options_and_its_source(code: str) -> None:
    entry = PRESETS[code]
    assert entry.code == code
    assert entry.zero_cells in ZERO_CELL_FORMS
    assert entry.smd in SMD_FORMS
    assert entry.i2 in I2_FORMS
    assert entry.q_centre in Q_CENTRES
    assert entry.guard in ("", "iqwig-6")
    assert entry.source
    assert entry.summary.endswith(".")
    assert all(sentence.endswith(".") for sentence in entry.uncertain)
    # The catalog's own spelling, and methods that fit together.
    assert settle(entry.choices) == entry.choices


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_a_preset_pools_and_makes_effects(code: str) -> None:
    entry = PRESETS[code]
    estimates = EffectEstimates.from_arrays("MD", [0.1, 0.5, 0.9], [0.02, 0.03, 0.05])
    result = pool(estimates, entry.choices)
    assert (result.tau2_method, result.interval_method) == (entry.tau2, entry.interval)
    assert entry.zero_cell_rule in RULES
    made = effects("SMD", MEANS, zero_cells=entry.zero_cell_rule, variance=entry.smd_variance)
    assert made.estimates.k == 1


def test_what_is_known_for_certain() -> None:
    """RevMan since 2025: REML, HKSJ, Q-profile, I2 from tau2. RevMan 5: DL, normal, I2 from Q."""
    new, old = PRESETS["cochrane-2025"], PRESETS["revman-5"]
    assert (new.tau2, new.interval, new.tau2_interval, new.i2) == ("REML", "hksj", "QP", "tau2")
    assert (old.tau2, old.interval, old.prediction, old.i2) == ("DL", "wald", None, "q")
    assert new.choices == PoolingChoices("REML", "hksj", "t(k-1)-plain")
    assert PRESETS["meta-7"].prediction == "t(k-2)"
    assert PRESETS["meta-8"].prediction == "t(k-1)-plain"
    assert new.choices_at(0.9).level == 0.9


@pytest.mark.parametrize(
    ("name", "code"),
    [("RevMan 2025", "cochrane-2025"), ("revman_5", "revman-5"), ("META", "meta-8")],
)
def test_names_are_found_in_any_case(name: str, code: str) -> None:
    assert preset(name).code == code


def test_unknown_presets_are_told_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"none called 'revman-4'\. Did you mean revman-5\?$"):
        preset("revman-4")


def test_presets_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        PRESETS["metafor"].tau2 = "DL"  # type: ignore[misc]


def test_help_can_list_presets_without_numpy() -> None:
    code = "import sys, ketameta.pooling.presets; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

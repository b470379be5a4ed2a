"""Every method has a witness, so that the reference kit cannot quietly shrink.

Measures have theirs in tests/measures/test_witnesses.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.reference_cases import choice_witnesses, witnesses
from tests.reference_cases.witnesses import Witness

from ketameta.cli.conversion_table import CONVERSIONS
from ketameta.measures.zero_cells import RULES
from ketameta.pooling import catalog, network
from ketameta.pooling.bayes.prior_catalog import PRIORS
from ketameta.pooling.catalog.common_effect import COMMON_RATE_METHODS
from ketameta.pooling.glmm.models import GLMM_MODELS
from ketameta.pooling.multilevel_structures import STRUCTURES
from ketameta.pooling.network.splitting import SPLITS
from ketameta.pooling.presets import PRESETS
from ketameta.pooling.robust_catalog import SANDWICHES
from ketameta.sensitivity.bias.egger import PREDICTORS
from ketameta.sensitivity.bias.selection.choices import MODELS
from ketameta.sensitivity.catalog import METHODS

NETWORK_METHODS = {
    **{name: None for name in network.__all__ if name[0].islower()},
    **dict.fromkeys(SPLITS),
}
TESTS = Path(__file__).parents[1]
REASONS = {"program", "published", "hand", "property", "definition"}
PAIRS: tuple[tuple[Mapping[str, object], Mapping[str, Witness]], ...] = (
    (catalog.TAU2_METHODS, witnesses.TAU2),
    (catalog.INTERVAL_METHODS, witnesses.INTERVALS),
    (catalog.PREDICTION_METHODS, witnesses.PREDICTIONS),
    (catalog.TAU2_INTERVAL_METHODS, witnesses.TAU2_INTERVALS),
    ({**catalog.COMMON_EFFECT_METHODS, **COMMON_RATE_METHODS}, witnesses.COUNTS),
    (GLMM_MODELS, witnesses.MIXED),
    (STRUCTURES, witnesses.STRUCTURES),
    (SANDWICHES, witnesses.SANDWICHES),
    (METHODS, witnesses.SENSITIVITY),
    (PRIORS, choice_witnesses.PRIORS),
    (PRESETS, choice_witnesses.PRESETS),
    (CONVERSIONS, choice_witnesses.CONVERSIONS),
    (RULES, choice_witnesses.ZERO_CELLS),
    (dict.fromkeys(MODELS), choice_witnesses.WEIGHT_FUNCTIONS),
    (PREDICTORS, choice_witnesses.PREDICTORS),
    (NETWORK_METHODS, choice_witnesses.NETWORK_METHODS),
)
ALL = [(code, witness) for _, named in PAIRS for code, witness in named.items()]


@pytest.mark.parametrize(("methods", "named"), PAIRS)
def test_every_method_names_its_witness(
    methods: Mapping[str, object], named: Mapping[str, Witness]
) -> None:
    assert set(methods) == set(named)


@pytest.mark.parametrize(("code", "witness"), ALL)
def test_the_witness_is_there(code: str, witness: Witness) -> None:
    assert witness.reason in REASONS
    assert (witness.reason == "program") == witness.path.startswith("reference/")
    text = (TESTS / witness.path).read_text(encoding="utf-8")
    assert witness.word in text, f"{code}: {witness.path} says nothing of {witness.word}"


def test_every_file_of_the_harvest_is_compared() -> None:
    folder = TESTS / "reference" / "harvest"
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    for path in folder.glob("*.json"):
        assert f'"{path.stem}"' in text, f"no test reads {path.name}"

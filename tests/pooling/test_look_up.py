"""Every catalog of pooling is read by one rule."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ketameta.errors import UsageError
from ketameta.pooling.bayes.prior_catalog import PRIORS
from ketameta.pooling.catalog import INTERVAL_METHODS, PREDICTION_METHODS, TAU2_METHODS
from ketameta.pooling.glmm.models import GLMM_MODELS
from ketameta.pooling.look_up import Entry, look_up
from ketameta.pooling.presets import PRESETS

CATALOGS: dict[str, Mapping[str, Entry]] = {
    "tau2": TAU2_METHODS,
    "interval": INTERVAL_METHODS,
    "prediction": PREDICTION_METHODS,
    "prior": PRIORS,
    "mixed model": GLMM_MODELS,
    "preset": PRESETS,
}


@pytest.mark.parametrize("kind", CATALOGS)
def test_every_name_finds_its_entry_however_it_is_written(kind: str) -> None:
    for code, entry in CATALOGS[kind].items():
        for name in (code, *entry.aliases):
            for written in (name, name.upper(), name.replace("-", "_"), name.replace("-", " ")):
                assert look_up(CATALOGS[kind], written, kind).code == code, written


def test_the_nearest_name_is_proposed_or_all_are_listed() -> None:
    with pytest.raises(UsageError, match=r"^prior: there is none .*Did you mean half-normal\?$"):
        look_up(PRIORS, "half-norml", "prior")
    with pytest.raises(UsageError, match=r"'zzz'\. Known are cochrane-2025, revman-5, "):
        look_up(PRESETS, "zzz", "preset")

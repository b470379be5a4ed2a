"""The catalog: complete, light to import, and its scales go there and back."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.errors import UsageError
from ketameta.measures.catalog import MEASURES, measure
from ketameta.measures.columns import COLUMNS
from ketameta.measures.display import SCALES

CODES = sorted(MEASURES)
FAMILIES = {
    *("binary", "continuous", "paired", "proportion", "rate", "correlation"),
    *("reliability", "genotype", "generic"),
}


@pytest.mark.parametrize("code", CODES)
def test_entry_is_complete(code: str) -> None:
    entry = MEASURES[code]
    assert entry.code == code == code.upper()
    assert entry.family in FAMILIES
    assert entry.scale in SCALES
    assert set(entry.columns) <= set(COLUMNS)
    assert entry.summary.endswith(".")
    assert any(character.isdigit() for character in entry.reference)
    function = entry.compute()
    assert function.__doc__
    parameters = inspect.signature(function).parameters
    assert ("zero_cells" in parameters) == (entry.zero_add is not None)
    assert ("variance" in parameters) == bool(entry.variances)


@pytest.mark.parametrize("code", CODES)
def test_default_variance_stands_first(code: str) -> None:
    entry = MEASURES[code]
    if entry.variances:
        default = inspect.signature(entry.compute()).parameters["variance"].default
        assert default == entry.variances[0]


def test_no_numpy_for_names_and_texts() -> None:
    program = (
        "import sys; from ketameta.measures.catalog import MEASURES, measure; measure('or');"
        "print([m for m in ('numpy', 'scipy', 'pandas') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_lookup_is_case_blind_and_suggests() -> None:
    assert measure("smd") is MEASURES["SMD"]
    assert measure(" Or ") is MEASURES["OR"]
    with pytest.raises(UsageError, match="Did you mean"):
        measure("SMDX1")
    with pytest.raises(UsageError, match="ketameta explain lists all measures"):
        measure("quux")


def test_nulls_on_both_scales() -> None:
    assert (measure("OR").null, measure("OR").display_null) == (0.0, 1.0)
    assert (measure("MD").null, measure("MD").display_null) == (0.0, 0.0)
    assert (measure("PLO").null, measure("PLO").display_null) == (None, None)
    assert measure("HR").is_ratio
    assert not measure("MD").is_ratio
    assert not measure("PLN").is_ratio


@pytest.mark.parametrize("scale", sorted(SCALES))
@given(x=st.floats(0.01, 0.99))
def test_scales_go_there_and_back(scale: str, x: float) -> None:
    both = SCALES[scale]
    assert float(both.to_display(both.from_display(x))) == pytest.approx(x, rel=1e-12)


def test_back_transformations_of_metafor() -> None:
    path = Path(__file__).parents[1] / "reference" / "transf.json"
    scale_of = {"transf.ztor": "fisher-z", "transf.ilogit": "logit"}
    back_of = {"transf.rtoz": "fisher-z", "transf.logit": "logit"}
    for case in json.loads(path.read_text())["cases"]:
        name, x = case["function"], np.array(case["xi"])
        if name in scale_of:
            ours = SCALES[scale_of[name]].to_display(x)
        else:
            ours = SCALES[back_of[name]].from_display(x)
        expected = [
            np.nan if value is None else float(str(value).replace("Inf", "inf"))
            for value in case["value"]
        ]
        np.testing.assert_allclose(ours, expected, rtol=1e-12)

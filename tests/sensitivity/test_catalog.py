"""The catalog names every method there is, each with a reference its docstring repeats."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.sensitivity import bias
from ketameta.sensitivity.catalog import METHODS
from ketameta.sensitivity.leave_cluster_out import leave_cluster_out

FOLDER = Path(inspect.getfile(bias)).parents[1]
# Public functions that are parts of a method, or another door to it.
PARTS = {
    "arrays and batches": {
        "leave_one_out_arrays",
        "cumulative_arrays",
        "brief_leave_one_out",
        "brief_cumulative",
        "brief_results",
        "pooler",
        "program_pooler",
        "origin_and_scale",
        "panel_nodes",
        "chebyshev",
        "identical_without_each",
        "order_of",
        "selected_estimates",
        "fisher_exact_p",
    },
    "of the multiverse": {
        "multiverse_of_estimates",
        "multiverse_of_sets",
        "multiverse_summary",
        "inclusion_by_group",
        "fitting_pairs",
        "universes_of",
    },
    "of missing outcomes": {
        "imor_range",
        "imor_result",
        "imor_results",
        "checked_outcomes",
        "missing_outcome_result",
        "missing_outcome_results",
    },
    "of bias methods": {
        "gate",
        "line_test",
        "missing_count",
        "unrestricted_mean",
        "study_power",
        "p_curve_shape",
        "weight_curve",
        "share_below",
        "shift_at",
        "probits",
        "vevea_woods",
        "box_maximum",
        "box_maxima",
        "highest_maximum",
        "highest_maxima",
        "partial_moments",
        "p_values",
        "beta",
        "half_normal",
        "logistic",
        "negative_exponential",
        "power",
    },
    "one by its name, as on the command line": {"sensitivity", "bias", "named_tests"},
}


@pytest.mark.parametrize("code", METHODS)
def test_methods_can_be_called_and_say_where_they_come_from(code: str) -> None:
    method = METHODS[code]
    function = method.compute()
    text = inspect.getdoc(function) or ""
    assert callable(function)
    assert method.doi in text.replace("\n", "")
    assert method.summary.endswith((".", "?"))
    assert method.takes in {"estimates", "counts", "outcomes", "columns"}


def test_no_method_of_this_package_is_missing() -> None:
    listed = {method.function.rsplit(".", 1)[1] for method in METHODS.values()}
    parts = set().union(*PARTS.values())
    files = [*FOLDER.glob("*.py"), *(FOLDER / "bias").rglob("*.py")]
    for file in files:
        if file.stem.startswith(("preset", "reconcil")):  # a command of its own
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert node.name in listed | parts, f"{file.name}: {node.name}"


def test_the_catalog_is_light() -> None:
    code = "import sys, ketameta.sensitivity.catalog; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_leave_cluster_out() -> None:
    estimates = EffectEstimates.from_arrays("MD", [0.1, 0.5, 0.9, 0.3], [0.1, 0.2, 0.1, 0.3])
    found = leave_cluster_out(estimates, ["b", "a", "b", "c"])
    assert [name for name, _ in found] == ["b", "a", "c"]
    by_hand = pool(EffectEstimates.from_arrays("MD", [0.5, 0.3], [0.2, 0.3]))
    assert found[0][1].interval == by_hand.interval
    assert leave_cluster_out(estimates, ["a"] * 4) == ()
    alone = leave_cluster_out(estimates, list("abcd"))
    assert np.isfinite([result.estimate for _, result in alone]).all()
    with pytest.raises(DataError, match="2 cluster names for 4 estimates"):
        leave_cluster_out(estimates, ["a", "b"])

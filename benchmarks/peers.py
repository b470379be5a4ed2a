"""Other programs on the same data in the same run, where they are installed."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from compiled_loop import Array
from tasks import Data, close, selection_fits, three_level_fit

LOOPS = Path(__file__).with_name("metafor_loops.R")


@dataclass(frozen=True)
class PeerTime:
    """Seconds for a whole task, and what was in fact run."""

    seconds: float
    words: str


def best_of(call: Callable[[], object], repeats: int) -> float:
    """Seconds of the quickest of several calls."""
    return min(_seconds(call) for _ in range(repeats))


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def has_metafor() -> bool:
    """Whether R and metafor are there."""
    if shutil.which("Rscript") is None:
        return False
    code = 'quit(status = !requireNamespace("metafor", quietly = TRUE))'
    return subprocess.run(["Rscript", "-e", code], capture_output=True, check=False).returncode == 0


def has(module: str) -> bool:
    """Whether a Python peer can be imported."""
    return importlib.util.find_spec(module) is not None


def metafor_times(data: Data, *, full: bool) -> dict[str, PeerTime]:
    """Every task by metafor in one R process; its three-level fit must agree with ours."""
    with tempfile.TemporaryDirectory() as folder:
        for field in fields(data):
            values = getattr(data, field.name)
            np.savetxt(Path(folder) / f"{field.name}.csv", values, delimiter=",", fmt="%.17g")
        command = ["Rscript", "--vanilla", str(LOOPS), folder, "full" if full else "sample"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"metafor: the R process failed.\n{done.stderr}")
    times = {}
    for line in done.stdout.splitlines():
        name, *rest = line.split("\t")
        if not rest:  # metafor says what it is doing
            continue
        if name == "sigma2":
            _same_three_level(data.three_level, np.array(rest[-1:] + rest[:-1], dtype=float))
        elif name == "fit":
            _same_selection(data.selection, rest[0], np.array(rest[1:], dtype=float))
        else:
            factor = float(rest[1])
            words = rest[2] + (f", x {factor:,.4g}" if factor > 1.0 else "")
            times[name] = PeerTime(float(rest[0]) * factor, words)
    return times


def _same_three_level(rows: Array, found: Array) -> None:
    clusters, components, mean = found[0], found[1:3], found[3]
    fit = three_level_fit(np.ascontiguousarray(rows[:, rows[2] <= clusters]))
    if fit is None:
        return
    ours = fit()
    # metafor's optimiser stops earlier than ours.
    np.testing.assert_allclose(ours.sigma2, components, rtol=1e-4)  # type: ignore[attr-defined]
    np.testing.assert_allclose(ours.beta[0], mean, rtol=1e-5)  # type: ignore[attr-defined]


def _same_selection(pair: Array, model: str, found: Array) -> None:
    for fit in [selection_fits(pair)[model]] if selection_fits(pair) else []:
        ours = fit()
        values = ours.estimate, ours.tau2  # type: ignore[attr-defined]
        # metafor's optimiser stops earlier than ours.
        np.testing.assert_allclose(values, found, rtol=1e-3)


def pymare_times(data: Data) -> dict[str, PeerTime]:
    """PyMARE's vectorised REML with its Knapp-Hartung correction."""
    from pymare.estimators import VarianceBasedLikelihoodEstimator

    y, v = np.ascontiguousarray(data.batch_y.T), np.ascontiguousarray(data.batch_v.T)
    ones = np.ones((10, 1))

    def fit(effects: Array, variances: Array) -> object:
        return VarianceBasedLikelihoodEstimator(method="REML").fit(effects, variances, ones)

    result = fit(y[:, :100], v[:, :100])
    from ketameta.pooling.pool_batch import pool_batch

    ours = pool_batch(data.batch_y[:100], data.batch_v[:100])
    np.testing.assert_allclose(result.params_["tau2"].ravel(), ours.tau2, atol=1e-5)  # type: ignore[attr-defined]
    one = data.single[0][:, None], data.single[1][:, None]
    return {
        "single": PeerTime(best_of(lambda: fit(*one), 10), "REML fit without tau2 interval"),
        "batch": PeerTime(best_of(lambda: fit(y, v), 2), "vectorised REML"),
    }


def statsmodels_times(data: Data) -> dict[str, PeerTime]:
    """statsmodels has no REML; its Paule-Mandel stands for one fit."""
    from statsmodels.stats.meta_analysis import combine_effects

    def fit() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return combine_effects(*data.single, method_re="iterated", use_t=True).summary_frame()

    close(fit().shape[0] > 0, True)  # type: ignore[attr-defined]
    return {"single": PeerTime(best_of(fit, 10), "Paule-Mandel; it has no REML")}


PYTHON_START = """
import ketameta as km
from ketameta.measures.estimates import EffectEstimates
r = km.pool(EffectEstimates.from_arrays("MD", {y}, {v}))
print(r.estimate, r.interval.low, r.interval.high, r.heterogeneity.tau2)
"""
PYMARE_START = """
import numpy as np
from pymare import Dataset
from pymare.estimators import VarianceBasedLikelihoodEstimator
d = Dataset(y=np.array({y}), v=np.array({v}))
print(VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(d).summary().to_df())
"""
R_START = """suppressMessages(library(metafor))
print(rma(c({y}), c({v}), method = "REML", test = "knha"))"""


def process_times(data: Data, *, metafor: bool, pymare: bool) -> dict[str, float]:
    """Seconds of a whole process, from its start to the printed fit; best of three."""
    y, v = data.single.tolist()

    def run(command: list[str]) -> float:
        return best_of(lambda: subprocess.run(command, capture_output=True, check=True), 3)

    python = [sys.executable, "-c"]
    times = {"ketameta": run([*python, PYTHON_START.format(y=y, v=v)])}
    if metafor:
        code = R_START.format(y=str(y)[1:-1], v=str(v)[1:-1])
        times["metafor"] = run(["Rscript", "--vanilla", "-e", code])
    if pymare:
        times["PyMARE"] = run([*python, PYMARE_START.format(y=y, v=v)])
    return times

"""Whatever comes in: a result or one clear error, never a crash, a warning or a silent nan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from ketameta.errors import KetametaError
from ketameta.measures.arms import Counts
from ketameta.measures.estimates import EffectEstimates
from ketameta.sensitivity.catalog import METHODS

RNG = np.random.default_rng(1632)


def drawn(k: int, v: np.ndarray, shift: float = 0.0) -> EffectEstimates:
    y = shift + RNG.normal(0.2, np.sqrt(v + 0.05 * np.median(v)))
    return EffectEstimates.from_arrays("MD", y, v, n=RNG.integers(10, 500, k) * 1.0)


HOSTILE: dict[str, EffectEstimates] = {
    "one": drawn(1, np.array([0.1])),
    "two": drawn(2, np.array([0.1, 0.3])),
    "three": drawn(3, np.array([0.1, 0.3, 0.02])),
    "three equal v": drawn(3, np.full(3, 0.1)),
    "two identical": EffectEstimates.from_arrays("MD", [0.3, 0.3], [0.1, 0.2]),
    "identical": EffectEstimates.from_arrays("MD", np.full(12, 0.3), np.linspace(0.1, 1, 12)),
    "all zero": EffectEstimates.from_arrays("MD", np.zeros(12), np.linspace(0.1, 1, 12)),
    "ties": EffectEstimates.from_arrays("MD", [0.1, 0.2] * 6, [0.1, 0.1, 0.3] * 4),
    "equal v": drawn(12, np.full(12, 0.1)),
    "shifted": drawn(12, RNG.uniform(0.01, 0.5, 12), shift=1e9),
    "tiny": EffectEstimates.from_arrays("MD", RNG.normal(size=12) * 1e-8, np.full(12, 1e-16)),
    "huge": EffectEstimates.from_arrays(
        "MD", RNG.normal(size=12) * 1e8, 1e16 * RNG.uniform(0.5, 2, 12)
    ),
    "wide": drawn(12, 10.0 ** RNG.uniform(-16, 16, 12)),
    "two wide": EffectEstimates.from_arrays("MD", [0.1, -0.2], [1e-16, 1e16]),
    "three wide": EffectEstimates.from_arrays("MD", [0.1, -0.2, 5.0], [1e-16, 1e16, 1.0]),
    "dominated": drawn(12, np.array([1e-16, *RNG.uniform(0.1, 1, 11)])),
    "outlier": EffectEstimates.from_arrays(
        "MD", [1e7, *RNG.normal(size=11)], RNG.uniform(0.1, 1, 12)
    ),
    "precise and far apart": EffectEstimates.from_arrays(
        "MD", np.arange(12) * 1e3, np.full(12, 1e-12)
    ),
}
FROM_ESTIMATES = [code for code, method in METHODS.items() if method.takes == "estimates"]
# Need more than estimates, or are slow on purpose (simulation of 10,000 permutations for nothing).
ARGUMENTS: dict[str, Callable[[EffectEstimates], tuple[Any, ...]]] = {
    "leave-cluster-out": lambda e: (e, [label[0] for label in e.labels]),
    "subgroups": lambda e: (e, ["a" if i % 2 else "b" for i in range(e.k)]),
    "pustejovsky-rodgers": lambda e: (e, np.full(e.k, 20), np.full(e.k, 25)),
    "tornado": lambda e: ({}, lambda _: e),
}


def computed(code: str, estimates: EffectEstimates) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a method is called with."""
    more = ARGUMENTS.get(code)
    arguments = (estimates,) if more is None else more(estimates)
    return arguments, {"chances": (0.9, 0.3)} if code == "copas" else {}


def problem_with(code: str, *arguments: Any, **options: Any) -> str | None:
    """Run a method; the message where it refuses the data. No single number may be nan."""
    try:
        result = METHODS[code].compute()(*arguments, **options)
    except KetametaError as problem:
        return str(problem)
    assert list(single_nans(result, code)) == []
    return None


def single_nans(value: Any, where: str) -> Iterator[str]:
    """Names of numbers (not in arrays) that are nan."""
    if isinstance(value, float) and np.isnan(value):
        yield where
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from single_nans(one, f"{where}[{i}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from single_nans(getattr(value, field.name), f"{where}.{field.name}")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("code", FROM_ESTIMATES)
def test_estimates(code: str, name: str) -> None:
    estimates = HOSTILE[name]
    arguments, options = computed(code, estimates)
    message = problem_with(code, *arguments, **options)
    if message is not None:
        assert ": " in message
        assert message.endswith(".")
        assert "Please report" not in message


SHIFT = 2.0**30
# What a distance from no difference decides moves with the effects; so do z and p values.
ABOUT_THE_NULL = {
    *("pet-peese", "selection", "p-curve", "excess-significance"),
    *("fail-safe-rosenthal", "fail-safe-orwin", "fail-safe-rosenberg"),
}
UNMOVED = {
    *(
        "se",
        "tau2",
        "tau2_se",
        "q",
        "q_p",
        "i2",
        "h2",
        "rho",
        "residual_p",
        "missing",
        "influential",
    ),
    *("rstudent", "dffits", "cooks_distance", "cov_ratio", "tau2_deleted", "q_deleted"),
    *("hat", "weight", "weights", "dfbetas", "heterogeneity", "influence", "tau", "q_between"),
}


def numbers(value: Any, where: str) -> Iterator[tuple[str, float]]:
    """Numbers of a result that a shift of all effects leaves as they are, with their places."""
    if isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from numbers(one, f"{where}[{i}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from numbers(getattr(value, field.name), f"{where}.{field.name}")
    elif where.rpartition(".")[2] in UNMOVED and value is not None:
        for i, one in enumerate(np.atleast_1d(np.asarray(value, dtype=np.float64))):
            yield f"{where}[{i}]", float(one)


@pytest.mark.parametrize("code", [c for c in FROM_ESTIMATES if c not in ABOUT_THE_NULL])
def test_a_shift_by_1e9_moves_means_only(code: str) -> None:
    """Effects are multiples of 2^-20, so that the shift loses none of their digits."""
    rng = np.random.default_rng(2)
    y = np.round(rng.normal(0.3, 0.5, 12) * 2.0**20) / 2.0**20
    v, n = rng.uniform(0.02, 0.3, 12), rng.integers(10, 500, 12) * 1.0
    found = []
    for shift in (0.0, SHIFT):
        estimates = EffectEstimates.from_arrays("MD", y + shift, v, n=n)
        arguments, options = computed(code, estimates)
        found.append(dict(numbers(METHODS[code].compute()(*arguments, **options), "")))
    assert found[1] == pytest.approx(found[0], rel=1e-6, abs=1e-9, nan_ok=True)


# They fit thousands of times from scratch; their array functions have tests of their own.
SLOW = {"leave-one-out", "cumulative", "subsets", "permutation"}


@pytest.mark.parametrize("code", [c for c in FROM_ESTIMATES if c not in SLOW])
def test_thousands_of_studies(code: str) -> None:
    k = 10_000 if code not in ("copas", "excess-significance", "normal-quantiles") else 2_000
    rng = np.random.default_rng(3)
    v = 10.0 ** rng.uniform(-3.0, 1.0, k)
    y, n = rng.normal(0.2, np.sqrt(v + 0.1)), rng.integers(10, 500, k) * 1.0
    estimates = EffectEstimates.from_arrays("MD", y, v, n=n)
    arguments, options = computed(code, estimates)
    message = problem_with(code, *arguments, **options)
    assert message is None or message.endswith(".")


TABLES = {
    "all zero": ([0, 0, 0], [10, 20, 30], [0, 0, 0], [10, 20, 30]),
    "all events": ([10, 20], [10, 20], [10, 20], [10, 20]),
    "one": ([1], [10], [5], [10]),
    "one person": ([1, 0], [1, 1], [0, 1], [1, 1]),
    "large": ([10**7, 3 * 10**6], [10**9, 10**8], [10**6, 10**6], [10**9, 10**8]),
    "some zero": ([0, 3, 5, 2], [10, 20, 30, 25], [2, 0, 4, 6], [10, 20, 30, 25]),
    "no people": ([0, 3], [0, 20], [2, 1], [10, 20]),
    "more events than people": ([11, 3], [10, 20], [2, 1], [10, 20]),
    "not finite": ([np.nan, 3], [10, 20], [2, np.inf], [10, 20]),
}
FROM_COUNTS = [
    code for code, method in METHODS.items() if method.takes == "counts" and code != "fragility"
]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("code", FROM_COUNTS)
def test_counts(code: str, name: str) -> None:
    a, n1, c, n2 = TABLES[name]
    options = {"most": 3} if code == "pooled-fragility" else {}
    message = problem_with(code, Counts(a, n1), Counts(c, n2), **options)
    assert message is None or message.endswith(".")

"""Columns that follow from other columns, row by row, where they are not given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ketameta.measures.estimates import FloatArray


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a column follows from others; `from_test` marks the way through a test statistic."""

    target: str
    sources: tuple[str, ...]
    formula: Callable[..., FloatArray]
    from_test: bool = False


def _total(a: FloatArray, b: FloatArray) -> FloatArray:
    return a + b


def _minus(a: FloatArray, b: FloatArray) -> FloatArray:
    return a - b


def _square(x: FloatArray) -> FloatArray:
    return x**2


def _sd_of_difference(s1: FloatArray, s2: FloatArray, r: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(s1**2 + s2**2 - 2 * r * s1 * s2))


def _correlation(s1: FloatArray, s2: FloatArray, sd_change: FloatArray) -> FloatArray:
    return (s1**2 + s2**2 - sd_change**2) / (2 * s1 * s2)


def _sd_from_se(se: FloatArray, n: FloatArray) -> FloatArray:
    return np.asarray(se * np.sqrt(n))


def _sd_from_t(mean: FloatArray, t: FloatArray, n: FloatArray) -> FloatArray:
    return np.asarray(np.abs(mean / t) * np.sqrt(n))


def _sd_from_f(mean: FloatArray, f: FloatArray, n: FloatArray) -> FloatArray:
    return _sd_from_t(mean, np.sqrt(f), n)


def _sd_from_p(mean: FloatArray, p: FloatArray, n: FloatArray) -> FloatArray:
    return _sd_from_t(mean, stdtrit(n - 1, p / 2), n)


DERIVATIONS = (
    Derivation("n_1", ("events_1", "nonevents_1"), _total),
    Derivation("n_2", ("events_2", "nonevents_2"), _total),
    Derivation("n", ("events", "nonevents"), _total),
    Derivation("vi", ("sei",), _square),
    Derivation("mean_change", ("mean_1", "mean_2"), _minus),
    Derivation("mean_change_1", ("mean_post_1", "mean_pre_1"), _minus),
    Derivation("mean_change_2", ("mean_post_2", "mean_pre_2"), _minus),
    Derivation("sd_change", ("sd_1", "sd_2", "r"), _sd_of_difference),
    Derivation("sd_change", ("se_change", "n"), _sd_from_se),
    Derivation("sd_change", ("mean_change", "t_change", "n"), _sd_from_t, from_test=True),
    Derivation("sd_change", ("mean_change", "f_change", "n"), _sd_from_f, from_test=True),
    Derivation("sd_change", ("mean_change", "p_change", "n"), _sd_from_p, from_test=True),
    Derivation("r", ("sd_1", "sd_2", "sd_change"), _correlation),
)


def relevant_columns(wanted: Iterable[str]) -> set[str]:
    """The wanted columns and all from which they can follow."""
    names = set(wanted)
    for _ in DERIVATIONS:
        names |= {s for d in DERIVATIONS if d.target in names for s in d.sources}
    return names


def fill_derived(
    read: Mapping[str, FloatArray],
) -> tuple[dict[str, FloatArray], dict[str, list[int]]]:
    """The columns with every gap filled that can be, and rows filled through a test statistic.

    Returns
    -------
    columns
        As read, with derived ones added; what cannot be worked out stays NaN.
    from_tests
        Source columns ("mean_change, t_change, n") to the rows filled from them.
    """
    filled = dict(read)
    from_tests: dict[str, list[int]] = {}
    for derivation in DERIVATIONS:
        if not all(name in filled for name in derivation.sources):
            continue
        with np.errstate(all="ignore"):
            value = derivation.formula(*(filled[name] for name in derivation.sources))
        given = filled.get(derivation.target, np.full_like(value, np.nan))
        gaps = np.isnan(given) & np.isfinite(value)
        filled[derivation.target] = np.where(gaps, value, given)
        if derivation.from_test and gaps.any():
            from_tests[", ".join(derivation.sources)] = np.flatnonzero(gaps).tolist()
    return filled, from_tests

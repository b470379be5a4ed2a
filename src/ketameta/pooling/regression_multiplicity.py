"""Adjustment of p values for testing several coefficients or contrasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.look_up import look_up

Adjustment = Callable[[FloatArray], FloatArray]


def bonferroni(p: FloatArray) -> FloatArray:
    """p times the number of tests.

    References
    ----------
    Dunn OJ. J Am Stat Assoc 1961;56:52-64. doi:10.1080/01621459.1961.10482090.
    """
    return np.asarray(p * p.size)


def holm(p: FloatArray) -> FloatArray:
    """Holm's step-down adjustment: as safe as Bonferroni's and never larger.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70.
    """
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    return _restored(order, steps)


def hochberg(p: FloatArray) -> FloatArray:
    """Hochberg's step-up adjustment, for independent or positively dependent tests.

    References
    ----------
    Hochberg Y. Biometrika 1988;75:800-802. doi:10.1093/biomet/75.4.800.
    """
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(p.size, 0, -1)
    return _restored(order, np.minimum.accumulate(steps[::-1])[::-1])


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """False discovery rate of independent or positively dependent tests.

    References
    ----------
    Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.
    doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    order = np.argsort(p, kind="stable")
    steps = p[order] * p.size / np.arange(1, p.size + 1)
    return _restored(order, np.minimum.accumulate(steps[::-1])[::-1])


def benjamini_yekutieli(p: FloatArray) -> FloatArray:
    """False discovery rate under any dependence.

    References
    ----------
    Benjamini Y, Yekutieli D. Ann Stat 2001;29:1165-1188. doi:10.1214/aos/1013699998.
    """
    return np.asarray(benjamini_hochberg(p) * np.sum(1.0 / np.arange(1, p.size + 1)))


def _restored(order: np.ndarray, values: FloatArray) -> FloatArray:
    out = np.empty_like(values)
    out[order] = values
    return out


ADJUSTMENTS: Catalog[Adjustment] = catalog_of(
    Method(
        "holm",
        "Holm",
        "The default: controls the chance of any false finding.",
        "Holm 1979",
        "",
        holm,
    ),
    Method(
        "bonferroni",
        "Bonferroni",
        "Multiplies by the number of tests; safe and blunt.",
        "Dunn 1961",
        "10.1080/01621459.1961.10482090",
        bonferroni,
    ),
    Method(
        "hochberg",
        "Hochberg",
        "Step-up form of Holm for positively dependent tests.",
        "Hochberg 1988",
        "10.1093/biomet/75.4.800",
        hochberg,
    ),
    Method(
        "bh",
        "Benjamini-Hochberg",
        "Controls the expected share of false findings.",
        "Benjamini and Hochberg 1995",
        "10.1111/j.2517-6161.1995.tb02031.x",
        benjamini_hochberg,
        ("fdr",),
    ),
    Method(
        "by",
        "Benjamini-Yekutieli",
        "As Benjamini-Hochberg, under any dependence.",
        "Benjamini and Yekutieli 2001",
        "10.1214/aos/1013699998",
        benjamini_yekutieli,
    ),
)


def adjust_p_values(
    p_values: Sequence[float | None], method: str = "holm"
) -> tuple[float | None, ...]:
    """Adjusted p values, at most 1, in the order given.

    Parameters
    ----------
    p_values
        None where there was no test; such places stay None and are not counted.
    method
        Code in `ADJUSTMENTS`, in any case.

    Raises
    ------
    UsageError
        For an unknown method.
    DataError
        If a p value is not between 0 and 1.

    References
    ----------
    R: `p.adjust(p, method = )`.
    """
    entry = look_up(ADJUSTMENTS, method, "adjustment")
    tested = np.array([p for p in p_values if p is not None], dtype=np.float64)
    if not np.all((tested >= 0.0) & (tested <= 1.0)):
        raise DataError("adjustment: every p value must be between 0 and 1.")
    adjusted = iter(np.minimum(entry.function(tested), 1.0))
    return tuple(None if p is None else float(next(adjusted)) for p in p_values)

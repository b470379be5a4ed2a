"""Pooling of sparse harms by every method that suits them, and what each makes of zero events."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.errors import KetametaError
from ketameta.measures.arms import as_floats
from ketameta.pooling.common_effect import Tables, pool_tables
from ketameta.pooling.exact_odds_ratio import exact_odds_ratio
from ketameta.pooling.score_difference import score_risk_difference

Triple = tuple[float, float, float]
NO_RATIO = (
    "In every study nobody, or everybody, had the event: a ratio is not defined. That is silence "
    "about the ratio, not a ratio of 1."
)
NO_ERROR = (
    "In every study nobody, or everybody, had the event, so that the standard error would be 0 or "
    "does not exist."
)


@dataclass(frozen=True, slots=True)
class HarmMethod:
    """One method for sparse tables.

    Attributes
    ----------
    name, measure
        "RD" on the scale -1 to 1, or "OR".
    uses_zero
        Whether studies without any event have a part in it.
    zero
        What it makes of them, in words.
    function
        Tables and level to estimate, low and high on the scale that readers see; a limit may be
        0 or inf. It raises where the estimate does not exist.
    reference
        Publication.
    """

    name: str
    measure: str
    uses_zero: bool
    zero: str
    function: Callable[[Tables, float], Triple]
    reference: str


@dataclass(frozen=True, slots=True)
class HarmPool:
    """What one method made of several studies; `reason` in place of numbers where there are none.

    `k` counts the studies that had a part in it; `silent` names those that had none.
    """

    method: HarmMethod
    k: int
    silent: tuple[str, ...]
    estimate: float | None
    low: float | None
    high: float | None
    reason: str = ""


def harm_pools(tables: Tables, *, level: float = 0.95) -> tuple[HarmPool, ...]:
    """Every method of `HARM_METHODS` on the same tables, ketamine as group 1."""
    return tuple(_pooled(method, tables, level) for method in HARM_METHODS)


def _pooled(method: HarmMethod, tables: Tables, level: float) -> HarmPool:
    a, n1, c, n2 = as_floats(*tables.group_1, *tables.group_2)
    telling = (a + c > 0) & (a + c < n1 + n2)
    names = np.asarray(tables.labels, dtype=object)
    silent = () if method.uses_zero else tuple(names[~telling])
    k = len(names) - len(silent)
    if not method.uses_zero and not telling.any():
        return HarmPool(method, k, silent, None, None, None, NO_RATIO)
    try:
        estimate, low, high = method.function(tables, level)
    except KetametaError as error:
        reason = str(error) if telling.any() else NO_ERROR
        return HarmPool(method, k, silent, None, None, None, reason)
    return HarmPool(method, k, silent, estimate, low, high)


def _mantel_haenszel_rd(tables: Tables, level: float) -> Triple:
    found = pool_tables(tables, method="MH-RD", level=level)
    assert found.interval.low is not None
    assert found.interval.high is not None
    return found.estimate, found.interval.low, found.interval.high


def _score_rd(tables: Tables, level: float) -> Triple:
    found = score_risk_difference(tables, level=level)
    assert found.interval.low is not None
    assert found.interval.high is not None
    return found.estimate, found.interval.low, found.interval.high


def _common_or(code: str) -> Callable[[Tables, float], Triple]:
    def compute(tables: Tables, level: float) -> Triple:
        found = pool_tables(tables, method=code, level=level)
        return _exp(found.estimate, found.interval.low, found.interval.high)

    return compute


def _exact_or(tables: Tables, level: float) -> Triple:
    found = exact_odds_ratio(tables, level=level)
    return _exp(found.estimate, *found.exact)


def _mid_p_or(tables: Tables, level: float) -> Triple:
    found = exact_odds_ratio(tables, level=level)
    return _exp(found.estimate, *found.mid_p)


def _mixed_or(tables: Tables, level: float) -> Triple:
    from ketameta.pooling.glmm import glmm

    found = glmm(tables.group_1, tables.group_2, model="CM.EL", labels=tables.labels, level=level)
    return _exp(found.estimate, found.interval.low, found.interval.high)


def _beta_binomial_rd(tables: Tables, level: float) -> Triple:
    from ketameta.pooling.beta_binomial import beta_binomial

    found = beta_binomial(
        tables.group_1, tables.group_2, measure="RD", labels=tables.labels, level=level
    )
    assert found.interval.low is not None
    assert found.interval.high is not None
    return found.estimate, found.interval.low, found.interval.high


def _exp(estimate: float, low: float | None, high: float | None) -> Triple:
    assert low is not None
    assert high is not None
    return tuple(_ratio(x) for x in (estimate, low, high))  # type: ignore[return-value]


def _ratio(log: float) -> float:
    return math.exp(log) if log < 700.0 else math.inf


_IN = "They count, with a difference of 0 and the weight of their people."
_OUT = "They have no weight: without an event in either group a study says nothing about a ratio."

HARM_METHODS = (
    HarmMethod(
        "Mantel-Haenszel, score interval",
        "RD",
        True,
        f"{_IN} The interval exists even if no study has an event.",
        _score_rd,
        "Miettinen and Nurminen (1985), doi:10.1002/sim.4780040211",
    ),
    HarmMethod(
        "Mantel-Haenszel, Sato's interval",
        "RD",
        True,
        f"{_IN} If no study has an event, the standard error is 0 and there is no interval.",
        _mantel_haenszel_rd,
        "Sato et al. (1989), doi:10.2307/2531784",
    ),
    HarmMethod(
        "Beta-binomial",
        "RD",
        True,
        "They count as people without the event. Groups are not kept together within studies, and "
        "one group without events in all studies has no standard error.",
        _beta_binomial_rd,
        "Kuss (2015), doi:10.1002/sim.6383",
    ),
    HarmMethod(
        "Mantel-Haenszel without correction",
        "OR",
        False,
        _OUT,
        _common_or("MH-OR"),
        "Mantel and Haenszel (1959), doi:10.1093/jnci/22.4.719",
    ),
    HarmMethod(
        "Peto",
        "OR",
        False,
        f"{_OUT} Meant for events near 1 %, groups of like size and small effects.",
        _common_or("Peto-OR"),
        "Yusuf et al. (1985), doi:10.1016/S0033-0620(85)80003-7",
    ),
    HarmMethod(
        "Exact conditional",
        "OR",
        False,
        _OUT,
        _exact_or,
        "Gart (1970), doi:10.1093/biomet/57.3.471",
    ),
    HarmMethod(
        "Exact conditional, mid-P",
        "OR",
        False,
        _OUT,
        _mid_p_or,
        "Berry and Armitage (1995), doi:10.2307/2348891",
    ),
    HarmMethod(
        "Conditional mixed model",
        "OR",
        False,
        f"{_OUT} Allows for effects that differ between studies.",
        _mixed_or,
        "Stijnen et al. (2010), doi:10.1002/sim.4040",
    ),
)
"""Methods that suit rare events, those that use every study first; none adds 1/2 to anything."""

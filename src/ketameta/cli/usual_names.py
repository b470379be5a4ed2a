"""The names that users of R look for in a result, written beside ketameta's own.

A script that read metafor's object finds the same number under the same name (dots become
underscores: `ci.lb` is `ci_lb`, `se.tau2` is `se_tau2`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

USUAL_NAMES: Mapping[str, str] = {
    "ci_low": "ci_lb",
    "ci_high": "ci_ub",
    "pi_low": "pi_lb",
    "pi_high": "pi_ub",
    "statistic": "zval",
    "p_value": "pval",
    "tau2_se": "se_tau2",
    "tau2_ci_low": "tau2_lb",
    "tau2_ci_high": "tau2_ub",
    "i2": "I2",
    "i2_ci_low": "I2_lb",
    "i2_ci_high": "I2_ub",
    "h2": "H2",
    "h2_ci_low": "H2_lb",
    "h2_ci_high": "H2_ub",
    "r2": "R2",
    "q": "QE",
    "q_df": "QE_df",
    "q_p": "QEp",
    "covariance": "vb",
    "log_likelihood": "ll",
    "fitted": "pred",
    "cooks_distance": "cook_d",
    "cov_ratio": "cov_r",
    "tau2_deleted": "tau2_del",
    "q_deleted": "QE_del",
    "dfbetas": "dfbs",
    "missing_se": "se_k0",
    "lr_statistic": "LRT",
    "lr_p": "LRTp",
}
"""Our key, and the usual one with the same value."""

COEFFICIENTS: Mapping[str, str] = {
    "beta": "estimate",
    "se": "se",
    "zval": "statistic",
    "pval": "p_value",
    "ci_lb": "ci_low",
    "ci_ub": "ci_high",
}
"""Lists over the coefficients of a model: the usual key, and ours within a coefficient."""

OMNIBUS: Mapping[str, str] = {"QM": "statistic", "QMp": "p_value", "QMdf": "df"}
"""The test of the moderators: the usual key, and ours within `omnibus`."""


def with_usual_names(value: Any) -> Any:
    """The value with the usual names added to each object in it; nothing is taken away."""
    if isinstance(value, Mapping):
        own = {str(key): with_usual_names(item) for key, item in value.items()}
        return {**own, **{key: item for key, item in _further(own) if key not in own}}
    if isinstance(value, list | tuple):
        return [with_usual_names(item) for item in value]
    return value


def _further(own: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found = [(usual, own[key]) for key, usual in USUAL_NAMES.items() if key in own]
    if not _of_an_estimate(own):  # a statistic of several coefficients or tables is no z
        found = [(usual, item) for usual, item in found if usual != "zval"]
    if "coefficients" in own:
        rows = own["coefficients"]
        found += [(usual, _column(rows, key)) for usual, key in COEFFICIENTS.items()]
    if "omnibus" in own:
        test = own["omnibus"] if isinstance(own["omnibus"], Mapping) else {}
        found += [(usual, test.get(key)) for usual, key in OMNIBUS.items()]
    if "components" in own:
        found.append(("sigma2", _column(own["components"], "sigma2")))
    return found


def _of_an_estimate(own: Mapping[str, Any]) -> bool:
    """Whether a statistic stands beside an estimate or a standard error."""
    return any(key == "estimate" or key == "se" or key.endswith("_se") for key in own)


def _column(rows: Any, key: str) -> list[Any] | None:
    if not isinstance(rows, Sequence):
        return None
    return [row[key] for row in rows if isinstance(row, Mapping) and key in row]

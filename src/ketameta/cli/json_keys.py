"""Keys of the JSON that commands print for a table (`--data`), and what each holds.

With `--by` every command prints a list of such objects, each with its value under `by`.
"""

from __future__ import annotations

from collections.abc import Mapping

Keys = tuple[tuple[str, str], ...]

_EXCLUDED = ("excluded", "rows not used: list of {study, reason, where}")
_WARNINGS = ("warnings", "list of {code, message}")

POOL: Keys = (
    ("k", "number of studies pooled"),
    ("estimate, se", "pooled mean and the standard error behind its interval"),
    ("ci_low, ci_high", "confidence interval"),
    ("statistic, df, p_value", "estimate / se, degrees of freedom (null: normal), two-sided p"),
    ("tau2, tau2_se", "between-study variance and its standard error"),
    ("tau2_ci_low, tau2_ci_high", "interval of tau2 (`--tau2-ci`, by default Q-profile)"),
    ("i2, i2_ci_low, i2_ci_high", "I² in percent, from tau2, with its interval"),
    ("h2, h2_ci_low, h2_ci_high", "H², from tau2, with its interval"),
    ("i2_q, h2_q", "I² and H² from Q"),
    ("q, q_df, q_p", "Cochran's Q, its degrees of freedom and p value"),
    ("pi_low, pi_high", "prediction interval"),
    ("prediction_se, prediction_df", "standard deviation and df of the distribution behind it"),
    ("wald_ci_low, wald_ci_high", "beside hksj: the normal interval"),
    ("hksj_factor", "beside hksj: what scaled the variance"),
    ("guarded_ci_low, guarded_ci_high", "beside hksj: the interval with the factor at least 1"),
    ("log_likelihood, local_maxima", "with ML and REML: at tau2, and how many maxima were seen"),
    ("weights", "percent, in the order of the rows used"),
    ("studies", "list of {study, label, yi, vi, ci_low, ci_high, weight, n}"),
    _EXCLUDED,
    _WARNINGS,
    ("display", "estimate, ci_low, ci_high, pi_low, pi_high on the scale readers see"),
    (
        "measure, tau2_method, interval_method, prediction_method, weighting, level",
        "what was done",
    ),
)

EFFECTS: Keys = (
    ("measure, k, level", "the measure, number of estimates, coverage of their intervals"),
    (
        "studies",
        "list of {study, yi, vi, sei, ci_low, ci_high, n, made_from, zero_cells_corrected, how, "
        "where, display}",
    ),
    _EXCLUDED,
    _WARNINGS,
)

JSON_KEYS: Mapping[str, Keys] = {"effects": EFFECTS, "pool": POOL}


def key_names(command: str) -> set[str]:
    """The keys of one command."""
    return {name.strip() for keys, _ in JSON_KEYS[command] for name in keys.split(",")}

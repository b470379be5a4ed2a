"""The whole script: the data as R code, one analysis after another, and the results as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ketameta.exchange.r_script.language import r_comment, r_number, r_text, r_vector
from ketameta.exchange.r_script.model import (
    WITHOUT_CONTRAST,
    counts_call,
    pooling_function,
    refuse_unknown,
    tau2_interval_lines,
)
from ketameta.pooling.catalog import SCORE
from ketameta.pooling.result import PooledResult

_NAMES = {
    "events_1": "ai",
    "n_1": "n1i",
    "events_2": "ci",
    "n_2": "n2i",
    "mean_1": "m1i",
    "sd_1": "sd1i",
    "mean_2": "m2i",
    "sd_2": "sd2i",
}
_RATES = {"events_1": "x1i", "time_1": "t1i", "events_2": "x2i", "time_2": "t2i"}
_ONE_GROUP = {"events": "xi", "n": "ni", "time": "ti"}
_AGAIN = {
    **dict.fromkeys(("OR", "RR", "RD"), ("ai", "n1i", "ci", "n2i")),
    **dict.fromkeys(("MD", "SMD", "ROM"), ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")),
}
"""Measures that `escalc()` computes as ketameta does, with the columns it needs."""

_DIFFERENCES = (
    "One study: ketameta leaves tau2 empty and gives no prediction interval; rma() says tau2 = 0.",
    "Identical effects: the Hartung-Knapp interval of rma() has the width 0; ketameta then uses "
    "the plain standard error and says so.",
    "An empty set for tau2: confint() prints [0, 0]; ketameta says that there is no interval.",
    "Several maxima of the likelihood: rma() may stop at a lower one; ketameta takes the highest.",
    "rma() stops its search early by default, off by up to 8e-5; `control` below makes it exact.",
)

_START = """\
suppressMessages(library(metafor))
library(jsonlite)
control <- list(threshold = 1e-12, tol = 1e-13, maxiter = 5000, tau2.max = 1e6)
# The iterated moment estimator (SJIT) never settles to the last digit.
iterated <- modifyList(control, list(threshold = 1e-9))
limits <- list(tol = 1e-12, tau2.max = 1e6)
answers <- list()
"""
_END = (
    'cat(toJSON(answers, digits = NA, auto_unbox = TRUE, na = "null", null = "null", '
    'pretty = TRUE), "\\n")\n'
)
_COUNTED = """\
answer <- list(k = nrow(d), estimate = fit$beta[1], se = fit$se, low = fit$ci.lb,
               high = fit$ci.ub)
"""


@dataclass(frozen=True, slots=True)
class ScriptAnalysis:
    """One meta-analysis of a script.

    Attributes
    ----------
    key
        Its name in the JSON.
    title
        What it is, in words.
    measure
        Code of the measure.
    labels, y, v
        Studies with effect and sampling variance on the analysis scale, each of length k.
    columns
        Counts or means by their names in the project's tables, None or NaN where missing.
    pooled
        ketameta's own result, for the methods it names; None where there is no study.
    zero_cells, tau2_interval
        Codes of the rule for zero cells, and of the interval for tau2.
    """

    key: str
    title: str
    measure: str
    labels: Sequence[str]
    y: Sequence[float]
    v: Sequence[float]
    pooled: PooledResult | None
    columns: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    zero_cells: str = "only0"
    tau2_interval: str = "QP"


def r_script(analyses: Sequence[ScriptAnalysis], *, title: str, made_by: str) -> str:
    """The script; run by Rscript it prints one JSON object with the results by key.

    Parameters
    ----------
    analyses
        In the order wanted.
    title
        The review, question or file.
    made_by
        The program and its version.

    Raises
    ------
    UsageError
        For a method that metafor does not have.
    """
    parts = [
        r_comment(title),
        r_comment(f"Made by {made_by}. Run: Rscript THIS-FILE (needs metafor and jsonlite)."),
        "#",
        "# Where metafor and ketameta differ on purpose:",
        *(r_comment(f"- {text}") for text in _DIFFERENCES),
        _START,
        *(_analysis(entry) for entry in analyses),
        _END,
    ]
    return "\n".join(parts)


def _analysis(entry: ScriptAnalysis) -> str:
    head = [r_comment(f"---- {entry.key}: {entry.title} ({entry.measure}, {len(entry.y)} studies)")]
    pooled = entry.pooled
    if pooled is None or not entry.y:
        return "\n".join([*head, f"answers[[{r_text(entry.key)}]] <- list(k = 0)\n"])
    columns = _columns(entry)
    head += [_frame(entry, columns), f"level <- {r_number(round(100 * pooled.level, 10))}"]
    if pooled.interval_method == SCORE.code:
        head.append(WITHOUT_CONTRAST)
    elif pooled.weighting == "IV":
        refuse_unknown(pooled, entry.tau2_interval)
        head.append(_by_variance(entry, pooled, columns))
    else:
        head.append(f"fit <- {counts_call(pooled)}\n{_COUNTED}")
    return "\n".join([*head, f"answers[[{r_text(entry.key)}]] <- answer\n"])


def _columns(entry: ScriptAnalysis) -> dict[str, Sequence[float | None]]:
    names = {**(_RATES if "time_1" in entry.columns else _NAMES), **_ONE_GROUP}
    return {names[key]: values for key, values in entry.columns.items() if key in names}


def _frame(entry: ScriptAnalysis, columns: Mapping[str, Sequence[float | None]]) -> str:
    cells = {
        "study": r_vector(list(entry.labels)),
        **{name: r_vector(list(values)) for name, values in columns.items()},
        "yi": r_vector(list(entry.y)),
        "vi": r_vector(list(entry.v)),
    }
    body = ",\n".join(f"  {name} = {text}" for name, text in cells.items())
    return f"d <- data.frame(\n{body},\n  stringsAsFactors = FALSE)"


def _by_variance(
    entry: ScriptAnalysis, pooled: PooledResult, columns: Mapping[str, Sequence[float | None]]
) -> str:
    lines = [pooling_function(pooled), "yi <- d$yi; vi <- d$vi", "answer <- pooled(yi, vi)"]
    lines.append(tau2_interval_lines(pooled, entry.tau2_interval))
    if pooled.k >= 3:
        lines += [
            "# leave1out(rma(...)) gives the same where the interval is one of metafor's.",
            "answer$leave_one_out <- lapply(seq_along(yi), function(i)",
            '  c(list(study = d$study[i]), pooled(yi[-i], vi[-i])[c("estimate", "low", "high", '
            '"tau2")]))',
        ]
    needed = _AGAIN.get(entry.measure, ())
    if needed and all(name in columns for name in needed):
        given = ", ".join(f"{name} = {name}" for name in needed)
        zero = "" if "m1i" in needed else f", add = 1/2, to = {r_text(_rule(entry.zero_cells))}"
        lines += [
            "# The effects again from counts or means, where the studies report those.",
            f'e <- escalc("{entry.measure}", {given}, data = d{zero}, var.names = c("y2", "v2"))',
            "# Signs apart, for outcomes that the review turned round.",
            "answer$largest_difference_of_effects <- suppressWarnings(",
            "  max(abs(abs(e$y2) - abs(yi)), abs(e$v2 - vi), 0, na.rm = TRUE))",
        ]
    return "\n".join(line for line in lines if line)


def _rule(code: str) -> str:
    """metafor's `to` by our rule; what it has not is done to single rows there."""
    return code if code in ("only0", "all", "if0all", "none") else "only0"

"""The R functions that pool: metafor's calls for each method of the catalogs."""

from __future__ import annotations

from ketameta.errors import UsageError
from ketameta.pooling.result import PooledResult

TESTS = {"hksj": "knha", "hksj-guarded": "adhoc", "hksj-hybrid": "knha", "wald": "z", "t": "t"}
"""metafor's `test` by our interval method; the hybrid takes the wider of two."""
_TWO_STEPS = {"GENQ", "GENQM"}
_ITERATED = {"SJIT"}
_IN_METAFOR = {"DLIT": "PM"}
"""Iterated to the end, DLIT is Paule-Mandel; metafor's DLIT circles or stops elsewhere."""
_PREDICTIONS = {
    "t(k-1)": ("fit$se", "k - 1"),
    "t(k-1)-plain": ("plain$se", "k - 1"),
    "z": ("plain$se", "Inf"),
    "t(k-2)": ("plain$se", "k - 2"),
    "hksj": ("scaled$se", "k - 1"),
    "hksj(k-2)": ("scaled$se", "k - 2"),
}
"""Standard error and degrees of freedom of the prediction interval."""
_PROFILES = {
    "QP": "confint(random, level = level, control = limits)$random",
    "PL": 'confint(random, level = level, type = "PL", control = limits)$random',
    "J": "genq(1 / sqrt(vi))",
    "BJ": "genq(1 / vi)",
}

_COUNTS = "ai = ai, n1i = n1i, ci = ci, n2i = n2i"
_RATES = "x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i"
_MIXED = {"OR": _COUNTS, "IRR": _RATES, "PLO": "xi = xi, ni = ni", "IRLN": "xi = xi, ti = ti"}
_MODELS = ("UM.FS", "UM.RS", "CM.EL", "CM.AL")

_HEAD = """\
# Pools effects yi with sampling variances vi: a list with the mean, its interval, tau2 and I2.
pooled <- function(yi, vi) {
  k <- length(yi)
  if (k == 1) {
    half <- qnorm((1 + level / 100) / 2) * sqrt(vi)
    return(list(k = 1, estimate = yi, se = sqrt(vi), low = yi - half, high = yi + half,
                weights = 100))
  }
"""
_TAIL = """\
  list(k = k, estimate = fit$beta[1], se = fit$se, low = low, high = high, tau2 = fit$tau2,
       i2 = fit$I2, q = fit$QE, q_df = k - 1, q_p = fit$QEp, prediction_low = ahead[1],
       prediction_high = ahead[2], weights = unname(weights(fit)))
}
"""
_GENQ = """\
# Interval of tau2 from the generalised Q with fixed weights; needs the R package CompQuadForm.
genq <- function(w) confint(rma(yi, vi, weights = w, method = "GENQ"), level = level,
                            control = limits)$random
"""

WITHOUT_CONTRAST = """\
# Nobody, or everybody, in both groups had the event. rma.mh() gives a difference of 0 without an
# interval; the score interval (Miettinen and Nurminen 1985) has a closed form here.
z <- qnorm((1 + level / 100) / 2)
n <- d$n1i + d$n2i
w <- d$n1i * d$n2i / n
w <- w / sum(w)
limit <- function(m) { s <- z^2 * sum(w^2 * n / (m * (n - 1))); s / (1 + s) }
nobody <- d$ai + d$ci == 0
answer <- list(k = nrow(d), estimate = 0, low = -limit(ifelse(nobody, d$n2i, d$n1i)),
               high = limit(ifelse(nobody, d$n1i, d$n2i)), q = 0, weights = 100 * w)
answer$se <- (answer$high - answer$low) / (2 * z)"""
"""R lines that put into `answer` what has no variance."""


def refuse_unknown(pooled: PooledResult, tau2_interval: str) -> None:
    """Refuse methods that metafor does not have.

    Raises
    ------
    UsageError
        With what to choose instead.
    """
    for option, code, known in (
        ("ci", pooled.interval_method, TESTS),
        ("prediction", pooled.prediction_method, _PREDICTIONS),
        ("tau2-ci", tau2_interval, _PROFILES),
    ):
        if code not in known:
            raise UsageError(
                f"--{option} {code}: metafor has no such method, so a script could not show the "
                f"same. Choose one of {', '.join(known)}."
            )


def pooling_function(pooled: PooledResult) -> str:
    """The R function `pooled(yi, vi)` for the methods of a result of several studies."""
    method = _IN_METAFOR.get(pooled.tau2_method, pooled.tau2_method)
    test = TESTS[pooled.interval_method]
    if method in _TWO_STEPS:
        needs = "  # Needs the R package CompQuadForm.\n" if method == "GENQM" else ""
        first = (
            needs + f'  tau2 <- rma(yi, vi, weights = 1 / sqrt(vi), method = "{method}",\n'
            "              control = control)$tau2\n"
        )
        how = "tau2 = tau2"
    else:
        first, how = "", f'method = "{method}"'
    control = "iterated" if method in _ITERATED else "control"
    call = f"rma(yi, vi, {how}, test = {{test}}, level = level, control = {control})"

    def fit(name: str, what: str) -> str:
        return f"  {name} <- {call.format(test=chr(34) + what + chr(34))}\n"

    se, df = _PREDICTIONS[pooled.prediction_method]
    if method != pooled.tau2_method:
        first = f"  # {pooled.tau2_method}, iterated to the end, is {method}; rma() may circle.\n"
    body = _HEAD + first + fit("fit", test) + "  low <- fit$ci.lb; high <- fit$ci.ub\n"
    if pooled.interval_method == "hksj-hybrid" or se.startswith("plain"):
        body += fit("plain", "z")
    if se.startswith("scaled"):
        body += fit("scaled", "knha")
    if pooled.interval_method == "hksj-hybrid":
        body += (
            "  # The wider of the Hartung-Knapp and the normal interval (Jackson et al. 2017).\n"
            "  if (plain$ci.ub - plain$ci.lb > high - low) {\n"
            "    low <- plain$ci.lb; high <- plain$ci.ub; fit$se <- plain$se\n  }\n"
        )
    if method == "EE":
        body += "  ahead <- c(NA, NA)  # equal effects: a new study has the same effect\n"
        body += "  fit$I2 <- NA  # not estimated in this model; metafor takes it from Q\n"
    else:
        body += (
            f"  # predict(fit) gives the same where its degrees of freedom and error are these.\n"
            f"  df <- {df}\n"
            f"  half <- if (df < 1) NA else qt((1 + level / 100) / 2, df) * "
            f"sqrt({se}^2 + fit$tau2)\n"
            "  ahead <- fit$beta[1] + c(-1, 1) * half\n"
        )
    return body + _TAIL


def tau2_interval_lines(pooled: PooledResult, code: str) -> str:
    """R lines that put the interval of tau2 into `answer`; none for equal effects or one study."""
    if pooled.k < 2 or pooled.tau2_method == "EE":
        return ""
    method = _IN_METAFOR.get(pooled.tau2_method, pooled.tau2_method)
    method = "REML" if method in _TWO_STEPS else method
    likelihood = "ML" if pooled.tau2_method == "ML" else "REML"
    method = likelihood if code == "PL" else method
    lines = _GENQ if code in ("J", "BJ") else ""
    control = "iterated" if method in _ITERATED else "control"
    return lines + (
        f'random <- rma(yi, vi, method = "{method}", control = {control})\n'
        f"profile <- {_PROFILES[code]}\n"
        "answer$tau2_low <- profile[1, 2]; answer$tau2_high <- profile[1, 3]\n"
    )


def counts_call(pooled: PooledResult) -> str:
    """The call of metafor that pools counts: Mantel-Haenszel, Peto, or a mixed model.

    Raises
    ------
    UsageError
        For methods that metafor does not have.
    """
    kind, _, measure = pooled.weighting.partition("-")
    if kind == "MH":
        data = _RATES if measure.startswith("IR") else _COUNTS
        return f'rma.mh({data}, data = d, measure = "{measure}", level = level)'
    if kind == "Peto":
        return f"rma.peto({_COUNTS}, data = d, level = level)"
    model = pooled.weighting.upper()
    if model not in _MODELS or pooled.measure not in _MIXED:
        raise UsageError(
            f"--method {pooled.weighting}: metafor has no such method, so a script could not show "
            "the same. Choose iv, mh, peto or glmm."
        )
    method = "EE" if pooled.tau2_method == "EE" else "ML"
    test = "z" if pooled.df is None else "t"
    chosen = f'model = "{model}", ' if pooled.measure in ("OR", "IRR") else ""
    return (
        "suppressWarnings(\n"
        f'  rma.glmm({_MIXED[pooled.measure]}, data = d, measure = "{pooled.measure}", {chosen}\n'
        f'           method = "{method}", test = "{test}", level = level))\n'
        "# rma.glmm() integrates with few nodes and stops early: expect 3 to 4 equal digits."
    )

"""What a generalised linear mixed model returns, on the log scale."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.estimates import Caution
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class CommonEffect:
    """The same model with one effect shared by all studies (tau2 = 0)."""

    estimate: float
    se: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class FitCertificate:
    """Why the maximum can be trusted.

    Attributes
    ----------
    local_maxima
        How many the search over tau (and sigma) saw; the highest is reported.
    at_boundary
        Whether tau2 = 0 is the maximum.
    rule, points
        How random effects were integrated out, and with how many nodes for each.
    quadrature_error
        Change in log-likelihood with the next better rule.
    """

    local_maxima: int
    at_boundary: bool
    rule: str
    points: int
    quadrature_error: float


@dataclass(frozen=True, slots=True)
class GLMMHeterogeneity:
    """How much the true effects differ, and tests of whether they do.

    Attributes
    ----------
    tau2, tau2_se, tau2_interval
        Variance of true effects on the log scale; se from the curvature of the likelihood (None
        at the boundary), interval by profile likelihood where that was asked for. All None with
        a single study.
    sigma2
        Variance of study intercepts; UM.RS only.
    i2, h2
        From tau2 and the typical sampling variance of the studies' own estimates.
    q_lrt, q_wald, q_df, q_lrt_p, q_wald_p
        Tests of one shared effect against an effect of its own for each study: by likelihood
        ratio, and by the squared distances of the studies' estimates. In the latter a study whose
        own estimate is infinite (a zero cell) has no weight: with zeros, trust the former.
    tau2_lrt, tau2_lrt_p
        Likelihood ratio of tau2 = 0; p from the even mixture of chi-squared with 0 and 1 df.
    """

    tau2: float | None
    tau2_se: float | None
    tau2_interval: Interval
    sigma2: float | None
    i2: float | None
    h2: float | None
    q_lrt: float
    q_wald: float | None
    q_df: int
    q_lrt_p: float | None
    q_wald_p: float | None
    tau2_lrt: float | None
    tau2_lrt_p: float | None


@dataclass(frozen=True, slots=True)
class GLMMResult:
    """One pooled effect from counts or rates, on the log scale.

    Attributes
    ----------
    measure, model
        "OR", "IRR", "PLO" or "IRLN"; model as in `GLMM_MODELS`.
    k, labels
        Studies that carry information.
    left_out
        Label and reason of every other study.
    interval_method, level
        "wald", "t" or "profile", and the coverage of the intervals.
    estimate, se, interval
        Mean of the true effects, its standard error, and its interval.
    statistic, df, p_value
        estimate / se; with "profile" the signed root of the likelihood ratio. df is None for the
        normal distribution.
    prediction
        For the true effect in a new study; None for a single study.
    log_likelihood
        The marginal one, with all constants.
    conditional_log_likelihood
        Given the likeliest random effects. For models that it fits through lme4 with more than
        one node, metafor 3.8 prints this one as its log-likelihood.
    parameters
        How many were estimated; for information criteria.
    """

    measure: str
    model: str
    k: int
    labels: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    interval_method: str
    level: float
    estimate: float
    se: float
    interval: Interval
    statistic: float | None
    df: float | None
    p_value: float | None
    prediction: Interval
    heterogeneity: GLMMHeterogeneity
    common: CommonEffect
    log_likelihood: float
    conditional_log_likelihood: float
    parameters: int
    certificate: FitCertificate
    cautions: tuple[Caution, ...] = ()

"""`glmm`: counts or rates in, one pooled effect out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import UsageError
from ketameta.pooling.glmm.cautions import glmm_cautions
from ketameta.pooling.glmm.design import Design, predictor
from ketameta.pooling.glmm.designs import common_design, design_of, refuse_infinite
from ketameta.pooling.glmm.heterogeneity import homogeneity_tests, typical_variance
from ketameta.pooling.glmm.inference import (
    Inference,
    check_interval,
    critical_value,
    infer,
    standard_errors,
)
from ketameta.pooling.glmm.laplace import laplace_fit
from ketameta.pooling.glmm.models import glmm_model
from ketameta.pooling.glmm.result import (
    CommonEffect,
    FitCertificate,
    GLMMHeterogeneity,
    GLMMResult,
)
from ketameta.pooling.glmm.search import Fit, fit, fit_common
from ketameta.pooling.glmm.tables import EventData, Group, event_data
from ketameta.pooling.result import Interval

SINGLE_GROUP = {"PLO": "LOGIT-NORMAL", "IRLN": "POISSON-NORMAL"}


def glmm(
    group_1: Group,
    group_2: Group | None = None,
    *,
    model: str | None = None,
    labels: Sequence[str] | None = None,
    interval: str = "wald",
    level: float = 0.95,
) -> GLMMResult:
    """Pooled log odds ratio, log rate ratio, log odds or log rate by a mixed model.

    For sparse data: the counts enter the likelihood as they are, so that zero cells need no
    correction and small studies no normal approximation.

    Parameters
    ----------
    group_1, group_2
        `Counts` (events and people) or `Rates` (events and person-time), arrays of shape (k,).
        Without group_2 the log odds or log rate of a single group.
    model
        Code of `GLMM_MODELS`, in any case; by default "CM.EL" for two groups. "UM.RS:laplace"
        integrates UM.RS by the Laplace approximation, as lme4 and metafor do.
    labels
        One per study.
    interval
        "wald" (normal), "t" (k - 1 degrees of freedom) or "profile" (profile likelihood, also
        for tau2; to be preferred with sparse data).
    level
        Coverage of the intervals.

    Raises
    ------
    UsageError
        For an unknown model or interval.
    DataError
        For impossible counts, or where the estimate or tau2 is infinite, with what to do.
    ConvergenceError
        When a maximum cannot be reached; never a number instead.

    References
    ----------
    Stijnen T, Hamza TH, Ozdemir P. Stat Med 2010;29:3046-3067. doi:10.1002/sim.4040.
    Jackson D et al. Stat Med 2018;37:1059-1085. doi:10.1002/sim.7588.

    Notes
    -----
    metafor: `rma.glmm(measure = "OR", model = "CM.EL")` and the like. It differs on purpose: the
    maximum is the global one; the integrals are refined until the log-likelihood no longer
    changes (metafor uses seven Gauss-Hermite nodes, and for UM.RS one); the log-likelihood is the
    marginal one throughout; and where the estimate is infinite there is an error instead of a
    large number.
    """
    method = check_interval(interval, level)
    data = event_data(group_1, group_2, labels)
    code, laplace = _chosen(model, data.measure)
    if laplace and method == "profile":
        raise UsageError("mixed model: there are no profile intervals with UM.RS:laplace.")
    refuse_infinite(data, code)
    design, found, common = _fits(data, code, laplace)
    inferred = infer(design, found, method, level)
    common_plain = common_design(data, code)
    common_se, _ = standard_errors(common_plain, common)
    shared = CommonEffect(
        float(common.maximum.at.beta[0]), common_se, common.maximum.log_likelihood
    )
    spread = _heterogeneity(data, code, design, found, inferred, shared)
    certificate = FitCertificate(
        found.local_maxima,
        spread.tau2 == 0.0,
        found.rule.name if design.d else "nothing to integrate",
        found.rule.points,
        found.quadrature_error,
    )
    result = GLMMResult(
        measure=data.measure,
        model=code,
        k=data.k,
        labels=data.labels,
        left_out=data.left_out,
        interval_method=method,
        level=level,
        estimate=inferred.estimate,
        se=inferred.se,
        interval=inferred.interval,
        statistic=inferred.statistic,
        df=inferred.df,
        p_value=inferred.p_value,
        prediction=_prediction(inferred, spread.tau2, level),
        heterogeneity=spread,
        common=shared,
        log_likelihood=found.maximum.log_likelihood,
        conditional_log_likelihood=_conditional(design, found),
        parameters=design.shared + (design.k if design.own is not None else 0),
        certificate=certificate,
    )
    return replace(result, cautions=tuple(glmm_cautions(data, result)))


def _chosen(model: str | None, measure: str) -> tuple[str, bool]:
    """Code of the model, and whether the Laplace approximation is asked for."""
    if model is None:
        return SINGLE_GROUP.get(measure, "CM.EL"), False
    name, _, how = model.partition(":")
    code = glmm_model(name, measure).code
    if how and (how.casefold() != "laplace" or code != "UM.RS"):
        raise UsageError(
            f"mixed model: {model!r} is not on offer; the Laplace approximation is written "
            "UM.RS:laplace."
        )
    return code, bool(how)


def _fits(data: EventData, model: str, laplace: bool) -> tuple[Design, Fit, Fit]:
    """Design and fit of the model, and the fit with one effect shared by all studies."""
    plain = common_design(data, model)
    common = fit(plain, fit_common(plain).maximum.at)
    if data.k == 1:
        return plain, common, common
    design = design_of(data, model)
    found = fit(design, common.maximum.at)
    if design.d == 2 and found.maximum.at.sigma[0] == 0.0:
        found = _without_first(found, common)
    return design, laplace_fit(design, found) if laplace else found, common


def _without_first(found: Fit, common: Fit) -> Fit:
    """The fit at tau = 0, where the common-effect fit has one random effect less to integrate."""
    best = common.maximum
    at = replace(best.at, sigma=np.append(0.0, best.at.sigma))
    modes = np.column_stack([np.zeros(len(best.modes)), best.modes])
    return replace(
        common, maximum=replace(best, at=at, modes=modes), local_maxima=found.local_maxima
    )


def _heterogeneity(
    data: EventData,
    model: str,
    design: Design,
    found: Fit,
    inferred: Inference,
    common: CommonEffect,
) -> GLMMHeterogeneity:
    tests = homogeneity_tests(data, model, common.log_likelihood)
    sigma = found.maximum.at.sigma
    tau2 = float(sigma[0] ** 2) if data.k > 1 else None
    typical = typical_variance(data)
    ratio = None
    if tau2 is not None:
        gained = found.maximum.log_likelihood - common.log_likelihood
        ratio = max(0.0, 2.0 * gained) if tau2 > 0.0 else 0.0
    limits = (inferred.tau_interval.low, inferred.tau_interval.high)
    squares = [None if tau is None else tau * tau for tau in limits]
    h2 = None if tau2 is None or typical is None else 1.0 + tau2 / typical
    return GLMMHeterogeneity(
        tau2=tau2,
        tau2_se=None if inferred.tau_se is None else 2.0 * float(sigma[0]) * inferred.tau_se,
        tau2_interval=Interval(*squares),
        sigma2=float(sigma[1] ** 2) if design.d == 2 else None,
        i2=None if h2 is None else 100.0 * (1.0 - 1.0 / h2),
        h2=h2,
        q_lrt=tests.lrt,
        q_wald=tests.wald,
        q_df=tests.df,
        q_lrt_p=tests.lrt_p,
        q_wald_p=tests.wald_p,
        tau2_lrt=ratio,
        tau2_lrt_p=None if ratio is None else _boundary_p(ratio),
    )


def _boundary_p(ratio: float) -> float:
    return 1.0 if ratio == 0.0 else 0.5 * float(chdtrc(1.0, ratio))


def _prediction(inferred: Inference, tau2: float | None, level: float) -> Interval:
    if tau2 is None:
        return Interval(None, None)
    half = critical_value(level, inferred.df) * math.hypot(inferred.se, math.sqrt(tau2))
    return Interval(inferred.estimate - half, inferred.estimate + half)


def _conditional(design: Design, found: Fit) -> float:
    """Log-likelihood given the likeliest random effects."""
    z = found.maximum.modes[:, None, :]
    return float(
        sum(
            cells(predictor(design, found.maximum.at, arm, z)).value.sum()
            for arm, cells in enumerate(design.cells)
        )
    )

"""A weighted regression line of effects on a measure of study size, and the test of its slope."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ketameta.counting import counted
from ketameta.errors import UsageError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.design_matrix import design_from_columns
from ketameta.pooling.intervals import symmetric_interval, two_sided_p
from ketameta.pooling.regression_basis import CONSTANT_TOLERANCE, column_basis
from ketameta.pooling.regression_choices import coefficient_test
from ketameta.pooling.regression_fit import weighted_fit
from ketameta.pooling.result import Interval

NO_INTERVAL = Interval(None, None)


@dataclass(frozen=True, slots=True)
class Dispersion:
    """What lets studies scatter around the line more than their sampling variances say.

    Attributes
    ----------
    model
        "multiplicative": all variances are multiplied by one factor, estimated from the
        residuals; t with k - 2 degrees of freedom (`lm` in metafor). "additive": a variance tau2
        between studies is added (`rma` in metafor).
    tau2, interval
        For "additive": estimator, and test of the coefficients as in meta-regression (wald, t,
        hksj, hksj-guarded).
    level
        Coverage of intervals.
    """

    model: str = "multiplicative"
    tau2: str = "REML"
    interval: str = "wald"
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.model not in ("multiplicative", "additive"):
            raise UsageError(
                f"small-study effects: there is no model {self.model!r}. Use multiplicative or "
                "additive."
            )
        check_level(self.level)


@dataclass(frozen=True, slots=True)
class AsymmetryTest:
    """Test of funnel plot asymmetry by a regression line, on the scale it was fitted on.

    Attributes
    ----------
    code, model, predictor
        Which test, which dispersion, and what the effects are regressed on.
    k
        Number of studies.
    statistic, df, p_value
        Of the hypothesis that the slope is 0; df None for the normal distribution. None where
        there is no test (the reason stands in the cautions).
    slope, slope_se
        Change of the effect per unit of the predictor.
    limit, limit_se, limit_interval
        The line where the predictor is 0. For predictors that are 0 in an infinitely large study
        this is the effect in such a study.
    tau2, factor
        Additive variance, or multiplicative factor of the variances; None for the other model.
    cautions
        When not to believe it.
    """

    code: str
    model: str
    predictor: str
    k: int
    statistic: float | None = None
    df: float | None = None
    p_value: float | None = None
    slope: float | None = None
    slope_se: float | None = None
    limit: float | None = None
    limit_se: float | None = None
    limit_interval: Interval = NO_INTERVAL
    tau2: float | None = None
    factor: float | None = None
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Data of a regression line: effects, their variances and the predictor, (k,) each."""

    y: FloatArray
    v: FloatArray
    x: FloatArray
    predictor: str


def line_test(
    code: str, line: Line, dispersion: Dispersion, cautions: tuple[Caution, ...] = ()
) -> AsymmetryTest:
    """Fit the line and test its slope; without a test where the data allow none."""
    none = AsymmetryTest(code, dispersion.model, line.predictor, line.y.size, cautions=cautions)
    reason = _why_no_test(line)
    if reason is not None:
        return replace(none, cautions=(*cautions, reason))
    design = design_from_columns({line.predictor: line.x})
    basis = column_basis(design)
    df = line.y.size - 2.0
    tau2 = 0.0
    if dispersion.model == "additive":
        tau2 = float(tau2_method(dispersion.tau2).function(line.y, line.v, basis.basis))
    fit = weighted_fit(line.y, line.v, tau2, basis)
    ratio = fit.q / df
    if dispersion.model == "multiplicative":
        factor = ratio
        reference: float | None = df
    else:
        scaling = coefficient_test(dispersion.interval).function
        factor = 1.0 if fit.perfect else scaling.factor(ratio)
        reference = df if scaling.uses_t else None
    if fit.perfect:
        cautions = (*cautions, PERFECT)
    if factor == 0.0 or (fit.perfect and dispersion.model == "multiplicative"):
        return replace(none, cautions=cautions)
    spread = fit.coefficient_factor * np.sqrt(factor)
    limit_se, slope_se = np.sqrt((spread * spread).sum(axis=1)).tolist()
    limit, slope = fit.coefficients.tolist()
    return replace(
        none,
        statistic=slope / slope_se,
        df=reference,
        p_value=two_sided_p(slope / slope_se, reference),
        slope=slope,
        slope_se=slope_se,
        limit=limit,
        limit_se=limit_se,
        limit_interval=symmetric_interval(limit, limit_se, dispersion.level, reference),
        tau2=tau2 if dispersion.model == "additive" else None,
        factor=factor if dispersion.model == "multiplicative" else None,
        cautions=cautions,
    )


PERFECT = Caution(
    "perfect_fit",
    "The line passes through all estimates, so their scatter around it says nothing about its "
    "uncertainty.",
)


def _why_no_test(line: Line) -> Caution | None:
    k, x = line.y.size, line.x
    if k < 3:
        text = f"A line through {counted(k, 'point')} leaves nothing to test."
        return Caution("too_few_studies_for_a_line", text)
    if float(np.ptp(x)) <= CONSTANT_TOLERANCE * float(np.max(np.abs(x))):
        text = f"All studies have the same {line.predictor}, so there is no line to fit."
        return Caution("constant_predictor", text)
    return None

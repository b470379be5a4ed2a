"""Egger's regression test and its relatives: do effects change with the precision of studies?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import as_floats
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.sensitivity.bias.gate import gate
from ketameta.sensitivity.bias.weighted_line import AsymmetryTest, Dispersion, Line, line_test

# From variances and numbers of participants to the predictor.
PREDICTORS: Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "se": lambda v, n: np.sqrt(v),
    "v": lambda v, n: v,
    "n": lambda v, n: n,
    "1/n": lambda v, n: 1.0 / n,
    "sqrt(n)": lambda v, n: np.sqrt(n),
    "1/sqrt(n)": lambda v, n: 1.0 / np.sqrt(n),
}


def egger(
    estimates: EffectEstimates,
    *,
    predictor: str = "se",
    dispersion: Dispersion | None = None,
) -> AsymmetryTest:
    """Regression test of funnel plot asymmetry.

    The weighted regression of effects on their standard errors (or another measure of size). With
    standard errors and the multiplicative model this is Egger's test; with tau2 as additive
    variance that of Thompson and Sharp. For log odds ratios and standardised mean differences
    effects and standard errors are related even without bias: see `binary_asymmetry` and
    `pustejovsky_rodgers`.

    Parameters
    ----------
    estimates
        At least one estimate.
    predictor
        "se", "v", "n", "1/n", "sqrt(n)" or "1/sqrt(n)"; the last four need `estimates.n`.
    dispersion
        Model of the scatter; None for the multiplicative one.

    Raises
    ------
    UsageError
        For an unknown predictor or model.
    DataError
        Without estimates, or without n where it is needed.

    References
    ----------
    Egger M et al. BMJ 1997;315:629-634. doi:10.1136/bmj.315.7109.629.
    Thompson SG, Sharp SJ. Stat Med 1999;18:2693-2708.
    doi:10.1002/(SICI)1097-0258(19991030)18:20<2693::AID-SIM235>3.0.CO;2-V (additive model).
    Sterne JAC, Egger M. In: Rothstein et al. Publication bias in meta-analysis, 2005, chapter 6.
    metafor: `regtest(x, model = "lm")` and `regtest(x, model = "rma")`, `predictor = "sei"` etc.
    """
    if predictor not in PREDICTORS:
        raise UsageError(
            f"Egger's test: there is no predictor {predictor!r}. Use one of "
            f"{', '.join(PREDICTORS)}."
        )
    if estimates.k == 0:
        raise DataError("Egger's test: there are no estimates. Give at least one study.")
    n = np.full(estimates.k, np.nan) if estimates.n is None else estimates.n
    if "n" in predictor and not (np.all(np.isfinite(n)) and np.all(n > 0.0)):
        raise DataError(
            f"Egger's test: the predictor {predictor} needs the number of participants of every "
            "study. Give n, or use the predictor se."
        )
    x = PREDICTORS[predictor](estimates.v, n)
    line = Line(estimates.y, estimates.v, x, predictor)
    cautions = gate(estimates.k, np.sqrt(estimates.v))
    return line_test("egger", line, dispersion or Dispersion(), cautions)


def pustejovsky_rodgers(
    estimates: EffectEstimates,
    n_1: ArrayLike,
    n_2: ArrayLike,
    *,
    variant: str = "modified-predictor",
    dispersion: Dispersion | None = None,
) -> AsymmetryTest:
    """Egger's test for standardised mean differences, whose standard errors depend on them.

    Parameters
    ----------
    estimates
        Standardised mean differences (SMD).
    n_1, n_2
        People in the two groups, (k,).
    variant
        "modified-predictor": predictor sqrt(1/n1 + 1/n2), weights 1 / v. "modified-both": weights
        1 / (1/n1 + 1/n2) as well. "variance-stabilised": effects are transformed to
        sqrt(2) asinh(d / a), a^2 = 2 (n1 + n2)^2 / (n1 n2), whose variance 1 / (n1 + n2) does not
        depend on d.
    dispersion
        Model of the scatter; None for the multiplicative one.

    References
    ----------
    Pustejovsky JE, Rodgers MA. Res Synth Methods 2019;10:57-71. doi:10.1002/jrsm.1332.
    meta: `metabias(method.bias = "Pustejovsky")` for the first variant.
    """
    first, second = as_floats(n_1, n_2)
    if estimates.k == 0 or first.shape != (estimates.k,):
        raise DataError("Pustejovsky-Rodgers test: give n_1 and n_2 for each of the estimates.")
    if not np.all(np.isfinite(first * second)) or np.any(first <= 0.0) or np.any(second <= 0.0):
        raise DataError("Pustejovsky-Rodgers test: group sizes must be finite and above 0.")
    sizes = 1.0 / first + 1.0 / second
    y, v, x = estimates.y, estimates.v, np.sqrt(sizes)
    if variant == "modified-both":
        v = sizes
    elif variant == "variance-stabilised":
        total = first + second
        a = total * np.sqrt(2.0 / (first * second))
        y, v, x = np.sqrt(2.0) * np.arcsinh(y / a), 1.0 / total, 1.0 / np.sqrt(total)
    elif variant != "modified-predictor":
        raise UsageError(
            f"Pustejovsky-Rodgers test: there is no variant {variant!r}. Use modified-predictor, "
            "modified-both or variance-stabilised."
        )
    predictor = "1/sqrt(n)" if variant == "variance-stabilised" else "sqrt(1/n1 + 1/n2)"
    cautions = gate(estimates.k, x)
    line = Line(y, v, x, predictor)
    return line_test("pustejovsky-rodgers", line, dispersion or Dispersion(), cautions)

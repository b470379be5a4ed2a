"""Between log odds ratios and standardised mean differences."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from ketameta.errors import UsageError
from ketameta.measures.arms import as_floats
from ketameta.measures.conversions.assumption import Assumption, Converted, demand
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.conversions.standardised import Effect

# Log odds ratio per standard deviation: of the logistic distribution, and Cox's for the normal.
FACTORS = {"hasselblad-hedges": math.pi / math.sqrt(3), "cox": 1.65}
_REFERENCES = {
    "hasselblad-hedges": "Hasselblad and Hedges (1995), doi:10.1037/0033-2909.117.1.167; "
    "Chinn (2000), doi:10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>3.0.CO;2-M",
    "cox": "Cox and Snell (1989), Analysis of Binary Data; Sánchez-Meca, Marín-Martínez and "
    "Chacón-Moscoso (2003), doi:10.1037/1082-989X.8.4.448",
}


@finite_result
def odds_ratio_to_smd(
    y: ArrayLike, v: ArrayLike, *, method: str = "hasselblad-hedges"
) -> Converted[Effect]:
    """Standardised mean difference from a log odds ratio: y/f, v/f², f = 1.814 or 1.65.

    Supposes a continuous outcome that was cut into two, with equal spread in both groups.

    Parameters
    ----------
    y, v
        Log odds ratio and its variance.
    method
        "hasselblad-hedges": logistic distribution, f = π/√3; "cox": f = 1.65, close to the
        normal distribution.

    Reproduces the scaling of ``escalc(measure="OR2DL")`` and ``"OR2DN"``.
    """
    factor, assumption = _factor(method)
    log_odds, variance = as_floats(y, v)
    demand(variance > 0, "variance: it must be above 0.")
    return Converted(Effect(log_odds / factor, variance / factor**2), (assumption,))


@finite_result
def smd_to_odds_ratio(
    y: ArrayLike, v: ArrayLike, *, method: str = "hasselblad-hedges"
) -> Converted[Effect]:
    """Log odds ratio from a standardised mean difference: y f, v f²; see `odds_ratio_to_smd`.

    ``escalc(measure="D2ORL")`` and ``"D2ORN"`` scale Cohen's d, without Hedges's correction.
    """
    factor, assumption = _factor(method)
    difference, variance = as_floats(y, v)
    demand(variance > 0, "variance: it must be above 0.")
    return Converted(Effect(difference * factor, variance * factor**2), (assumption,))


def _factor(method: str) -> tuple[float, Assumption]:
    if method not in FACTORS:
        raise UsageError(
            f"conversion: there is no method {method!r}. Choose one of {', '.join(FACTORS)}."
        )
    factor = FACTORS[method]
    return factor, Assumption(
        "log_odds_per_sd",
        "A continuous outcome with equal spread in both groups was cut into two; this many log "
        "odds make one standard deviation.",
        factor,
        min(FACTORS.values()),
        max(FACTORS.values()),
        _REFERENCES[method],
    )

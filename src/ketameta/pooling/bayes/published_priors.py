"""Priors of tau2 fitted to thousands of meta-analyses of the Cochrane Database.

Both sources print location and scale of log(tau2). For log(tau) both are halved.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ketameta.errors import UsageError
from ketameta.pooling.bayes.log_priors import LogNormalTau2, LogTTau2

DRUG_PLACEBO, DRUG_DRUG = "drug-placebo", "drug-drug"

# Turner and colleagues 2015, table IV, log odds ratios: drug against placebo or control, and
# drug against drug. "any" is the distribution for any outcome and comparison.
TURNER: Mapping[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "any": ((-2.56, 1.74), (-2.56, 1.74)),
    "all-cause-mortality": ((-3.95, 1.34), (-4.18, 1.41)),
    "obstetric": ((-3.52, 1.74), (-3.75, 1.79)),
    "morbidity": ((-3.71, 1.74), (-3.95, 1.79)),
    "resource-use": ((-2.34, 1.74), (-2.58, 1.79)),
    "surgical": ((-2.14, 1.74), (-2.37, 1.79)),
    "withdrawal": ((-2.99, 1.74), (-3.23, 1.79)),
    "structure": ((-2.71, 1.74), (-2.94, 1.79)),
    "general-health": ((-2.29, 1.53), (-2.53, 1.58)),
    "adverse-events": ((-1.87, 1.52), (-2.10, 1.58)),
    "infection": ((-2.49, 1.52), (-2.73, 1.58)),
    "signs-symptoms": ((-2.06, 1.51), (-2.29, 1.58)),
    "pain": ((-1.83, 1.52), (-2.06, 1.58)),
    "quality-of-life": ((-2.54, 1.54), (-2.78, 1.60)),
    "mental-health": ((-2.12, 1.53), (-2.35, 1.60)),
    "biological-markers": ((-1.77, 1.52), (-2.00, 1.58)),
    "subjective": ((-2.70, 1.52), (-2.93, 1.58)),
}

# Rhodes and colleagues 2015, table 3, standardised mean differences, areas other than cancer and
# respiratory disease. The column for comparisons without a drug is left out: one of its cells is
# out of line with all its neighbours in the sources seen.
RHODES: Mapping[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "any": ((-3.44, 2.59), (-3.44, 2.59)),
    "obstetric": ((-4.13, 2.34), (-4.40, 2.31)),
    "resource-use": ((-2.55, 2.73), (-2.83, 2.70)),
    "structure": ((-2.43, 2.50), (-2.70, 2.46)),
    "general-health": ((-3.16, 2.50), (-3.44, 2.44)),
    "signs-symptoms": ((-3.00, 2.50), (-3.27, 2.47)),
    "mental-health": ((-2.99, 2.16), (-3.27, 2.14)),
    "biological-markers": ((-3.41, 2.83), (-3.68, 2.78)),
    "subjective": ((-2.76, 2.58), (-3.03, 2.59)),
}


def turner(outcome: str = "any", comparison: str = DRUG_PLACEBO) -> LogNormalTau2:
    """Log-normal prior of tau2 for log odds ratios.

    Parameters
    ----------
    outcome
        A key of `TURNER`.
    comparison
        "drug-placebo" (placebo or any control without a drug) or "drug-drug" (also an active
        placebo such as midazolam).

    References
    ----------
    Turner RM et al. Stat Med 2015;34:984-998. doi:10.1002/sim.6381.
    """
    location, scale = _cell(TURNER, "turner", outcome, comparison)
    return LogNormalTau2(location, scale, f"Turner 2015 ({outcome}, {comparison})")


def rhodes(outcome: str = "any", comparison: str = DRUG_PLACEBO) -> LogTTau2:
    """Log-t prior of tau2, 5 degrees of freedom, for standardised mean differences.

    Parameters as for `turner`, with a key of `RHODES` as the outcome.

    References
    ----------
    Rhodes KM, Turner RM, Higgins JPT. J Clin Epidemiol 2015;68:52-60.
    doi:10.1016/j.jclinepi.2014.08.012.
    """
    location, scale = _cell(RHODES, "rhodes", outcome, comparison)
    return LogTTau2(location, scale, 5.0, f"Rhodes 2015 ({outcome}, {comparison})")


def _cell(
    table: Mapping[str, tuple[tuple[float, float], tuple[float, float]]],
    source: str,
    outcome: str,
    comparison: str,
) -> tuple[float, float]:
    if comparison not in (DRUG_PLACEBO, DRUG_DRUG):
        raise UsageError(
            f"prior {source}: there is no comparison {comparison!r}. "
            f"Use {DRUG_PLACEBO} or {DRUG_DRUG}."
        )
    if outcome not in table:
        near = get_close_matches(outcome, table, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"prior {source}: there is no outcome {outcome!r}. {hint}Known are {', '.join(table)}."
        )
    return table[outcome][comparison == DRUG_DRUG]

"""PET-PEESE: the effect in a study without sampling error, by regression."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtr, stdtr

from ketameta.errors import UsageError
from ketameta.measures.estimates import Caution, EffectEstimates
from ketameta.pooling.intervals import two_sided_p
from ketameta.pooling.result import Interval
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.bias.egger import egger
from ketameta.sensitivity.bias.weighted_line import NO_INTERVAL, AsymmetryTest, Dispersion


@dataclass(frozen=True, slots=True)
class PetPeese:
    """Precision-effect test and precision-effect estimate with standard errors.

    Attributes
    ----------
    pet, peese
        The lines on standard errors and on variances; their limits are the two estimates.
    chosen
        "PET" or "PEESE", by the conditional rule; None where there is no line.
    pet_p
        One-sided p value of PET's limit, in the direction of the common-effect mean.
    estimate, se, statistic, df, p_value, interval
        The limit of the line chosen, its test and interval.
    cautions
        When not to believe it.
    """

    pet: AsymmetryTest
    peese: AsymmetryTest
    chosen: str | None
    pet_p: float | None
    estimate: float | None
    se: float | None
    statistic: float | None
    df: float | None
    p_value: float | None
    interval: Interval
    cautions: tuple[Caution, ...] = ()


def pet_peese(
    estimates: EffectEstimates,
    *,
    dispersion: Dispersion | None = None,
    switch_at: float = 0.10,
) -> PetPeese:
    """Conditional PET-PEESE estimate.

    PET's limit is biased downwards where there is an effect, PEESE's upwards where there is none;
    so PEESE is used where PET's limit has a one-sided p value below `switch_at`.

    Parameters
    ----------
    estimates
        At least one estimate.
    dispersion
        Model of the scatter; None for the multiplicative one, as proposed.
    switch_at
        Threshold of the conditional rule.

    References
    ----------
    Stanley TD, Doucouliagos H. Res Synth Methods 2014;5:60-78. doi:10.1002/jrsm.1095.
    Stanley TD. Soc Psychol Personal Sci 2017;8:581-591. doi:10.1177/1948550617693062 (limits: it
    fails with few or small studies, and under large heterogeneity).
    """
    if not 0.0 < switch_at < 1.0:
        raise UsageError(f"PET-PEESE: the threshold {switch_at!r} is not between 0 and 1.")
    pet = egger(estimates, predictor="se", dispersion=dispersion)
    peese = egger(estimates, predictor="v", dispersion=dispersion)
    cautions = tuple(dict.fromkeys((*pet.cautions, *peese.cautions)))
    # A standard error of 0 comes of variances that are 0 for the computer when squared.
    if pet.limit is None or peese.limit is None or not pet.limit_se or not peese.limit_se:
        return PetPeese(pet, peese, None, None, None, None, None, None, None, NO_INTERVAL, cautions)
    mean = weighted_mean(estimates.y, estimates.v, 0.0).estimate
    t = math.copysign(1.0, mean) * pet.limit / pet.limit_se
    pet_p = float(ndtr(-t) if pet.df is None else stdtr(pet.df, -t))
    line = peese if pet_p < switch_at else pet
    assert line.limit is not None
    assert line.limit_se is not None
    statistic = line.limit / line.limit_se
    return PetPeese(
        pet,
        peese,
        "PEESE" if line is peese else "PET",
        pet_p,
        line.limit,
        line.limit_se,
        statistic,
        line.df,
        two_sided_p(statistic, line.df),
        line.limit_interval,
        cautions,
    )

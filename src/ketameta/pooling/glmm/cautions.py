"""What a reader of a mixed model's result must know about it."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.measures.estimates import Caution
from ketameta.pooling.glmm.result import GLMMResult
from ketameta.pooling.glmm.tables import EventData

SHOWN = 5
FEW = 5
INEXACT = 1e-6


def glmm_cautions(data: EventData, result: GLMMResult) -> Iterator[Caution]:
    """Studies left out, a single study, tau2 at 0, few studies, an open interval, many modes."""
    if data.left_out:
        some = "; ".join(f"{label} ({reason})" for label, reason in data.left_out[:SHOWN])
        more = len(data.left_out) - SHOWN
        rest = f"; and {more} more" if more > 0 else ""
        yield Caution(
            "studies_left_out",
            f"Without information about the {data.measure} in this model: {some}{rest}.",
        )
    if result.k == 1:
        yield Caution(
            "single_study",
            "There is a single study with information: tau2 and a prediction interval cannot be "
            "estimated, and the effect is that study's.",
        )
        return
    if result.certificate.at_boundary:
        yield Caution(
            "tau2_at_boundary",
            "tau2 is estimated as 0, the edge of its range. This is no evidence that true effects "
            "are the same in all studies.",
        )
    if result.k < FEW:
        yield Caution(
            "few_studies",
            f"With {result.k} studies maximum likelihood takes tau2 too small and the interval "
            "too narrow. Show the exact tables, and a Bayesian model beside it.",
        )
    if result.certificate.local_maxima > 1:
        yield Caution(
            "several_maxima",
            f"The likelihood has {result.certificate.local_maxima} local maxima; the highest is "
            "reported. Other programs may stop at another one.",
        )
    if result.certificate.quadrature_error > INEXACT:
        yield Caution(
            "inexact_integral",
            "The log-likelihood still changed by "
            f"{result.certificate.quadrature_error:.1g} with the best quadrature rule.",
        )
    if result.interval_method == "profile" and None in (
        result.interval.low,
        result.interval.high,
        result.heterogeneity.tau2_interval.high,
    ):
        yield Caution(
            "open_interval",
            "A limit of a profile-likelihood interval does not exist: the data are compatible "
            "with values without end in that direction.",
        )

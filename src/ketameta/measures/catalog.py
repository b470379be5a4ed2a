"""Every effect measure: what it needs, what it means, how to show it, and who described it.

Importing this module loads no numpy: names and texts are wanted by help pages; the functions are
looked up when a measure is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ketameta.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ketameta.measures.estimates import FloatArray


@dataclass(frozen=True, slots=True)
class Measure:
    """One effect measure.

    Attributes
    ----------
    code, name
        metafor's ``escalc`` code and the full name.
    family
        binary, continuous, paired, proportion, rate, correlation or generic: which kind of
        columns it takes.
    scale
        The analysis scale, one of `display.SCALES`.
    columns
        Columns that must be there, in the order in which `function` takes them.
    null
        Value of "no difference" on the analysis scale; None where there is none (proportions).
    label, analysis_label
        Axis titles on the display scale and on the analysis scale.
    function
        "module.name" of the function within `ketameta.measures`.
    summary
        What it is and when it is apt, one or two sentences.
    reference
        Literature.
    zero_add
        Amount the zero-cell rule adds by default; None where there are no cells.
    variances
        Names of the variance formulas on offer, the default first; empty where there is one.
    """

    code: str
    name: str
    family: str
    scale: str
    columns: tuple[str, ...]
    null: float | None
    label: str
    analysis_label: str
    function: str
    summary: str
    reference: str
    zero_add: float | None = None
    variances: tuple[str, ...] = ()

    @property
    def display_null(self) -> float | None:
        """The value of "no difference" on the display scale (1 for ratios)."""
        return None if self.null is None else float(self.to_display(self.null))

    @property
    def is_ratio(self) -> bool:
        """Whether it is shown as a ratio on a log axis."""
        return self.scale == "log" and self.null is not None

    def to_display(self, x: ArrayLike) -> FloatArray:
        """Values from the analysis scale on the scale that readers see (exp for log ratios)."""
        display = import_module("ketameta.measures.display")
        shown: FloatArray = display.SCALES[self.scale].to_display(x)
        return shown

    def from_display(self, x: ArrayLike) -> FloatArray:
        """Values from the scale that readers see on the analysis scale (log for ratios)."""
        display = import_module("ketameta.measures.display")
        values: FloatArray = display.SCALES[self.scale].from_display(x)
        return values

    def compute(self) -> Any:
        """The function that computes (y, v)."""
        module, name = self.function.split(".")
        return getattr(import_module(f"ketameta.measures.{module}"), name)


_COUNTS = ("events_1", "n_1", "events_2", "n_2")
_MEANS = ("mean_1", "sd_1", "n_1", "mean_2", "sd_2", "n_2")
_ONE_GROUP = ("events", "n")

_BINARY = (
    Measure(
        code="OR",
        name="Odds ratio",
        family="binary",
        scale="log",
        columns=_COUNTS,
        null=0.0,
        label="Odds ratio",
        analysis_label="Log odds ratio",
        function="binary.odds_ratio",
        summary="Odds of the event in group 1 over those in group 2, pooled as logarithms.",
        reference="Woolf (1955), doi:10.1111/j.1469-1809.1955.tb01348.x",
        zero_add=0.5,
    ),
    Measure(
        code="RR",
        name="Risk ratio",
        family="binary",
        scale="log",
        columns=_COUNTS,
        null=0.0,
        label="Risk ratio",
        analysis_label="Log risk ratio",
        function="binary.risk_ratio",
        summary="Risk of the event in group 1 over that in group 2, pooled as logarithms. "
        "Depends on which of event and non-event is counted.",
        reference="Katz et al. (1978), doi:10.2307/2530610",
        zero_add=0.5,
    ),
    Measure(
        code="RD",
        name="Risk difference",
        family="binary",
        scale="identity",
        columns=_COUNTS,
        null=0.0,
        label="Risk difference",
        analysis_label="Risk difference",
        function="binary.risk_difference",
        summary="Risk in group 1 minus risk in group 2. Uses tables without events; varies more "
        "between settings than ratios do.",
        reference="Newcombe (1998), "
        "doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
        zero_add=0.5,
        variances=("LS", "UB"),
    ),
    Measure(
        code="AS",
        name="Arcsine risk difference",
        family="binary",
        scale="identity",
        columns=_COUNTS,
        null=0.0,
        label="Arcsine difference",
        analysis_label="Arcsine difference",
        function="binary.arcsine_difference",
        summary="Difference of arcsine square roots of the risks: needs no zero-cell correction, "
        "but has no direct clinical reading.",
        reference="Rücker et al. (2009), doi:10.1002/sim.3511",
        zero_add=0.0,
    ),
    Measure(
        code="PETO",
        name="Peto odds ratio",
        family="binary",
        scale="log",
        columns=_COUNTS,
        null=0.0,
        label="Peto odds ratio",
        analysis_label="Log odds ratio (Peto)",
        function="binary.peto_odds_ratio",
        summary="One-step log odds ratio (O - E)/V for rare events, groups of similar size and "
        "small effects; biased otherwise.",
        reference="Yusuf et al. (1985), doi:10.1016/S0033-0620(85)80003-7",
        zero_add=0.0,
    ),
)

_CONTINUOUS = (
    Measure(
        code="MD",
        name="Mean difference",
        family="continuous",
        scale="identity",
        columns=_MEANS,
        null=0.0,
        label="Mean difference",
        analysis_label="Mean difference",
        function="continuous.mean_difference",
        summary="Mean of group 1 minus mean of group 2, in the units of one shared scale.",
        reference="Cochrane Handbook 6.5, section 6.5.1",
        variances=("LS", "HO"),
    ),
    Measure(
        code="SMD",
        name="Standardised mean difference (Hedges g)",
        family="continuous",
        scale="identity",
        columns=_MEANS,
        null=0.0,
        label="Standardised mean difference",
        analysis_label="Standardised mean difference",
        function="continuous.standardised_mean_difference",
        summary="Mean difference in pooled standard deviations, with the exact small-sample "
        "correction; for outcomes measured on different scales.",
        reference="Hedges (1981), doi:10.3102/10769986006002107",
        variances=("LS", "LS2", "UB", "RevMan"),
    ),
)

_PROPORTION = (
    Measure(
        code="PR",
        name="Proportion",
        family="proportion",
        scale="identity",
        columns=_ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Proportion",
        function="proportions.proportion",
        summary="Events over people; its normal interval is poor near 0 and 1.",
        reference="Cochrane Handbook 6.5, section 6.4",
        zero_add=0.5,
        variances=("LS", "UB"),
    ),
    Measure(
        code="PLN",
        name="Log proportion",
        family="proportion",
        scale="log",
        columns=_ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Log proportion",
        function="proportions.log_proportion",
        summary="Natural logarithm of the proportion.",
        reference="Viechtbauer (2010), doi:10.18637/jss.v036.i03",
        zero_add=0.5,
    ),
    Measure(
        code="PLO",
        name="Logit proportion",
        family="proportion",
        scale="logit",
        columns=_ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Log odds",
        function="proportions.logit_proportion",
        summary="Log odds of the event: the usual scale for pooling proportions.",
        reference="Stijnen, Hamza and Özdemir (2010), doi:10.1002/sim.4040",
        zero_add=0.5,
    ),
    Measure(
        code="PAS",
        name="Arcsine proportion",
        family="proportion",
        scale="arcsine",
        columns=_ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Arcsine square root of the proportion",
        function="proportions.arcsine_proportion",
        summary="Arcsine of the square root of the proportion: variance known without it.",
        reference="Rücker et al. (2009), doi:10.1002/sim.3511",
        zero_add=0.0,
    ),
    Measure(
        code="PFT",
        name="Freeman-Tukey double arcsine proportion",
        family="proportion",
        scale="freeman-tukey",
        columns=_ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Double arcsine of the proportion",
        function="proportions.freeman_tukey_proportion",
        summary="Not advised for pooling: the way back needs one sample size and can leave the "
        "range of the studies.",
        reference="Freeman and Tukey (1950), doi:10.1214/aoms/1177729756; Schwarzer et al. "
        "(2019), doi:10.1002/jrsm.1348",
        zero_add=0.0,
    ),
)

_GENERIC = (
    Measure(
        code="GEN",
        name="Reported estimate",
        family="generic",
        scale="identity",
        columns=("yi", "vi"),
        null=0.0,
        label="Estimate",
        analysis_label="Estimate",
        function="generic.reported",
        summary="Estimates with their variances or standard errors, taken as they are.",
        reference="Cochrane Handbook 6.5, section 10.3",
    ),
)

MEASURES: Mapping[str, Measure] = {
    entry.code: entry for entry in (*_BINARY, *_CONTINUOUS, *_PROPORTION, *_GENERIC)
}


def measure(code: str) -> Measure:
    """The measure of that code, upper or lower case.

    Raises
    ------
    UsageError
        When there is none, with the nearest names.
    """
    wanted = str(code).strip().upper()
    if wanted in MEASURES:
        return MEASURES[wanted]
    near = get_close_matches(wanted, MEASURES, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(MEASURES)}."
    raise UsageError(f"measure: there is no measure {code!r}. {hint}")

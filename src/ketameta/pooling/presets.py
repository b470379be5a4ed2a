"""Named presets: how a program pools when nobody changes its options.

This is their one definition: `sensitivity.preset_estimates` makes the estimates by it and
`sensitivity.preset_pool` pools them, for `pool --preset` as for `reconcile`.

Importing this module loads no numpy. Facts about programs come from their documentation or from
running them; what could not be confirmed stands in `Preset.uncertain`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.look_up import look_up

ZERO_CELL_FORMS: dict[str, str] = {
    "only0": "1/2 in every cell of tables with a zero",
    "only0-all-tables": "1/2 in every cell of tables with a zero, also of tables without any "
    "event, which so count towards ratios",
    "only0-revman": "1/2 in every cell of tables with a zero, for risk differences in the "
    "variance only",
    "only0-meta": "1/2 in every cell of tables with a zero, for risk ratios to the events and "
    "once (not twice) to the totals, for risk differences in the variance only",
    "none": "nothing is added; tables with an infinite estimate or without variance are left out",
}
SMD_FORMS: dict[str, str] = {
    "LS": "exact J, variance 1/n1 + 1/n2 + g²/(2N)",
    "UB": "exact J, unbiased variance 1/n1 + 1/n2 + (1 - (m-2)/(m J²)) g², m = N - 2",
    "RevMan": "J = 1 - 3/(4N - 9), variance 1/n1 + 1/n2 + g²/(2(N - 3.94))",
    "PyMARE": "J = 1 - 3/(4N - 9), variance J² (1/n1 + 1/n2 + d²/(2(N - 2)))",
}
I2_FORMS: dict[str, str] = {
    "tau2": "from tau2 and the typical sampling variance",
    "q": "from Q, (Q - df)/Q, and 0 where that is negative",
    "q-signed": "from Q, (Q - df)/Q, also where that is negative",
}
GUARDS: dict[str, str] = {
    "": "",
    "iqwig-6": "a Hartung-Knapp interval narrower than the DerSimonian-Laird normal one is "
    "replaced by the plain standard error with t(k - 1)",
}
PLAIN_RULES = frozenset({"only0", "all", "if0all", "treatment_arm", "none"})
"""Forms that are rules of `measures.zero_cells` and nothing else."""
Q_CENTRES: dict[str, str] = {
    "IV": "the inverse-variance common effect",
    "MH": "the Mantel-Haenszel estimate (measures from counts)",
}


@dataclass(frozen=True, slots=True)
class Preset:
    """The options of one program, as one named value.

    Attributes
    ----------
    code, name, aliases
        "cochrane-2025", its full name, other names.
    summary
        What it does, in a sentence or two.
    tau2, interval, tau2_interval
        Codes of `pooling.catalog`.
    prediction
        Code of `pooling.catalog`, or None where the program gives no prediction interval.
    zero_cells, smd, i2
        Keys of `ZERO_CELL_FORMS`, `SMD_FORMS` and `I2_FORMS`.
    q_centre
        Key of `Q_CENTRES`: what Q, and DerSimonian-Laird's tau2 from it, are taken around.
    guard
        Key of `GUARDS`.
    source
        Where the facts stand.
    uncertain
        What could not be confirmed, one sentence each.
    """

    code: str
    name: str
    summary: str
    tau2: str
    interval: str
    prediction: str | None
    zero_cells: str
    smd: str
    i2: str
    source: str
    tau2_interval: str = "QP"
    q_centre: str = "IV"
    guard: str = ""
    uncertain: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def choices(self) -> PoolingChoices:
        """For `pool`. Without a prediction interval in the program: the default one."""
        return self.choices_at(0.95)

    def choices_at(self, level: float) -> PoolingChoices:
        """`choices` with another coverage."""
        ahead = self.prediction or "t(k-1)"
        return PoolingChoices(self.tau2, self.interval, ahead, level, self.tau2_interval)

    @property
    def zero_cell_rule(self) -> str:
        """The nearest rule of `measures.zero_cells`, for `effects`."""
        return self.zero_cells if self.zero_cells in PLAIN_RULES else "only0"

    @property
    def smd_variance(self) -> str:
        """The nearest variance formula of SMD, for `effects`."""
        return "RevMan" if self.smd == "PyMARE" else self.smd

    def with_options(
        self,
        *,
        tau2: str | None = None,
        interval: str | None = None,
        prediction: str | None = None,
        tau2_interval: str | None = None,
        zero_cells: str | None = None,
    ) -> Preset:
        """This preset with some options changed, as a user of the program would.

        Another interval takes the guard with it, which is a rule about the program's own.
        `zero_cells` is a rule of `measures.zero_cells`.
        """
        return replace(
            self,
            tau2=tau2 or self.tau2,
            interval=interval or self.interval,
            prediction=prediction or self.prediction,
            tau2_interval=tau2_interval or self.tau2_interval,
            zero_cells=zero_cells or self.zero_cells,
            guard=self.guard if interval is None else "",
        )


_ALL = (
    Preset(
        "cochrane-2025",
        "Cochrane RevMan since January 2025",
        "REML with Hartung-Knapp-Sidik-Jonkman intervals, Q-profile interval of tau2, and I2 from "
        "tau2: what Cochrane recommends now.",
        "REML",
        "hksj",
        "t(k-1)-plain",
        "only0-revman",
        "RevMan",
        "tau2",
        "Cochrane Methods, random-effects methods in intervention reviews (2022, 2024, 2025)",
        uncertain=(
            "The prediction interval is said to use the plain standard error with t(k - 1); read "
            "in a secondary source.",
            "Zero cells and the standardised mean difference are taken to be as in RevMan 5.",
            "Whether it refuses the Hartung-Knapp interval for two studies or tau2 = 0 is not "
            "known.",
        ),
        aliases=("revman-2025", "revman2025", "revman", "cochrane", "cochrane2025", "revman-web"),
    ),
    Preset(
        "revman-5",
        "Cochrane RevMan 5",
        "DerSimonian-Laird with normal intervals and I2 from Q; with counts, Q and so tau2 are "
        "taken around the Mantel-Haenszel estimate. Most Cochrane reviews before 2025.",
        "DL",
        "wald",
        None,
        "only0-revman",
        "RevMan",
        "q",
        "Deeks and Higgins (2010), Statistical algorithms in Review Manager 5; "
        "R meta, settings.meta('RevMan5')",
        q_centre="MH",
        aliases=("revman5", "rm5"),
    ),
    Preset(
        "metafor",
        "R metafor, rma() with escalc()",
        "REML with normal intervals, a normal prediction interval, and I2 from tau2.",
        "REML",
        "wald",
        "z",
        "only0-all-tables",
        "LS",
        "tau2",
        "Viechtbauer (2010), doi:10.18637/jss.v036.i03; metafor 3.8-1 and 5.1 run",
        aliases=("r-metafor",),
    ),
    Preset(
        "meta-8",
        "R meta, version 8",
        "REML with normal intervals, prediction interval with t(k - 1), I2 from Q, exact formulas "
        "for Hedges's g.",
        "REML",
        "wald",
        "t(k-1)-plain",
        "only0-meta",
        "UB",
        "q",
        "R meta 8, settings.meta(); Balduzzi et al. (2019), doi:10.1136/ebmental-2019-300117",
        uncertain=(
            "Beside REML, Q is taken to be around the inverse-variance estimate also where the "
            "common effect is Mantel-Haenszel's.",
        ),
        aliases=("meta8", "meta", "r-meta"),
    ),
    Preset(
        "meta-7",
        "R meta, versions 5 to 7",
        "As meta-8, but with the prediction interval of Higgins, t(k - 2).",
        "REML",
        "wald",
        "t(k-2)",
        "only0-meta",
        "UB",
        "q",
        "R meta 8, settings.meta('meta7')",
        uncertain=(
            "Beside REML, Q is taken to be around the inverse-variance estimate also where the "
            "common effect is Mantel-Haenszel's.",
        ),
        aliases=("meta7", "meta-6", "meta-5"),
    ),
    Preset(
        "stata",
        "Stata, meta esize and meta summarize",
        "REML with normal intervals, prediction interval with t(k - 2) on request, I2 from tau2.",
        "REML",
        "wald",
        "t(k-2)",
        "only0",
        "RevMan",
        "tau2",
        "Stata Meta-Analysis Reference Manual, meta esize and meta summarize",
        uncertain=(
            "The standard error of Hedges's g (with N - 3.94) and the approximate J are from "
            "memory of the manual.",
            "That tables without any event are left out is not confirmed.",
        ),
    ),
    Preset(
        "statsmodels",
        "Python statsmodels, combine_effects()",
        "Paule-Mandel with normal intervals and I2 from Q without a floor at 0; no prediction "
        "interval and no zero-cell correction.",
        "PM",
        "wald",
        None,
        "none",
        "RevMan",
        "q-signed",
        "statsmodels 0.15, combine_effects, effectsize_smd, effectsize_2proportions (run)",
    ),
    Preset(
        "pymare",
        "Python PyMARE, meta_regression()",
        "Maximum likelihood with normal intervals and I2 from Q; no prediction interval.",
        "ML",
        "wald",
        None,
        "only0",
        "PyMARE",
        "q",
        "PyMARE 0.0.13, meta_regression and effect size expressions (read)",
        uncertain=(
            "It makes no effect sizes from counts; metafor's rule for zero cells stands in.",
            "The written expression for the variance of d multiplies by (N - 2) where the formula "
            "divides; the formula is used.",
        ),
    ),
    Preset(
        "iqwig-6",
        "IQWiG General Methods 6",
        "Paule-Mandel with Hartung-Knapp intervals, replaced by the plain standard error with "
        "t(k - 1) where they are narrower than the DerSimonian-Laird normal interval.",
        "PM",
        "hksj",
        "t(k-1)-plain",
        "only0-meta",
        "UB",
        "q",
        "R meta 8, settings.meta('IQWiG6'); IQWiG General Methods 6.1 (2022)",
        guard="iqwig-6",
        uncertain=(
            "The prediction interval is meta's default of version 8; IQWiG's own text is not "
            "confirmed.",
        ),
        aliases=("iqwig", "iqwig6"),
    ),
)
PRESETS: Mapping[str, Preset] = {preset.code: preset for preset in _ALL}


def preset(code: str | Preset) -> Preset:
    """The preset with this code or alias, in any case; one that is a preset already, as it is.

    Raises
    ------
    UsageError
        When there is none, with the nearest name.
    """
    if isinstance(code, Preset):
        return code
    return look_up(PRESETS, code, "preset")

"""The diagnostic figures of the catalog. Importing it loads no plotting library."""

from __future__ import annotations

from ketameta.figures.figure_kind import PICTURE_FORMATS, FigureKind


def _kind(name: str, title: str, summary: str, function: str, reference: str) -> FigureKind:
    return FigureKind(name, title, summary, f"diagnostics.{function}", PICTURE_FORMATS, reference)


DIAGNOSTICS = (
    _kind(
        "funnel",
        "Funnel plot",
        "Effects against standard errors over regions of P values, with the mirror "
        "images of trim and fill if wanted.",
        "funnel.draw_funnel",
        "Peters et al. (2008), doi:10.1016/j.jclinepi.2007.11.010",
    ),
    _kind(
        "selection",
        "Weight function",
        "How likely a study is to be seen, given its P value, in a selection model.",
        "selection.draw_selection",
        "Vevea and Hedges (1995), doi:10.1007/BF02294384",
    ),
    _kind(
        "p-curve",
        "p-curve",
        "How the P values below 0.05 are spread, against what no effect leads one to expect.",
        "p_curve.draw_p_curve",
        "Simonsohn et al. (2014), doi:10.1037/a0033242",
    ),
    _kind(
        "copas",
        "Copas plot",
        "The pooled effect under a range of chances that small studies were published.",
        "copas.draw_copas",
        "Copas and Shi (2000), doi:10.1093/biostatistics/1.3.247",
    ),
    _kind(
        "limit",
        "Limit plot",
        "Effects as reported and as they would be with infinite precision.",
        "limit.draw_limit",
        "Ruecker et al. (2011), doi:10.1093/biostatistics/kxq046",
    ),
    _kind(
        "leave-one-out",
        "Leave-one-out plot",
        "The pooled effect without each study in turn.",
        "leave_one_out.draw_leave_one_out",
        "Viechtbauer and Cheung (2010), doi:10.1002/jrsm.11",
    ),
    _kind(
        "cumulative",
        "Cumulative plot",
        "The pooled effect after each study is added.",
        "cumulative.draw_cumulative",
        "Lau et al. (1992), doi:10.1056/NEJM199207233270406",
    ),
    _kind(
        "influence",
        "Influence plot",
        "Eight influence diagnostics of every study side by side.",
        "influence.draw_influence",
        "Viechtbauer and Cheung (2010), doi:10.1002/jrsm.11",
    ),
    _kind(
        "baujat",
        "Baujat plot",
        "Contribution of each study to heterogeneity, against its influence on the mean.",
        "baujat.draw_baujat",
        "Baujat et al. (2002), doi:10.1002/sim.1221",
    ),
    _kind(
        "gosh",
        "GOSH plot",
        "The pooled effect and I² of every subset of the studies.",
        "gosh.draw_gosh",
        "Olkin et al. (2012), doi:10.1002/jrsm.1053",
    ),
    _kind(
        "radial",
        "Radial (Galbraith) plot",
        "z scores against precision: which studies disagree with the mean.",
        "radial.draw_radial",
        "Galbraith (1988), doi:10.1002/sim.4780070807",
    ),
    _kind(
        "labbe",
        "L’Abbé plot",
        "Risk in one group against risk in the other, with the pooled effect as a curve.",
        "labbe.draw_labbe",
        "L’Abbé et al. (1987), doi:10.7326/0003-4819-107-2-224",
    ),
    _kind(
        "drapery",
        "Drapery plot",
        "P values of every possible effect: intervals of all levels at once.",
        "drapery.draw_drapery",
        "Rücker and Schwarzer (2021), doi:10.1002/jrsm.1410",
    ),
    _kind(
        "profile",
        "Likelihood of τ²",
        "How sharply the data speak about heterogeneity, and the mean at each τ².",
        "profile.draw_profile",
        "Hardy and Thompson (1996), "
        "doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A",
    ),
    _kind(
        "qq",
        "Normal quantile plot",
        "Residuals against what a normal model expects, with a simulated envelope.",
        "quantiles.draw_quantiles",
        "Wang and Bushman (1998), doi:10.1037/1082-989X.3.1.46",
    ),
    _kind(
        "multiverse",
        "Specification curve",
        "The pooled effect under every combination of choices, and which these are.",
        "multiverse.draw_multiverse",
        "Steegen et al. (2016), doi:10.1177/1745691616658637",
    ),
    _kind(
        "tornado",
        "Tornado diagram",
        "How far each assumption behind the data moves the pooled effect.",
        "tornado.draw_tornado",
        "Eschenbach (1992), doi:10.1287/inte.22.6.40",
    ),
    _kind(
        "prior-posterior",
        "Prior and posterior",
        "Densities of τ, the mean effect and the effect in a new study in the Bayesian model.",
        "prior_posterior.draw_prior_posterior",
        "Röver (2020), doi:10.18637/jss.v093.i06",
    ),
    _kind(
        "bubble",
        "Bubble plot",
        "Effects against a moderator, with the meta-regression line and both its intervals.",
        "bubble.draw_bubble",
        "Thompson and Higgins (2002), doi:10.1002/sim.1187",
    ),
    _kind(
        "network",
        "Network graph",
        "Which treatments were compared, and by how many studies.",
        "network.draw_network",
        "Salanti (2012), doi:10.1002/jrsm.1037",
    ),
    _kind(
        "network-forest",
        "Network forest plot",
        "Every treatment against the reference, with P-scores where it is said which "
        "effects are good.",
        "network_forest.draw_network_forest",
        "Rücker and Schwarzer (2015), doi:10.1186/s12874-015-0060-8",
    ),
    _kind(
        "net-heat",
        "Net heat plot",
        "Which designs of a network disagree with which.",
        "net_heat.draw_net_heat",
        "Krahn et al. (2013), doi:10.1186/1471-2288-13-35",
    ),
)

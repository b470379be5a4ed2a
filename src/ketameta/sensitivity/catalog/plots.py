"""Data of plots."""

from __future__ import annotations

from ketameta.sensitivity.catalog.method import SensitivityMethod

PLOTS = (
    SensitivityMethod(
        "funnel",
        "Contour-enhanced funnel plot",
        "Effects against standard errors, with contours of p values.",
        "plot",
        "Peters and colleagues 2008",
        "10.1016/j.jclinepi.2007.11.010",
        "bias.funnel.funnel_plot",
        command="sensitivity --kind funnel",
    ),
    SensitivityMethod(
        "radial",
        "Radial (Galbraith) plot",
        "z scores against precision.",
        "plot",
        "Galbraith 1988",
        "10.1002/sim.4780070807",
        "radial.radial_plot",
        command="sensitivity --kind radial",
    ),
    SensitivityMethod(
        "labbe",
        "L'Abbe plot",
        "Risk in one group against risk in the other.",
        "plot",
        "L'Abbe and colleagues 1987",
        "10.7326/0003-4819-107-2-224",
        "labbe.labbe_plot",
        "counts",
        command="sensitivity --kind labbe",
    ),
    SensitivityMethod(
        "drapery",
        "Drapery plot",
        "p values of every possible effect.",
        "plot",
        "Ruecker and Schwarzer 2021",
        "10.1002/jrsm.1410",
        "drapery.drapery_plot",
        command="sensitivity --kind drapery",
    ),
    SensitivityMethod(
        "likelihood-profile",
        "Profile likelihood of tau2",
        "How sharply the data speak about heterogeneity.",
        "plot",
        "Hardy and Thompson 1996",
        "10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A",
        "likelihood_profile.likelihood_profile",
        command="sensitivity --kind profile",
    ),
    SensitivityMethod(
        "normal-quantiles",
        "Normal quantile plot",
        "Are residuals as a normal model expects?",
        "plot",
        "Wang and Bushman 1998",
        "10.1037/1082-989X.3.1.46",
        "normal_quantiles.normal_quantiles",
        command="sensitivity --kind qq",
    ),
)

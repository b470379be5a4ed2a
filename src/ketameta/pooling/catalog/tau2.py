"""Estimators of tau2."""

from __future__ import annotations

from collections.abc import Callable

from ketameta.measures.estimates import FloatArray
from ketameta.pooling import tau2, tau2_variants
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of

Tau2Function = Callable[..., FloatArray]

TAU2_METHODS: Catalog[Tau2Function] = catalog_of(
    Method(
        "REML",
        "restricted maximum likelihood",
        "The default: nearly unbiased and recommended by Cochrane.",
        "Viechtbauer 2005",
        "10.3102/10769986030003261",
        tau2.reml,
    ),
    Method(
        "DL",
        "DerSimonian-Laird",
        "Moment estimator from Cochran's Q; too small under large heterogeneity.",
        "DerSimonian and Laird 1986",
        "10.1016/0197-2456(86)90046-2",
        tau2.dl,
        ("DerSimonian-Laird",),
    ),
    Method(
        "PM",
        "Paule-Mandel",
        "Sets the generalised Q to its expectation; needs no normality.",
        "Paule and Mandel 1982",
        "10.6028/jres.087.022",
        tau2.pm,
        ("MP", "Paule-Mandel"),
    ),
    Method(
        "ML",
        "maximum likelihood",
        "Biased downwards with few studies; for comparing models by likelihood.",
        "Hardy and Thompson 1996",
        "10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A",
        tau2.ml,
    ),
    Method(
        "EB",
        "empirical Bayes",
        "Equals Paule-Mandel at convergence.",
        "Morris 1983",
        "10.1080/01621459.1983.10477920",
        tau2.eb,
        ("empirical-Bayes",),
    ),
    Method(
        "HE",
        "Hedges",
        "Moment estimator from the unweighted sum of squares.",
        "Hedges 1983",
        "10.1037/0033-2909.93.2.388",
        tau2.he,
        ("VC", "CA", "Hedges", "Hedges-Olkin"),
    ),
    Method(
        "HS",
        "Hunter-Schmidt",
        "Simple moment estimator, biased downwards.",
        "Viechtbauer 2005",
        "10.3102/10769986030003261",
        tau2.hs,
        ("Hunter-Schmidt",),
    ),
    Method(
        "SJ",
        "Sidik-Jonkman",
        "Always above 0; too large under small heterogeneity.",
        "Sidik and Jonkman 2005",
        "10.1111/j.1467-9876.2005.00489.x",
        tau2.sj,
        ("Sidik-Jonkman",),
    ),
    Method(
        "EE",
        "equal effects",
        "Assumes one effect shared by all studies (common-effect model); tau2 is 0.",
        "Borenstein and colleagues 2010",
        "10.1002/jrsm.12",
        tau2.equal_effects,
        ("FE", "CE", "equal", "common", "fixed", "equal-effects", "fixed-effect"),
    ),
    Method(
        "PMM",
        "median-unbiased Paule-Mandel",
        "Sets the generalised Q to its median.",
        "Paule and Mandel 1982",
        "10.6028/jres.087.022",
        tau2_variants.pmm,
    ),
    Method(
        "HSk",
        "Hunter-Schmidt with small-sample factor",
        "Less biased than HS.",
        "Brannick and colleagues 2019",
        "10.1177/1094428117741966",
        tau2_variants.hsk,
    ),
    Method(
        "DLIT",
        "iterated DerSimonian-Laird",
        "Equals Paule-Mandel at convergence.",
        "DerSimonian and Kacker 2007",
        "10.1016/j.cct.2006.04.004",
        tau2_variants.dlit,
        ("DL2",),
    ),
    Method(
        "SJIT",
        "iterated Sidik-Jonkman",
        "Equals Paule-Mandel at convergence.",
        "Sidik and Jonkman 2007",
        "10.1002/sim.2688",
        tau2_variants.sjit,
    ),
    Method(
        "GENQ",
        "moment estimator with weights 1/sqrt(v)",
        "Between Hedges and DerSimonian-Laird.",
        "DerSimonian and Kacker 2007",
        "10.1016/j.cct.2006.04.004",
        tau2_variants.genq,
    ),
    Method(
        "GENQM",
        "median-unbiased moment estimator with weights 1/sqrt(v)",
        "As GENQ, from the median of the exact distribution; no moderators.",
        "Jackson 2013",
        "10.1002/jrsm.1081",
        tau2_variants.genqm,
    ),
)

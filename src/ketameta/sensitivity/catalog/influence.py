"""Which studies, and which choices, the answer hangs on."""

from __future__ import annotations

from ketameta.sensitivity.catalog.method import SensitivityMethod

INFLUENCE = (
    SensitivityMethod(
        "leave-one-out",
        "Leave-one-out",
        "The result without each study in turn.",
        "influence",
        "Viechtbauer and Cheung 2010",
        "10.1002/jrsm.11",
        "leave_one_out.leave_one_out",
    ),
    SensitivityMethod(
        "leave-cluster-out",
        "Leave one cluster out",
        "The result without each group of dependent estimates in turn.",
        "influence",
        "Viechtbauer and Cheung 2010",
        "10.1002/jrsm.11",
        "leave_cluster_out.leave_cluster_out",
    ),
    SensitivityMethod(
        "cumulative",
        "Cumulative meta-analysis",
        "The result after each study, by year, precision or any other order.",
        "influence",
        "Lau and colleagues 1992",
        "10.1056/NEJM199207233270406",
        "cumulative.cumulative",
    ),
    SensitivityMethod(
        "influence",
        "Influence diagnostics",
        "What each study does to the mean, its precision and tau2.",
        "influence",
        "Viechtbauer and Cheung 2010",
        "10.1002/jrsm.11",
        "influence.influence",
    ),
    SensitivityMethod(
        "baujat",
        "Baujat plot",
        "Contribution of each study to heterogeneity and to the mean.",
        "influence",
        "Baujat and colleagues 2002",
        "10.1002/sim.1221",
        "baujat.baujat",
    ),
    SensitivityMethod(
        "subsets",
        "All subsets (GOSH)",
        "The result of every subset of the studies; clouds point to groups that disagree.",
        "influence",
        "Olkin and colleagues 2012",
        "10.1002/jrsm.1053",
        "subsets.subsets",
    ),
    SensitivityMethod(
        "permutation",
        "Permutation test",
        "Test of the mean by changes of sign; no normality, any number of studies.",
        "influence",
        "Follmann and Proschan 1999",
        "10.1111/j.0006-341X.1999.00732.x",
        "permutation.permutation_test",
    ),
)
CHOICES = (
    SensitivityMethod(
        "subgroups",
        "Subgroup analysis",
        "Pool groups of studies and test their difference.",
        "choices",
        "Borenstein and Higgins 2013",
        "10.1007/s11121-013-0377-7",
        "subgroups.subgroups",
    ),
    SensitivityMethod(
        "multiverse",
        "Multiverse (specification curve)",
        "Every defensible combination of inclusion rule, measure, tau2, interval, zero-cell rule.",
        "choices",
        "Steegen and colleagues 2016",
        "10.1177/1745691616658637",
        "multiverse.multiverse",
        "columns",
    ),
    SensitivityMethod(
        "tornado",
        "Tornado of assumptions",
        "Every assumption behind converted numbers varied over its plausible range.",
        "choices",
        "Eschenbach 1992",
        "10.1287/inte.22.6.40",
        "assumptions.tornado",
    ),
)

"""What if outcomes had been other, or those that are missing were known?"""

from __future__ import annotations

from ketameta.sensitivity.catalog.method import SensitivityMethod

OUTCOMES = (
    SensitivityMethod(
        "fragility",
        "Fragility index of a trial",
        "Outcomes that must change for a trial's p value to cross a threshold.",
        "data",
        "Walsh and colleagues 2014",
        "10.1016/j.jclinepi.2013.10.019",
        "fragility.fragility_index",
        "counts",
        command="sensitivity --kind fragility",
    ),
    SensitivityMethod(
        "pooled-fragility",
        "Fragility index of a meta-analysis",
        "Outcomes that must change for the pooled interval to gain or lose the null value.",
        "data",
        "Atal and colleagues 2019",
        "10.1016/j.jclinepi.2019.03.012",
        "pooled_fragility.pooled_fragility",
        "counts",
        command="sensitivity --kind fragility",
    ),
    SensitivityMethod(
        "missing-outcomes",
        "Bounds for missing outcomes",
        "Missing outcomes left out, all of one kind, and best and worst case.",
        "data",
        "Higgins and colleagues 2008",
        "10.1177/1740774508091600",
        "missing_outcomes.missing_outcome_bounds",
        "outcomes",
        command="sensitivity --kind missing-outcomes",
    ),
    SensitivityMethod(
        "imor",
        "Informative missingness odds ratio",
        "Missing people differ from those observed by an odds ratio, known or uncertain.",
        "data",
        "White and colleagues 2008",
        "10.1002/sim.3008",
        "informative_missingness.imor_estimates",
        "outcomes",
        command="sensitivity --kind missing-outcomes --imor NUMBERS",
    ),
)

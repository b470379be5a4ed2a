"""Who vouches for every method: a file of the kit, or a test with the reason why not a file.

Each line is a code, a path below tests/, and a word that must stand there. A path below
reference/ is another program's answer. For a test the reason is named: "published" numbers,
"hand" calculation, "property" that determines the answer, or "definition" (nothing to compute
that others do not vouch for already).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Witness(NamedTuple):
    """Where a method is vouched for; `reason` is "program" for a file of the kit."""

    path: str
    word: str
    reason: str = "program"


UNIVARIATE = "reference/harvest/univariate.json"
BIAS = "reference/harvest/bias.json"
PLOTS = "reference/sensitivity/plots.json"
ASYMMETRY = "reference/sensitivity/binary_asymmetry.json"

TAU2: Mapping[str, Witness] = {
    **{
        code: Witness(UNIVARIATE, f'"{code}"')
        for code in ("REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ", "EE", "PMM", "HSk", "GENQ")
    },
    "DLIT": Witness("pooling/test_tau2_properties.py", '"DLIT"', "property"),
    "SJIT": Witness("reference/pooling/univariate.json", '"SJIT"'),
    "GENQM": Witness("reference/pooling/univariate.json", '"GENQM"'),
}
INTERVALS: Mapping[str, Witness] = {
    "hksj": Witness(UNIVARIATE, '"knha"'),
    "wald": Witness(UNIVARIATE, '"z"'),
    "t": Witness(UNIVARIATE, '"t"'),
    "hksj-guarded": Witness(UNIVARIATE, '"adhoc"'),
    "hksj-hybrid": Witness("pooling/test_other_intervals.py", "test_hybrid_is", "property"),
    "kr": Witness("pooling/test_other_intervals.py", "kenward_roger_from_matrices", "hand"),
    "pl": Witness("reference/pooling/profile_likelihood.json", "R version"),
    "permutation": Witness("reference/pooling/other_intervals.json", '"permutation"'),
    "henmi-copas": Witness("reference/pooling/other_intervals.json", "henmi"),
    "ivhet": Witness("pooling/test_other_intervals.py", "test_ivhet", "hand"),
}
PREDICTIONS: Mapping[str, Witness] = {
    "t(k-1)": Witness(UNIVARIATE, '"pi_lb"'),
    "t(k-1)-plain": Witness("pooling/test_pool_reference.py", "t(k-1)-plain", "definition"),
    "z": Witness(UNIVARIATE, '"pi_lb"'),
    "t(k-2)": Witness("reference/pooling/univariate.json", '"pi_riley"'),
    "hksj": Witness(UNIVARIATE, '"knha"'),
    "hksj(k-2)": Witness("pooling/test_other_predictions.py", "partlett_riley", "hand"),
    "kr": Witness("pooling/test_other_predictions.py", "test_kenward_roger_prediction", "hand"),
    "bootstrap": Witness(
        "pooling/test_other_predictions.py", "test_bootstrap_against_published", "published"
    ),
}
TAU2_INTERVALS: Mapping[str, Witness] = {
    "QP": Witness(UNIVARIATE, '"QP"'),
    "J": Witness("reference/pooling/generalised_q.json", '"J"'),
    "BJ": Witness("reference/pooling/generalised_q.json", '"BJ"'),
    "PL": Witness(UNIVARIATE, '"PL"'),
}
COUNTS: Mapping[str, Witness] = {
    "MH-OR": Witness("reference/harvest/counts.json", '"mh"'),
    "MH-RR": Witness("reference/harvest/counts.json", '"RR"'),
    "MH-RD": Witness("reference/harvest/counts.json", '"RD"'),
    "Peto-OR": Witness("reference/harvest/counts.json", '"peto"'),
    "MH-IRR": Witness("reference/harvest/counts.json", '"IRR"'),
    "MH-IRD": Witness("reference/harvest/counts.json", '"IRD"'),
}
MIXED: Mapping[str, Witness] = {
    **{
        code: Witness("reference/pooling/glmm.json", f'"{code}"')
        for code in ("CM.EL", "CM.AL", "UM.FS", "UM.RS")
    },
    "LOGIT-NORMAL": Witness("reference/pooling/glmm.json", '"proportions"'),
    "POISSON-NORMAL": Witness("reference/pooling/glmm.json", '"rates"'),
}
STRUCTURES: Mapping[str, Witness] = {
    "HCS": Witness("reference/pooling/multivariate.json", '"HCS"'),
    **{
        code: Witness("reference/pooling/multilevel.json", f'"{code}"')
        for code in ("UN", "CS", "DIAG", "ID")
    },
}
SANDWICHES: Mapping[str, Witness] = {
    **{code: Witness("reference/pooling/multilevel.json", f'"{code}"') for code in ("CR1S", "CR3")},
    **{
        code: Witness("reference/harvest/dependence.json", f'"{code}"')
        for code in ("CR0", "CR1", "CR1p", "CR2")
    },
}
SENSITIVITY: Mapping[str, Witness] = {
    "leave-one-out": Witness(BIAS, '"leave1out"'),
    "leave-cluster-out": Witness(
        "reference_cases/test_structures.py", "test_without_a_cluster", "property"
    ),
    "cumulative": Witness("reference/sensitivity/cumulative.json", "metafor"),
    "influence": Witness(BIAS, '"influence"'),
    "baujat": Witness("reference/sensitivity/baujat.json", "metafor"),
    "subsets": Witness("reference/sensitivity/subsets.json", "metafor"),
    "permutation": Witness(BIAS, '"permutation"'),
    "subgroups": Witness("reference/pooling/subgroups.json", "metafor"),
    "multiverse": Witness("sensitivity/test_multiverse.py", "pool(", "definition"),
    "tornado": Witness("sensitivity/test_assumptions.py", "tornado", "definition"),
    "fragility": Witness("sensitivity/test_fragility.py", "fragility_index", "published"),
    "pooled-fragility": Witness("sensitivity/test_fragility.py", "pooled_fragility", "property"),
    "missing-outcomes": Witness("sensitivity/test_missing_outcomes.py", "haloperidol", "published"),
    "imor": Witness("sensitivity/test_missing_outcomes.py", "that_of_the_delta_method", "hand"),
    "egger": Witness(BIAS, '"egger"'),
    "pustejovsky-rodgers": Witness(
        "sensitivity/bias/test_regression_tests.py", "pustejovsky", "hand"
    ),
    "begg": Witness(BIAS, '"begg"'),
    **{
        code: Witness(ASYMMETRY, f'"{code}"')
        for code in ("harbord", "peters", "macaskill", "ruecker-arcsine", "deeks")
    },
    "trim-fill": Witness(BIAS, '"trimfill"'),
    "pet-peese": Witness("reference/sensitivity/adjusted_means.json", "pet"),
    "waap": Witness("reference/sensitivity/adjusted_means.json", '"waap"'),
    "limit": Witness("reference/sensitivity/adjusted_means.json", "limit"),
    "selection": Witness("reference/sensitivity/selection_models.json", "step"),
    "copas": Witness("reference/sensitivity/copas.json", "rho"),
    "p-curve": Witness("sensitivity/bias/test_adjusted_means.py", "p_curve", "published"),
    "excess-significance": Witness(BIAS, '"excess"'),
    "fail-safe-rosenthal": Witness(BIAS, '"rosenthal"'),
    "fail-safe-orwin": Witness(BIAS, '"orwin"'),
    "fail-safe-rosenberg": Witness(BIAS, '"rosenberg"'),
    "funnel": Witness("sensitivity/bias/test_adjusted_means.py", "funnel", "hand"),
    "radial": Witness(PLOTS, '"radial"'),
    "labbe": Witness("sensitivity/test_plot_data.py", "labbe", "hand"),
    "drapery": Witness("sensitivity/test_plot_data.py", "drapery", "hand"),
    "likelihood-profile": Witness(PLOTS, "profile"),
    "normal-quantiles": Witness(PLOTS, "qq"),
}

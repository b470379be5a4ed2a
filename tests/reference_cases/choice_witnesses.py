"""Who vouches for priors, presets, conversions, rules, weight functions, predictors and networks.

As `witnesses`, which holds the estimators.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.reference_cases.witnesses import Witness

PRIOR_TESTS = "pooling/test_bayes_priors.py"
RECONCILE = "sensitivity/test_reconcile.py"
DISPERSION = "measures/conversions/test_dispersion.py"
DESIGNS = "measures/conversions/test_designs.py"
TABLES = "measures/conversions/test_tables.py"
SELECTION = "reference/sensitivity/selection_models.json"
EGGER = "reference/sensitivity/egger.json"
ZEROS = "reference/escalc_zeros.json"
NETWORK = "reference/pooling/network.json"

PRIORS: Mapping[str, Witness] = {
    # scipy's densities, distributions and quantiles.
    "half-normal": Witness(PRIOR_TESTS, "stats.halfnorm", "property"),
    "half-cauchy": Witness(PRIOR_TESTS, "stats.halfcauchy", "property"),
    "half-t": Witness(PRIOR_TESTS, "test_half_t_is_half_normal", "property"),
    "exponential": Witness(PRIOR_TESTS, "stats.expon", "property"),
    "lomax": Witness(PRIOR_TESTS, "stats.lomax", "property"),
    "uniform": Witness(PRIOR_TESTS, "stats.uniform", "property"),
    "lognormal": Witness(PRIOR_TESTS, "stats.lognorm", "property"),
    "log-t": Witness(PRIOR_TESTS, "test_log_t_has_five", "property"),
    "turner": Witness(PRIOR_TESTS, "turner().quantile", "published"),
    "rhodes": Witness(PRIOR_TESTS, "rhodes().quantile", "published"),
    **{
        code: Witness("reference/pooling/study_priors.json", f'"{code}"')
        for code in (
            *("sqrt", "jeffreys", "overall-jeffreys", "berger-deely", "conventional"),
            *("dumouchel", "shrinkage", "i2"),
        )
    },
}
PRESETS: Mapping[str, Witness] = {
    "metafor": Witness(RECONCILE, "test_metafor_gives_the_numbers", "property"),
    "statsmodels": Witness(RECONCILE, "test_statsmodels_gives_the_numbers", "property"),
    "revman-5": Witness(RECONCILE, "test_revman_5_takes_q_around", "property"),
    "iqwig-6": Witness(RECONCILE, "test_iqwig_widens", "hand"),
    # Their estimators have witnesses; that these are theirs is their documentation's word.
    **{
        code: Witness(RECONCILE, f'"{code}"', "definition")
        for code in ("cochrane-2025", "meta-8", "meta-7", "stata", "pymare")
    },
}
CONVERSIONS: Mapping[str, Witness] = {
    "median": Witness("measures/conversions/test_quantiles.py", "test_luo_wan_shi", "hand"),
    "skewness": Witness(
        "measures/conversions/test_quantiles.py", "test_skewness_test_has_its_level", "property"
    ),
    "logarithms": Witness(
        "measures/conversions/test_log_normal.py", "test_logarithms_by_hand", "hand"
    ),
    "sd": Witness(DISPERSION, "test_interval_of_a_mean_as_in_the_handbook", "published"),
    "sd-pooled": Witness(DISPERSION, "test_p_value_as_in_the_handbook", "published"),
    "se": Witness(DISPERSION, "test_standard_error_from_p", "hand"),
    "smd": Witness(DISPERSION, "test_smd_from_statistics_is_that_of_the_means", "property"),
    "or-smd": Witness(TABLES, "test_log_odds_to_smd_as_escalc", "property"),
    "smd-or": Witness(TABLES, "test_smd_to_log_odds_as_escalc", "property"),
    "table": Witness(TABLES, "test_table_comes_back_from_its_odds_ratio", "property"),
    "percent": Witness(TABLES, "test_counts_are_those_that_print_so", "property"),
    "combine": Witness(DESIGNS, "test_combined_groups_are_their_people", "property"),
    "split": Witness(DESIGNS, "test_combined_and_split_counts", "hand"),
    "change": Witness(DESIGNS, "test_change_sd_of_the_handbook", "published"),
    "cluster": Witness(DESIGNS, "test_design_effect_of_the_handbook", "published"),
}
ZERO_CELLS: Mapping[str, Witness] = {
    **{code: Witness(ZEROS, f'"{code}"') for code in ("only0", "all", "if0all", "none")},
    "treatment_arm": Witness("measures/test_zero_cells.py", "Sweeting: R = 20/10", "hand"),
}
WEIGHT_FUNCTIONS: Mapping[str, Witness] = {
    "step": Witness(SELECTION, '"bcg_RR/ML/step025"'),
    "beta": Witness(SELECTION, '"bcg_RR/ML/beta"'),
    "half-normal": Witness(SELECTION, '"bcg_RR/ML/halfnorm"'),
    "negative-exponential": Witness(SELECTION, '"bcg_RR/ML/negexp"'),
    "logistic": Witness(SELECTION, '"bcg_RR/ML/logistic"'),
    "power": Witness(SELECTION, '"bcg_RR/ML/power"'),
}
PREDICTORS: Mapping[str, Witness] = {
    "se": Witness(EGGER, "/sei/"),
    "v": Witness(EGGER, "/vi/"),
    "n": Witness(EGGER, "/ni/"),
    "1/n": Witness(EGGER, "/ninv/"),
    "sqrt(n)": Witness(EGGER, "/sqrtni/"),
    "1/sqrt(n)": Witness(EGGER, "/sqrtninv/"),
}
HAND, PROPERTY = "pooling/test_network_hand.py", "pooling/test_network_properties.py"
NETWORK_METHODS: Mapping[str, Witness] = {
    "network": Witness(NETWORK, '"beta"'),
    "build_network": Witness(HAND, "test_a_star_is_a_set_of_pairwise", "hand"),
    "contrast_rows": Witness("pooling/test_network_data.py", "contrast_rows", "definition"),
    "contrasts_from_arms": Witness(
        "pooling/test_network_data.py", "test_two_arm_studies_give_the_usual", "property"
    ),
    "against_reference": Witness(PROPERTY, "test_summary_against_the_reference", "definition"),
    "league_table": Witness(HAND, "league_table(", "hand"),
    "direct_estimates": Witness(HAND, "test_a_triangle_splits_into", "hand"),
    "p_scores": Witness("pooling/test_network_reference.py", "p_scores(", "published"),
    "design_inconsistency": Witness(NETWORK, '"q_between"'),
    "net_heat": Witness(HAND, "test_heat_of_a_triangle", "hand"),
    "contributions": Witness(HAND, "test_contributions_of_a_triangle", "hand"),
    "study_contributions": Witness(HAND, "test_contributions_of_studies", "hand"),
    "split_evidence": Witness(NETWORK, '"sides"'),
    "back-calculation": Witness(HAND, "test_a_triangle_splits_into", "hand"),
    "side-splitting": Witness(NETWORK, '"sides"'),
}

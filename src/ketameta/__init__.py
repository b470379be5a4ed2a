"""Evidence synthesis for ketamine in addiction.

    >>> import ketameta as km
    >>> root = km.find_root()
    >>> review = km.load_review(root / "reports/ketamine-addiction/review.yaml")
    >>> evidence = km.load_evidence(root / "studies")
    >>> question = km.find_question(review, "abstinence-longest")
    >>> answer = km.answer_question(question, review, evidence)
    >>> km.write_forest(answer, "forest.svg")

    >>> table = km.effects("OR", {"ai": [14, 13], "n1i": [17, 27], "ci": [15, 3], "n2i": [23, 28]})
    >>> km.pool(table.estimates, tau2="PM", interval="hksj").interval
    >>> km.leave_one_out(table.estimates)

Every command has functions of the same name and with the same options here (dashes become
underscores, and what a command takes as one word is one argument or a `...Choices` object):

- `effects`, `pool` (`pool_tables`, `pool_rates`, `beta_binomial`, `glmm` from counts;
  `probability_above` for `--threshold`), `bayes`,
  `regress`, `multilevel`, `network`, `multiverse`, `reconcile`, `trim_fill`, `selection`, `convert`
- `sensitivity(data, kind)`, and one function for each kind: `leave_one_out`, `leave_cluster_out`,
  `cumulative`, `influence`, `baujat`, `subgroups`, `subsets`, `permutation_test`,
  `fragility_index`, `pooled_fragility`, `missing_outcome_bounds`
- `bias(data, test)`, and one for each test: `egger`, `begg`, `harbord`, `peters`, `macaskill`,
  `ruecker_arcsine`, `deeks`, `pustejovsky_rodgers`, `pet_peese`, `waap`, `limit_meta_analysis`,
  `copas`, `p_curve`, `excess_significance`, `rosenthal`, `orwin`, `rosenberg`, and `funnel_plot`
- of `regress`: `predict_at`, `contrasts`, `adjust_p_values`, `permute_coefficients`,
  `regression_residuals`, `location_scale`; of `sensitivity`: `imor_estimates`,
  `imor_range`, `tornado`
- `safety`, `durability`, `moderated`; for sparse counts `clopper_pearson`, `exact_odds_ratio`
- `--preset NAME`: `preset_effects(..., NAME)` makes the estimates of a program, and
  `pool(..., preset=NAME)` pools them; `pool_preset` says more; the programs are `PRESETS`

They give the numbers of the commands' JSON to the last digit; a test holds them to it.

Importing ketameta loads nothing else; each name below is fetched when it is first used (PEP 562).
"""

from __future__ import annotations

from typing import Any

_PLACES = {
    "adjust_p_values": "pooling.regression_multiplicity:adjust_p_values",
    "aggregate": "pooling.aggregate:aggregate",
    "Analysis": "synthesis.answer:Analysis",
    "Answer": "synthesis.answer:Answer",
    "answer_question": "appraisal.answers:answer_question",
    "answer_review": "appraisal.answers:answer_review",
    "baujat": "sensitivity.baujat:baujat",
    "bayes": "pooling.bayes.fit:bayes",
    "begg": "sensitivity.bias.begg:begg",
    "beta_binomial": "pooling.beta_binomial.fit:beta_binomial",
    "bias": "sensitivity.bias.by_name:bias",
    "BiasChoices": "sensitivity.bias.by_name:BiasChoices",
    "build_report": "reports.build:build_report",
    "Caution": "measures.estimates:Caution",
    "clopper_pearson": "measures.exact_proportions:clopper_pearson",
    "component_test": "pooling.multilevel_effects:component_test",
    "contrast_rows": "pooling.network.contrasts:contrast_rows",
    "contrasts": "pooling.regression_tests:contrasts",
    "contrasts_from_arms": "pooling.network.arms:contrasts_from_arms",
    "ConvergenceError": "errors:ConvergenceError",
    "convert": "cli.conversions:convert",
    "copas": "sensitivity.bias.copas:copas",
    "Counts": "measures.arms:Counts",
    "cumulative": "sensitivity.cumulative:cumulative",
    "DataError": "errors:DataError",
    "deeks": "sensitivity.bias.binary_asymmetry:deeks",
    "design_inconsistency": "pooling.network.inconsistency:design_inconsistency",
    "durability": "synthesis.durability:durability",
    "EffectEstimates": "measures.estimates:EffectEstimates",
    "effects": "measures.effects:effects",
    "EffectTable": "measures.effects:EffectTable",
    "egger": "sensitivity.bias.egger:egger",
    "Evidence": "records.store:Evidence",
    "exact_odds_ratio": "pooling.exact_odds_ratio:exact_odds_ratio",
    "excess_significance": "sensitivity.bias.excess_significance:excess_significance",
    "figure_kind": "figures.catalog:figure_kind",
    "FIGURES": "figures.catalog:FIGURES",
    "find_question": "questions.loading:find_question",
    "find_root": "records.store:find_root",
    "FLAGS": "appraisal.catalog:FLAGS",
    "forest_layout": "figures.forest.layout:layout",
    "fragility_index": "sensitivity.fragility:fragility_index",
    "funnel_plot": "sensitivity.bias.funnel:funnel_plot",
    "glmm": "pooling.glmm.fit:glmm",
    "harbord": "sensitivity.bias.binary_asymmetry:harbord",
    "imor_estimates": "sensitivity.informative_missingness:imor_estimates",
    "imor_range": "sensitivity.informative_missingness:imor_range",
    "impute_covariance": "pooling.multilevel_covariance:impute_covariance",
    "inclusion_by_group": "sensitivity.multiverse:inclusion_by_group",
    "influence": "sensitivity.influence:influence",
    "joint_test": "pooling.joint_tests:joint_test",
    "KetametaError": "errors:KetametaError",
    "league_table": "pooling.network.league:league_table",
    "leave_cluster_out": "sensitivity.leave_cluster_out:leave_cluster_out",
    "leave_one_out": "sensitivity.leave_one_out:leave_one_out",
    "limit_meta_analysis": "sensitivity.bias.limit_meta_analysis:limit_meta_analysis",
    "load_evidence": "records.store:load_evidence",
    "load_review": "synthesis.review_names:load_review",
    "location_scale": "pooling.location_scale:location_scale",
    "LogImor": "sensitivity.informative_missingness:LogImor",
    "macaskill": "sensitivity.bias.binary_asymmetry:macaskill",
    "MEASURES": "measures.catalog:MEASURES",
    "missing_outcome_bounds": "sensitivity.missing_outcomes:missing_outcome_bounds",
    "moderated": "synthesis.moderators:moderated",
    "multilevel": "pooling.multilevel:multilevel",
    "MultilevelChoices": "pooling.multilevel_choices:MultilevelChoices",
    "multivariate": "pooling.multilevel_multivariate:multivariate",
    "multiverse": "sensitivity.multiverse:multiverse",
    "multiverse_of_estimates": "sensitivity.multiverse:multiverse_of_estimates",
    "multiverse_summary": "sensitivity.multiverse_summary:multiverse_summary",
    "MultiverseChoices": "sensitivity.universes:MultiverseChoices",
    "net_heat": "pooling.network.heat:net_heat",
    "network": "pooling.network.model:network",
    "normal_quantiles": "sensitivity.normal_quantiles:normal_quantiles",
    "orwin": "sensitivity.bias.fail_safe:orwin",
    "outcome_intervals": "pooling.multilevel_outcome_intervals:outcome_intervals",
    "Outcomes": "sensitivity.missing_outcomes:Outcomes",
    "p_curve": "sensitivity.bias.p_curve:p_curve",
    "p_scores": "pooling.network.ranking:p_scores",
    "parse_prior": "pooling.bayes.prior_catalog:parse_prior",
    "permutation_test": "sensitivity.permutation:permutation_test",
    "permute_coefficients": "pooling.regression_permutation:permutation_test",
    "pet_peese": "sensitivity.bias.pet_peese:pet_peese",
    "peters": "sensitivity.bias.binary_asymmetry:peters",
    "Picture": "figures.picture:Picture",
    "pool": "sensitivity.preset_pool:pool_as",
    "pool_batch": "pooling.pool_batch:pool_batch",
    "pool_preset": "sensitivity.preset_pool:pool_preset",
    "pool_rates": "pooling.common_rates:pool_rates",
    "pool_tables": "pooling.common_effect:pool_tables",
    "pooled_fragility": "sensitivity.pooled_fragility:pooled_fragility",
    "pooled_frame": "tables.frame:pooled_frame",
    "PooledBatch": "pooling.pool_batch:PooledBatch",
    "PooledResult": "pooling.result:PooledResult",
    "PoolingChoices": "pooling.choices:PoolingChoices",
    "predict_at": "pooling.regression_prediction:predict_at",
    "Preset": "pooling.presets:Preset",
    "predict_multilevel": "pooling.multilevel_effects:predict_multilevel",
    "preset": "pooling.presets:preset",
    "preset_effects": "sensitivity.preset_estimates:preset_effects",
    "PRESETS": "pooling.presets:PRESETS",
    "prior_sensitivity": "pooling.bayes.sensitivity:prior_sensitivity",
    "probability_above": "pooling.new_study:probability_above",
    "pustejovsky_rodgers": "sensitivity.bias.egger:pustejovsky_rodgers",
    "Question": "questions.question:Question",
    "random_effects": "pooling.multilevel_effects:random_effects",
    "Rates": "measures.arms:Rates",
    "RateTables": "pooling.common_rates:RateTables",
    "read_table": "exchange.tabular:read_table",
    "reconcile": "sensitivity.reconcile:reconcile",
    "regress": "pooling.regression:regress",
    "regression_residuals": "pooling.regression_diagnostics:regression_residuals",
    "RegressionChoices": "pooling.regression_choices:RegressionChoices",
    "Review": "questions.question:Review",
    "robust": "pooling.robust:robust",
    "robust_test": "pooling.robust_tests:robust_test",
    "rosenberg": "sensitivity.bias.fail_safe:rosenberg",
    "rosenthal": "sensitivity.bias.fail_safe:rosenthal",
    "ruecker_arcsine": "sensitivity.bias.binary_asymmetry:ruecker_arcsine",
    "safety": "synthesis.safety:safety",
    "save_forest": "figures.forest.save:save",
    "save_picture": "figures.saving:save_picture",
    "selection": "sensitivity.bias.selection.fit:selection_model",
    "SelectionChoices": "sensitivity.bias.selection.choices:SelectionChoices",
    "sensitivity": "sensitivity.by_kind:sensitivity",
    "SensitivityChoices": "sensitivity.by_kind:SensitivityChoices",
    "split_evidence": "pooling.network.splitting:split_evidence",
    "studies_frame": "tables.frame:studies_frame",
    "Study": "records.study:Study",
    "subgroups": "sensitivity.subgroups:subgroups",
    "Subject": "figures.picture:Subject",
    "subsets": "sensitivity.subsets:subsets",
    "svg_text": "figures.saving:svg_text",
    "Tables": "pooling.common_effect:Tables",
    "tornado": "sensitivity.assumptions:tornado",
    "trim_fill": "sensitivity.bias.trim_fill:trim_fill",
    "TrimFillChoices": "sensitivity.bias.trim_fill:TrimFillChoices",
    "UsageError": "errors:UsageError",
    "variance_intervals": "pooling.multilevel_effects:variance_intervals",
    "vevea_woods": "sensitivity.bias.selection.choices:vevea_woods",
    "waap": "sensitivity.bias.waap:waap",
    "WithinCorrelation": "pooling.multilevel_correlation:WithinCorrelation",
    "write_forest": "figures.forest.save:write_forest",
    "write_table": "exchange.writing:write_table",
}

__all__ = ["__version__", *_PLACES]


def __getattr__(name: str) -> Any:
    """A public name, fetched from its module and kept."""
    value: Any
    if name == "__version__":
        from importlib.metadata import version

        value = version("ketameta")
    elif name in _PLACES:
        from importlib import import_module

        module, attribute = _PLACES[name].split(":")
        value = getattr(import_module(f"ketameta.{module}"), attribute)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # The package `sensitivity` is there once it is imported, and is its own function.
    return globals().setdefault(name, value)


def __dir__() -> list[str]:
    return sorted(__all__)

"""Keys of the JSON that commands print for a table (`--data`), and what each holds.

With `--by` every command prints a list of such objects, each with its value under `by`.
"""

from __future__ import annotations

from collections.abc import Mapping

Keys = tuple[tuple[str, str], ...]

_EXCLUDED = ("excluded", "rows not used: list of {study, reason, where}")
_WARNINGS = ("warnings", "list of {code, message}")

POOL: Keys = (
    ("k", "number of studies pooled"),
    ("estimate, se", "pooled mean and the standard error behind its interval"),
    ("ci_low, ci_high", "confidence interval"),
    ("statistic, df, p_value", "estimate / se, degrees of freedom (null: normal), two-sided p"),
    ("tau2, tau2_se", "between-study variance and its standard error"),
    ("tau2_ci_low, tau2_ci_high", "interval of tau2 (`--tau2-ci`, by default Q-profile)"),
    (
        "i2, i2_ci_low, i2_ci_high",
        "I² in percent, from tau2, with its interval; with `--preset` as the program defines it",
    ),
    ("h2, h2_ci_low, h2_ci_high", "H², from tau2, with its interval"),
    ("i2_q, h2_q", "I² and H² from Q"),
    ("q, q_df, q_p", "Cochran's Q, its degrees of freedom and p value"),
    ("pi_low, pi_high", "prediction interval"),
    ("prediction_se, prediction_df", "standard deviation and df of the distribution behind it"),
    ("wald_ci_low, wald_ci_high", "beside hksj: the normal interval"),
    ("hksj_factor", "beside hksj: what scaled the variance"),
    ("guarded_ci_low, guarded_ci_high", "beside hksj: the interval with the factor at least 1"),
    ("log_likelihood, local_maxima", "with ML and REML: at tau2, and how many maxima were seen"),
    ("preset, q_centre", "with `--preset`: the program; Q is around IV or MH"),
    ("cmh, breslow_day, tarone", "with `--method mh`, OR: each {statistic, df, p_value}"),
    (
        "sigma2, q_wald, q_wald_p, tau2_lrt, tau2_lrt_p",
        "with `--method glmm`: variance of intercepts (um.rs); Wald test of one effect for all "
        "studies (q is the likelihood ratio); likelihood ratio test of tau2 = 0",
    ),
    (
        "probabilities, correlation, correlation_se, correlation_lrt, correlation_lrt_p",
        "with `--method beta-binomial`: mean probabilities of the groups, intraclass correlation "
        "and the likelihood ratio test that it is 0",
    ),
    (
        "threshold, new_study_above, new_study_reason",
        "with `--threshold`: P(effect in a new study > threshold); where it is null, why",
    ),
    ("threshold_meaning", "of a question, with `--threshold important` or `large`: in words"),
    ("weights", "percent, in the order of the rows used; null with glmm and beta-binomial"),
    ("studies", "list of {study, label, yi, vi, ci_low, ci_high, weight, n}"),
    _EXCLUDED,
    _WARNINGS,
    ("display", "estimate, ci_low, ci_high, pi_low, pi_high on the scale readers see"),
    (
        "measure, tau2_method, interval_method, prediction_method, weighting, level",
        "what was done",
    ),
)

EFFECTS: Keys = (
    ("measure, k, level", "the measure, number of estimates, coverage of their intervals"),
    (
        "studies",
        "list of {study, yi, vi, sei, ci_low, ci_high, n, made_from, zero_cells_corrected, how, "
        "where, display}",
    ),
    _EXCLUDED,
    _WARNINGS,
)

BAYES: Keys = (
    ("measure, k, level, prior, mean_prior", "what was fitted, the priors in words"),
    (
        "mu, tau, new_study",
        "mean effect, standard deviation between studies, effect in a new study; each {mean, sd, "
        "median, mode, ci_low, ci_high (shortest), eq_low, eq_high (equal tails)}",
    ),
    ("threshold, mu_above, new_study_above", "P(mean > threshold), P(new study > threshold)"),
    ("log_marginal_likelihood", "null with an improper prior"),
    (
        "bayes_factor_mu_zero, bayes_factor_tau_zero",
        "above 1: the data speak for mean 0, for tau 0",
    ),
    ("studies", "list of {study, yi, vi, the same of its effect, weight, shrinkage}"),
    ("prior_sensitivity", "with `--sensitivity`: list of {prior, mu, tau, new_study, mu_above}"),
    ("display", "mu and new_study on the scale readers see: {median, ci_low, ci_high}"),
    _EXCLUDED,
    _WARNINGS,
)

CONVERT: Keys = (
    ("conversion, inputs", "what was converted"),
    ("study", "with `--data`: label of the row (the result is a list)"),
    (
        "mean, sd, n, events, yi, vi, sei, a, b, c, d, sd_change, r, design_effect, log_mean, "
        "log_sd, statistic, critical, skewed",
        "the value: those that the conversion gives",
    ),
    ("assumptions", "list of {code, description, value, low, high, reference, no_range (why)}"),
)

SENSITIVITY: Keys = (
    ("kind, measure, k", "what was varied, and the number of studies"),
    (
        "rows",
        "leave-one-out, cumulative, missing-outcomes, subgroups: list of {left_out; added, order; "
        "assumption, description; group} with {k, estimate, se, ci_low, ci_high, p_value, tau2, "
        "i2, q, pi_low, pi_high, display} (missing-outcomes: and reason, why none "
        "is there); influence: {study, rstudent, dffits, cooks_distance, cov_ratio, tau2_deleted, "
        "q_deleted, hat, weight, dfbetas, influential}; baujat: {study, "
        "heterogeneity, influence}; subsets: {k, estimate, se, tau2, i2, h2, q, members}; "
        "fragility: {study, index, quotient, p_value, p_value_after, reversed, events_after}; "
        "tornado: {assumption, description, low, high, lowest, highest, swing, "
        "interval_changes_side, points}; funnel: {study, effect, se, p_value}; radial: {study, "
        "precision, z, outside}; labbe: {study, risk_1, risk_2, people, weight}; drapery: {effect, "
        "display, pooled, prediction}; profile: {tau2, log_likelihood, estimate}; qq: {study, "
        "quantile, residual, envelope_low, envelope_high}",
    ),
    ("order, cluster", "cumulative: what orders; leave-one-out: the column of clusters"),
    ("complete, count", "subsets: whether all are there, and how many"),
    ("statistic, p_value, exact, count, smallest_p", "permutation"),
    (
        "groups, common_tau2, q_between, df, df_denominator",
        "subgroups: the column, and the test of difference (with p_value)",
    ),
    ("base", "tornado: the result with every number as supposed"),
    (
        "not_varied, words",
        "tornado of a question: list of {assumption, description, why}; what to say where nothing "
        "varies",
    ),
    ("centre, null, funnel, contours", "funnel: lines of the plot"),
    ("slope, half_width, tau2", "radial: the line, and how far from it studies are unusual"),
    ("curve", "labbe: risks that the pooled effect goes with, {risk_2, risk_1, ci_low, ci_high}"),
    (
        "studies",
        "drapery: {study, p_values} along the effects of `rows`; missing-outcomes: "
        "{study, label, missing_1, missing_2, counted, why, varied}",
    ),
    ("peak, peak_log_likelihood, cut_off, local_maxima, restricted", "profile: of tau2"),
    ("deleted", "qq: whether residuals are from the mean without the study"),
    (
        "pooled",
        "fragility of the pooled interval of the `k` studies with counts: {index, quotient, "
        "estimate, ci_low, ci_high, reversed, changes}",
    ),
    ("without_counts", "fragility: studies with an estimate that is not in `pooled`"),
    _EXCLUDED,
    _WARNINGS,
)

_COEFFICIENTS = (
    "coefficients",
    "list of {name, estimate, se, statistic, df, p_value, ci_low, ci_high}",
)
_OMNIBUS = (
    "omnibus",
    "test of all but the intercept: {statistic, df, df_denominator, p_value, tested}",
)
_FITS = ("ml, reml", "each {log_likelihood, deviance, aic, bic, aicc, parameters}")

REGRESS: Keys = (
    ("measure, formula, k, p", "what was fitted, numbers of studies and coefficients"),
    ("tau2_method, interval_method, level", "what was done"),
    _COEFFICIENTS,
    ("covariance", "of the coefficients, as used for their tests"),
    _OMNIBUS,
    ("tau2, tau2_se, tau2_ci_low, tau2_ci_high", "residual between-study variance"),
    ("i2, h2, q, q_df, q_p", "residual heterogeneity"),
    ("r2, tau2_without", "percent of tau2 accounted for; tau2 without moderators"),
    ("hksj_factor", "generalised Q over k - p"),
    (
        "terms",
        "each term but the intercept: {term, statistic, df, df_denominator, p_value, tested, vif, "
        "se_factor}",
    ),
    (
        "permutation",
        "with `--permute`: {omnibus_p, arrangements, exact, smallest_p}; p_permutation stands "
        "with each coefficient, as p_adjusted with `--adjust`",
    ),
    ("contrasts", "with `--contrast`: {rows (as coefficients, with weights), joint}"),
    (
        "predictions",
        "with `--predict`: list of {at, estimate, se, ci_low, ci_high, pi_low, pi_high, leverage, "
        "display}",
    ),
    (
        "scale",
        "with `--scale`: {formula, method, location, location_omnibus, coefficients, omnibus, "
        "tau2, homogeneity, fit, local_maxima, warnings}",
    ),
    _FITS,
    (
        "studies",
        "list of {study, yi, vi, fitted, se, ci_low, ci_high, pi_low, pi_high, weight}; with "
        "`--residuals` also {residual, rstandard, rstudent, cooks_distance, hat}",
    ),
    _EXCLUDED,
    _WARNINGS,
)

MULTILEVEL: Keys = (
    ("measure, k, p, clusters", "numbers of estimates, coefficients and clusters"),
    ("method, test, rho, phi, sampling_errors, formula, level", "what was done"),
    ("outcome, structure", "with `--outcome`: its column, structure of the true effects"),
    _COEFFICIENTS,
    ("covariance", "of the coefficients"),
    _OMNIBUS,
    (
        "components",
        "between and within clusters: list of {level, sigma2, groups, i2, ci_low, ci_high, "
        "lr_statistic, lr_p, lr_p_boundary (likelihood ratio test of 0)}; null with `--outcome`",
    ),
    (
        "outcomes",
        "with `--outcome`: list of {outcome, k, clusters, estimate, ci_low, ci_high, pi_low, "
        "pi_high, tau2, reason, display}; reason says why there is no estimate",
    ),
    ("correlation", "with `--outcome`: matrix of the correlations of true effects"),
    (
        "intervals",
        "with `--profile-intervals` and `--outcome`: list of {kind (tau2 or rho), outcomes, "
        "estimate, ci_low, ci_high}",
    ),
    ("i2, q, q_df, q_p", "heterogeneity at any level"),
    ("pi_low, pi_high", "prediction interval of a new estimate in a new cluster"),
    _FITS,
    ("robust", "cluster-robust tests: {kind, coefficients, omnibus}; null where impossible"),
    (
        "tests",
        "with `--test-coefficients`: list of {tested, weights, model, robust (HTZ), why_not}, each "
        "test {statistic, df, df_denominator, p_value}",
    ),
    (
        "predictions",
        "with `--predict`: list of {at, estimate, se, ci_low, ci_high, pi_low, pi_high, leverage, "
        "display}",
    ),
    (
        "random_effects",
        "with `--random-effects`: {between, within}, lists of {label, value, se, pi_low, pi_high}; "
        "with `--outcome`: {between}, with the outcome",
    ),
    _EXCLUDED,
    _WARNINGS,
)

AGGREGATE: Keys = (
    ("measure, k, estimates", "the measure; numbers of studies, and of the estimates combined"),
    ("rho, phi, sampling_errors, weighted, level", "what was done"),
    (
        "studies",
        "list of {study, yi, vi, sei, ci_low, ci_high, n, combined (how many), rows, display}",
    ),
    _EXCLUDED,
    _WARNINGS,
)

NETWORK: Keys = (
    ("measure, k, n_contrasts, level", "the measure, number of studies, of comparisons; coverage"),
    ("tau2_method, interval_method, prediction_method", "what was done"),
    ("treatments, reference", "names, in the order of the matrices; the one compared with"),
    ("estimates, se, p_values", "matrices: row treatment minus column treatment"),
    ("ci, pi", "matrices {low, high}: confidence and prediction intervals"),
    ("df", "degrees of freedom of intervals (null: normal)"),
    (
        "league",
        "every pair: {treatment_1, treatment_2, estimate, se, p_value, ci_low, ci_high, "
        "guarded_low, guarded_high (with max(1, factor), where a Hartung-Knapp factor is below 1), "
        "pi_low, pi_high, display, evidence, direct_share, direct_studies, direct}",
    ),
    ("p_scores", "best first: {treatment, p_score}; null unless it is said which effects are good"),
    ("tau2, tau2_ci_low, tau2_ci_high, i2", "between-study variance, its interval, I² from it"),
    ("q_total, q_within, q_between", "of the network, within and between designs: {q, df, p}"),
    (
        "q_between_random",
        "test of inconsistency that allows for tau2 within designs: {q, df, p, tau2}",
    ),
    ("designs", "list of {design, studies, within, between_without}"),
    (
        "split",
        "direct against indirect evidence: {treatment_1, treatment_2, studies, direct_share, "
        "network, direct, indirect, difference}",
    ),
    ("split_method", "how direct and indirect evidence were told apart (`--split`)"),
    ("net_heat", "{designs, q, change, influence}: which designs disagree with which"),
    (
        "contributions",
        "{comparisons, direct, hat, shares (rows: comparisons, columns: direct), studies, "
        "study_shares}; null where reduced weights are negative",
    ),
    _EXCLUDED,
    _WARNINGS,
)

RECONCILE: Keys = (
    ("measure, level", "the measure, and the coverage of every interval"),
    (
        "rows",
        "one per preset: {preset, name, k, estimate, ci_low, ci_high, pi_low, pi_high, se, "
        "p_value, df, tau2, i2, q, q_df, q_p, q_centre, interval_method, prediction_method, "
        "differences (sentences, to the first), uncertain, left_out, warnings, display}",
    ),
    ("excluded", "rows that no preset can use: list of {study, reason, where}"),
)

BIAS: Keys = (
    ("measure, k", "the measure, and the number of studies"),
    (
        "tests",
        "list of {test, k, p_value, warnings} with: regression tests {model, predictor, statistic, "
        "df, slope, slope_se, limit, limit_se, limit_ci_low, limit_ci_high, tau2, factor}; begg "
        "{statistic, score, exact}; pet, peese, pet-peese, waap, limit {estimate, se, ci_low, "
        "ci_high, statistic, df, p_value (of the adjusted mean), display}, beside them pet, peese "
        "{predictor, model, slope, slope_se, slope_p}, pet-peese {chosen, pet_p, pet, peese}, waap "
        "{method, powered, all_studies}, limit {tau2, bias, slope, q, q_small, q_small_p, "
        "q_residual, q_residual_p, studies}; copas {rows, chance_smallest}; p-curve {below_05, "
        "below_025, right_skew, right_skew_half, flatness, flatness_half (each {k, z, p_value}), "
        "right_skew_binomial, flatness_binomial, evidential_value, inadequate, power, "
        "power_ci_low, power_ci_high, p_values}; excess {observed, expected, statistic, theta, "
        "limit_theta, excess_test, studies}; contours {centre, null, bands, studies}; fail-safe N "
        "{n, mean, target, tolerance}",
    ),
    ("not_run", "list of {test, reason}: what the data do not allow"),
    _EXCLUDED,
    _WARNINGS,
)

TRIM_FILL: Keys = (
    ("measure, k", "the measure, and the number of studies"),
    ("missing, missing_se, missing_p", "number of studies that seem to be missing"),
    ("estimator, trimming, side, centre", "how, and around which mean"),
    ("filled", "list of {study, yi, vi}"),
    ("observed, adjusted", "results without and with them, keys as of pool"),
    _EXCLUDED,
    _WARNINGS,
)

SELECTION: Keys = (
    ("measure, k, model, alternative, level", "what was fitted"),
    ("estimate, se, ci_low, ci_high, statistic, p_value", "the mean before selection"),
    ("tau2, tau2_se", "between-study variance before selection"),
    ("log_likelihood, aic, local_maxima", "at the maximum; how many were met"),
    ("lr_statistic, lr_df, lr_p", "likelihood ratio test of no selection"),
    (
        "weights",
        "the weight function: list of {name, k, value, se, ci_low, ci_high, p_value, fixed}",
    ),
    (
        "unadjusted",
        "without selection: {estimate, se, ci_low, ci_high, tau2, tau2_method, interval_method}",
    ),
    _EXCLUDED,
    _WARNINGS,
)

MULTIVERSE: Keys = (
    ("measures, k", "the measures, and the number of studies"),
    (
        "universes",
        "list of {inclusion, measure, tau2_method, interval_method, zero_cells, k, estimate, se, "
        "ci_low, ci_high, p_value, tau2, pi_low, pi_high, excludes_null, reason}",
    ),
    (
        "summary",
        "per measure {measure, count, without_result, lowest, median, highest, below_null, "
        "above_null, excluding_null, forks}",
    ),
    ("refused, merged", "methods that do not fit together; choices that make no difference"),
    _EXCLUDED,
    _WARNINGS,
)

JSON_KEYS: Mapping[str, Keys] = {
    "pool": POOL,
    "effects": EFFECTS,
    "convert": CONVERT,
    "bayes": BAYES,
    "sensitivity": SENSITIVITY,
    "network": NETWORK,
    "reconcile": RECONCILE,
    "regress": REGRESS,
    "multilevel": MULTILEVEL,
    "aggregate": AGGREGATE,
    "bias": BIAS,
    "trim-fill": TRIM_FILL,
    "selection": SELECTION,
    "multiverse": MULTIVERSE,
}

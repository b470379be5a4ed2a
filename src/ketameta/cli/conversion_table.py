"""The conversions of `ketameta convert`, with their options; light, so that help is quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option of a conversion, and a column of its table: q1 is --q1 and the column q1.

    `choices` are the words allowed, where it is a word; `repeated` options are given once per
    group.
    """

    name: str
    help: str
    choices: tuple[str, ...] = ()
    default: str | None = None
    text: bool = False
    flag: bool = False
    repeated: bool = False

    @property
    def option(self) -> str:
        """How it is written on the command line."""
        return f"--{self.name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Conversion:
    """One conversion: what it is called, what it takes, what it gives, and an example."""

    code: str
    summary: str
    text: str
    parameters: tuple[Parameter, ...]
    gives: tuple[str, ...]
    example: str


def _groups(*, repeated: bool = False) -> tuple[Parameter, ...]:
    return (
        Parameter("mean", "Mean.", repeated=repeated),
        Parameter("sd", "Standard deviation.", repeated=repeated),
        Parameter("events", "People with the event.", repeated=repeated),
        Parameter("n", "People.", repeated=repeated),
    )


_SIZES = (Parameter("n1", "People in group 1."), Parameter("n2", "People in group 2."))
_LIMITS = (
    Parameter("ci_low", "Lower limit of the interval."),
    Parameter("ci_high", "Upper limit of the interval."),
    Parameter("ci_level", "Level of the interval in percent.", default="95"),
)
_QUANTILE = Parameter("quantile", "Quantile behind the interval.", choices=("t", "z"), default="t")
_SIGN = Parameter("sign", "1 if group 1 had more, -1 if less; for F, p and chi-squared.")
_SCALE = Parameter(
    "method",
    "Factor between the scales: 1.814 or 1.65.",
    choices=("hasselblad-hedges", "cox"),
    default="hasselblad-hedges",
)

PRESET = "preset"
_PRESET = Parameter(
    PRESET,
    "Correct for small samples, and take the variance, as a program does: cochrane-2025, revman-5, "
    "metafor, meta-8, ...",
    text=True,
)

_ALL = (
    Conversion(
        "median",
        "Mean and SD from a median with quartiles or range.",
        "Normal data: the mean by Luo or Wan, the SD by Shi or Wan. Skewed data are refused unless "
        "--allow-skew is given; qe fits distributions to the quantiles, bc transforms by Box-Cox, "
        "lognormal takes the logarithms for normal (Shi).",
        (
            Parameter("median", "Median."),
            Parameter("q1", "First quartile."),
            Parameter("q3", "Third quartile."),
            Parameter("min", "Smallest value."),
            Parameter("max", "Largest value."),
            Parameter("n", "People."),
            Parameter(
                "method", "How.", choices=("luo", "wan", "qe", "bc", "lognormal"), default="luo"
            ),
            Parameter("sd_method", "SD of luo and wan.", choices=("shi", "wan"), default="shi"),
            Parameter("allow_skew", "Convert although the data look skewed.", flag=True),
        ),
        ("mean", "sd"),
        "ketameta convert median --median 12 --q1 8 --q3 17 --n 40",
    ),
    Conversion(
        "skewness",
        "Whether a median with quartiles or range speaks against normal data.",
        "Shi's test at the 5 % level: skewed where the statistic reaches the critical value. Small "
        "samples pass easily.",
        (
            Parameter("median", "Median."),
            Parameter("q1", "First quartile."),
            Parameter("q3", "Third quartile."),
            Parameter("min", "Smallest value."),
            Parameter("max", "Largest value."),
            Parameter("n", "People."),
        ),
        ("statistic", "critical", "skewed"),
        "ketameta convert skewness --median 6 --q1 4 --q3 14 --n 20",
    ),
    Conversion(
        "logarithms",
        "Mean and SD of the logarithms of a skewed outcome, or back.",
        "Give --mean and --sd for those of the logarithms; --log-mean and --log-sd for the way "
        "back. The outcome is taken for log-normal.",
        (
            Parameter("mean", "Mean of the outcome."),
            Parameter("sd", "SD of the outcome."),
            Parameter("log_mean", "Mean of the natural logarithms."),
            Parameter("log_sd", "SD of the natural logarithms."),
        ),
        ("log_mean", "log_sd", "mean", "sd"),
        "ketameta convert logarithms --mean 12 --sd 9",
    ),
    Conversion(
        "sd",
        "SD of one group from the standard error or interval.",
        "Of the group's mean: give --se, or --ci-low and --ci-high.",
        (
            Parameter("se", "Standard error of the mean."),
            *_LIMITS,
            _QUANTILE,
            Parameter("n", "People."),
        ),
        ("sd",),
        "ketameta convert sd --se 1.2 --n 30",
    ),
    Conversion(
        "sd-pooled",
        "SD of two groups from a test, error or interval of their difference.",
        "Give the difference in means with --t, --f or --p of a two-sample t test; or the standard "
        "error --se, or --ci-low and --ci-high, of the difference.",
        (
            Parameter("difference", "Difference in means."),
            Parameter("t", "t statistic."),
            Parameter("f", "F statistic of the two groups."),
            Parameter("p", "Two-sided P value."),
            Parameter("se", "Standard error of the difference."),
            *_LIMITS,
            _QUANTILE,
            *_SIZES,
        ),
        ("sd",),
        "ketameta convert sd-pooled --difference 3 --p 0.04 --n1 20 --n2 22",
    ),
    Conversion(
        "se",
        "Standard error of an estimate from its P value or interval.",
        "On the analysis scale. With --ratio the estimate and its limits are ratios, whose "
        "logarithms are used.",
        (
            Parameter("estimate", "Estimate."),
            Parameter("p", "Two-sided P value."),
            *_LIMITS,
            Parameter("ratio", "The numbers are ratios.", flag=True),
        ),
        ("yi", "sei"),
        "ketameta convert se --estimate 0.8 --ci-low 0.31 --ci-high 2.1 --ratio",
    ),
    Conversion(
        "smd",
        "Standardised mean difference from a test statistic.",
        "From --t, --f, --p, --chi2 (of a 2x2 table) or --r (correlation of group and outcome).",
        (
            Parameter("t", "t statistic."),
            Parameter("f", "F statistic of two groups."),
            Parameter("p", "Two-sided P value of a t test."),
            Parameter("chi2", "Chi-squared of a 2x2 table, uncorrected."),
            Parameter("r", "Point-biserial correlation."),
            _SIGN,
            *_SIZES,
            _PRESET,
        ),
        ("yi", "vi"),
        "ketameta convert smd --t 2.1 --n1 20 --n2 22",
    ),
    Conversion(
        "or-smd",
        "Standardised mean difference from an odds ratio.",
        "Give --odds-ratio with its limits, or --yi (its logarithm) with --vi.",
        (
            Parameter("odds_ratio", "Odds ratio."),
            *_LIMITS,
            Parameter("yi", "Log odds ratio."),
            Parameter("vi", "Its sampling variance."),
            _SCALE,
        ),
        ("yi", "vi"),
        "ketameta convert or-smd --odds-ratio 3.5 --ci-low 1.2 --ci-high 10.2",
    ),
    Conversion(
        "smd-or",
        "Odds ratio from a standardised mean difference.",
        "yi and vi of the result are those of the log odds ratio.",
        (
            Parameter("yi", "Standardised mean difference."),
            Parameter("vi", "Its sampling variance."),
            _SCALE,
        ),
        ("yi", "vi"),
        "ketameta convert smd-or --yi 0.5 --vi 0.04",
    ),
    Conversion(
        "table",
        "2x2 table from its margins and an odds ratio or chi-squared.",
        "Cells a, b (group 1 with and without the event) and c, d (group 2).",
        (
            Parameter("odds_ratio", "Odds ratio, group 1 against group 2."),
            Parameter("chi2", "Chi-squared."),
            _SIGN,
            Parameter("yates", "Chi-squared was corrected for continuity.", flag=True),
            Parameter("events", "People with the event in both groups together."),
            *_SIZES,
        ),
        ("a", "b", "c", "d"),
        "ketameta convert table --odds-ratio 2.5 --events 30 --n1 40 --n2 38",
    ),
    Conversion(
        "percent",
        "Counts that a printed percentage can stand for.",
        "Every whole number of people out of n that rounds to it.",
        (
            Parameter("percent", "Percentage as printed; 12.50 says two decimals.", text=True),
            Parameter("n", "People it is of."),
            Parameter("decimals", "Decimals printed, where zeros were dropped."),
        ),
        ("events",),
        "ketameta convert percent --percent 37.5 --n 16",
    ),
    Conversion(
        "combine",
        "Several groups taken as one.",
        "Give the options once per group, in the same order: --mean, --sd and --n, or --events and "
        "--n. With --data every row is a group; --by makes one result per value.",
        _groups(repeated=True),
        ("mean", "sd", "events", "n"),
        "ketameta convert combine --mean 10 --sd 2 --n 20 --mean 12 --sd 3 --n 15",
    ),
    Conversion(
        "split",
        "A control group shared between comparisons.",
        "Means keep mean and SD; counts and people are divided.",
        (*_groups(), Parameter("parts", "Number of comparisons.")),
        ("mean", "sd", "events", "n"),
        "ketameta convert split --events 6 --n 30 --parts 2",
    ),
    Conversion(
        "change",
        "SD of the change within people, or the correlation behind it.",
        "Give --r for the SD of change; --sd-change, or --difference with --t and --n of a paired "
        "test, for the correlation that a trial implies.",
        (
            Parameter("sd1", "SD of the first measurement."),
            Parameter("sd2", "SD of the second measurement."),
            Parameter("r", "Correlation of the two."),
            Parameter("r_low", "Smallest plausible correlation.", default="0.3"),
            Parameter("r_high", "Largest plausible correlation.", default="0.8"),
            Parameter("sd_change", "SD of the change."),
            Parameter("difference", "Mean change."),
            Parameter("t", "Paired t statistic."),
            Parameter("n", "People."),
        ),
        ("sd_change", "r"),
        "ketameta convert change --sd1 8 --sd2 9 --r 0.6",
    ),
    Conversion(
        "cluster",
        "Effective numbers of a trial that randomised clusters.",
        "The design effect; with --n (and --events, or --mean and --sd) effective numbers, with "
        "--vi the variance.",
        (
            Parameter("size", "Mean number of people in a cluster."),
            Parameter("icc", "Intracluster correlation."),
            Parameter("icc_low", "Smallest plausible correlation.  [default: half of --icc]"),
            Parameter(
                "icc_high", "Largest plausible correlation.  [default: twice --icc; 0.05 if 0]"
            ),
            Parameter("events", "People with the event."),
            Parameter("mean", "Mean, which stays."),
            Parameter("sd", "Standard deviation, which stays."),
            Parameter("n", "People."),
            Parameter("vi", "Sampling variance that took no notice of clusters."),
        ),
        ("design_effect", "events", "mean", "sd", "n", "vi"),
        "ketameta convert cluster --size 12 --icc 0.05 --events 30 --n 120",
    ),
)
CONVERSIONS: Mapping[str, Conversion] = {conversion.code: conversion for conversion in _ALL}

"""What the numbers beside a pooled estimate mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A statistic: its symbol, its name, and what it says."""

    code: str
    name: str
    meaning: tuple[str, ...]
    aliases: tuple[str, ...] = ()


GLOSSARY = (
    Term(
        "k",
        "number of studies",
        ("Number of studies behind a pooled estimate.",),
    ),
    Term(
        "tau2",
        "between-study variance",
        (
            "How much the true effects differ between studies: the variance of their distribution, "
            "on the analysis scale (of log ratios for OR, RR and HR). Its square root, tau, is in "
            "the units of the effect.",
            "With few studies it is poorly known: read its interval. 0 does not show that the "
            "effects are equal.",
        ),
        ("tau^2", "tau"),
    ),
    Term(
        "I2",
        "I²",
        (
            "Share of the variation between the estimates that is due to differences between "
            "studies rather than to chance: 100 tau² / (tau² + s²), s² being the typical sampling "
            "variance (Higgins and Thompson 2002, doi:10.1002/sim.1186).",
            "It is not a measure of how much effects differ: large studies raise it, small ones "
            "lower it, at the same tau². For how much, read tau² and the prediction interval.",
        ),
        ("i^2",),
    ),
    Term(
        "H2",
        "H²",
        ("Total over sampling variance, 1 + tau² / s²; 1 means no more spread than chance.",),
        ("h^2",),
    ),
    Term(
        "Q",
        "Cochran's Q",
        (
            "Weighted sum of squared distances of the estimates from their mean, weights 1/v. "
            "Under equal effects it follows chi² with k − 1 degrees of freedom. With few studies "
            "the test misses much.",
        ),
        ("cochransq",),
    ),
    Term(
        "prediction interval",
        "where the effect of a new study may lie",
        (
            "Range in which the true effect of a new, similar study is expected to lie. Where "
            "effects differ it says more than the confidence interval of their mean (IntHout and "
            "colleagues 2016, doi:10.1136/bmjopen-2015-010247).",
        ),
        ("PI",),
    ),
    Term(
        "confidence interval",
        "precision of the pooled mean",
        (
            "Range of values of the mean effect that fit the data, given the model. It says "
            "nothing about how much single studies differ.",
        ),
        ("CI",),
    ),
    Term(
        "weight",
        "share of a study in the pooled mean",
        ("1 / (v + tau²) of a study, in percent of the sum over all studies.",),
        ("weights",),
    ),
)

"""Other looks at a main analysis, for readers: Bayesian, study by study, under every choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from ketameta.measures.catalog import measure as find_measure
from ketameta.notation.numbers import DASH
from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import Answer, BayesLine, InfluenceLine, UniverseLine
from ketameta.tables.formatting import NUMBERS, AnswerText, variance_text
from ketameta.tables.table import Cell, Column, Row, Table

FORKS = (
    ("inclusion", "which studies count"),
    ("zero_cells", "what is done about zero cells"),
    ("tau2_method", "the estimator of tau²"),
    ("interval_method", "the interval method"),
)


def bayes_table(answer: Answer) -> Table | None:
    """The classical interval, then the Bayesian model under each prior; None where not fitted."""
    found, pooled = answer.further, answer.main.pooled
    if found is None or not found.bayes or pooled is None:
        return None
    text = AnswerText.of(answer)
    rows = [
        Row(
            (
                Cell("Main analysis, no prior"),
                Cell(text.with_interval(pooled.estimate, pooled.interval)),
                Cell(text.prediction(pooled)),
                Cell(variance_text(math.sqrt(pooled.heterogeneity.tau2 or 0.0))),
                Cell(DASH),
            ),
            "main",
        )
    ]
    rows += [_bayes_row(text, line) for line in found.bayes]
    columns = (
        Column("prior", "Prior of tau"),
        Column("mean", f"{text.short} ({text.level} interval)", "number"),
        Column("new", "New study", "number"),
        Column("tau", "tau", "number"),
        Column("better", "P(favours ketamine)", "number"),
    )
    caption = "The Bayesian model beside the main analysis"
    notes = (
        "With so few studies the data hardly say how much effects differ, and what is supposed "
        "of tau beforehand moves the interval: read the rows together. Medians with shortest "
        "credible intervals; flat prior of the mean. The probability is one under the model and "
        "its prior: it knows nothing of bias.",
    )
    return Table(f"bayes-{answer.question.id}", caption, columns, tuple(rows), notes)


def _bayes_row(text: AnswerText, line: BayesLine) -> Row:
    return Row(
        (
            Cell(_prior_words(line.prior)),
            Cell(text.with_interval(line.median, Interval(line.low, line.high))),
            Cell(text.interval(Interval(line.new_low, line.new_high))),
            Cell(variance_text(line.tau_median)),
            Cell(DASH if line.better is None else _probability(line.better)),
        )
    )


def _prior_words(prior: str) -> str:
    words = prior.partition(":")[0].replace("(", " (")
    return f"{words[:1].upper()}{words[1:]}".replace("  (", " (")


def _probability(value: float) -> str:
    if value > 0.995:
        return ">0.99"
    return "<0.01" if value < 0.005 else NUMBERS.fixed(value, 2)


def influence_table(answer: Answer) -> Table | None:
    """What each study does to the main analysis; None below three studies."""
    found = answer.further
    if found is None or len(found.influence) < 3:
        return None
    rows = tuple(_influence_row(line) for line in found.influence)
    columns = (
        Column("study", "Study"),
        Column("rstudent", "Residual", "number"),
        Column("dffits", "DFFITS", "number"),
        Column("cook", "Cook's distance", "number"),
        Column("covariance", "Covariance ratio", "number"),
        Column("tau2", "tau² without", "number"),
        Column("q", "Q without", "number"),
        Column("hat", "Weight", "number"),
        Column("influential", "Past a cut-off"),
    )
    notes = (
        "Residual: distance from the mean of the other studies, in standard deviations of that "
        "difference. A cut-off is |DFFITS| > 3/√(k − 1), Cook's distance above the median of "
        "χ²(1), a weight above 3/k, or |DFBETAS| > 1 (Viechtbauer and Cheung 2010, "
        "doi:10.1002/jrsm.11). With few studies these cut-offs mean little.",
    )
    caption = "What each study does to the answer"
    return Table(f"influence-{answer.question.id}", caption, columns, rows, notes)


def _influence_row(line: InfluenceLine) -> Row:
    def fixed(value: float | None) -> Cell:
        return Cell(DASH if value is None else NUMBERS.fixed(value, 2))

    share = None if line.hat is None else line.hat * 100
    return Row(
        (
            Cell(line.label, href=f"#study-{line.study}"),
            fixed(line.rstudent),
            fixed(line.dffits),
            fixed(line.cooks_distance),
            fixed(line.covariance_ratio),
            Cell(variance_text(line.tau2_deleted)),
            fixed(line.q_deleted),
            Cell(NUMBERS.percent(share, 0)),
            Cell("yes" if line.influential else "no"),
        )
    )


def multiverse_words(answer: Answer) -> str:
    """Where the answer lies under every defensible combination of choices; "" without any."""
    found = answer.further
    lines = () if found is None else found.universes
    if len(lines) < 2:
        return ""
    text = AnswerText.of(answer)
    estimates = sorted(line.estimate for line in lines)
    words = (
        f"Under {len(lines)} combinations of which studies count, what is done about zero cells, "
        f"estimator and interval, the pooled {text.name} lies between {text.point(estimates[0])} "
        f"and {text.point(estimates[-1])} (median {text.point(median(estimates))})"
    )
    outside = _excluding(answer, lines)
    if outside is not None:
        null = f"{find_measure(answer.question.measure).display_null:g}"
        words += f"; {outside} of the {len(lines)} intervals do not hold {null}"
    return f"{words}. {_widest_fork(lines)}".strip()


def _excluding(answer: Answer, lines: Sequence[UniverseLine]) -> int | None:
    null = find_measure(answer.question.measure).null
    if null is None:
        return None
    limits = [(line.low, line.high) for line in lines]
    return sum(
        low > null or high < null for low, high in limits if low is not None and high is not None
    )


def _widest_fork(lines: Sequence[UniverseLine]) -> str:
    """The choice that moves the median estimate most, in words."""
    spreads = {}
    for name, words in FORKS:
        options: dict[str, list[float]] = {}
        for line in lines:
            options.setdefault(str(getattr(line, name)), []).append(line.estimate)
        if len(options) > 1:
            middles = [median(values) for values in options.values()]
            spreads[words] = max(middles) - min(middles)
    if not spreads or max(spreads.values()) == 0:
        return ""
    return (
        f"What moves it most is {max(spreads, key=spreads.__getitem__)}. The combinations are no "
        "sample, so that shares of them are no probabilities."
    )


def small_study_words(answer: Answer) -> str:
    """Tests of small-study effects, or why there are none."""
    found = answer.further
    if found is None:
        return ""
    if not found.small_studies:
        return (
            f"Small-study effects were not tested. {' '.join(found.small_studies_gate)} The "
            f"tests can be run all the same: ketameta bias {answer.question.id}."
        )
    tests = "; ".join(
        f"{line.name}: {NUMBERS.p_value(line.p_value)}" for line in found.small_studies
    )
    return f"{tests}. {' '.join(found.small_studies_gate)}".strip()

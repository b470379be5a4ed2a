"""The answers of a review as a flat table: one row per question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ketameta.exchange.data_set import DataSet, Kind, Variable
from ketameta.synthesis.answer import Answer

COLUMNS: Sequence[tuple[str, str, Kind]] = (
    ("question", "Question of the review; key of this table", "text"),
    ("title", "Question in words", "text"),
    ("measure", "Effect measure", "category"),
    ("k", "Number of studies", "whole"),
    ("people", "People in these studies, where all are known", "whole"),
    ("estimate", "Pooled effect (logarithm for ratios)", "number"),
    ("se", "Standard error", "number"),
    ("ci_low", "Lower confidence limit", "number"),
    ("ci_high", "Upper confidence limit", "number"),
    ("pi_low", "Lower limit of the prediction interval", "number"),
    ("pi_high", "Upper limit of the prediction interval", "number"),
    ("p_value", "P value", "number"),
    ("tau2", "Between-study variance", "number"),
    ("tau2_ci_low", "Lower confidence limit of the between-study variance", "number"),
    ("tau2_ci_high", "Upper confidence limit of the between-study variance", "number"),
    ("i2", "I2", "number"),
    ("q", "Cochran's Q", "number"),
    ("q_df", "Degrees of freedom of Q", "whole"),
    ("level", "Coverage of all intervals", "number"),
    ("tau2_method", "Estimator of the between-study variance", "category"),
    ("interval_method", "Method of the confidence interval", "category"),
    ("prediction_method", "Method of the prediction interval", "category"),
    ("flags", "Flags of the pooled result", "text"),
)


def pooled_table(answers: Sequence[Answer]) -> DataSet:
    """Every question with its pooled result on the analysis scale; empty where no study answers."""
    rows = [_row(answer) for answer in answers]
    return DataSet(
        "pooled",
        "Pooled results",
        tuple(
            Variable(key, label, kind, tuple(row.get(key) for row in rows))
            for key, label, kind in COLUMNS
        ),
    )


def _row(answer: Answer) -> dict[str, Any]:
    main, question = answer.main, answer.question
    people = [row.n for row in main.rows]
    row: dict[str, Any] = {
        "question": question.id,
        "title": question.title,
        "measure": question.measure,
        "k": main.k,
        "people": sum(n for n in people if n) if people and all(people) else None,
        "flags": " ".join(flag.code for flag in main.flags) or None,
    }
    pooled = main.pooled
    if pooled is None:
        return row
    spread = pooled.heterogeneity
    several = pooled.k > 1
    return {
        **row,
        "estimate": pooled.estimate,
        "se": pooled.se,
        "ci_low": pooled.interval.low,
        "ci_high": pooled.interval.high,
        "pi_low": pooled.prediction.low,
        "pi_high": pooled.prediction.high,
        "p_value": pooled.p_value,
        "tau2": spread.tau2,
        "tau2_ci_low": spread.tau2_interval.low,
        "tau2_ci_high": spread.tau2_interval.high,
        "i2": spread.i2,
        "q": spread.q if several else None,
        "q_df": spread.q_df if several else None,
        "level": pooled.level,
        "tau2_method": pooled.tau2_method if several else None,
        "interval_method": pooled.interval_method,
        "prediction_method": pooled.prediction_method if several else None,
    }

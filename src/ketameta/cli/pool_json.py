"""Pooled results as plain values for programs: analysis scale, full precision, null where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ketameta.cli.data_analysis import TableAnalysis, TableGroup
from ketameta.cli.findings import warnings
from ketameta.cli.json_numbers import display, display_columns, finite
from ketameta.cli.question_answers import Answered
from ketameta.cli.usual_names import with_usual_names
from ketameta.measures.catalog import Measure, measure
from ketameta.pooling.result import Interval, PooledResult
from ketameta.synthesis.answer import Analysis, StudyRow
from ketameta.synthesis.json_codec import to_plain

SCALARS = (
    "k",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "statistic",
    "df",
    "p_value",
    "tau2",
    "tau2_se",
    "tau2_ci_low",
    "tau2_ci_high",
    "i2",
    "i2_ci_low",
    "i2_ci_high",
    "h2",
    "q",
    "q_df",
    "q_p",
    "pi_low",
    "pi_high",
)
FURTHER = (
    "h2_ci_low",
    "h2_ci_high",
    "i2_q",
    "h2_q",
    "wald_ci_low",
    "wald_ci_high",
    "hksj_factor",
    "guarded_ci_low",
    "guarded_ci_high",
    "prediction_se",
    "prediction_df",
    "log_likelihood",
    "local_maxima",
)
"""What only some methods give; null with the others."""
ASKED = ("preset", "q_centre", "threshold", "new_study_above", "new_study_reason")
"""What is there only under a preset or with a threshold."""
DISPLAYED = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")


def pooled_fields(result: PooledResult | None, entry: Measure) -> dict[str, Any]:
    """The numbers of one pooled result, the same keys for every result, without one too."""
    if result is None:
        empty: dict[str, Any] = dict.fromkeys((*SCALARS, *FURTHER))
        return {
            **empty,
            "k": 0,
            "weights": [],
            "warnings": [],
            "display": display_pooled(empty, entry),
        }
    numbers = _numbers(result)
    return {
        **numbers,
        "weights": [finite(float(w)) for w in result.weights],
        "warnings": warnings(result.cautions),
        "display": display_pooled(numbers, entry),
        "tau2_method": result.tau2_method,
        "interval_method": result.interval_method,
        "prediction_method": result.prediction_method,
        "level": round(100 * result.level, 10),
        "weighting": result.weighting,
        **_further(result),
    }


def _further(result: PooledResult) -> dict[str, Any]:
    spread = result.heterogeneity
    values = (
        *_limits(spread.h2_interval),
        spread.i2_q,
        spread.h2_q,
        *_limits(result.wald_interval),
        result.hksj_factor,
        *_limits(result.guarded_interval),
        result.prediction_se,
        result.prediction_df,
        result.log_likelihood,
        result.local_maxima,
    )
    return dict(zip(FURTHER, (finite(value) for value in values), strict=True))


def _limits(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _numbers(result: PooledResult) -> dict[str, Any]:
    # Where tau2 is not estimated (equal effects, Mantel-Haenszel, Peto) I2 and H2 are those of Q.
    spread = result.heterogeneity
    values = (
        result.k,
        result.estimate,
        result.se,
        result.interval.low,
        result.interval.high,
        result.statistic,
        result.df,
        result.p_value,
        spread.tau2,
        spread.tau2_se,
        spread.tau2_interval.low,
        spread.tau2_interval.high,
        spread.i2_q if spread.i2 is None else spread.i2,
        spread.i2_interval.low,
        spread.i2_interval.high,
        spread.h2_q if spread.h2 is None else spread.h2,
        spread.q,
        spread.q_df,
        spread.q_p,
        result.prediction.low,
        result.prediction.high,
    )
    return dict(zip(SCALARS, (finite(value) for value in values), strict=True))


def display_pooled(numbers: Mapping[str, Any], entry: Measure) -> dict[str, float | None]:
    """What readers see of the numbers named in `DISPLAYED`."""
    return display(entry, {name: numbers[name] for name in DISPLAYED})


def table_json(analysed: TableAnalysis) -> Any:
    """One object; with `--by` a list of objects, each with its value under "by"."""
    if analysed.by is None:
        return with_usual_names(_group(analysed, analysed.groups[0]))
    return with_usual_names(
        [{"by": group.value, **_group(analysed, group)} for group in analysed.groups]
    )


def _group(analysed: TableAnalysis, group: TableGroup) -> dict[str, Any]:
    analysis = group.analysis
    return {
        **pooled_fields(analysis.pooled, analysed.measure),
        **group.further,
        "measure": analysed.measure.code,
        "studies": _studies(analysis),
        "excluded": [
            {"study": item.label, "reason": item.reason, "where": item.where}
            for item in analysis.left_out
        ],
    }


def _studies(analysis: Analysis) -> list[dict[str, Any]]:
    weights = () if analysis.pooled is None else analysis.pooled.weights
    return [_study(row, float(weight)) for row, weight in zip(analysis.rows, weights, strict=True)]


def _study(row: StudyRow, weight: float) -> dict[str, Any]:
    numbers = {
        "study": row.study,
        "label": row.label,
        "yi": row.y,
        "vi": row.v,
        "ci_low": row.low,
        "ci_high": row.high,
        "weight": weight,
        "n": row.n,
    }
    if not row.substance:  # a row of a user's table: nothing else is known
        return numbers
    rest = to_plain(row)
    for name in ("y", "v", "low", "high"):
        del rest[name]
    return {**numbers, **rest}


def state(analysis: Analysis) -> str:
    """ "pooled", "one study, not pooled" or "no usable study"."""
    return {0: "no usable study", 1: "one study, not pooled"}.get(analysis.k, "pooled")


def people(rows: Sequence[StudyRow]) -> int | None:
    """Number of participants behind some rows; None where one is unknown."""
    sizes = [row.n for row in rows]
    return sum(n for n in sizes if n is not None) if sizes and None not in sizes else None


def answer_json(answered: Answered) -> dict[str, Any]:
    """A question of the review with everything known about its answer."""
    answer = answered.answer
    entry = measure(answer.question.measure)

    def values(kind: str, analysis: Analysis) -> dict[str, Any]:
        return _analysis(analysis, entry, answered.told.get((kind, analysis.id), {}))

    return {
        "question": answer.question.id,
        **values("main", answer.main),
        **{key: value for key, value in to_plain(answer.question).items() if key != "id"},
        "subgroups": [values("subgroups", s.analysis) for s in answer.subgroups],
        "subgroup_test": to_plain(answer.subgroup_test),
        "sensitivity": [values("sensitivity", a) for a in answer.sensitivity],
        "leave_one_out": [values("leave_one_out", a) for a in answer.leave_one_out],
    }


def _analysis(analysis: Analysis, entry: Measure, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": analysis.id,
        "title": analysis.title,
        "state": state(analysis),
        "n": people(analysis.rows),
        **pooled_fields(analysis.pooled, entry),
        **told,
        "flags": to_plain(analysis.flags),
        "studies": _studies(analysis),
        "left_out": to_plain(analysis.left_out),
    }


def flat(fields: dict[str, Any]) -> dict[str, Any]:
    """One line of a CSV file: the scalars, and what readers see under `display_...`."""
    methods = {
        name: fields.get(name)
        for name in ("measure", "tau2_method", "interval_method", "prediction_method", "level")
    }
    asked = {name: fields[name] for name in ASKED if name in fields}
    codes = [warning["code"] for warning in fields["warnings"]]
    numbers = {name: fields[name] for name in SCALARS}
    return {**numbers, **display_columns(fields["display"]), **methods, **asked, "warnings": codes}

"""A network meta-analysis as values for JSON and CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from ketameta.cli.json_numbers import display, display_columns
from ketameta.errors import DataError
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.intervals import shortens
from ketameta.pooling.network import (
    Inconsistency,
    NetworkEstimate,
    NetworkResult,
    league_table,
    net_heat,
    split_evidence,
    study_contributions,
)


def league_values(result: NetworkResult, entry: Measure) -> list[dict[str, Any]]:
    """Every treatment against every other, with the direct estimate beside that of the network."""
    return [
        {
            **_estimate(row.network, entry),
            **_guarded(row.network, result),
            "evidence": row.evidence,
            "direct_share": row.direct_share,
            "direct_studies": list(row.direct_studies),
            "direct": None if row.direct is None else _estimate(row.direct, entry),
        }
        for row in league_table(result)
    ]


def network_values(result: NetworkResult) -> dict[str, Any]:
    """The network as a whole."""
    spread = result.heterogeneity
    return {
        "measure": result.measure,
        "k": result.k,
        "n_contrasts": result.n_contrasts,
        "level": round(100 * result.level, 10),
        "tau2_method": result.tau2_method,
        "interval_method": result.interval_method,
        "prediction_method": result.prediction_method,
        "treatments": list(result.treatments),
        "reference": result.reference,
        "estimates": result.estimate.tolist(),
        "se": result.se.tolist(),
        "ci": {"low": result.low.tolist(), "high": result.high.tolist()},
        "pi": {
            "low": _off_diagonal(result.prediction_low),
            "high": _off_diagonal(result.prediction_high),
        },
        "p_values": result.p_value.tolist(),
        "df": result.df,
        "tau2": spread.tau2,
        "tau2_ci_low": spread.tau2_interval.low,
        "tau2_ci_high": spread.tau2_interval.high,
        "i2": spread.i2,
    }


def _off_diagonal(matrix: FloatArray) -> list[list[float]] | None:
    """The matrix, or None where all but its diagonal is missing."""
    return None if np.isnan(matrix[0, -1]) else matrix.tolist()


def agreement_values(found: Inconsistency) -> dict[str, Any]:
    """Cochran's Q within and between designs."""
    return {
        "q_total": asdict(found.total),
        "q_within": asdict(found.within),
        "q_between": asdict(found.between),
        "q_between_random": {**asdict(found.between_random), "tau2": found.tau2_within},
        "designs": [{**asdict(d), "studies": list(d.studies)} for d in found.designs],
    }


def split_values(result: NetworkResult, entry: Measure, method: str) -> list[dict[str, Any]]:
    """Direct against indirect evidence of every comparison."""
    return [
        {
            "treatment_1": row.treatment_1,
            "treatment_2": row.treatment_2,
            "studies": list(row.studies),
            "direct_share": row.direct_share,
            **{
                name: None if found is None else _estimate(found, entry)
                for name, found in (
                    ("network", row.network),
                    ("direct", row.direct),
                    ("indirect", row.indirect),
                    ("difference", row.difference),
                )
            },
        }
        for row in split_evidence(result, method=method)
    ]


def heat_values(result: NetworkResult) -> dict[str, Any]:
    """What a net heat plot shows."""
    heat = net_heat(result)
    return {
        "designs": list(heat.designs),
        "q": heat.q.tolist(),
        "change": heat.change.tolist(),
        "influence": heat.influence.tolist(),
    }


def contribution_values(
    result: NetworkResult,
) -> tuple[dict[str, Any] | None, tuple[Caution, ...]]:
    """What estimates take from direct comparisons and from studies; None where it has no sense."""
    try:
        found = study_contributions(result)
    except DataError as error:
        caution = Caution("no_contributions", f"{str(error)[:1].upper()}{str(error)[1:]}")
        return None, (*result.cautions, caution)
    direct = found.direct
    values = {
        "comparisons": [list(pair) for pair in direct.comparisons],
        "direct": [list(pair) for pair in direct.direct],
        "hat": direct.hat.tolist(),
        "shares": direct.shares.tolist(),
        "studies": list(found.studies),
        "study_shares": found.shares.tolist(),
    }
    return values, result.cautions


def _estimate(found: NetworkEstimate, entry: Measure) -> dict[str, Any]:
    limits = {
        "estimate": found.estimate,
        "ci_low": found.interval.low,
        "ci_high": found.interval.high,
        "pi_low": found.prediction.low,
        "pi_high": found.prediction.high,
    }
    return {
        "treatment_1": found.treatment_1,
        "treatment_2": found.treatment_2,
        "se": found.se,
        "p_value": found.p_value,
        **limits,
        "display": display(entry, limits),
    }


def _guarded(found: NetworkEstimate, result: NetworkResult) -> dict[str, float | None]:
    """Limits with max(1, factor) beside intervals that a Hartung-Knapp factor below 1 shortens."""
    if not shortens(result.scale):
        return {"guarded_low": None, "guarded_high": None}
    assert found.interval.high is not None
    half = (found.interval.high - found.estimate) / result.scale
    return {"guarded_low": found.estimate - half, "guarded_high": found.estimate + half}


def league_line(row: Mapping[str, Any]) -> dict[str, Any]:
    """A league row for CSV: the direct estimate and the readers' scale beside it."""
    plain = {name: value for name, value in row.items() if name not in ("display", "direct")}
    direct = row["direct"] or {}
    names = ("estimate", "se", "ci_low", "ci_high", "p_value")
    return {
        **plain,
        **{f"direct_{name}": direct.get(name) for name in names},
        **display_columns(row["display"]),
    }

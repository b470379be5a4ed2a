"""Network meta-analyses of a table: from its rows to values, lines and grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ketameta.cli.data_options import DataRequest
from ketameta.cli.data_samples import Sample, Samples, too_far_apart
from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.network_evidence import contribution_blocks, design_blocks
from ketameta.cli.network_rows import (
    NetworkPlace,
    contrast_sample,
    network_places,
    place_contrasts,
)
from ketameta.cli.pool_json import finite
from ketameta.cli.reading import effect_texts, effect_title, number_text, statistics_grid
from ketameta.counting import counted
from ketameta.errors import DataError, UsageError
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.intervals import shortens
from ketameta.pooling.network import (
    ContrastRows,
    Inconsistency,
    NetworkEstimate,
    NetworkResult,
    design_inconsistency,
    league_table,
    net_heat,
    network,
    p_scores,
    split_evidence,
    study_contributions,
)
from ketameta.records.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class NetworkWish:
    """How to analyse; `smaller_is_better` None where it is not said, so nothing is ranked."""

    choices: PoolingChoices
    reference: str | None
    smaller_is_better: bool | None
    split: str = "back-calculation"


def analyse_networks(request: DataRequest, wish: NetworkWish) -> tuple[Samples, list[Findings]]:
    """One network, or one for each value of `--by`.

    Raises
    ------
    UsageError
        For a file, column, measure or treatment that does not exist.
    DataError
        For a value that cannot be, with `file:line:`, and for networks that do not hang together.
    """
    places = network_places(request)
    done = [_analyse(place, wish) for place in places]
    table, entry = places[0].table, places[0].entry
    grouped = None if request.by is None else "by"
    samples = tuple(sample for sample, _ in done)
    kept = Samples(table.source, entry, grouped, samples, table.notes, request.by)
    return kept, [found for _, found in done]


def _analyse(place: NetworkPlace, wish: NetworkWish) -> tuple[Sample, Findings]:
    source, title = place.table.source, place.title
    prefix = source if title == source else f"{source}: {title}"
    rows = place_contrasts(place)
    if not rows.study:
        reasons = "\n".join(f"{place.where(x.row)}: {x.label}: {x.reason}." for x in rows.excluded)
        raise DataError(f"{prefix}: no study can be analysed as {place.entry.code}.\n{reasons}")
    sample = contrast_sample(place, rows)
    return sample, analyse_rows(prefix, sample, rows, wish)


@np.errstate(all="ignore")  # what overflows is refused
def analyse_rows(source: str, sample: Sample, rows: ContrastRows, wish: NetworkWish) -> Findings:
    """The network of some contrasts.

    Raises
    ------
    UsageError
        For a treatment that does not exist.
    DataError
        For networks that do not hang together, or do not allow the methods asked for; the message
        starts with `source`.
    """
    names = {*rows.treatment_1, *rows.treatment_2}
    if wish.reference is not None and wish.reference not in names:
        hint = did_you_mean(wish.reference, sorted(names))
        raise UsageError(f'--reference: {source} has no treatment "{wish.reference}". {hint}')
    try:
        result = network(rows, wish.choices, reference=wish.reference)
        agreement = design_inconsistency(result)
        if not (np.isfinite(result.estimate).all() and np.isfinite(result.se).all()):
            raise too_far_apart(source)
    except DataError as error:
        text = str(error)
        raise DataError(text if text.startswith(source) else f"{source}: {text}") from None
    return _findings(sample, result, agreement, wish)


def _findings(
    sample: Sample, result: NetworkResult, agreement: Inconsistency, wish: NetworkWish
) -> Findings:
    league = [
        {
            **_estimate(row.network, sample.measure),
            **_guarded(row.network, result),
            "evidence": row.evidence,
            "direct_share": row.direct_share,
            "direct_studies": list(row.direct_studies),
            "direct": None if row.direct is None else _estimate(row.direct, sample.measure),
        }
        for row in league_table(result)
    ]
    ranks = (
        None
        if wish.smaller_is_better is None
        else [asdict(s) for s in p_scores(result, smaller_is_better=wish.smaller_is_better)]
    )
    given, cautions = _contributions(result)
    values = {
        **_whole(result),
        "league": league,
        "p_scores": ranks,
        **_agreement(agreement),
        "split_method": wish.split,
        "split": _splits(result, sample.measure, wish.split),
        "net_heat": _heat(result),
        "contributions": given,
        "excluded": excluded(sample),
        "warnings": warnings(cautions),
    }
    return Findings(
        values, [_line(row) for row in league], _blocks(sample, result, values, cautions)
    )


def _whole(result: NetworkResult) -> dict[str, Any]:
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


def _agreement(found: Inconsistency) -> dict[str, Any]:
    return {
        "q_total": asdict(found.total),
        "q_within": asdict(found.within),
        "q_between": asdict(found.between),
        "q_between_random": {**asdict(found.between_random), "tau2": found.tau2_within},
        "designs": [{**asdict(d), "studies": list(d.studies)} for d in found.designs],
    }


def _splits(result: NetworkResult, entry: Measure, method: str) -> list[dict[str, Any]]:
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


def _heat(result: NetworkResult) -> dict[str, Any]:
    heat = net_heat(result)
    return {
        "designs": list(heat.designs),
        "q": heat.q.tolist(),
        "change": heat.change.tolist(),
        "influence": heat.influence.tolist(),
    }


def _contributions(
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
        "display": {
            name: None if value is None else finite(float(entry.to_display(value)))
            for name, value in limits.items()
        },
    }


def _guarded(found: NetworkEstimate, result: NetworkResult) -> dict[str, float | None]:
    """Limits with max(1, factor) beside intervals that a Hartung-Knapp factor below 1 shortens."""
    if not shortens(result.scale):
        return {"guarded_low": None, "guarded_high": None}
    assert found.interval.high is not None
    half = (found.interval.high - found.estimate) / result.scale
    return {"guarded_low": found.estimate - half, "guarded_high": found.estimate + half}


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    """A league row for CSV: the direct estimate and the readers' scale beside it."""
    plain = {name: value for name, value in row.items() if name not in ("display", "direct")}
    direct = row["direct"] or {}
    names = ("estimate", "se", "ci_low", "ci_high", "p_value")
    return {
        **plain,
        **{f"direct_{name}": direct.get(name) for name in names},
        **{f"display_{name}": value for name, value in row["display"].items()},
    }


def _blocks(
    sample: Sample,
    result: NetworkResult,
    values: Mapping[str, Any],
    cautions: Sequence[Caution],
) -> tuple[Block, ...]:
    count = f"{counted(result.k, 'study')}, {len(result.treatments)} treatments"
    ranks = values["p_scores"]
    ranking: tuple[Block, ...] = ()
    if ranks is not None:
        titles = {"treatment": "Treatment", "p_score": "P-score"}
        ranking = (
            Heading("Ranking"),
            statistics_grid(ranks, titles, text=("treatment",)),
        )
    return (
        Heading("Every treatment against every other", count),
        _league_grid(sample.measure, result, values["league"]),
        *ranking,
        Heading("Do studies and designs agree?", f"tau2 {number_text(values['tau2'])}"),
        _q_grid(values),
        *_split_blocks(sample.measure, result, values["split"]),
        *design_blocks(values),
        *contribution_blocks(values, result.reference),
        *caution_blocks(cautions),
        *excluded_blocks(sample),
    )


def _league_grid(
    entry: Measure, result: NetworkResult, league: Sequence[Mapping[str, Any]]
) -> Grid:
    """Comparisons with the reference are turned so that it stands second."""
    title = effect_title(entry, result.level)
    guarded = shortens(result.scale)
    return Grid(
        (
            Column("Comparison", firm=False),
            Column(title),
            *((Column("Guarded"),) if guarded else ()),
            Column("Direct"),
            Column("k", right=True),
            Column("Direct share", right=True, firm=False),
        ),
        tuple(
            Line(cells)
            for cells in zip(
                [_names(row, result.reference) for row in league],
                _texts(entry, result, league),
                *((_texts(entry, result, league, limits="guarded"),) if guarded else ()),
                _texts(entry, result, [row["direct"] for row in league]),
                [str(len(row["direct_studies"])) for row in league],
                [_evidence(row) for row in league],
                strict=True,
            )
        ),
    )


def _names(row: Mapping[str, Any], reference: str) -> str:
    pair = (row["treatment_1"], row["treatment_2"])
    first, second = pair[::-1] if pair[0] == reference else pair
    return f"{first} vs {second}"


def _evidence(row: Mapping[str, Any]) -> str:
    """How much of the estimate comes from studies that made the comparison."""
    mixed = row["evidence"] == "mixed"
    share = f"{100 * row['direct_share']:.0f}%"
    return share if mixed else {"direct": "all", "indirect": "none"}[row["evidence"]]


def _texts(
    entry: Measure,
    result: NetworkResult,
    rows: Sequence[Mapping[str, Any] | None],
    *,
    limits: str = "ci",
) -> list[str]:
    low, high = f"{limits}_low", f"{limits}_high"
    shown: list[tuple[float | None, float | None, float | None]] = []
    for row in rows:
        if row is None:
            shown.append((None, None, None))
        elif row["treatment_1"] == result.reference:
            shown.append((-row["estimate"], -row[high], -row[low]))
        else:
            shown.append((row["estimate"], row[low], row[high]))
    return effect_texts(entry, result.level, shown)


def _q_grid(values: Mapping[str, Any]) -> Grid:
    rows = [
        {"what": text, **values[key]}
        for key, text in (
            ("q_total", "whole network"),
            ("q_within", "within designs"),
            ("q_between", "between designs"),
            ("q_between_random", "between designs, allowing for tau2"),
        )
    ]
    return statistics_grid(
        rows, {"what": "Disagreement", "q": "Q", "df": "df", "p": "P"}, text=("what",)
    )


def _split_blocks(
    entry: Measure, result: NetworkResult, split: Sequence[Mapping[str, Any]]
) -> tuple[Block, ...]:
    loops = [row for row in split if row["indirect"] is not None]
    if not loops:
        return (Paragraph("No comparison has both direct and indirect evidence.", tone="quiet"),)
    cells = zip(
        [_names(row, result.reference) for row in loops],
        _texts(entry, result, [row["direct"] for row in loops]),
        _texts(entry, result, [row["indirect"] for row in loops]),
        [number_text(row["difference"]["p_value"]) for row in loops],
        strict=True,
    )
    columns = (
        Column("Comparison"),
        Column(f"Direct {effect_title(entry, result.level)}"),
        Column("Indirect"),
        Column("P of difference", right=True),
    )
    return (Heading("Direct against indirect evidence"), Grid(columns, tuple(map(Line, cells))))

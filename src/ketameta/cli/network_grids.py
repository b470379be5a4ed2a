"""A network meta-analysis for reading: the league, the ranking, and how evidence agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph
from ketameta.cli.findings import caution_blocks, excluded_blocks
from ketameta.cli.network_evidence import contribution_blocks, design_blocks
from ketameta.cli.reading import effect_texts, effect_title, number_text, statistics_grid
from ketameta.counting import counted
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import Caution
from ketameta.pooling.intervals import shortens
from ketameta.pooling.network import (
    NetworkResult,
)


def network_blocks(
    sample: Sample,
    result: NetworkResult,
    values: Mapping[str, Any],
    cautions: Sequence[Caution],
) -> tuple[Block, ...]:
    """The network for reading."""
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

"""Figures of networks of treatments: from a table to pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ketameta.cli.network_rows import NetworkPlace, network_places, place_contrasts
from ketameta.cli.plot_kinds import Pictures, PlotWish
from ketameta.errors import DataError, UsageError
from ketameta.figures.diagnostics.net_heat import draw_net_heat
from ketameta.figures.diagnostics.network import draw_network
from ketameta.figures.diagnostics.network_forest import draw_network_forest
from ketameta.figures.picture import Picture, Subject
from ketameta.pooling.network import NetworkResult, p_scores
from ketameta.pooling.network import net_heat as heat_of
from ketameta.pooling.network import network as analyse
from ketameta.pooling.network.evidence import network_evidence
from ketameta.records.problems import did_you_mean

Drawing = Callable[[NetworkResult, Subject], Picture]


def network(wish: PlotWish) -> Pictures:
    """Who was compared with whom."""
    return _drawn(
        wish, lambda result, subject: draw_network(network_evidence(result.network), subject)
    )


def net_heat(wish: PlotWish) -> Pictures:
    """Which designs disagree."""
    return _drawn(wish, lambda result, subject: draw_net_heat(heat_of(result), subject))


def network_forest(wish: PlotWish) -> Pictures:
    """Every treatment against the reference."""
    smaller = wish.options.smaller_is_better

    def draw(result: NetworkResult, subject: Subject) -> Picture:
        scores = None
        if smaller is not None:
            found = p_scores(result, smaller_is_better=smaller)
            scores = {one.treatment: one.p_score for one in found}
        return draw_network_forest(result, subject, p_scores=scores)

    return _drawn(wish, draw)


def _drawn(wish: PlotWish, draw: Drawing) -> Pictures:
    source = wish.source
    if source.question is not None:
        raise UsageError(f"plot {wish.kind}: needs a table of several treatments. Add --data FILE.")
    by = source.request.by
    found: Pictures = []
    for place in network_places(source.request):
        subject = Subject(wish.name(place.title, place.key), place.entry, wish.level)
        picture = draw(_result(place, wish), subject)
        found.append((None if by is None else place.key or "no value", picture))
    return found


def _result(place: NetworkPlace, wish: PlotWish) -> NetworkResult:
    rows = place_contrasts(place)
    names = sorted({*rows.treatment_1, *rows.treatment_2})
    where = place.table.source
    reference = wish.options.reference
    if not names:
        raise DataError(f"{where}: no study can be analysed as {place.entry.code}.")
    if reference is not None and reference not in names:
        hint = did_you_mean(reference, names)
        raise UsageError(f'--reference: {where} has no treatment "{reference}". {hint}')
    try:
        result = analyse(rows, wish.methods.choices(), reference=reference)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    if not np.isfinite(result.estimate).all():
        raise DataError(f"{where}: the numbers are too far apart to compute with. Check them.")
    return result

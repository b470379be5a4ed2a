"""Figures of networks of treatments: from a table or a question to pictures."""

from __future__ import annotations

from collections.abc import Callable

from ketameta.cli.network_findings import fitted_network
from ketameta.cli.network_questions import Asked, asked_network
from ketameta.cli.network_rows import network_places, place_contrasts
from ketameta.cli.plot_kinds import Pictures, PlotWish
from ketameta.figures.diagnostics.net_heat import draw_net_heat
from ketameta.figures.diagnostics.network import draw_network
from ketameta.figures.diagnostics.network_forest import draw_network_forest
from ketameta.figures.picture import Picture, Subject
from ketameta.measures.catalog import measure as find_measure
from ketameta.pooling.network import NetworkResult, p_scores
from ketameta.pooling.network import net_heat as heat_of
from ketameta.pooling.network.evidence import network_evidence
from ketameta.questions.loading import find_question
from ketameta.records.vocabulary import Better

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
    if smaller is None and wish.source.question is not None:
        source = wish.source
        review = source.workspace().review(source.review_file)
        smaller = find_question(review, wish.source.question).better is Better.LOWER

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
        return _of_question(wish, source.question, draw)
    by = source.request.by
    found: Pictures = []
    for place in network_places(source.request):
        subject = Subject(wish.name(place.title, place.key), place.entry, wish.level)
        rows = place_contrasts(place)
        choices, reference = wish.methods.choices(), wish.options.reference
        picture = draw(fitted_network(place.source, rows, choices, reference), subject)
        found.append((None if by is None else place.key or "no value", picture))
    return found


def _of_question(wish: PlotWish, question: str, draw: Drawing) -> Pictures:
    source = wish.source
    source.request.refuse_without_file()
    asked = Asked(source.workspace(), question, source.review_file)
    found, choices = asked_network(asked, wish.methods, source.output)
    for item in found.left_out:
        source.output.say(f"{item.where}: {item.label}: {item.reason}. It is not drawn.")
    measure = find_measure(found.question.measure)
    result = fitted_network(question, found.rows, choices, wish.options.reference)
    subject = Subject(wish.title or found.question.title, measure, choices.level)
    return [(None, draw(result, subject))]

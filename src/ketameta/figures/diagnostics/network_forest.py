"""Forest plot of a network: every treatment against the reference, with P-scores."""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.figures.diagnostics.cautions import spoken
from ketameta.figures.diagnostics.pooled_rows import interval_texts, interval_title
from ketameta.figures.estimate_rows import EstimateRow, RowTitles, draw_rows, rows_height
from ketameta.figures.page import open_page, picture_style
from ketameta.figures.picture import Picture, Subject
from ketameta.pooling.network import NetworkResult, against_reference


def draw_network_forest(
    result: NetworkResult, subject: Subject, *, p_scores: Mapping[str, float] | None = None
) -> Picture:
    """Network estimates against the reference.

    Parameters
    ----------
    result
        From `pooling.network.network`.
    p_scores
        Score of each treatment, which then also orders them; None where it is not said which
        effects are good.

    References
    ----------
    Rücker G, Schwarzer G. BMC Med Res Methodol 2015;15:58. doi:10.1186/s12874-015-0060-8.
    """
    found = list(against_reference(result))
    if p_scores is not None:
        found.sort(key=lambda one: -p_scores[one.treatment_1])
    limits = [(one.estimate, one.interval.low, one.interval.high) for one in found]
    texts = interval_texts(limits, subject)
    rows = []
    for i, one in enumerate(found):
        score = () if p_scores is None else (f"{p_scores[one.treatment_1]:.2f}",)
        rows.append(EstimateRow(one.treatment_1, *limits[i], (texts[i], *score)))
    columns = (interval_title(subject), *(() if p_scores is None else ("P-score",)))
    title = f"Against {result.reference}: {subject.about}"
    with picture_style():
        page = open_page(title, rows_height(len(rows)))
        draw_rows(page, rows, subject, RowTitles("Treatment", columns))
    return Picture(
        "network-forest", title, page.figure, _alt(result, rows, subject), _legend(result)
    )


def _alt(result: NetworkResult, rows: list[EstimateRow], subject: Subject) -> str:
    each = "; ".join(
        f"{row.name} {subject.phrase(row.estimate, row.low, row.high)}" for row in rows
    )
    return (
        f"Network meta-analysis of {result.k} studies, {subject.effect_name} against "
        f"{result.reference}: {each}."
    )


def _legend(result: NetworkResult) -> str:
    return " ".join(
        [
            f"Network estimates of every treatment against {result.reference}, from direct and "
            "indirect evidence together, with confidence intervals. P-scores, where given, are the "
            "mean certainty that a treatment is better than another; they say nothing of how much "
            "better.",
            *spoken(result.cautions),
            "Rücker and Schwarzer (2015).",
        ]
    )

"""Cautions as short notes on a figure, and as sentences in its legend."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.figures.picture import studies
from ketameta.measures.estimates import Caution

# Long cautions in a few words; those not named here stand in the figure as they are.
_SHORT = {
    "fewer_than_ten_studies": "With {studies} (fewer than 10) the shape can hardly be told from "
    "chance; nothing should be concluded from it.",
    "similar_standard_errors": "The studies are of similar precision: there are no small studies "
    "to compare with large ones.",
    "two_studies": "With two studies these numbers say no more than that the two differ.",
}


def short_notes(cautions: Sequence[Caution], k: int) -> tuple[str, ...]:
    """What a reader must know before looking, in one line or two each."""
    return tuple(
        _SHORT.get(caution.code, caution.message).format(studies=studies(k)) for caution in cautions
    )


def spoken(cautions: Sequence[Caution]) -> tuple[str, ...]:
    """The cautions in full."""
    return tuple(caution.message for caution in cautions)

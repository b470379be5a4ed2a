"""Texts of the diagnostic figures: none on another, none outside the page, whatever the data."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from ketameta.errors import DataError
from ketameta.figures.page import picture_style

from .samples import LEAST, MAKERS, picture

SIZES = (1, 2, 7, 40, 120)
MOST = {
    **dict.fromkeys(("copas", "selection", "profile", "p-curve", "prior-posterior"), 7),
    **dict.fromkeys(("multiverse", "limit", "gosh"), 7),
    **dict.fromkeys(("leave-one-out", "cumulative", "tornado", "network"), 40),
}
"""Kinds that look the same with more studies, or whose numbers take long."""

CASES = [(kind, k) for kind in MAKERS for k in SIZES if k <= MOST.get(kind, 120)]
NAMED = [kind for kind in MAKERS if kind not in ("copas", "profile", "p-curve", "prior-posterior")]
TOLERANCE = 0.6
"""Points by which boxes may touch: boxes are higher than the letters in them."""


class Recorder(RendererAgg):
    """Remembers every text that is drawn."""

    def __init__(self, figure: Figure) -> None:
        width, height = figure.get_size_inches() * figure.dpi
        super().__init__(width, height, figure.dpi)
        self.written: list[Text] = []

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):  # type: ignore[no-untyped-def]
        assert mtext is not None, s
        assert not ismath, f"{s!r} is read as mathematics"
        self.written.append(mtext)


def boxes(figure: Figure) -> list[tuple[str, np.ndarray]]:
    """Texts drawn, and their boxes (left, bottom, right, top) in points."""
    with picture_style():
        renderer = Recorder(figure)
        figure.draw(renderer)
        scale = 72.0 / figure.dpi
        return [
            (t.get_text(), np.array(t.get_window_extent(renderer).extents) * scale)
            for t in renderer.written
        ]


DOUBLE_COLUMN, SMALLEST = 175.0 / 25.4 * 72.0, 7.0
"""Points: the widest figure of a journal's page, and the letters that journals ask for."""


def check(figure: Figure) -> None:
    found = boxes(figure)
    width, height = figure.get_size_inches() * 72.0
    assert width <= DOUBLE_COLUMN
    small = [t.get_text() for t in figure.findobj(Text) if t.get_fontsize() < SMALLEST]
    assert [text for text in small if text] == []
    for text, box in found:
        assert box[0] >= 0.0, text
        assert box[1] >= -TOLERANCE, text
        assert box[2] <= width, text
        assert box[3] <= height, text
    for (one, a), (other, b) in combinations(found, 2):
        overlap = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
        assert overlap.min() <= TOLERANCE, f"{one!r} lies on {other!r}"


@pytest.mark.parametrize(("kind", "k"), CASES, ids=lambda one: str(one))
def test_no_text_lies_on_another_or_outside(kind: str, k: int) -> None:
    if k < LEAST.get(kind, 1):
        with pytest.raises(DataError, match=r"\.$"):
            picture(kind, k)
        return
    check(picture(kind, k).figure)


@pytest.mark.parametrize("kind", NAMED)
def test_hostile_names_stay_text(kind: str) -> None:
    check(picture(kind, 7, hostile=True).figure)


def test_two_texts_on_each_other_are_noticed() -> None:
    figure = Figure(figsize=(2, 2))
    figure.text(0.2, 0.5, "one text")
    figure.text(0.3, 0.5, "another")
    with pytest.raises(AssertionError, match="'one text' lies on 'another'"):
        check(figure)

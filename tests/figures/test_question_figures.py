"""Harms and durability as figures: marks, words, nothing that touches, nothing lost."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from tests.records import real
from tests.records.makers import TWO_ARMS, arm, events, evidence, outcome, question, result, study

from ketameta.figures.colour_vision import MACHADO, colour_distance
from ketameta.figures.colours import ACCENT, POINT_EDGE
from ketameta.figures.durability import SHAPES, durability_figure
from ketameta.figures.picture import Picture
from ketameta.figures.safety import MARKS, safety_figure
from ketameta.figures.saving import svg_text
from ketameta.synthesis.durability import durability
from ketameta.synthesis.safety import safety

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} $x^2$"


@cache
def harms() -> Picture:
    return safety_figure(safety(real.evidence(), real.review()))


@cache
def over_time(name: str = "abstinence-longest") -> Picture:
    asked = next(q for q in real.review().questions if q.id == name)
    return durability_figure(durability(asked, real.review(), real.evidence()))


@pytest.mark.parametrize("picture", [harms, over_time, lambda: over_time("days-abstinent")])
def test_no_two_texts_touch_and_none_leaves_the_page(picture: object) -> None:
    figure = picture().figure  # type: ignore[operator]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [*figure.texts]
    for axes in figure.axes:
        texts += [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label]
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts if t.get_text().strip()]
    width, height = canvas.get_width_height()
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= height + 1, text
    touching = [
        (one, two)
        for (one, a), (two, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    assert touching == []


def test_every_risk_but_those_of_case_reports_has_its_mark() -> None:
    found = safety(real.evidence(), real.review())
    counted = [r for h in found.harms for r in h.risks if not r.count.case_report]
    together = [h for h in found.harms if h.ketamine is not None and h.ketamine.method]
    marks = [line for line in harms().figure.axes[0].lines if line.get_marker() not in ("None", "")]
    assert len(marks) == len(counted) + len(together)
    notes = " ".join(t.get_text() for t in harms().figure.texts)
    assert "Case reports are not drawn" in notes
    assert "no proof of absence" in notes


def test_event_and_group_stand_in_full_and_apart() -> None:
    """Definitions of Shah 2018 once stood in the place of the group, cut off."""
    texts = [text.get_text() for text in harms().figure.texts]
    assert not [text for text in texts if text.endswith("…")]
    assert "Hypertension:" in texts
    place = texts.index("Tachycardia attributed to")
    assert texts[place + 1 : place + 3] == ["ketamine:", "Adjunct ketamine"]
    assert "Event and group" in texts


def test_groups_differ_in_shape_or_fill_and_not_only_in_colour() -> None:
    looks = {(mark["marker"], mark["mfc"] == "white") for mark in MARKS.values()}
    assert len(looks) == len(MARKS)
    assert len(set(SHAPES.values())) == len(SHAPES)
    for kind in MACHADO:
        assert colour_distance(ACCENT, POINT_EDGE, kind) >= 40


@pytest.mark.parametrize("name", ["abstinence-longest", "retention"])
def test_panels_that_are_read_together_share_their_weeks(name: str) -> None:
    above, below = over_time(name).figure.axes
    assert above.get_xlim() == below.get_xlim()
    assert above.get_xlabel() == ""
    assert below.get_xlabel() == "Weeks after the start of treatment"


def test_the_name_of_each_harm_stands_out_under_a_rule_of_its_own() -> None:
    figure = harms().figure
    bold = [text for text in figure.texts if text.get_fontweight() == "bold"]
    named = [harm.construct for harm in safety(real.evidence(), real.review()).harms]
    heads = [text.get_text().lower() for text in bold[1:]]
    assert heads
    assert set(heads) <= set(named)
    rules = [artist for artist in figure.artists if isinstance(artist, Line2D)]
    assert len(rules) == len(heads)


def test_the_end_of_treatment_is_ringed() -> None:
    rings = [
        line
        for axes in over_time().figure.axes
        for line in axes.lines
        if line.get_markersize() == 10.0 and line.get_markerfacecolor() == "none"
    ]
    assert len(rings) == 4


def test_a_line_is_dashed_where_the_assessment_changed() -> None:
    upper = over_time().figure.axes[0]
    joined = [x for x in upper.lines if len(x.get_xdata()) == 2 and x.get_linewidth() == 1.2]
    assert [line.get_linestyle() for line in joined] == ["--"]


@pytest.mark.parametrize("picture", [harms, over_time])
def test_words_stand_alone(picture: object) -> None:
    found: Picture = picture()  # type: ignore[operator]
    assert re.search(r"\d", found.alt)
    assert found.alt.endswith(".")
    assert len(found.legend) > 200
    for word in ("significan", "no effect", "safe", "None", "nan%"):
        assert word not in f"{found.alt} {found.legend}"
    assert "<title" in svg_text(found)


def test_nothing_to_draw_is_said() -> None:
    nothing = evidence()
    empty = safety_figure(safety(nothing, real.review()))
    assert "no study on record counted" in empty.alt
    over = durability_figure(durability(question("OR"), real.review(), nothing))
    assert "0 results" in over.alt


def test_hostile_names_stay_text() -> None:
    counts = events(ketamine=(1, 20), saline=(0, 20))
    arms = ({**arm("ketamine"), "label": HOSTILE}, TWO_ARMS[1])
    one = study(
        outcome("dropout", result(counts), better="lower"),
        outcome("abstinence", result(counts)),
        arms=arms,
    )
    records = evidence(one)
    for picture in (
        safety_figure(safety(records, real.review())),
        durability_figure(durability(question("OR"), real.review(), records)),
    ):
        assert "<img" not in svg_text(picture)


@pytest.mark.parametrize("count", [1, 7, 40])
def test_many_trials_fit(count: int) -> None:
    counts = events(ketamine=(9, 20), saline=(4, 20))
    trials = [
        study(
            outcome("abstinence", result(counts, weeks=4), result(counts, weeks=26)),
            name=f"author{'x' * (i % 5)}-{1980 + i}",
        )
        for i in range(count)
    ]
    picture = durability_figure(durability(question("OR"), real.review(), evidence(*trials)))
    marks = [x for x in picture.figure.axes[0].lines if x.get_markersize() == 5.2]
    assert len(marks) == 2 * count

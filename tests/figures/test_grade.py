"""The drawn ratings: one cell per domain, nothing touches, and colours that everybody can tell."""

from __future__ import annotations

from itertools import combinations, pairwise

from matplotlib.backends.backend_agg import FigureCanvasAgg
from tests.appraisal.grade.made import alike, body, decided
from tests.reports.real_report import real_inputs

from ketameta.appraisal.grade.grading import grade, grade_review
from ketameta.appraisal.grade.signs import domain_sign
from ketameta.figures.catalog import figure_kind
from ketameta.figures.grade import FILLS, INKS, grade_figure
from ketameta.figures.saving import svg_text
from ketameta.figures.theme import contrast
from ketameta.questions.certainty import Certainty, Level, load_certainty

INPUTS = real_inputs()
DECIDED = load_certainty(INPUTS.review_folder, INPUTS.review)
GRADES = grade_review(INPUTS.answers, INPUTS.review, INPUTS.evidence, DECIDED)
MODERATE = {"domain": "imprecision", "level": "serious"}
OPEN = grade_review(INPUTS.answers, INPUTS.review, INPUTS.evidence, Certainty())


def test_every_domain_of_every_rated_question_has_its_sign() -> None:
    (axes,) = grade_figure(GRADES).figure.axes
    texts = [text.get_text() for text in axes.texts]
    rated = [graded for graded in GRADES if graded.start is not None]
    for sign in {domain_sign(d) for graded in rated for d in graded.domains[:5]}:
        expected = sum(domain_sign(d) == sign for graded in rated for d in graded.domains[:5])
        assert texts.count(sign) == expected, sign


def test_no_two_texts_touch_and_none_leaves_the_page() -> None:
    unjudged = body(alike(3, (800, 2000), (400, 2000)), decided(MODERATE))
    for grades in (GRADES, OPEN, (grade(unjudged, {"not assessed": 100.0}),)):
        figure = grade_figure(grades).figure
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts if t.get_text()]
        width, height = canvas.get_width_height()
        for text, box in boxes:
            assert -1 <= box.x0 <= box.x1 <= width + 1, text
            assert -1 <= box.y0 <= box.y1 <= height + 1, text
        touching = [
            (one, two)
            for (one, a), (two, b) in combinations(boxes, 2)
            if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
        ]
        assert touching == []


def test_signs_stand_out_and_fills_darken_with_doubt() -> None:
    for level, fill in FILLS.items():
        assert contrast(fill, INKS[level]) >= 4.5, level
    order = [FILLS[level] for level in Level if level in FILLS and level is not Level.NOT_JUDGED]
    light = [contrast(fill, "#000000") for fill in order]
    assert all(first > second * 1.25 for first, second in pairwise(light))


def test_words_beside_the_figure() -> None:
    picture = grade_figure(GRADES)
    assert "Percentage of days abstinent: very low" in picture.alt
    assert "7 questions have no evidence" in picture.alt
    assert "upper bound" in picture.legend
    assert len(svg_text(picture)) < 200_000


def test_the_catalog_draws_it() -> None:
    assert figure_kind("grade").drawer() is grade_figure

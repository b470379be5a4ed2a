"""The layout: what stands where, and that geometry and text say the same as the numbers."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.errors import UsageError
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import Bar, Diamond, ForestLayout, Row, StudyGlyph
from ketameta.figures.forest.placement import named_ticks, note_size, place
from ketameta.figures.forest.style import STYLES, printed
from ketameta.figures.text_metrics import text_width
from ketameta.synthesis.answer import ArmNumbers

from .builders import (
    Trial,
    answer,
    assessed,
    flags,
    ketamine_answer,
    ketamine_trials,
    normal_trials,
)

FIVE = answer(ketamine_trials())


def row(plot: ForestLayout, kind: str, label: str = "") -> Row:
    found = [r for r in plot.rows if r.kind == kind and r.label.startswith(label)]
    assert len(found) == 1, [r.label for r in plot.rows]
    return found[0]


def cell(plot: ForestLayout, of: Row, key: str) -> str:
    index = [column.key for column in plot.columns].index(key)
    return " ".join(of.cells[index].text.split())


def studies(plot: ForestLayout) -> list[Row]:
    return [r for r in plot.rows if r.kind == "study"]


def test_the_pooled_row_shows_the_numbers_that_metafor_gives_for_these_five_trials() -> None:
    # metafor 3.8-1, rma(method = "REML", test = "knha") on the five log odds ratios.
    plot = layout(FIVE)
    assert cell(plot, row(plot, "overall"), "effect") == "3.53 [1.40, 8.88]"
    assert cell(plot, row(plot, "prediction"), "effect") == "[0.57, 21.78]"
    heterogeneity = next(line.text for line in plot.footer if line.kind == "heterogeneity")
    assert "τ² = 0.319 (" in heterogeneity
    assert "I² = 53% (" in heterogeneity
    assert "Q = 8.79, df = 4 (P = 0.07)" in heterogeneity


@pytest.mark.parametrize("k", [2, 7, 40, 80])
def test_areas_of_squares_are_proportional_to_weights(k: int) -> None:
    found = answer(normal_trials(k))
    plot = layout(found)
    assert found.main.pooled is not None
    glyphs = [r.glyph for r in studies(plot)]
    areas = [g.side**2 for g in glyphs if isinstance(g, StudyGlyph)]
    weights = [float(w) for w in found.main.pooled.weights]
    assert len(areas) == k
    for area, weight in zip(areas, weights, strict=True):
        assert area / max(areas) == pytest.approx(weight / max(weights), rel=0.01)


def test_diamond_tips_are_the_interval_and_the_bar_is_the_prediction_interval() -> None:
    plot = layout(FIVE)
    pooled = FIVE.main.pooled
    assert pooled is not None
    diamond, bar = row(plot, "overall").glyph, row(plot, "prediction").glyph
    assert isinstance(diamond, Diamond)
    assert isinstance(bar, Bar)
    assert diamond.estimate == pytest.approx(math.exp(pooled.estimate))
    assert diamond.extent.low == pytest.approx(math.exp(pooled.interval.low or 0))
    assert diamond.extent.high == pytest.approx(math.exp(pooled.interval.high or 0))
    printed = f"[{bar.extent.low:.2f}, {bar.extent.high:.2f}]"
    assert cell(plot, row(plot, "prediction"), "effect") == printed
    assert bar.extent.low == pytest.approx(math.exp(pooled.prediction.low or 0))
    assert plot.pooled == diamond.estimate


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-300, 300), st.integers(2, 400)), min_size=1, max_size=9),
    st.sampled_from(["OR", "MD"]),
)
def test_an_arrow_stands_exactly_where_an_interval_leaves_the_axis(
    pairs: list[tuple[int, int]], measure: str
) -> None:
    trials = [Trial(f"T{i}", y / 100, se / 100) for i, (y, se) in enumerate(pairs)]
    plot = layout(answer(trials, measure=measure))
    for r in plot.rows:
        if r.glyph is not None:
            extent, axis = r.glyph.extent, plot.axis
            assert extent.low <= extent.high
            assert extent.cut_low == (axis.position(extent.low) < -1e-8)
            assert extent.cut_high == (axis.position(extent.high) > 1 + 1e-8)


@pytest.mark.parametrize(
    ("better", "left", "right"),
    [
        ("higher", "Favours control", "Favours ketamine"),
        ("lower", "Favours ketamine", "Favours control"),
        ("", "", ""),
    ],
)
def test_direction_comes_from_the_question_and_is_never_guessed(
    better: str, left: str, right: str
) -> None:
    axis = layout(answer(ketamine_trials(), better=better)).axis
    assert (axis.left, axis.right) == (left, right)


def test_proportions_have_neither_null_line_nor_direction() -> None:
    arms = ArmNumbers("Ketamine", events=3, n=10)
    trials = [Trial(f"T{i}", y, 0.5, arms) for i, y in enumerate((-1.0, 0.2, 1.4))]
    plot = layout(answer(trials, measure="PLO"))
    assert plot.axis.null is None
    assert (plot.axis.left, plot.axis.right) == ("", "")
    assert 0 <= plot.axis.low < plot.axis.high <= 1
    assert "control" not in [column.key for column in plot.columns]


@pytest.mark.parametrize("k", [0, 1, 2, 40, 80])
def test_every_study_is_drawn_whatever_their_number(k: int) -> None:
    plot = layout(answer(normal_trials(k)))
    assert len(studies(plot)) == k
    assert all(isinstance(r.glyph, StudyGlyph) for r in studies(plot))
    kinds = [r.kind for r in plot.rows]
    assert ("overall" in kinds) == (k >= 2)
    assert ("prediction" in kinds) == (k >= 2)
    notes = [r.label for r in plot.rows if r.kind == "note"]
    assert notes == {0: ["No usable study"], 1: ["One study, not pooled"]}.get(k, [])


def test_one_study_gets_no_weight_and_no_heterogeneity() -> None:
    plot = layout(answer(ketamine_trials()[:1]))
    assert "weight" not in [column.key for column in plot.columns]
    assert {line.kind for line in plot.footer} == {"flags"}


def test_no_prediction_interval_is_said_and_explained() -> None:
    plot = layout(answer(ketamine_trials(), tau2="EE"))
    assert "95% prediction interval: not available" in [r.label for r in plot.rows]
    method = next(line.text for line in plot.footer if line.kind == "method")
    assert method.startswith("Common-effect model")


def test_subgroups_have_a_diamond_from_two_studies_and_a_sentence_below() -> None:
    plot = layout(ketamine_answer())
    labels = [(r.kind, r.label) for r in plot.rows]
    start = labels.index(("heading", "Alcohol"))
    kinds = [kind for kind, _ in labels[start : start + 6]]
    assert kinds == ["heading", "study", "study", "study", "subtotal", "note"]
    opioid = labels.index(("heading", "Opioid"))
    assert labels[opioid + 2] == ("note", "One study, not pooled")
    cannabis = labels.index(("heading", "Cannabis"))
    assert labels[cannabis + 1] == ("note", "No usable study")
    assert [kind for kind, _ in labels].count("subtotal") == 1


def test_the_weight_of_a_subgroup_is_the_sum_of_its_studies() -> None:
    plot = layout(ketamine_answer())
    weights = [float(cell(plot, r, "weight").rstrip("%")) for r in studies(plot)[:3]]
    subtotal = float(cell(plot, row(plot, "subtotal"), "weight").rstrip("%"))
    assert subtotal == pytest.approx(sum(weights), abs=0.16)


def test_flags_that_depend_on_the_analysis_do_not_lose_a_study() -> None:
    found = ketamine_answer()
    group = found.subgroups[0]
    rows = tuple(replace(r, flags=flags("SC")) for r in group.analysis.rows)
    group = replace(group, analysis=replace(group.analysis, rows=rows))
    plot = layout(replace(found, subgroups=(group, *found.subgroups[1:])))
    assert len(studies(plot)) == 5
    assert cell(plot, studies(plot)[0], "flags") == "NP NR OL SR SC"


def test_a_study_that_no_subgroup_claims_is_drawn_under_its_own_heading() -> None:
    found = ketamine_answer()
    plot = layout(replace(found, subgroups=found.subgroups[1:]))
    labels = [r.label for r in plot.rows]
    assert len(studies(plot)) == 5
    assert labels.index("Krupitsky 1997") > labels.index("In no subgroup")


def test_other_analyses_follow_as_diamonds_or_as_one_study() -> None:
    plot = layout(ketamine_answer())
    after = [r for r in plot.rows if r.kind == "sensitivity"]
    assert [type(r.glyph) for r in after] == [Diamond, Diamond, StudyGlyph, type(None)]
    assert "(4\u00a0studies)" in after[0].label
    assert "(one\u00a0study,\u00a0not\u00a0pooled)" in after[2].label
    assert isinstance(after[2].glyph, StudyGlyph)
    assert after[2].glyph.hollow
    assert "(no\u00a0study)" in after[3].label
    without = layout(ketamine_answer(), sensitivity=False)
    assert "sensitivity" not in [r.kind for r in without.rows]


def test_reported_effects_show_a_dash_and_a_mark_with_its_meaning() -> None:
    plot = layout(FIVE)
    grabski = row(plot, "study", "Grabski")
    assert grabski.label == "Grabski 2022 †"
    assert cell(plot, grabski, "experimental") == "—/48"
    marker = next(line.text for line in plot.footer if line.kind == "marker")
    assert marker.startswith("† No numbers per group. Grabski 2022: reported OR")
    assert cell(plot, row(plot, "overall"), "experimental") == ""


def test_sums_stand_in_the_pooled_row_when_every_study_gives_them() -> None:
    counted = [trial for trial in ketamine_trials() if trial.experimental.events is not None]
    plot = layout(answer(counted))
    overall = row(plot, "overall")
    assert cell(plot, overall, "experimental") == "113/181"
    assert cell(plot, overall, "control") == "48/178"
    assert overall.label == "Random-effects mean (4 studies, N = 359)"


def test_columns_of_nothing_but_dashes_are_left_out() -> None:
    trials = [Trial(f"T{i}", 0.1 * i, 0.3) for i in range(3)]
    assert [column.key for column in layout(answer(trials)).columns] == [
        "study", "control_type", "plot", "effect", "weight",
    ]  # fmt: skip


def test_means_are_written_with_their_sds_and_people() -> None:
    one = Trial(
        "A",
        -1.5,
        0.5,
        ArmNumbers("K", n=20, mean=12.5, sd=4),
        ArmNumbers("C", n=22, mean=14.0, sd=5.25),
    )
    two = replace(one, label="B", y=-0.5)
    plot = layout(answer([one, two], measure="MD", better="lower"))
    assert cell(plot, row(plot, "study", "A"), "experimental") == "12.5 (4.00), 20"
    assert cell(plot, row(plot, "study", "A"), "control") == "14.0 (5.25), 22"
    assert cell(plot, row(plot, "overall"), "control") == "44"


@pytest.mark.parametrize("style", sorted(STYLES))
def test_no_text_of_any_style_holds_a_hyphen_minus_nan_or_none(style: str) -> None:
    trials = [Trial(f"T{i}", y, 0.4) for i, y in enumerate((-1.2, 0.3, -0.2))]
    for found in (answer(trials, measure="SMD"), ketamine_answer(), answer([])):
        plot = layout(found, style=style)
        texts = [c.text for r in plot.rows for c in r.cells]
        texts += [r.label for r in plot.rows] + [line.text for line in plot.footer]
        texts += [tick.text for tick in plot.axis.ticks] + [plot.alt, plot.description]
        assert not [t for t in texts if "nan" in t.split() or "None" in t or "inf" in t.split()]
        if found.question.measure == "SMD":
            assert not [c.text for r in plot.rows for c in r.cells if "-" in c.text]


def test_wild_intervals_are_cut_off_and_their_text_says_so() -> None:
    wild = [Trial("Wide", 0.3, 400.0), *(Trial(f"T{i}", 0.1 * i, 0.2) for i in range(4))]
    plot = layout(answer(wild))
    glyph = row(plot, "study", "Wide").glyph
    assert isinstance(glyph, StudyGlyph)
    assert (glyph.extent.cut_low, glyph.extent.cut_high) == (True, True)
    assert cell(plot, row(plot, "study", "Wide"), "effect") == "1.35 [<0.01, >999]"


def test_an_estimate_beyond_given_limits_has_an_arrow_and_no_square() -> None:
    plot = layout(FIVE, limits=(0.5, 4.0))
    glyph = row(plot, "study", "Krupitsky 1997").glyph
    assert isinstance(glyph, StudyGlyph)
    assert not glyph.shown
    assert glyph.extent.cut_high


def test_order_changes_rows_and_no_number() -> None:
    given_order = {r.label: r for r in studies(layout(FIVE))}
    for sort in ("label", "effect", "weight"):
        plot = layout(FIVE, sort=sort)
        assert {r.label: r for r in studies(plot)} == given_order
    by_effect = [
        r.glyph.estimate
        for r in studies(layout(FIVE, sort="effect"))
        if isinstance(r.glyph, StudyGlyph)
    ]
    assert by_effect == sorted(by_effect)
    by_weight = [
        r.glyph.side
        for r in studies(layout(FIVE, sort="weight"))
        if isinstance(r.glyph, StudyGlyph)
    ]
    assert by_weight == sorted(by_weight, reverse=True)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(5)))
def test_permuting_the_studies_changes_no_row(order: list[int]) -> None:
    trials = ketamine_trials()
    plot = layout(answer([trials[i] for i in order]))
    shown = {r.label: [" ".join(c.text.split()) for c in r.cells] for r in plot.rows}
    expected = {r.label: [" ".join(c.text.split()) for c in r.cells] for r in layout(FIVE).rows}
    assert shown == expected


def test_flags_stand_in_the_row_with_the_gravest_first_and_a_key() -> None:
    plot = layout(FIVE)
    assert cell(plot, row(plot, "study", "Krupitsky 1997"), "flags") == "NP NR OL SR SC"
    key = next(line.text for line in plot.footer if line.kind == "flags")
    assert key.startswith("Flags: NP no placebo control; ")
    assert "SM small sample" in key
    index = [column.key for column in plot.columns].index("flags")
    marks = row(plot, "study", "Krupitsky 1997").cells[index].marks
    assert marks[0].message == "NP found here."


@pytest.mark.parametrize("style", sorted(STYLES))
def test_flags_and_prediction_stand_in_every_style(style: str) -> None:
    plot = layout(ketamine_answer(), style=style)
    assert "flags" in [column.key for column in plot.columns]
    assert "prediction" in [r.kind for r in plot.rows]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("default", "3.53 [1.40, 8.88]"),
        ("bmj", "3.53 (1.40 to 8.88)"),
        ("jama", "3.53 (1.40-8.88)"),
        ("lancet", "3·53 (1·40–8·88)"),
    ],
)
def test_house_styles_write_the_same_numbers_in_their_own_way(style: str, text: str) -> None:
    plot = layout(FIVE, style=style)
    assert cell(plot, row(plot, "overall"), "effect") == text


def test_a_dash_between_limits_becomes_a_word_among_negative_numbers() -> None:
    trials = [Trial(f"T{i}", y, 0.2) for i, y in enumerate((-0.4, -0.3))]
    plot = layout(answer(trials, measure="SMD"), style="jama")
    assert " to −" in cell(plot, row(plot, "study", "T0"), "effect")


def test_the_factor_that_shortens_an_interval_is_not_kept_quiet() -> None:
    trials = [Trial(f"T{i}", y, 0.3) for i, y in enumerate((0.30, 0.32, 0.29, 0.31))]
    method = next(line.text for line in layout(answer(trials)).footer if line.kind == "method")
    assert "The Hartung-Knapp factor is 0.00, which shortens the interval" in method


def test_unknown_styles_and_orders_are_refused_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match="Did you mean lancet"):
        layout(FIVE, style="lancett")
    with pytest.raises(UsageError, match="Known: given, label, effect, weight"):
        layout(FIVE, sort="year")


def test_counts_that_are_not_whole_are_shown_as_they_are() -> None:
    found = ArmNumbers("", events=3.6, n=20), ArmNumbers("", events=1.2, n=10)
    made = answer(ketamine_trials()[:2])
    rows = tuple(
        replace(row, experimental=arm) for row, arm in zip(made.main.rows, found, strict=True)
    )
    plot = layout(replace(made, main=replace(made.main, rows=rows)))
    texts = [cell(plot, row, "experimental") for row in plot.rows]
    assert [text for text in texts if "/" in text] == ["3.6/20", "1.2/10", "4.8/30"]


@pytest.mark.parametrize("style", STYLES)
def test_a_printed_plot_keeps_letters_of_seven_points_on_a_page(style: str) -> None:
    """Between the margins of A4 and of US letter are 17 cm."""
    plot = layout(assessed(ketamine_answer(), "RoB 2"), style=printed(style))
    letters = min(note_size(plot.style), plot.style.font_size)
    assert letters * min(1.0, 17.0 / 2.54 * 72.0 / place(plot).width) >= 7.0
    assert note_size(STYLES[style]) < STYLES[style].font_size


def test_a_number_stays_with_its_sign_where_a_line_ends() -> None:
    plot = layout(ketamine_answer(), style=printed("cochrane"))
    lines = [line for r in plot.rows for line in r.lines]
    lines += [line for line, _ in place(plot).footer_lines]
    assert any("df = 2 (P = " in line or "P = " in line for line in lines)
    assert [line for line in lines if re.search(r"(^|\s)[=<>]$|^[=<>]", line)] == []
    assert [line for line in lines if line.endswith((" P", " df", " Q", " I²", " τ²"))] == []


def test_a_printed_style_has_neither_flags_nor_their_key() -> None:
    full, narrow = (layout(ketamine_answer(), style=s) for s in ("default", printed("default")))
    assert [line.kind for line in full.footer if line.kind == "flags"] == ["flags"]
    assert [line.kind for line in narrow.footer if line.kind == "flags"] == []
    assert {c.key for c in full.columns} - {c.key for c in narrow.columns} >= {"flags"}


def test_numbers_of_an_axis_that_would_touch_are_left_out_and_that_of_the_null_stays() -> None:
    wide = layout(ketamine_answer(), style=printed("default"), limits=(0.001, 1000.0))
    at = place(wide)
    named = named_ticks(wide.axis, at, wide.style.font_size)
    assert 1.0 in [tick.value for tick in named]
    assert 2 <= len(named) < len(wide.axis.ticks)
    spans = [
        (at.x(wide.axis.position(t.value)), text_width(t.text, wide.style.font_size) / 2)
        for t in named
    ]
    assert all(b - a > half + other for (a, half), (b, other) in pairwise(spans))

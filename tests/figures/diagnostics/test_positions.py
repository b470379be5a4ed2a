"""Marks stand where the numbers say, and ticks carry the values that readers see."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes

from ketameta.figures.colours import POINT
from ketameta.figures.diagnostics.copas import draw_copas
from ketameta.figures.diagnostics.cumulative import draw_cumulative
from ketameta.figures.diagnostics.funnel import draw_funnel
from ketameta.figures.diagnostics.gosh import draw_gosh
from ketameta.figures.diagnostics.net_heat import draw_net_heat
from ketameta.figures.effect_axis import effect_ticks, plain_ticks, sensible_limits, tick_text
from ketameta.figures.picture import Subject
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.network import net_heat
from ketameta.pooling.pool import pool
from ketameta.sensitivity import cumulative, leave_one_out
from ketameta.sensitivity.bias.copas import copas
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.bias.trim_fill import trim_fill
from ketameta.sensitivity.subsets import subsets

from .samples import SUBJECT, picture, treatments, trials

SEVEN = trials(7)
RISK = Subject("Risk", measure("PLO"))
DIFFERENCE = Subject("Points", measure("MD"))


def marks(axes: Axes, mark: str) -> np.ndarray:
    """Points drawn as single marks of this kind, (n, 2)."""
    found = [line.get_xydata() for line in axes.lines if line.get_marker() == mark]
    return np.concatenate([np.asarray(one) for one in found])


def test_leave_one_out_draws_the_means_without_each_study() -> None:
    axes = picture("leave-one-out", 7).figure.axes[0]
    expected = [result.estimate for _, result in leave_one_out.leave_one_out(SEVEN)]
    assert marks(axes, "s")[:, 0] == pytest.approx(expected)
    assert marks(axes, "s")[:, 1].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert marks(axes, "D")[:, 0] == pytest.approx([pool(SEVEN).estimate])


def test_an_interval_beyond_the_plot_ends_in_an_arrow() -> None:
    # After two studies the interval is a t with one degree of freedom wide.
    apart = EffectEstimates.from_arrays("OR", [0.0, 3.0, 1.4, 1.5, 1.6, 1.5], [0.1] * 6)
    steps = cumulative.cumulative(apart)
    axes = draw_cumulative(steps, SUBJECT).figure.axes[0]
    low, high = axes.get_xlim()
    assert steps[1].result.interval.high is not None
    assert steps[1].result.interval.high > high
    assert [high, 1.0] in marks(axes, ">").tolist()
    assert [low, 1.0] in marks(axes, "<").tolist()
    assert all(low < step.result.estimate < high for step in steps)


def test_a_funnel_has_its_studies_and_their_mirror_images() -> None:
    lopsided = EffectEstimates.from_arrays(
        "OR", [0.1, 0.15, 0.2, 0.6, 0.9, 1.3, 1.6], [0.01, 0.02, 0.03, 0.1, 0.2, 0.4, 0.6]
    )
    filled = trim_fill(lopsided)
    assert filled.filled is not None
    found = draw_funnel(funnel_plot(lopsided), SUBJECT, trim_fill=filled)
    drawn = np.concatenate([c.get_offsets() for c in found.figure.axes[0].collections[-2:]])
    expected = np.concatenate([lopsided.y, filled.filled.y])
    assert sorted(drawn[:, 0]) == pytest.approx(sorted(expected))
    assert f"trim and fill adds {filled.missing} on the left" in found.alt


def test_gosh_draws_every_subset_and_names_the_study_that_tells_most() -> None:
    odd = EffectEstimates.from_arrays("MD", [0, 0.1, 0.2, 5], [0.1] * 4, labels=[*"abc", "odd"])
    found = draw_gosh(subsets(odd), DIFFERENCE)
    points = [c for c in found.figure.axes[0].collections if len(c.get_offsets())]
    assert sum(len(c.get_offsets()) for c in points) == 2**4 - 1 - 4
    assert "with odd and" in found.alt


def test_a_network_without_loops_says_so() -> None:
    found = draw_net_heat(net_heat(treatments(2)), SUBJECT)
    assert "none can disagree" in found.alt
    assert any("none can disagree" in text.get_text() for text in found.figure.texts)


def test_one_study_is_a_statement_and_no_empty_plot() -> None:
    assert "no subsets of two or more" in picture("gosh", 1).alt
    texts = [text.get_text() for text in picture("leave-one-out", 1).figure.texts]
    assert "With one study there is nothing to leave out." in texts


@pytest.mark.parametrize("name", ["funnel", "selection", "p-curve", "copas", "limit"])
def test_fewer_than_ten_studies_is_said_in_the_figure(name: str) -> None:
    texts = " ".join(text.get_text() for text in picture(name, 7).figure.texts)
    assert "With 7 studies (fewer than 10)" in texts
    assert "below 10 studies" in picture(name, 7).legend


def test_ticks_of_ratios_are_round_and_stand_at_their_logarithms() -> None:
    values, texts = effect_ticks(SUBJECT, (math.log(0.2), math.log(6)), 300.0)
    assert "1" in texts
    assert [math.exp(value) for value in values] == pytest.approx([float(t) for t in texts])
    _, wide = effect_ticks(SUBJECT, (-60.0, 60.0), 300.0)
    assert len(wide) >= 3
    _, narrow = effect_ticks(SUBJECT, (math.log(0.97), math.log(1.04)), 300.0)
    assert len(narrow) >= 3


def test_ticks_of_proportions_and_differences() -> None:
    values, texts = effect_ticks(RISK, (-3.0, 2.0), 300.0)
    assert [1 / (1 + math.exp(-v)) for v in values] == pytest.approx([float(t) for t in texts])
    _, texts = effect_ticks(DIFFERENCE, (-3.0, 2.0), 300.0)
    assert texts == ["−3", "−2", "−1", "0", "1", "2"]


def test_ticks_thin_out_where_there_is_no_room() -> None:
    assert len(plain_ticks((0.0, 10.0), 300.0)) > len(plain_ticks((0.0, 10.0), 40.0)) > 0
    assert plain_ticks((10.0, 0.0), 300.0) == plain_ticks((0.0, 10.0), 300.0)
    assert (tick_text(-0.5), tick_text(1e-7), tick_text(0.00002)) == ("−0.5", "1e−07", "0.00002")


def test_one_huge_interval_does_not_squash_the_others() -> None:
    low, high = sensible_limits([0, 1, 2], [-1, 0, -500], [1, 2, 500])
    assert -10 < low < -1
    assert 2 < high < 12


def test_estimates_at_the_edge_of_the_copas_model_are_hollow() -> None:
    found = copas(trials(7), chances=(0.9, 0.5))
    inner, outer = replace(found.rows[0], rho=-0.5), replace(found.rows[1], rho=-0.9999)
    drawn = draw_copas(replace(found, rows=(inner, outer), adjusted=None), SUBJECT, k=7)
    shown = [line for line in drawn.figure.axes[0].lines if line.get_marker() == "o"]
    by_fill = {str(line.get_markerfacecolor()): np.size(line.get_xdata()) for line in shown}
    assert by_fill == {POINT: 1, "white": 1}
    assert "Hollow marks" in drawn.legend
    plain = draw_copas(replace(found, rows=(inner, inner), adjusted=None), SUBJECT, k=7)
    assert "Hollow marks" not in plain.legend


def test_lines_of_a_network_are_as_wide_as_the_count_of_their_studies() -> None:
    drawn = picture("network", 7)
    axes = drawn.figure.axes[0]
    widths = sorted(line.get_linewidth() for line in axes.lines if len(line.get_xydata()) == 2)
    counts = sorted(int(text.get_text()) for text in axes.texts if text.get_text().isdigit())
    assert len(widths) == len(counts) > 1
    ratios = {round(width / count, 9) for width, count in zip(widths, counts, strict=True)}
    assert len(ratios) == 1

"""What lines and rows of diagnostic figures are called: which mean, which order, which study."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.figures.diagnostics.cumulative import draw_cumulative
from ketameta.figures.diagnostics.drapery import draw_drapery
from ketameta.figures.diagnostics.funnel import draw_funnel
from ketameta.figures.page import shortened
from ketameta.figures.picture import Picture, Subject
from ketameta.figures.text_metrics import text_width
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.cumulative import cumulative
from ketameta.sensitivity.drapery import drapery_plot

SUBJECT = Subject("Abstinence", measure("OR"))
NAMES = ("Krupitsky 1997", "Dakwar 2019", "Dakwar 2020", "Grabski 2022")


def estimates(y: tuple[float, ...], names: tuple[str, ...] = NAMES) -> EffectEstimates:
    v = np.array([0.1, 0.5, 0.6, 0.25])
    return EffectEstimates("OR", np.array(y), v, names)


APART = estimates((1.8, 2.0, 0.9, 0.2))
ALIKE = estimates((1.0, 1.0, 1.0, 1.0))


def key(picture: Picture) -> list[str]:
    return [text.get_text() for text in picture.figure.legends[0].get_texts()]


def test_the_line_of_a_funnel_is_named_with_its_value_beside_the_mean_of_the_analysis() -> None:
    """Weights 10, 2, 5/3 and 4: 18 + 4 + 1.5 + 0.8 = 24.3 over 53/3 is 1.3755, an odds ratio of
    3.96; with a variance between studies the mean is another one."""
    assert np.exp(24.3 / (53 / 3)) == pytest.approx(3.957, abs=1e-3)
    random = pool(APART).estimate
    assert SUBJECT.value(random) != "3.96"
    found = draw_funnel(funnel_plot(APART), SUBJECT, review_mean=random)
    assert "Common-effect mean 3.96" in key(found)
    for words in (found.alt, found.legend):
        assert "common-effect mean" in words
        assert "3.96" in words
        assert SUBJECT.value(random) in words
    assert "weights by precision only" in found.legend
    assert "main analysis" not in draw_funnel(funnel_plot(ALIKE), SUBJECT, review_mean=1.0).legend


def test_a_funnel_around_a_random_effects_mean_says_so() -> None:
    plot = funnel_plot(APART, tau2="REML")
    found = draw_funnel(plot, SUBJECT)
    assert f"Random-effects mean {SUBJECT.value(plot.centre)}" in key(found)


def test_a_curve_that_lies_on_another_is_seen_and_named() -> None:
    choices = PoolingChoices("REML", "hksj", "t(k-1)", 0.95)
    found = draw_drapery(drapery_plot(ALIKE, choices), SUBJECT)
    assert "New study (the same curve)" in key(found)
    dashed = [line for line in found.figure.axes[0].lines if line.get_linewidth() == 1.6]
    pooled = [line for line in found.figure.axes[0].lines if line.get_linewidth() == 2.0]
    assert dashed[0].get_zorder() > pooled[0].get_zorder()
    assert "New study" in key(draw_drapery(drapery_plot(APART, choices), SUBJECT))


def test_the_order_of_a_cumulative_analysis_is_named() -> None:
    found = draw_cumulative(cumulative(APART), SUBJECT)
    assert "studies added by year of publication" in found.legend
    assert "in the order of year of publication" in found.alt
    other = estimates((1.8, 2.0, 0.9, 0.2), NAMES[::-1])
    assert "in the order of the data" in draw_cumulative(cumulative(other), SUBJECT).legend
    named = draw_cumulative(cumulative(other), SUBJECT, order="dose")
    assert "studies added by dose" in named.legend


def test_a_cut_name_keeps_its_year() -> None:
    names = [f"A very long study name from the University Hospital {year}" for year in (2001, 2005)]
    cut = [shortened(name, 110.0) for name in names]
    assert len(set(cut)) == 2
    assert [name.split("… ")[1] for name in cut] == ["2001", "2005"]
    assert all(text_width(name, 8.0) <= 110.0 for name in cut)
    assert shortened("Dakwar 2019", 110.0) == "Dakwar 2019"
    assert shortened("x" * 80, 110.0).endswith("x…")

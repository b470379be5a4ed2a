"""Prior and posterior densities of the Bayesian model."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, BAND, GUIDE, POINT
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis
from ketameta.figures.keys import DASHED, DOTTED, line_key
from ketameta.figures.page import MARGIN, SMALL, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.pooling.bayes import BayesResult, DensityCurves

PANEL, HEAD, LEFT, GAP, BOTTOM = 170.0, 14.0, 14.0, 26.0, 34.0


def draw_prior_posterior(curves: DensityCurves, found: BayesResult, subject: Subject) -> Picture:
    """Densities of tau, and of the mean effect and the effect in a new study.

    Parameters
    ----------
    curves
        From `pooling.bayes.density_curves`.
    found
        The summaries of the same posterior, whose intervals are marked.

    References
    ----------
    Roever C. J Stat Softw 2020;93(6). doi:10.18637/jss.v093.i06.
    """
    title = f"Prior and posterior: {subject.about}"
    with picture_style():
        key = _handles(curves)
        notes = short_notes(found.cautions, found.k)
        page = open_page(title, HEAD + PANEL + BOTTOM, key=key, notes=notes)
        width = (page.width - LEFT - GAP - MARGIN) / 2
        page.write("Standard deviation between studies, τ", (LEFT, 5.0), size=SMALL)
        _spread(page.panel(LEFT, HEAD, width, PANEL), curves, found)
        left = LEFT + width + GAP
        page.write("Effects", (left, 5.0), size=SMALL)
        _effects(page.panel(left, HEAD, width, PANEL), curves, found, subject)
    return Picture("prior-posterior", title, page.figure, _alt(found, subject), _legend(found))


def _handles(curves: DensityCurves) -> list[Artist]:
    found: list[Artist] = [
        line_key("Posterior", POINT, 1.8),
        line_key("Effect in a new study", ACCENT, 1.5, dashes=DASHED),
        line_key("Prior", GUIDE, 1.2, dashes=DOTTED),
    ]
    if curves.mu_prior is None:
        found[2].set_label("Prior of τ")
    return found


def _spread(axes: Axes, curves: DensityCurves, found: BayesResult) -> None:
    x = curves.tau
    dress_number_axis(axes, (0.0, float(x[-1])), "τ")
    axes.plot(x, curves.tau_prior, color=GUIDE, lw=1.2, ls=DOTTED, zorder=2)
    axes.plot(x, curves.tau_posterior, color=POINT, lw=1.8, zorder=3)
    inside = _inside(x, found.tau.shortest.low, found.tau.shortest.high)
    axes.fill_between(x, curves.tau_posterior, where=inside.tolist(), color=BAND, lw=0)
    # A prior may have no upper bound at 0; the posterior decides how high the axis is.
    top = 1.6 * float(curves.tau_posterior.max())
    _plain(axes, min(top, 1.08 * max(float(curves.tau_prior.max()), float(top / 1.6))))


def _effects(axes: Axes, curves: DensityCurves, found: BayesResult, subject: Subject) -> None:
    x = curves.effect
    dress_effect_axis(axes, subject, (float(x[0]), float(x[-1])))
    if curves.mu_prior is not None:
        axes.plot(x, curves.mu_prior, color=GUIDE, lw=1.2, ls=DOTTED, zorder=2)
    axes.plot(x, curves.new_study, color=ACCENT, lw=1.5, ls=DASHED, zorder=3)
    axes.plot(x, curves.mu_posterior, color=POINT, lw=1.8, zorder=4)
    inside = _inside(x, found.mu.shortest.low, found.mu.shortest.high)
    axes.fill_between(x, curves.mu_posterior, where=inside.tolist(), color=BAND, lw=0)
    _plain(axes, 1.08 * float(max(curves.mu_posterior.max(), curves.new_study.max())))


def _inside(x: np.ndarray, low: float | None, high: float | None) -> np.ndarray:
    return np.asarray(
        (x >= (-np.inf if low is None else low)) & (x <= (np.inf if high is None else high))
    )


def _plain(axes: Axes, top: float) -> None:
    """Densities have no unit worth reading."""
    axes.set_ylim(0.0, top)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _alt(found: BayesResult, subject: Subject) -> str:
    limits = found.tau.shortest
    mean = _credible(found.mu.median, found.mu.shortest.low, found.mu.shortest.high, subject)
    new = found.new_study
    ahead = _credible(new.median, new.shortest.low, new.shortest.high, subject)
    return (
        f"Prior and posterior densities of {studies(found.k)} with the prior {found.prior} of τ: "
        f"posterior median of τ {number(found.tau.median, 2)} ({subject.level_text} "
        f"{number(limits.low, 2)} to {number(limits.high, 2)}); {subject.effect_name} {mean}; "
        f"effect in a new study {ahead}."
    )


def _credible(median: float, low: float | None, high: float | None, subject: Subject) -> str:
    return subject.phrase(median, low, high).replace("CI", "credible interval")


def _legend(found: BayesResult) -> str:
    return " ".join(
        [
            f"Bayesian random-effects meta-analysis of {studies(found.k)}. Left: prior "
            f"({found.prior}) and posterior density of τ, the standard deviation of true effects "
            "between studies. Right: posterior density of the mean effect (prior: "
            f"{found.mean_prior}) and, dashed, of the true effect in a new study. Shaded: shortest "
            f"{100 * found.level:g}% credible intervals. Where posterior and prior of τ look "
            "alike, the data say little about heterogeneity and the prior decides.",
            *spoken(found.cautions),
            "Röver (2020).",
        ]
    )

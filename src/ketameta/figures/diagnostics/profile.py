"""Profile likelihood of tau2: how sharply the data speak about heterogeneity."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, ACCENT_EDGE, BAND, GUIDE, POINT
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis, padded
from ketameta.figures.keys import DASHED, DOTTED
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number
from ketameta.sensitivity.likelihood_profile import LikelihoodProfile

UPPER, LOWER, GAP, LEFT, BOTTOM = 160.0, 90.0, 14.0, 50.0, 34.0


def draw_profile(profile: LikelihoodProfile, subject: Subject) -> Picture:
    """The likelihood of tau2 over its range, and below it the pooled mean at each tau2.

    Parameters
    ----------
    profile
        From `sensitivity.likelihood_profile.likelihood_profile`.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    """
    title = f"Likelihood of τ²: {subject.about}"
    with picture_style():
        notes: tuple[str, ...] = ()
        if profile.local_maxima > 1:
            notes = (f"The likelihood has {profile.local_maxima} maxima.",)
        page = open_page(title, UPPER + GAP + LOWER + BOTTOM, notes=notes)
        width = page.width - LEFT - MARGIN
        _likelihood(page.panel(LEFT, 0.0, width, UPPER), profile)
        _mean(page.panel(LEFT, UPPER + GAP, width, LOWER), profile, subject)
    return Picture("profile", title, page.figure, _alt(profile), _legend(profile))


def _axis(profile: LikelihoodProfile) -> tuple[float, float]:
    end = float(profile.tau2[-1])
    return -0.02 * end, end


def _likelihood(axes: Axes, profile: LikelihoodProfile) -> None:
    """Differences from the peak: only these mean anything."""
    y = profile.log_likelihood - profile.peak_log_likelihood
    cut = profile.cut_off - profile.peak_log_likelihood
    bottom = max(float(y.min()), 2.5 * cut)
    dress_number_axis(axes, _axis(profile), "")
    axes.set_xticklabels([])
    dress_number_axis(axes, padded(bottom, 0.0, 0.08), "Log-likelihood − maximum", which="y")
    axes.fill_between(profile.tau2, bottom - 1.0, y, where=list(y >= cut), color=BAND, lw=0)
    axes.plot(profile.tau2, y, color=POINT, lw=1.5, zorder=3)
    axes.axhline(cut, color=GUIDE, lw=0.8, ls=DASHED)
    axes.plot([profile.peak], [0.0], ls="", marker="D", ms=6, mfc=ACCENT, mec=ACCENT_EDGE,
              zorder=4, clip_on=False)  # fmt: skip


def _mean(axes: Axes, profile: LikelihoodProfile, subject: Subject) -> None:
    dress_number_axis(axes, _axis(profile), "τ²")
    limits = padded(float(profile.mean.min()), float(profile.mean.max()), 0.15)
    dress_effect_axis(axes, subject, limits, which="y")
    axes.set_ylabel("Pooled effect")
    axes.plot(profile.tau2, profile.mean, color=POINT, lw=1.5, zorder=3)
    axes.axvline(profile.peak, color=ACCENT, lw=0.9, ls=DOTTED)


def _limits(profile: LikelihoodProfile) -> tuple[float, float | None]:
    """Ends of the range within the cut-off: 0 or where it begins, and None if it goes on."""
    inside = np.flatnonzero(profile.log_likelihood >= profile.cut_off)
    low = float(profile.tau2[inside[0]])
    last = int(inside[-1])
    return low, None if last == profile.tau2.size - 1 else float(profile.tau2[last])


def _alt(profile: LikelihoodProfile) -> str:
    low, high = _limits(profile)
    kind = "restricted likelihood (REML)" if profile.restricted else "likelihood (ML)"
    upper = f"to about {number(high, 2)}" if high is not None else "beyond the plot"
    peaks = "1 maximum" if profile.local_maxima == 1 else f"{profile.local_maxima} maxima"
    return (
        f"Profile of the {kind} of τ²: highest at τ² = {number(profile.peak)}, within the cut-off "
        f"from about {number(low, 2)} {upper}, {peaks}."
    )


def _legend(profile: LikelihoodProfile) -> str:
    kind = "restricted log-likelihood" if profile.restricted else "log-likelihood"
    return (
        f"Profile of τ², the variance of true effects between studies. Above: {kind} less its "
        "maximum; the diamond is the estimate, and values of τ² above the dashed line make up the "
        "profile likelihood interval. A flat curve means that the data say little about "
        "heterogeneity. Below: the pooled effect at each τ². Hardy and Thompson (1996)."
    )

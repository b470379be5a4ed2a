"""Which function draws which kind of figure, and on which samples it works.

Importing it loads no numbers, for the help names the kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ketameta.cli.method_options import Methods
from ketameta.cli.plot_options import PlotOptions
from ketameta.errors import DataError

if TYPE_CHECKING:
    from ketameta.cli.data_samples import Sample, Samples
    from ketameta.cli.sampling import Source
    from ketameta.figures.picture import Picture, Subject

PLOTTERS: Mapping[str, str] = {
    "funnel": "plot_small_studies:funnel",
    "selection": "plot_small_studies:selection",
    "p-curve": "plot_small_studies:p_curve",
    "copas": "plot_small_studies:copas",
    "limit": "plot_small_studies:limit",
    "leave-one-out": "plot_estimates:leave_one_out",
    "cumulative": "plot_estimates:cumulative",
    "influence": "plot_estimates:influence",
    "baujat": "plot_estimates:baujat",
    "gosh": "plot_estimates:gosh",
    "radial": "plot_estimates:radial",
    "labbe": "plot_counts:labbe",
    "drapery": "plot_estimates:drapery",
    "profile": "plot_estimates:profile",
    "qq": "plot_estimates:qq",
    "multiverse": "plot_choices:multiverse",
    "tornado": "plot_tornado:tornado",
    "prior-posterior": "plot_choices:prior_posterior",
    "bubble": "plot_choices:bubble",
    "network": "plot_networks:network",
    "network-forest": "plot_networks:network_forest",
    "net-heat": "plot_networks:net_heat",
}
"""Kinds by name, and "module:function" within `ketameta.cli`."""

PLOTTED = tuple(PLOTTERS)
NETWORK_MODULE = "plot_networks"
FROM_VARIANCES = (
    *("funnel", "selection", "p-curve", "copas", "limit", "influence", "baujat", "gosh"),
    *("radial", "drapery", "profile", "qq", "prior-posterior", "bubble"),
)
"""Kinds that rest on the variances of studies, which of a question without an event say nothing."""
ON_COLUMNS = ("bubble", "leave-one-out", "cumulative")
"""Kinds that work on columns, of which a question has some too, or on the counts in them."""


@dataclass(frozen=True, slots=True)
class PlotWish:
    """What to draw, of what, and how; `title` None for the question's or the table's name."""

    kind: str
    source: Source
    methods: Methods
    options: PlotOptions
    title: str | None = None

    @property
    def level(self) -> float:
        """Coverage of intervals."""
        return self.methods.coverage

    def subject(self, sample: Sample) -> Subject:
        """What a picture of this sample is about."""
        from ketameta.figures.picture import Subject

        return Subject(self.name(sample.title, sample.key), sample.measure, self.level)

    def name(self, title: str, key: str | None) -> str:
        """The title of a sample: as asked for, or of the question, or of the table."""
        request = self.source.request
        if request.file is None:
            return self.title or title
        stem = "Table" if str(request.file) == "-" else request.file.stem
        about = self.title or stem
        return about if request.by is None else f"{about}, {request.by}: {key or 'no value'}"


Pictures = list[tuple[str | None, "Picture"]]
"""One picture per group: the value of `--by`, None without it, and the picture."""


def draw_pictures(wish: PlotWish) -> Pictures:
    """The pictures asked for, one per sample.

    Raises
    ------
    UsageError
        For methods, columns or options that do not exist or do not fit the kind.
    DataError
        For data that the kind cannot show, with the reason.
    """
    import numpy as np

    from ketameta.cli.each_sample import of_each

    module, name = PLOTTERS[wish.kind].split(":")
    draw: Any = getattr(import_module(f"ketameta.cli.{module}"), name)
    with np.errstate(all="ignore"):  # what overflows is refused
        if module == NETWORK_MODULE:
            found: Pictures = draw(wish)
            return found
        samples = wish.source.samples(wish.methods, columns=wish.kind in ON_COLUMNS)
        by = wish.source.request.by
        names = [None if by is None else one.key or "no value" for one in samples.samples]
        drawn = of_each(samples, lambda sample: _drawn(draw, samples, sample, wish))
        return list(zip(names, drawn, strict=True))


def _drawn(draw: Any, samples: Samples, sample: Sample, wish: PlotWish) -> Picture:
    from numpy.linalg import LinAlgError

    from ketameta.cli.data_samples import too_far_apart
    from ketameta.cli.no_contrast import refuse_without_contrast

    if sample.estimates.k == 0:
        reasons = "\n".join(f"{x.where}: {x.label}: {x.reason}." for x in sample.left_out)
        raise DataError(f"{sample.title}: no row can be drawn as {sample.measure.code}.\n{reasons}")
    if wish.kind in FROM_VARIANCES and wish.methods.program is None:
        refuse_without_contrast(sample, f"plot {wish.kind}")
    try:
        picture: Picture = draw(sample, wish)
    except (ArithmeticError, LinAlgError):
        raise too_far_apart(samples.source) from None
    return picture

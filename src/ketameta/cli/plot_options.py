"""Options of `ketameta plot` that concern some kinds of figures only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click

from ketameta.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])

NETWORKS = ("network", "network-forest", "net-heat")

GOES_WITH: Mapping[str, tuple[str, ...]] = {
    "trim_fill": ("funnel",),
    "order": ("cumulative",),
    "highlight": ("gosh",),
    "sample": ("gosh",),
    "moderator": ("bubble",),
    "vary": ("tornado",),
    "without": ("multiverse",),
    "prior": ("prior-posterior",),
    "mean_prior": ("prior-posterior",),
    "weight_function": ("selection",),
    "steps": ("selection",),
    "reference": NETWORKS,
    "smaller_is_better": ("network-forest",),
}
"""Which kinds each option is for."""


@dataclass(frozen=True, slots=True)
class PlotOptions:
    """What was asked for beyond methods; None or empty where nothing was."""

    trim_fill: bool = False
    order: str | None = None
    highlight: str | None = None
    sample: int | None = None
    moderator: str | None = None
    vary: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    prior: str | None = None
    mean_prior: str | None = None
    weight_function: str | None = None
    steps: str | None = None
    reference: str | None = None
    smaller_is_better: bool | None = None

    def check(self, kind: str) -> None:
        """UsageError for an option that this kind has no use for."""
        for name, kinds in GOES_WITH.items():
            value = getattr(self, name)
            if value not in (None, False, ()) and kind not in kinds:
                raise UsageError(f"{_written(name)}: goes with plot {' or '.join(kinds)}.")


def _written(name: str) -> str:
    if name == "smaller_is_better":
        return "--smaller-is-better, --larger-is-better"
    return f"--{name.replace('_', '-')}"


def plot_options(function: Function) -> Callable[..., Any]:
    """The options, handed on as one `options`."""

    @click.option(
        "--trim-fill", is_flag=True, help="funnel: add the studies that trim and fill adds."
    )
    @click.option("--order", metavar="COLUMN", help="cumulative: column that orders the studies.")
    @click.option(
        "--highlight", metavar="STUDY", help="gosh: study to colour subsets by, as it is labelled."
    )
    @click.option("--sample", type=int, metavar="NUMBER", help="gosh: so many random subsets.")
    @click.option("--moderator", metavar="COLUMN", help="bubble: numeric column on the axis.")
    @click.option(
        "--vary",
        multiple=True,
        metavar="COLUMN=LOW:HIGH",
        help="tornado: range over which the values of a column are varied, such as r=0.3:0.8. "
        "Repeat.",
    )
    @click.option(
        "--without",
        multiple=True,
        metavar="COLUMN",
        help="multiverse: leave out the studies of each value of this column in turn. Repeat.",
    )
    @click.option(
        "--prior", metavar="PRIOR", help="prior-posterior: prior of tau, as for ketameta bayes."
    )
    @click.option(
        "--mean-prior", metavar="MEAN,SD", help="prior-posterior: normal prior of the mean."
    )
    @click.option(
        "--weight-function",
        metavar="NAME",
        help="selection: step (default), beta, half-normal, negative-exponential, logistic, power.",
    )
    @click.option(
        "--steps", metavar="NUMBERS", help="selection: cut-offs of step.  [default: .025]"
    )
    @click.option(
        "--reference",
        metavar="TREATMENT",
        help="Networks: treatment that others are compared with.",
    )
    @click.option(
        "--smaller-is-better/--larger-is-better",
        "smaller_is_better",
        default=None,
        help="network-forest: which effects are good, for P-scores.",
    )
    @wraps(function)
    def with_options(*args: Any, **rest: Any) -> Any:
        own = {name: rest.pop(name) for name in PlotOptions.__dataclass_fields__}
        return function(*args, options=PlotOptions(**own), **rest)

    return with_options

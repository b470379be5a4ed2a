"""Options of single kinds of sensitivity analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])
FROM_NOTHING = ("missing-outcomes", "tornado")
"""Kinds that can give estimates where the table as it stands has none."""


@dataclass(frozen=True, slots=True)
class KindOptions:
    """Options that belong to single kinds; None, False or () where they were not given.

    `GOES_WITH` says which kinds each one is for.
    """

    order: str | None = None
    descending: bool = False
    together: bool = False
    cluster: str | None = None
    groups: str | None = None
    common_tau2: bool = False
    sample: int | None = None
    imor: str | None = None
    imor_sd: str | None = None
    imor_correlation: float | None = None
    imor_range: str | None = None
    vary: tuple[str, ...] = ()
    deleted: bool = False


GOES_WITH: Mapping[str, tuple[str, ...]] = {
    "order": ("cumulative",),
    "descending": ("cumulative",),
    "together": ("cumulative",),
    "cluster": ("leave-one-out",),
    "groups": ("subgroups",),
    "common_tau2": ("subgroups",),
    "sample": ("subsets", "permutation"),
    "imor": ("missing-outcomes",),
    "imor_sd": ("missing-outcomes",),
    "imor_correlation": ("missing-outcomes",),
    "imor_range": ("missing-outcomes",),
    "vary": ("tornado",),
    "deleted": ("qq",),
}


def kind_options(function: Function) -> Callable[..., Any]:
    """The options above, handed on as one `options`."""

    @click.option(
        "--order",
        metavar="COLUMN",
        help="Column that orders a cumulative meta-analysis; precision for the most precise first.",
    )
    @click.option("--descending", is_flag=True, help="The largest of --order first.")
    @click.option(
        "--together", is_flag=True, help="Studies with equal --order come in at one step."
    )
    @click.option(
        "--cluster", metavar="COLUMN", help="For leave-one-out: leave out whole clusters."
    )
    @click.option("--groups", metavar="COLUMN", help="Groups of studies, for subgroups.")
    @click.option(
        "--common-tau2", is_flag=True, help="For subgroups: let the groups share one tau2."
    )
    @click.option(
        "--imor",
        metavar="NUMBERS",
        help="Informative missingness odds ratio of group 1 and group 2, such as 0.5,1.",
    )
    @click.option("--imor-sd", metavar="NUMBERS", help="Uncertainty about it: sd of its logarithm.")
    @click.option("--imor-correlation", type=float, metavar="NUMBER", help="Between the groups.")
    @click.option(
        "--imor-range", metavar="NUMBERS", help="Several odds ratios, such as 0.25,0.5,1,2,4."
    )
    @click.option(
        "--vary",
        multiple=True,
        metavar="COLUMN=RANGE",
        help="For tornado: low:value:high for empty cells of a column; r=0.3:0.5:0.8. Repeat.",
    )
    @click.option(
        "--deleted", is_flag=True, help="For qq: residuals from the mean without the study."
    )
    @click.option("--sample", type=int, metavar="NUMBER", help="Draws of subsets or permutation.")
    @wraps(function)
    def with_options(*args: Any, **given: Any) -> Any:
        own = {field.name: given.pop(field.name) for field in fields(KindOptions)}
        return function(*args, options=KindOptions(**own), **given)

    return with_options

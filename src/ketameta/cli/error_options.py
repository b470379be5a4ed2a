"""Options that say how the sampling errors of one cluster belong together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from ketameta.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ErrorRequest:
    """What is known, or supposed, of sampling errors from the same participants.

    Attributes
    ----------
    rho
        Correlation within a cluster; None where none is said.
    phi, time
        Correlation of errors one unit of time apart, and the column of times.
    covariance
        A table that holds their covariance matrix.
    """

    rho: float | None = None
    phi: float | None = None
    time: str | None = None
    covariance: Path | None = None

    def __post_init__(self) -> None:
        if self.covariance is not None and (self.rho is not None or self.phi is not None):
            raise UsageError(
                "--covariance: tells all about the sampling errors. Leave --rho and --phi out."
            )
        if (self.phi is None) != (self.time is None):
            raise UsageError("--phi and --time: go together. Give both, or neither.")

    @property
    def said(self) -> bool:
        """Whether anything is said."""
        return (self.rho, self.phi, self.covariance) != (None, None, None)


def error_options(function: Function) -> Callable[..., Any]:
    """`--rho`, `--phi`, `--time` and `--covariance`, handed on as one `errors`."""

    @click.option(
        "--rho",
        type=float,
        metavar="NUMBER",
        help="Correlation of sampling errors within a cluster, from the same participants; 0 for "
        "different ones.",
    )
    @click.option(
        "--phi",
        type=float,
        metavar="NUMBER",
        help="Correlation of sampling errors one unit of --time apart, which fades with distance.",
    )
    @click.option("--time", metavar="COLUMN", help="Column of times of measurement, for --phi.")
    @click.option(
        "--covariance",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Table of the covariance matrix of the sampling errors: a line of names, then one row "
        "and column per row of the data, in its order.",
    )
    @wraps(function)
    def with_errors(
        *args: Any,
        rho: float | None,
        phi: float | None,
        time: str | None,
        covariance: Path | None,
        **rest: Any,
    ) -> Any:
        return function(*args, errors=ErrorRequest(rho, phi, time, covariance), **rest)

    return with_errors

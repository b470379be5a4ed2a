"""Options that choose the methods of pooling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.questions.question import Review

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Methods:
    """Methods asked for; None leaves the review's choice, or ketameta's default for a table."""

    tau2: str | None = None
    interval: str | None = None
    prediction: str | None = None
    level: float | None = None
    zero_cells: str | None = None

    @property
    def coverage(self) -> float | None:
        """The level as a share: 0.95."""
        return None if self.level is None else self.level / 100

    def check(self) -> None:
        """Refuse names that no catalog knows; UsageError with the nearest names."""
        from ketameta.measures.zero_cells import ZeroCells
        from ketameta.pooling import catalog

        for name, find in (
            (self.tau2, catalog.tau2_method),
            (self.interval, catalog.interval_method),
            (self.prediction, catalog.prediction_method),
            (self.zero_cells, ZeroCells),
        ):
            if name is not None:
                find(name)

    def applied_to(self, review: Review) -> Review:
        """The review with these methods in place of its own.

        Raises
        ------
        UsageError
            For a method that does not exist, or methods that do not fit together.
        """
        from ketameta.pooling.catalog import tau2_method

        self.check()
        changed: dict[str, Any] = {
            name: value
            for name in ("tau2", "interval", "prediction", "zero_cells")
            if (value := getattr(self, name)) is not None
        }
        if self.level is not None:
            changed["level"] = Decimal(repr(self.level))
        if self.tau2 is not None and self.interval is None and tau2_method(self.tau2).code == "EE":
            changed["interval"] = "wald"
        return review.model_copy(update={"choices": review.choices.model_copy(update=changed)})


def _percent(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is None or 50 <= value < 100:
        return value
    if 0.5 <= value < 1:
        return float(Decimal(repr(value)) * 100)
    raise UsageError(f"--level: {value:g} is not between 50 and 100. Write 95 for 95 %.")


def method_options(function: Function) -> Callable[..., Any]:
    """`--tau2`, `--ci`, `--prediction`, `--level` and `--zero-cells`, handed on as `methods`."""

    @click.option(
        "--tau2",
        metavar="METHOD",
        help="Estimator of the between-study variance: REML (default), DL, PM, ML, EB, HE, HS, "
        "SJ; EE for equal effects. All methods: ketameta explain.",
    )
    @click.option(
        "--ci",
        "--interval",
        "interval",
        metavar="METHOD",
        help="Interval of the mean: hksj (default), hksj-guarded, wald, t, kr, pl, ...",
    )
    @click.option(
        "--prediction",
        metavar="METHOD",
        help="Prediction interval: t(k-1) (default), t(k-2), z, hksj, ...",
    )
    @click.option(
        "--level",
        type=float,
        callback=_percent,
        metavar="PERCENT",
        help="Coverage of every interval.  [default: 95]",
    )
    @click.option(
        "--zero-cells",
        metavar="RULE",
        help="What is done about zero counts: only0 (default), all, if0all, treatment_arm, none.",
    )
    @wraps(function)
    def with_methods(
        *args: Any,
        tau2: str | None,
        interval: str | None,
        prediction: str | None,
        level: float | None,
        zero_cells: str | None,
        **rest: Any,
    ) -> Any:
        methods = Methods(tau2, interval, prediction, level, zero_cells)
        return function(*args, methods=methods, **rest)

    return with_methods

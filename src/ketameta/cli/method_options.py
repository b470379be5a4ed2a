"""Options that choose the methods of pooling."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.pooling.choices import PoolingChoices
    from ketameta.pooling.presets import Preset
    from ketameta.questions.question import Review

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Methods:
    """Methods asked for; None leaves the review's choice, or ketameta's default for a table.

    `program` is the preset asked for, with these methods in place of its own; it also says how
    estimates are made from counts and means, and what else `pool` does as the program does.
    `decision` names a threshold that the review has stated, in place of the number `threshold`.
    """

    tau2: str | None = None
    interval: str | None = None
    prediction: str | None = None
    level: float | None = None
    zero_cells: str | None = None
    tau2_interval: str | None = None
    method: str | None = None
    program: Preset | None = None
    threshold: float | None = None
    decision: str | None = None

    def under(self, code: str) -> Methods:
        """These methods, and where nothing was asked for what a program does.

        Raises
        ------
        UsageError
            For an unknown preset, with the nearest.
        """
        from ketameta.pooling.presets import preset

        interval = self.interval
        if interval is None and (self.tau2 or "").upper() == "EE":
            interval = "wald"
        program = preset(code).with_options(
            tau2=self.tau2,
            interval=interval,
            prediction=self.prediction,
            tau2_interval=self.tau2_interval,
            zero_cells=self.zero_cells,
        )
        usual = program.tau2_interval == "QP"
        return replace(
            self,
            tau2=program.tau2,
            interval=program.interval,
            prediction=program.prediction,
            zero_cells=program.zero_cell_rule,
            tau2_interval=self.tau2_interval if usual else program.tau2_interval,
            program=program,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not confirmed about the program."""
        if self.program is None:
            return ()
        return tuple(f"--preset {self.program.code}: {text}" for text in self.program.uncertain)

    @property
    def coverage(self) -> float:
        """The level as a share, 0.95 where none was said."""
        return (95.0 if self.level is None else self.level) / 100

    @property
    def from_counts(self) -> bool:
        """Whether counts are pooled and not estimates."""
        return self.method not in (None, "iv")

    def check(self) -> None:
        """Refuse names that no catalog knows; UsageError with the nearest names."""
        from ketameta.measures.zero_cells import ZeroCells
        from ketameta.pooling import catalog

        for name, find in (
            (self.tau2, catalog.tau2_method),
            (None if self.from_counts else self.interval, catalog.interval_method),
            (self.prediction, catalog.prediction_method),
            (self.tau2_interval, catalog.tau2_interval_method),
            (self.zero_cells, ZeroCells),
        ):
            if name is not None:
                find(name)

    def choices(self) -> PoolingChoices:
        """How to pool: what was asked for, and the defaults for the rest.

        Raises
        ------
        UsageError
            For a method that does not exist, or methods that do not fit together.
        """
        from ketameta.pooling.catalog import interval_method
        from ketameta.pooling.choices import PoolingChoices
        from ketameta.pooling.settle import settle

        usual = PoolingChoices()
        by_likelihood = self.interval and interval_method(self.interval).code == "pl"
        return settle(
            PoolingChoices(
                self.tau2 or ("ML" if by_likelihood else usual.tau2),
                self.interval,
                self.prediction or usual.prediction,
                self.coverage,
                self.tau2_interval or usual.tau2_interval,
            )
        )

    def applied_to(self, review: Review) -> Review:
        """The review with these methods in place of its own.

        Raises
        ------
        UsageError
            For a method that does not exist, or methods that do not fit together.
        """
        from ketameta.pooling.catalog import tau2_method

        self.check()
        for option, value in (("tau2-ci", self.tau2_interval), ("method", self.method)):
            if value is not None:
                raise UsageError(
                    f"--{option}: goes with --data. The review's questions pool by inverse "
                    "variance, with the Q-profile interval of tau2."
                )
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
    raise UsageError(f"--level: {value:g} is not between 50 and 100. Write 95, or 0.95, for 95 %.")


def refuse_said(name: str, why: str) -> None:
    """UsageError if an option was given on the command line (and not by a preset)."""
    source = click.get_current_context().get_parameter_source(name)
    if source is not None and source is not click.core.ParameterSource.DEFAULT:
        raise UsageError(f"--{name.replace('_', '-')}: {why}")


def level_option(function: Function) -> Function:
    """`--level PERCENT`, as 95 or as 0.95; handed on as 95."""
    return click.option(
        "--level",
        type=float,
        callback=_percent,
        metavar="PERCENT",
        help="Coverage of every interval, 95 or 0.95 for 95 %.  [default: 95]",
    )(function)


def preset_option(function: Function) -> Function:
    """`--preset NAME`."""
    return click.option(
        "--preset",
        metavar="NAME",
        help="Do as a program does: cochrane-2025, revman-5, metafor, meta-8, meta-7, stata, "
        "statsmodels, pymare, iqwig-6. Other options come before it; ketameta explain NAME tells "
        "what it stands for.",
    )(function)


def zero_cells_option(function: Function) -> Function:
    """`--zero-cells RULE`."""
    return click.option(
        "--zero-cells",
        metavar="RULE",
        help="What is done about zero counts: only0 (default), all, if0all, treatment_arm, none. "
        "only0:estimate or only0:variance corrects that alone.",
    )(function)


def weighting_option(function: Function) -> Function:
    """`--method NAME`; stands above `method_options`, which hands it on."""
    return click.option(
        "--method",
        metavar="NAME",
        help="How studies are combined: iv (inverse variance, the default); from counts: mh "
        "(Mantel-Haenszel: OR, RR, RD, IRR, IRD), peto (OR), beta-binomial (OR, RR, RD, PLO), "
        "glmm:um.fs, glmm:um.rs, glmm:cm.el, glmm:cm.al (OR; um.fs, um.rs, cm.el also IRR).",
    )(function)


def threshold_option(function: Function) -> Function:
    """`--threshold NUMBER`; stands above `method_options`, which hands it on."""
    return click.option(
        "--threshold",
        callback=_threshold,
        metavar="NUMBER",
        help="How likely the effect in a new study is to lie above this, on the analysis scale "
        "(the logarithm of ratios). Of a QUESTION also important or large: the differences that "
        "the review's certainty.yaml calls so.",
    )(function)


DECISIONS = ("important", "large")


def _threshold(ctx: click.Context, param: click.Parameter, value: str | None) -> float | str | None:
    """A number, or the name of a threshold that the review states."""
    if value is None or value in DECISIONS:
        return value
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    raise UsageError(
        f"--{param.name}: {value} is no effect. Give a finite number, or for a QUESTION important "
        "or large."
    )


def method_options(function: Function) -> Callable[..., Any]:
    """`--preset`, `--tau2`, `--ci`, `--prediction`, `--tau2-ci` and the like, as `methods`."""

    @preset_option
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
        "--pi",
        "prediction",
        metavar="METHOD",
        help="Prediction interval: t(k-1) (default), t(k-2), z, hksj, ...",
    )
    @click.option(
        "--tau2-ci",
        "--tau2-interval",
        "tau2_interval",
        metavar="METHOD",
        help="Interval of the between-study variance: QP (default), J, BJ, PL.",
    )
    @level_option
    @zero_cells_option
    @wraps(function)
    def with_methods(
        *args: Any,
        preset: str | None,
        method: str | None = None,
        tau2: str | None,
        interval: str | None,
        prediction: str | None,
        tau2_interval: str | None,
        level: float | None,
        zero_cells: str | None,
        threshold: float | str | None = None,
        **rest: Any,
    ) -> Any:
        methods = Methods(
            tau2,
            interval,
            prediction,
            level,
            zero_cells,
            tau2_interval,
            method,
            threshold=threshold if isinstance(threshold, float) else None,
            decision=threshold if isinstance(threshold, str) else None,
        )
        if preset is not None and methods.from_counts:
            raise UsageError("--preset: is for --method iv. Leave one of the two out.")
        if preset is not None:
            methods = methods.under(preset)
        return function(*args, methods=methods, **rest)

    return with_methods

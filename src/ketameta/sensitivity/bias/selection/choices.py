"""Which selection model to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.measures.level import check_level
from ketameta.sensitivity.bias.selection.weight_functions import SMOOTH

MODELS = ("step", *SMOOTH)
ALTERNATIVES = ("auto", "greater", "less", "two-sided")
PRECISION = ("none", "se", "v", "1/n", "1/sqrt(n)")


@dataclass(frozen=True, slots=True)
class SelectionChoices:
    """Which selection model to fit.

    Attributes
    ----------
    model
        "step", "beta", "half-normal", "negative-exponential", "logistic" or "power".
    steps
        For "step": increasing cut-offs of the p values; 1 is added. One cut-off at 0.025 with
        one-sided p values is the three-parameter selection model.
    weights
        For "step": weights fixed in advance, one per interval, the first being 1 (Vevea and
        Woods); None to estimate them.
    alternative
        Results with small p values: "greater", "less", "two-sided"; "auto": the side of the
        common-effect mean.
    imprecision
        For the last four models: "se", "v", "1/n" or "1/sqrt(n)", over its largest value,
        multiplies the parameter, so that imprecise studies are selected more; "none" not.
    equal_effects
        Whether tau2 is taken as 0.
    level
        Coverage of intervals.
    largest_weight
        Upper bound of parameters, as in metafor.
    """

    model: str = "step"
    steps: tuple[float, ...] = (0.025,)
    weights: tuple[float, ...] | None = None
    alternative: str = "auto"
    imprecision: str = "none"
    equal_effects: bool = False
    level: float = 0.95
    largest_weight: float = 100.0

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.model, MODELS, "model"),
            (self.alternative, ALTERNATIVES, "alternative"),
            (self.imprecision, PRECISION, "measure of imprecision"),
        ):
            if value not in known:
                raise UsageError(
                    f"selection model: there is no {what} {value!r}. Use {', '.join(known)}."
                )
        if self.imprecision != "none" and self.model in ("step", "beta"):
            raise UsageError(
                f"selection model: {self.model} takes no measure of imprecision. Use half-normal, "
                "negative-exponential, logistic or power."
            )
        check_level(self.level)
        if self.model == "step":
            self._check_steps()

    def with_options(
        self,
        *,
        type: str | None = None,
        steps: Sequence[float] | None = None,
        alternative: str | None = None,
        precision: str | None = None,
    ) -> SelectionChoices:
        """These choices with some changed, under the names of the command's options."""
        return replace(
            self,
            model=self.model if type is None else type,
            steps=self.steps if steps is None else _cut_offs(steps),
            alternative=self.alternative if alternative is None else alternative,
            imprecision=self.imprecision if precision is None else precision,
        )

    def _check_steps(self) -> None:
        alphas = self.cut_offs
        if alphas.size == 0 or np.any(np.diff(alphas) <= 0.0) or alphas[0] <= 0.0:
            raise UsageError(
                "selection model: the steps must increase and lie between 0 and 1, for example "
                "0.025, 0.5."
            )
        if self.weights is None:
            return
        weights = np.asarray(self.weights, dtype=np.float64)
        if weights.size != alphas.size + 1 or not np.all(weights > 0.0) or weights[0] != 1.0:
            raise UsageError(
                f"selection model: {alphas.size} steps below 1 make {alphas.size + 1} intervals; "
                "give one weight above 0 for each, the first being 1."
            )

    @property
    def cut_offs(self) -> FloatArray:
        """The steps below 1."""
        alphas = np.asarray(self.steps, dtype=np.float64)
        if not np.all(np.isfinite(alphas)) or np.any(alphas > 1.0):
            return np.empty(0)
        return alphas[:-1] if alphas.size and alphas[-1] == 1.0 else alphas


def _cut_offs(steps: Sequence[float]) -> tuple[float, ...]:
    try:
        return tuple(float(step) for step in steps)
    except (TypeError, ValueError):
        raise UsageError(
            f"selection model: the steps {steps!r} are not numbers. Write for example [0.025, 0.5]."
        ) from None


# Vevea JL, Woods CM. Psychol Methods 2005;10:428-443. doi:10.1037/1082-989X.10.4.428, table 1:
# examples, as the authors say, not a canon.
VEVEA_WOODS_STEPS = (
    0.005, 0.01, 0.05, 0.10, 0.25, 0.35, 0.50, 0.65, 0.75, 0.90, 0.95, 0.99, 0.995, 1.0,
)  # fmt: skip
VEVEA_WOODS: dict[str, tuple[float, ...]] = {
    "moderate one-sided": (
        1.0, 0.99, 0.95, 0.80, 0.75, 0.65, 0.60, 0.55, 0.50, 0.50, 0.50, 0.50, 0.50, 0.50,
    ),
    "severe one-sided": (
        1.0, 0.99, 0.90, 0.75, 0.60, 0.50, 0.40, 0.35, 0.30, 0.25, 0.10, 0.10, 0.10, 0.10,
    ),
    "moderate two-sided": (
        1.0, 0.99, 0.95, 0.90, 0.80, 0.75, 0.60, 0.60, 0.75, 0.80, 0.90, 0.95, 0.99, 1.0,
    ),
    "severe two-sided": (
        1.0, 0.99, 0.90, 0.75, 0.60, 0.50, 0.25, 0.25, 0.50, 0.60, 0.75, 0.90, 0.99, 1.0,
    ),
}  # fmt: skip


def vevea_woods(name: str, *, alternative: str = "auto") -> SelectionChoices:
    """Fixed weights of Vevea and Woods; one-sided p values, small for the alternative.

    Parameters
    ----------
    name
        "moderate one-sided", "severe one-sided", "moderate two-sided" or "severe two-sided".
        The last two also let results in the unexpected direction be seen.
    alternative
        "greater", "less" or "auto".
    """
    if name not in VEVEA_WOODS:
        raise UsageError(
            f"selection model: there are no weights {name!r}. Use {', '.join(VEVEA_WOODS)}."
        )
    return SelectionChoices(
        steps=VEVEA_WOODS_STEPS, weights=VEVEA_WOODS[name], alternative=alternative
    )

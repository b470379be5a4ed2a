"""What to do with zero cells: the rules, and the cells after the rule.

A count of 0 makes a log ratio infinite. Every rule below adds something to the counts so that it
is not; each changes the answer, so the rule is named, recorded and easy to vary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray

BoolArray = NDArray[np.bool_]

RULES: dict[str, str] = {
    "only0": "add the same amount to every cell of the tables that hold a zero",
    "all": "add the same amount to every cell of every table",
    "if0all": "add the same amount to every cell of every table if any table holds a zero",
    "treatment_arm": "in tables that hold a zero, add to each arm in proportion to its size "
    "(Sweeting 2004), so that the correction pulls towards a ratio of 1",
    "none": "add nothing; tables whose zero makes the estimate infinite are left out",
}


@dataclass(frozen=True, slots=True)
class ZeroCells:
    """A rule for zero cells.

    Parameters
    ----------
    rule
        One of `RULES`; with ":estimate" or ":variance" after it ("only0:variance") `effects`
        corrects only the estimates, or only the variances as RevMan does for risk differences.
        The other of the two is then taken from the counts as they are, and a row in which that
        is infinite is left out.
    add
        Amount added to a cell; None means the measure's own amount (1/2, or 0 where the measure
        is defined with zeros: AS, PETO, PAS, PFT, IRS, IRSD). With "treatment_arm" it is the
        average over the two arms; that rule exists for two groups only.

    References
    ----------
    Sweeting, Sutton and Lambert (2004), doi:10.1002/sim.1761
    """

    rule: str = "only0"
    add: float | None = None
    corrects: str = field(default="both", init=False)

    def __post_init__(self) -> None:
        rule, _, part = str(self.rule).partition(":")
        if part in ("estimate", "variance"):
            object.__setattr__(self, "rule", rule)
            object.__setattr__(self, "corrects", part)
        if self.rule not in RULES:
            raise UsageError(
                f"zero cells: there is no rule {self.rule!r}. Choose one of {', '.join(RULES)}."
            )
        if self.add is not None and not (np.isfinite(self.add) and self.add >= 0):
            raise UsageError(
                f"zero cells: the amount to add is {self.add!r}. Give a number of 0 or more."
            )

    def amount(self, default: float) -> float:
        """The amount to add, given the measure's own."""
        return 0.0 if self.rule == "none" else default if self.add is None else self.add


DEFAULT = ZeroCells()


def rows_to_correct(
    cells: Sequence[FloatArray], policy: ZeroCells, *, among: BoolArray
) -> BoolArray:
    """Which studies the rule touches, shape (..., k).

    Parameters
    ----------
    cells
        The counts that must not be zero, each of shape (..., k).
    policy
        The rule.
    among
        Studies that are analysed at all. The others are never touched, and their zeros do not
        make "if0all" correct the rest.
    """
    has_zero = np.asarray(np.logical_or.reduce([cell == 0 for cell in cells]) & among)
    if policy.rule == "none":
        return np.zeros_like(among)
    if policy.rule == "all":
        return among
    if policy.rule == "if0all":
        any_zero = np.any(has_zero, axis=-1, keepdims=True) if has_zero.ndim else has_zero
        return np.asarray(among & any_zero)
    return has_zero

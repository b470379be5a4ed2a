"""The scale on which an outcome was measured, from its instrument or from the outcome itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from ketameta.records.study import Outcome, Vocabulary


@dataclass(frozen=True, slots=True)
class Scale:
    """What scores can be.

    Attributes
    ----------
    minimum, maximum
        Lowest and highest possible score; None where not known.
    steps
        Into how many equal steps a point is divided: 1 where scores are whole numbers; None where
        scores can take any value or nothing is known.
    usual_sd
        Standard deviation of scores in people like those studied.
    """

    name: str
    minimum: Decimal | None
    maximum: Decimal | None
    steps: int | None
    usual_sd: Decimal | None

    @property
    def is_binary(self) -> bool:
        """Whether every score is 0 or 1."""
        return self.steps == 1 and self.minimum == 0 and self.maximum == 1

    def limits(self, *, of_change: bool) -> tuple[Decimal | None, Decimal | None]:
        """Lowest and highest possible score, or change of score."""
        if not of_change or self.minimum is None or self.maximum is None:
            return (None, None) if of_change else (self.minimum, self.maximum)
        width = self.maximum - self.minimum
        return -width, width

    def holds(self, value: Decimal | None, *, of_change: bool) -> bool:
        """Whether a value lies within the limits, as far as they are known."""
        low, high = self.limits(of_change=of_change)
        below = value is not None and low is not None and value < low
        above = value is not None and high is not None and value > high
        return not below and not above

    def step_limits(self, *, of_change: bool) -> tuple[int | None, int | None]:
        """The same in steps."""
        if self.steps is None:
            return None, None
        low, high = self.limits(of_change=of_change)
        return (
            None if low is None else ceil(Fraction(low) * self.steps),
            None if high is None else floor(Fraction(high) * self.steps),
        )


def scale_of(outcome: Outcome, vocabulary: Vocabulary | None) -> Scale:
    """The scale of an outcome; all that is not known of it is None.

    What the outcome itself says comes before what the vocabulary says of its instrument.
    """
    known = vocabulary.instruments.get(outcome.instrument or "") if vocabulary else None
    own = Scale(
        name=outcome.unit or outcome.id,
        minimum=outcome.minimum,
        maximum=outcome.maximum,
        steps=outcome.steps_per_point,
        usual_sd=None,
    )
    if known is None:
        return own
    return Scale(
        name=known.name,
        minimum=known.minimum if own.minimum is None else own.minimum,
        maximum=known.maximum if own.maximum is None else own.maximum,
        steps=known.steps_per_point if own.steps is None else own.steps,
        usual_sd=known.usual_sd,
    )

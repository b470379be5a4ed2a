"""What was asked of `ketameta multilevel`, read from the words of the command line."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.cli.error_options import ErrorRequest
from ketameta.cli.regress_wish import contrast_weights
from ketameta.errors import UsageError
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.multilevel_choices import MultilevelChoices

OPENING, CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Dependence:
    """How estimates belong together, how to fit, and what else is wanted.

    Attributes
    ----------
    cluster, within, outcome
        Columns; an outcome makes the model one of several outcomes.
    structure
        Code of `multilevel_structures.STRUCTURES`; None for the default.
    errors
        What is known of sampling errors.
    formula
        Moderators, or None.
    robust
        Code of `SANDWICHES`.
    tested
        Texts like "year, dose" or "AL - PD": each one test.
    predict
        Texts like "weeks=4,drug=racemate".
    random_effects
        Whether the deviations of clusters are wanted.
    profile_intervals
        Whether those of variances and correlations of several outcomes are wanted.
    choices
        How to fit, settled.
    """

    cluster: str
    errors: ErrorRequest
    choices: MultilevelChoices
    within: str | None = None
    outcome: str | None = None
    structure: str | None = None
    formula: str | None = None
    robust: str = "CR2"
    tested: tuple[str, ...] = ()
    predict: tuple[str, ...] = ()
    random_effects: bool = False
    profile_intervals: bool = False

    def __post_init__(self) -> None:
        if self.outcome is None and self.structure is not None:
            raise UsageError("--structure: is that of several outcomes. Add --outcome COLUMN.")
        if self.outcome is not None and self.within is not None:
            raise UsageError(
                "--within: has no place beside --outcome, whose true effects are the units of a "
                "cluster. Leave one of the two out."
            )
        if self.outcome is not None and self.predict:
            raise UsageError(
                "--predict: goes without --outcome. The effect on each outcome is in the result; "
                "sums of coefficients can be tested with --test-coefficients."
            )


def combinations(text: str, design: DesignMatrix) -> list[list[float]]:
    """Weights of the coefficients for each of the combinations tested together.

    Parameters
    ----------
    text
        Terms, coefficients or sums of them, separated by commas: "C(drug), year", "AL - PD".

    Raises
    ------
    UsageError
        For a part that is none of these.
    """
    terms, weights = dict(design.terms), []
    for part in _parts(text):
        columns = terms.get(part, (design.columns.index(part),) if part in design.columns else ())
        found = [[float(i == column) for i in range(design.p)] for column in columns]
        weights += found or [contrast_weights(part, design.columns, option="--test-coefficients")]
    return weights


def _parts(text: str) -> list[str]:
    """Split at commas outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in OPENING) - (character in CLOSING)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    parts = [part.strip() for part in parts]
    if not all(parts):
        raise UsageError(f"--test-coefficients {text!r}: a name is missing between commas.")
    return parts

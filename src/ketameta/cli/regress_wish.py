"""What was asked of `ketameta regress`, read from the words of the command line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ketameta.errors import UsageError
from ketameta.pooling.look_up import look_up
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_multiplicity import ADJUSTMENTS

NUMBER = re.compile(r"\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class RegressionWish:
    """A meta-regression and what else is wanted of it.

    Attributes
    ----------
    formula, scale
        Moderators of the mean effect; of log tau2, or None.
    choices
        How to fit, not yet settled.
    predict
        Texts like "year=1990,allocation=random".
    contrasts
        Texts like "10*year - C(allocation)[T.random]", or one weight per coefficient.
    adjust
        Code of `ADJUSTMENTS`, or None.
    permute
        "exact", "auto", a number of arrangements, or None.
    seed
        Of random arrangements.
    residuals
        Whether residuals are wanted; they take a regression without each study.
    """

    formula: str
    choices: RegressionChoices
    predict: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    adjust: str | None = None
    permute: str | None = None
    scale: str | None = None
    seed: int = 1
    residuals: bool = False

    def __post_init__(self) -> None:
        if self.adjust is not None:
            look_up(ADJUSTMENTS, self.adjust, "--adjust")
        if self.permute not in (None, "exact", "auto") and not str(self.permute).isdecimal():
            raise UsageError(
                f"--permute: {self.permute!r} is no number of arrangements. Write one, exact, or "
                "auto."
            )


def moderator_values(text: str, data: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The value of each moderator in "year=1990,allocation=random".

    Parameters
    ----------
    text
        One place to predict at.
    data
        Columns of the formula: numbers, or text for groups.

    Raises
    ------
    UsageError
        For a moderator that the formula has not, lacks, or a value that it cannot take.
    """
    given: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise UsageError(f"--predict {text!r}: write moderator=value, joined by commas.")
        if name not in data:
            near = get_close_matches(name, data, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"It has {', '.join(data) or 'none'}."
            raise UsageError(f"--predict {text!r}: the formula has no moderator {name!r}. {hint}")
        given[name] = value
    lacking = [name for name in data if name not in given]
    if lacking:
        raise UsageError(f"--predict {text!r}: there is no value for {', '.join(lacking)}.")
    return {name: _value(text, name, given[name], data[name]) for name in data}


def _value(text: str, name: str, word: str, column: Sequence[Any]) -> Any:
    if all(isinstance(one, str) for one in column):
        groups = list(dict.fromkeys(column))
        if word not in groups:
            raise UsageError(
                f"--predict {text!r}: {name} is one of {', '.join(groups)}, not {word!r}."
            )
        return word
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"--predict {text!r}: {name} is a number, not {word!r}.")
    return value


def contrast_weights(text: str, names: Sequence[str], *, option: str = "--contrast") -> list[float]:
    """Weights of the coefficients in a combination such as "10*year - C(x)[T.b]".

    One number per coefficient, separated by commas or spaces, serves as well.

    Raises
    ------
    UsageError
        Where the text cannot be read, or names a coefficient that there is not.
    """
    numbers = text.replace(",", " ").split()
    if len(numbers) == len(names):
        try:
            return [float(number) for number in numbers]
        except ValueError:
            pass
    weights = [0.0] * len(names)
    said, rest, first = f"{option} {text!r}", text.strip(), True
    while rest:
        sign = -1.0 if rest[0] == "-" else 1.0
        if rest[0] in "+-":
            rest = rest[1:].lstrip()
        elif not first:
            raise _unreadable(said, rest, names)
        rest, first = _term(said, rest, sign, names, weights), False
    if not any(weights):
        raise _unreadable(said, text, names)
    return weights


def _term(said: str, rest: str, sign: float, names: Sequence[str], weights: list[float]) -> str:
    """Add one term, an optional number before a coefficient; what follows it."""
    factor, found = 1.0, NUMBER.match(rest)
    if found:
        after = rest[found.end() :].lstrip()
        if not after.startswith("*"):
            raise _unreadable(said, rest, names)
        factor, rest = float(found.group()), after[1:].lstrip()
    fitting = [name for name in names if rest.startswith(name)]
    if not fitting:
        raise _unreadable(said, rest, names)
    name = max(fitting, key=len)
    weights[names.index(name)] += sign * factor
    return rest[len(name) :].lstrip()


def _unreadable(said: str, rest: str, names: Sequence[str]) -> UsageError:
    return UsageError(
        f"{said}: cannot be read from {rest!r} on. Coefficients are "
        f"{', '.join(names)}; write for example 2*{names[-1]} - {names[0]}, or {len(names)} "
        "weights."
    )

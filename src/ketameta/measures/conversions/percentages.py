"""From a printed percentage back to the counts that can have given it."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from ketameta.errors import DataError
from ketameta.measures.conversions.assumption import Assumption, Converted, demand


def counts_from_percentage(
    percentage: str | float, n: int, *, decimals: int | None = None
) -> Converted[tuple[int, ...]]:
    """Every whole number of people out of n that a printed percentage fits.

    A count k fits when 100 k/n rounds to the printed number, whichever way halves go. Several
    fit when n is large for the decimals printed: then the choice is an assumption, and the
    smallest and largest are its range.

    Parameters
    ----------
    percentage
        As printed; give text ("12.50") so that trailing zeros count as decimals.
    n
        People the percentage is of.
    decimals
        Decimals printed, where a number cannot tell (12.5 that was printed as 12.50).

    Raises
    ------
    DataError
        When no count fits: then the percentage or its denominator is not what it seems.
    """
    printed, places = _printed(percentage, decimals)
    demand(0 <= printed <= 100, f"percentage {percentage}: it must lie between 0 and 100.")
    demand(n >= 1 and int(n) == n, f"n {n!r}: give the whole number of people, 1 or more.")
    half = Fraction(1, 2 * 10**places)
    lowest = max(0, math.ceil((printed - half) * n / 100))
    highest = min(int(n), math.floor((printed + half) * n / 100))
    if lowest > highest:
        below = math.floor(printed * n / 100)
        near = ", ".join(f"{k}/{n} is {100 * k / n:.{places + 1}f} %" for k in (below, below + 1))
        raise DataError(
            f"percentage {percentage} of {n}: no whole number of people gives it ({near}). "
            "Check the denominator: it may be of people with data only."
        )
    fitting = tuple(range(lowest, highest + 1))
    assumption = Assumption(
        "count_from_percentage",
        f"{percentage} % of {n} people stands for {' or '.join(map(str, fitting))} people.",
        float(fitting[0]) if len(fitting) == 1 else None,
        float(lowest),
        float(highest),
        "Arithmetic of rounding",
    )
    return Converted(fitting, (assumption,))


def _printed(percentage: str | float, decimals: int | None) -> tuple[Fraction, int]:
    text = str(percentage).strip().removesuffix("%").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise DataError(f"percentage {percentage!r}: not a number. Write it as printed.") from None
    demand(number.is_finite(), f"percentage {percentage!r}: not a finite number.")
    exponent = number.as_tuple().exponent
    shown = max(0, -exponent) if isinstance(exponent, int) else 0
    if decimals is not None:
        demand(decimals >= shown, f"percentage {percentage}: more decimals than {decimals}.")
    return Fraction(number), shown if decimals is None else decimals

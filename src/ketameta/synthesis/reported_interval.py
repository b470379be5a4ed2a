"""What is said of a study's interval that differs from the one its source prints."""

from __future__ import annotations

import math
from decimal import Decimal

from ketameta.measures.catalog import Measure
from ketameta.synthesis.answer import Analysis, PrintedContrast, StudyRow


def recomputed_alone(analysis: Analysis, measure: Measure) -> str:
    """What `recomputed` says of a study that stands alone; "" where studies are pooled."""
    return recomputed(analysis.rows[0], measure) if analysis.k == 1 else ""


def recomputed(row: StudyRow, measure: Measure) -> str:
    """ "interval recomputed from its standard error; the source prints 1.1 to 19.0".

    "" where the interval, rounded as in the source, is the printed one, or none is printed.
    """
    printed = row.printed
    if printed is None or not printed.low or _same(row, printed, measure):
        return ""
    limits = f"{_plain(printed.low)} to {_plain(printed.high)}"
    way = " for the opposite outcome" if printed.turned else ""
    return f"interval recomputed from its standard error; the source prints {limits}{way}"


def _plain(number: str) -> str:
    return number.replace("-", "−")


def _same(row: StudyRow, printed: PrintedContrast, measure: Measure) -> bool:
    """Whether each limit shown, rounded as the source rounds, is the printed one."""
    low, high = (-row.high, -row.low) if printed.turned else (row.low, row.high)
    return all(
        f"{math.exp(limit) if measure.is_ratio else limit:.{_decimals(told)}f}" == told
        for limit, told in ((low, printed.low), (high, printed.high))
    )


def _decimals(number: str) -> int:
    return max(0, -int(Decimal(number).as_tuple().exponent))

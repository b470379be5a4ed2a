"""A 2x2 table from its margins and one number about the association."""

from __future__ import annotations

import math
from typing import NamedTuple

from ketameta.measures.conversions.assumption import Assumption, Converted, demand
from ketameta.measures.conversions.finite import finite_result


class Margins(NamedTuple):
    """People in group 1 and group 2, and people with the event in both together."""

    n_1: int
    n_2: int
    events: int


class CountTable(NamedTuple):
    """Whole cells: with and without the event in group 1 (a, b) and group 2 (c, d)."""

    a: int
    b: int
    c: int
    d: int


@finite_result
def table_from_odds_ratio(odds_ratio: float, margins: Margins) -> Converted[CountTable]:
    """The table with these margins whose odds ratio is nearest to the one reported.

    With p1, p2 the marginal proportions of group 1 and of the event, the cell proportion p11
    solves (OR - 1) p11² - x p11 + OR p1 p2 = 0, x = OR (p1 + p2) + (1 - p1) - p2.

    Parameters
    ----------
    odds_ratio
        Unadjusted, group 1 against group 2, above 0.
    margins
        Group sizes and total events.

    Raises
    ------
    DataError
        When the margins cannot be, or the rounded cells fall outside them.

    References
    ----------
    Bonett (2007), doi:10.1037/0003-066X.62.3.254
    """
    demand(
        0 < odds_ratio < math.inf,
        f"odds ratio {odds_ratio!r}: it must be above 0 and finite. Give the ratio, not its log.",
    )
    n, p1, p2 = _proportions(margins)
    x = odds_ratio * (p1 + p2) + (1 - p1) - p2
    root = math.sqrt(max(0.0, x * x - 4 * p1 * p2 * odds_ratio * (odds_ratio - 1)))
    # This form of the solution also holds at an odds ratio of 1 and loses no digits near it.
    return _rounded(
        n * 2 * odds_ratio * p1 * p2 / (x + root),
        margins,
        "Bonett (2007), doi:10.1037/0003-066X.62.3.254",
    )


@finite_result
def table_from_chi2(
    chi2: float, margins: Margins, *, more_in_1: bool, yates: bool = False
) -> Converted[CountTable]:
    """The table with these margins whose chi-squared (1 df) is nearest to the one reported.

    phi = √(χ²/n), with Yates's correction phi = √(χ²/n) + n/(2 √(n1 n2 e (n - e))), e the total
    events; then p11 = p1 p2 ± phi √(p1 q1 p2 q2).

    Parameters
    ----------
    chi2
        0 or more.
    margins
        Group sizes and total events.
    more_in_1
        Whether the risk is higher in group 1: chi-squared does not tell.
    yates
        Whether it was corrected for continuity.
    """
    demand(0 <= chi2 < math.inf, f"chi-squared {chi2!r}: it must be 0 or more.")
    n, p1, p2 = _proportions(margins)
    spread = math.sqrt(p1 * (1 - p1) * p2 * (1 - p2))
    phi = math.sqrt(chi2 / n) + (1 / (2 * n * spread) if yates else 0.0)
    p11 = p1 * p2 + (phi if more_in_1 else -phi) * spread
    return _rounded(n * p11, margins, "Definition of chi-squared")


def _proportions(margins: Margins) -> tuple[int, float, float]:
    n = margins.n_1 + margins.n_2
    demand(
        margins.n_1 > 0 and margins.n_2 > 0 and 0 < margins.events < n,
        f"margins {tuple(margins)}: both groups need people, and somebody must have the event and "
        "somebody not. Check the three totals.",
    )
    return n, margins.n_1 / n, margins.events / n


def _rounded(exact: float, margins: Margins, reference: str) -> Converted[CountTable]:
    a = round(exact)
    table = CountTable(a, margins.n_1 - a, margins.events - a, margins.n_2 - margins.events + a)
    demand(
        min(table) >= 0,
        f"margins {tuple(margins)}: the cells would be {tuple(table)}. The reported association "
        "does not fit these margins; it may be adjusted, or of other people.",
    )
    assumption = Assumption(
        "unadjusted_table",
        "The reported association is unadjusted and of these people; its cells were rounded to "
        "whole people.",
        exact,
        float(math.floor(exact)),
        float(math.ceil(exact)),
        reference,
    )
    return Converted(table, (assumption,))

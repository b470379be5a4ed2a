"""How many patients would need another outcome for a trial's p value to cross a threshold?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.errors import DataError, UsageError
from ketameta.sensitivity.fisher_exact import fisher_exact_p

Table = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class FragilityIndex:
    """Fragility of one trial's 2x2 table.

    Attributes
    ----------
    index
        Patients whose outcome must change for the p value to cross `alpha`; None if no change
        allowed by the rule does it.
    quotient
        index / number of patients.
    p_value, p_value_after
        Fisher's exact p value of the table, and of the table after the change (None without one).
    reversed
        False: p was below alpha and rises to it or above. True: p was not below and falls below.
    events_after
        Events in the two groups after the change; None without one.
    """

    index: int | None
    quotient: float | None
    p_value: float
    p_value_after: float | None
    reversed: bool
    events_after: tuple[int, int] | None


def fragility_index(
    group_1: tuple[int, int],
    group_2: tuple[int, int],
    *,
    alpha: float = 0.05,
    rule: str = "fewest-events",
) -> FragilityIndex:
    """Fragility index of a trial with a yes-or-no outcome.

    A small index, set beside the number of patients lost to follow-up, shows how much weight a
    single p value can bear. It grows with the size of a trial and says nothing about bias.

    Parameters
    ----------
    group_1, group_2
        Events and people (a `Counts` will do).
    alpha
        Threshold of the two-sided Fisher p value.
    rule
        "fewest-events": only outcomes in the group with fewer events change (group 1 if both have
        as many), so that the risks come closer where p is below alpha (Walsh) and move apart
        where it is not (Khan's reverse index; events are added if the risks are equal). "any":
        outcomes in both groups change in any direction, the fewest changes that cross alpha.

    Raises
    ------
    DataError
        When counts are not whole numbers, or there are more events than people.
    UsageError
        For an unknown rule or an alpha outside (0, 1).

    References
    ----------
    Walsh M et al. J Clin Epidemiol 2014;67:622-628. doi:10.1016/j.jclinepi.2013.10.019.
    Khan MS et al. JAMA Netw Open 2020;3:e2012469. doi:10.1001/jamanetworkopen.2020.12469
    (reverse index).
    """
    if rule not in ("fewest-events", "any"):
        raise UsageError(f"fragility index: there is no rule {rule!r}. Use fewest-events or any.")
    if not 0.0 < alpha < 1.0:
        raise UsageError(f"fragility index: alpha {alpha!r} is not between 0 and 1.")
    table = (*_counts(group_1, "group 1"), *_counts(group_2, "group 2"))
    before = fisher_exact_p(*table)
    candidates = _one_group(table, before < alpha) if rule == "fewest-events" else _any(table)
    people = table[1] + table[3]
    for changes, changed in candidates:
        p = fisher_exact_p(*changed)
        if (p < alpha) != (before < alpha):
            after = (changed[0], changed[2])
            return FragilityIndex(changes, changes / people, before, p, before >= alpha, after)
    return FragilityIndex(None, None, before, None, before >= alpha, None)


def _counts(group: tuple[int, int], name: str) -> tuple[int, int]:
    events, people = (float(value) for value in group)
    whole = math.isfinite(events) and math.isfinite(people)
    if not whole or events != int(events) or people != int(people):
        raise DataError(
            f"fragility index: {name} has {events:g} events in {people:g}. Give whole numbers."
        )
    if not 0 <= events <= people or people == 0:
        raise DataError(
            f"fragility index: {name} has {events:g} events in {people:g} people. Check the counts."
        )
    return int(events), int(people)


def _one_group(table: Table, towards: bool) -> Iterator[tuple[int, Table]]:
    """Tables with more and more changed outcomes in the group with fewer events."""
    a, n1, c, n2 = table
    first = a <= c
    events, people = (a, n1) if first else (c, n2)
    lower = a * n2 < c * n1 if first else c * n1 < a * n2
    level = a * n2 == c * n1
    step = 1 if lower == towards or level else -1
    changes, now = 1, events + step
    while 0 <= now <= people:
        yield changes, (now, n1, c, n2) if first else (a, n1, now, n2)
        changes, now = changes + 1, now + step


def _any(table: Table) -> Iterator[tuple[int, Table]]:
    """All tables, in order of the number of outcomes that differ."""
    a, n1, c, n2 = table
    for changes in range(1, n1 + n2 + 1):
        for first in range(changes + 1):
            second = changes - first
            for x in {a - first, a + first}:
                for z in {c - second, c + second}:
                    if 0 <= x <= n1 and 0 <= z <= n2:
                        yield changes, (x, n1, z, n2)

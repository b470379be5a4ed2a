"""Combine the arms of a trial, or share its control group between comparisons."""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import Counts, Means, as_floats
from ketameta.measures.conversions.assumption import Assumption, Converted, demand
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.estimates import FloatArray

_COMBINING = "Cochrane Handbook 6.5, section 6.5.2.10, table 6.5.a"
_SHARING = "Cochrane Handbook 6.5, section 23.3.4"


@finite_result
def combined_means(*groups: Means) -> Means:
    """Mean, SD and size of several groups taken as one; exact, in any order.

    The SD is that of all the people together: within groups and between their means.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.2.10
    """
    demand(len(groups) > 0, "combining groups: there are none. Give at least one.")
    means, sds, sizes = (np.array(x) for x in zip(*(_floats(g) for g in groups), strict=True))
    demand((sizes >= 1) & (sds >= 0), f"combining groups: sizes from 1, SDs from 0. {_COMBINING}.")
    total = sizes.sum(axis=0)
    demand(total >= 2, "combining groups: a standard deviation needs at least two people.")
    mean = (sizes * means).sum(axis=0) / total
    squares = ((sizes - 1) * sds**2 + sizes * (means - mean) ** 2).sum(axis=0)
    return Means(mean, np.sqrt(squares / (total - 1)), total)


@finite_result
def combined_counts(*groups: Counts) -> Counts:
    """Events and people of several groups taken as one."""
    demand(len(groups) > 0, "combining groups: there are none. Give at least one.")
    events, sizes = (np.array(x) for x in zip(*(_floats(g) for g in groups), strict=True))
    demand((events >= 0) & (events <= sizes), "combining groups: more events than people.")
    return Counts(events.sum(axis=0), sizes.sum(axis=0))


@finite_result
def split_counts(control: Counts, parts: int) -> Converted[Counts]:
    """A control group shared between `parts` comparisons: events and people divided by it.

    Keeps the control group's weight in the pool right, but not the correlation between the
    comparisons; `shared_control` models that.

    References
    ----------
    Cochrane Handbook 6.5, section 23.3.4
    """
    _check_parts(parts)
    events, n = _floats(control)
    demand((events >= 0) & (events <= n), "shared control group: more events than people.")
    return Converted(Counts(events / parts, n / parts), (_split(parts),))


@finite_result
def split_means(control: Means, parts: int) -> Converted[Means]:
    """A control group shared between `parts` comparisons: people divided, mean and SD kept."""
    _check_parts(parts)
    mean, sd, n = _floats(control)
    demand(n / parts >= 2, "shared control group: fewer than two people in each part.")
    return Converted(Means(mean, sd, n / parts), (_split(parts),))


def _floats(group: Means | Counts) -> tuple[FloatArray, ...]:
    values = as_floats(*group)
    demand(np.isfinite(np.array(values)), "groups: numbers are missing. Leave the group out.")
    return values


def _check_parts(parts: int) -> None:
    demand(parts >= 1, f"shared control group: {parts!r} parts. Give the number of comparisons.")


def _split(parts: int) -> Assumption:
    return Assumption(
        "split_control",
        "The shared control group is divided between comparisons as if each had its own people.",
        float(parts),
        None,
        None,
        _SHARING,
        "The number of comparisons is known, not supposed. Combine the groups instead and compare.",
    )

"""Why a table of harms has no row, and which harms have none in it."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.synthesis.safety import Harm, Safety

MOST_NAMED = 3
"""So many harms are named one by one."""
NO_PAIR = "no study on record gives counts with ketamine beside counts of a control without it"


def no_counts(found: Safety) -> str:
    """Why there is no risk."""
    return f"No study on record gives a count of {_names(found)}."


def nothing_compared(found: Safety) -> str:
    """Why there is no comparison."""
    return f"Nothing is compared for {_names(found)}: {NO_PAIR}."


def nothing_together(found: Safety) -> str:
    """Why no groups are taken together."""
    return (
        f"No groups to take together: no study on record gives a count of {_names(found)} with "
        "ketamine."
    )


def no_words(found: Safety) -> str:
    """That no result stands in words only."""
    return f"Nothing on {_names(found)} is known in words only."


def none_missing(found: Safety) -> str:
    """That no record names something to extract, which does not mean that all is known."""
    return (
        f"No record names a result on {_names(found)} that can be found and is not extracted; what "
        "no report tells is not in this list."
    )


def not_pooled(found: Safety) -> tuple[str, ...]:
    """One sentence per reason, with the harms that are not pooled for it."""
    about: dict[str, list[str]] = {}
    for harm in found.harms:
        if not harm.pools:
            about.setdefault(_why(harm), []).append(harm.construct)
    return tuple(f"Not pooled: {', '.join(names)}; {why}." for why, names in about.items())


def _why(harm: Harm) -> str:
    used = [one.label for one in harm.comparisons if one.pooled]
    if used:
        return f"only one study compares groups ({used[0]}), and pooling takes two"
    left = tuple(dict.fromkeys(_reasons(harm)))
    return f"no comparison takes part ({'; '.join(left)})" if left else NO_PAIR


def _reasons(harm: Harm) -> Iterator[str]:
    for one in harm.comparisons:
        yield f"{one.label}: {one.why_not[:1].lower()}{one.why_not[1:].rstrip('.')}"


def _names(found: Safety) -> str:
    """The harms that were asked for, or that any is meant."""
    names = [harm.construct for harm in found.harms]
    if len(names) > MOST_NAMED:
        return "any of the harms looked for"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"

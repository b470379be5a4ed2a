"""Which arm a group of posted results is: entries rarely call both by the same title."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ketameta.authoring.registry_json import Node


def key(title: str) -> str:
    """A title without case, spaces and signs."""
    return re.sub(r"[^a-z0-9]+", "", title.lower())


def arms_by_group(groups: Mapping[str, str], arms: Mapping[str, str]) -> dict[str, str]:
    """Arm of each group that is surely one.

    Parameters
    ----------
    groups
        Titles of the groups by their ids.
    arms
        Ids of the arms by their labels.

    Notes
    -----
    The titles are the same, or one has all words of the other ("Ketamine" and "Ketamine infusion")
    and no second arm or group fits as well. Everything else is nobody's: "Total", sequences of a
    crossover, arms taken together.
    """
    exact = {key(label): arm for label, arm in arms.items() if key(label)}
    found = {group: exact[key(title)] for group, title in groups.items() if key(title) in exact}
    left = {label: arm for label, arm in arms.items() if arm not in found.values()}
    near = {
        group: arm
        for group, title in groups.items()
        if group not in found and (arm := _nearest(title, left)) is not None
    }
    claims = list(near.values())
    return found | {group: arm for group, arm in near.items() if claims.count(arm) == 1}


def groups_of(part: Node, arms: Mapping[str, str], name: str = "groups") -> dict[str, str]:
    """`arms_by_group` for the groups listed in a part of the entry."""
    titles = {group.text("id"): group.text("title") for group in part.each(name)}
    return arms_by_group(titles, arms)


def named_otherwise(part: Node, arms: Mapping[str, str], name: str = "groups") -> list[str]:
    """A sentence for every group that was taken for an arm of another title."""
    labels = {arm: label for label, arm in arms.items()}
    found = groups_of(part, arms, name)
    titles = {group.text("id"): group.text("title") for group in part.each(name)}
    return [
        f"Whether the results of {titles[group]} are those of the arm {labels[arm]}"
        for group, arm in found.items()
        if key(titles[group]) != key(labels[arm])
    ]


def _nearest(title: str, arms: Mapping[str, str]) -> str | None:
    """The one arm whose label fits best; None if none or several do."""
    words = _words(title)
    fits = {
        arm: len(words & label)
        for label, arm in ((_words(text), arm) for text, arm in arms.items())
        if words and label and (label <= words or words <= label)
    }
    best = [arm for arm, shared in fits.items() if shared == max(fits.values())]
    return best[0] if len(best) == 1 else None


def _words(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+(?:\.[0-9]+)?", title.lower()))

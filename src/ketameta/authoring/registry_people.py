"""People in the posted results of a registry entry: age and sex at baseline, and who completed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ketameta.authoring.registry_groups import groups_of
from ketameta.authoring.registry_json import Node

BASELINE = "baselineCharacteristicsModule"


def baseline_of(study: Node) -> dict[str, Any]:
    """`age` and `female` of all participants together, as far as the entry has them."""
    module = study.at("resultsSection", BASELINE)
    group = _everybody(module)
    found: dict[str, Any] = {}
    if not group:
        return found
    for measure in module.each("measures"):
        title = measure.text("title").lower()
        if title == "age, continuous" and measure.text("unitOfMeasure").lower() == "years":
            found |= {"age": age} if (age := _age(measure, group)) else {}
        elif title.startswith("sex"):
            found |= {"female": female} if (female := _female(measure, group, module)) else {}
    return found


def completed(study: Node, arms: Mapping[str, str]) -> dict[str, Any] | None:
    """Events and people per arm who completed the only period; None with none or several."""
    module = study.at("resultsSection", "participantFlowModule")
    periods = list(module.each("periods"))
    if len(periods) != 1:
        return None
    known = groups_of(module, arms)
    counts: dict[str, dict[str, int]] = {"STARTED": {}, "COMPLETED": {}}
    for milestone in periods[0].each("milestones"):
        into = counts.get(milestone.text("type"))
        for item in milestone.each("achievements") if into is not None else ():
            number, arm = item.count("numSubjects"), known.get(item.text("groupId"))
            if into is not None and number is not None and arm is not None:
                into[arm] = number
    both = {
        arm: {"events": counts["COMPLETED"][arm], "n": n}
        for arm, n in counts["STARTED"].items()
        if n and counts["COMPLETED"].get(arm, n + 1) <= n
    }
    return {"kind": "events", "arms": both} if both else None


def _everybody(module: Node) -> str:
    """The group of all participants: the one called Total, or the only one."""
    groups = {group.text("title").lower(): group.text("id") for group in module.each("groups")}
    return groups.get("total", next(iter(groups.values())) if len(groups) == 1 else "")


def _age(measure: Node, group: str) -> dict[str, Any]:
    if measure.text("paramType") != "MEAN":
        return {}
    spread = measure.text("dispersionType").upper().replace("_", " ")
    for value in _values(measure, group):
        mean = value.number("value")
        if mean is None:
            return {}
        sd = value.number("spread") if "DEVIATION" in spread else None
        return {"mean": mean} if sd is None else {"mean": mean, "sd": sd}
    return {}


def _female(measure: Node, group: str, module: Node) -> dict[str, Any]:
    for value in _values(measure, group, category="female"):
        count, of = value.count("value"), _denominator(module, group)
        if count is None:
            return {}
        return {"count": count} if of is None or of < count else {"count": count, "of": of}
    return {}


def _values(measure: Node, group: str, category: str = "") -> list[Node]:
    return [
        value
        for row in measure.each("classes")
        for part in row.each("categories")
        if not category or part.text("title").lower() == category
        for value in part.each("measurements")
        if value.text("groupId") == group
    ]


def _denominator(module: Node, group: str) -> int | None:
    for part in module.each("denoms"):
        if part.text("units") == "Participants":
            for item in part.each("counts"):
                if item.text("groupId") == group:
                    return item.count("value")
    return None

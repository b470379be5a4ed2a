"""Arms of a registry entry, with the number that started in each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from ketameta.authoring.registry_groups import groups_of
from ketameta.authoring.registry_json import Node

_CONTROLS = {
    "PLACEBO_COMPARATOR": "inert placebo",
    "ACTIVE_COMPARATOR": "active treatment",
    "NO_INTERVENTION": "none",
}
_ACTIVE = re.compile(r"midazolam|diphenhydramine|lorazepam|remifentanil", re.IGNORECASE)
_ROUTES = (
    ("intravenous", r"intravenous|\bIV\b"),
    ("intramuscular", r"intramuscular|\bIM\b"),
    ("intranasal", r"intranasal|nasal"),
    ("subcutaneous", r"subcutaneous"),
    ("sublingual", r"sublingual"),
    ("oral", r"\boral"),
)
_NOT_SAID = "not stated"


def arms_of(study: Node) -> tuple[list[dict[str, Any]], list[str]]:
    """The arms of an entry, and what somebody has to decide about them."""
    module = study.at("protocolSection", "armsInterventionsModule")
    groups = list(module.each("armGroups"))
    arms: list[dict[str, Any]] = []
    gaps: list[str] = []
    for group in groups:
        arms.append(_arm(group, module, {str(known["id"]) for known in arms}))
    started = _started(study, {str(arm["label"]): str(arm["id"]) for arm in arms})
    for group, arm in zip(groups, arms, strict=True):
        number = started.get(str(arm["id"]))
        if number is not None:
            arm["n_randomised"] = number
            flow = {"ref": "registry", "locator": "participantFlowModule, STARTED"}
            arm["field_sources"] = {"n_randomised": flow}
        else:
            gaps.append(f"Number randomised to {arm['label']}")
        said = group.text("type").replace("_", " ").lower() or "nothing"
        gaps.append(f"Role and control type of {arm['label']}: the entry says {said}")
        gaps.append(f"Dose, route and sessions of {arm['label']}: compare with the description")
    return arms, gaps


def slug(text: str, taken: set[str]) -> str:
    """A short id made of a title; a number behind it where the id is taken."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:5] or ["unnamed"]
    base = "-".join(words)[:40].strip("-")
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _arm(group: Node, module: Node, taken: set[str]) -> dict[str, Any]:
    label = group.text("label", longest=200) or "Unnamed arm"
    names = [item.text(longest=200) for item in group.each("interventionNames")]
    said = " ".join([label, *names, group.text("description")])
    drug = "; ".join(n.split(": ", 1)[-1] for n in names if n) or label
    arm: dict[str, Any] = {"id": slug(label, taken), "label": label}
    control = _CONTROLS.get(group.text("type"))
    ketamine = "ketamine" in said.lower()
    if control and not (ketamine and control == "active treatment"):
        arm["role"] = "control"
        arm["control_type"] = "active placebo" if _ACTIVE.search(said) else control
    else:
        arm["role"] = "experimental" if ketamine else "other"
    arm |= {
        "drug": drug,
        "enantiomer": _form(said),
        "route": next((r for r, w in _ROUTES if re.search(w, said, re.I)), _NOT_SAID),
        "psychotherapy": {"type": _NOT_SAID},
    }
    if description := group.text("description", longest=600):
        arm["notes"] = f"The entry says: {description}"
    arm["source"] = {"ref": "registry", "locator": f"armsInterventionsModule, {label}"}
    return arm


def _form(said: str) -> str:
    if "ketamine" not in said.lower():
        return "not ketamine"
    return "esketamine" if re.search(r"esketamine|s-ketamine", said, re.I) else _NOT_SAID


def _started(study: Node, arms: Mapping[str, str]) -> dict[str, int]:
    """People who started the first period, by arm."""
    module = study.at("resultsSection", "participantFlowModule")
    known = groups_of(module, arms)
    for period in module.each("periods"):
        for milestone in period.each("milestones"):
            if milestone.text("type") == "STARTED":
                return {
                    known[group]: number
                    for item in milestone.each("achievements")
                    if (group := item.text("groupId")) in known
                    and (number := item.count("numSubjects")) is not None
                }
    return {}

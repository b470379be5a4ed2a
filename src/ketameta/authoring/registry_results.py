"""Posted results of a registry entry: outcome measures, flow and adverse events, group by group."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ketameta.authoring.registry_arms import slug
from ketameta.authoring.registry_groups import groups_of, named_otherwise
from ketameta.authoring.registry_json import Node
from ketameta.authoring.registry_people import completed

_COUNTS = ("COUNT_OF_PARTICIPANTS",)
_PEOPLE = re.compile(r"(number of )?(participants|subjects|patients|people)", re.IGNORECASE)
_MEANS = ("MEAN", "LEAST_SQUARES_MEAN")
_TIME = re.compile(
    r"\b(day|week)s? ?([0-9]{1,3})\b|\b([0-9]{1,3})[ -](day|week)s?\b", re.IGNORECASE
)
_MOST_OUTCOMES = 200


@dataclass(slots=True)
class Results:
    """Outcomes as a record holds them, and what could not be taken over."""

    outcomes: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    measured: bool = False


def results_of(study: Node, arm_ids: Sequence[str]) -> Results:
    """The posted results of an entry, for the arms of the record in the order of the entry.

    Groups of results are matched to arms by their titles. Measures in units that are not people,
    rows by category, and groups that are no arm are listed, not guessed.
    """
    results = Results()
    module = study.at("resultsSection")
    labels = [
        group.text("label")
        for group in study.each("protocolSection", "armsInterventionsModule", "armGroups")
    ]
    arms = dict(zip(labels, arm_ids, strict=False))
    for i, measure in enumerate(module.each("outcomeMeasuresModule", "outcomeMeasures")):
        if i >= _MOST_OUTCOMES:
            results.missing.append("Further outcome measures of the entry")
            break
        results.measured = True
        _add_measure(results, measure, arms, i + 1)
    _add_completed(results, study, arms)
    _add_adverse(results, module.at("adverseEventsModule"), arms)
    parts = [module.at("participantFlowModule")]
    parts += module.each("outcomeMeasuresModule", "outcomeMeasures")
    unlike = [sentence for part in parts for sentence in named_otherwise(part, arms)]
    unlike += named_otherwise(module.at("adverseEventsModule"), arms, "eventGroups")
    results.missing += dict.fromkeys(unlike)
    return results


def _add_completed(results: Results, study: Node, arms: Mapping[str, str]) -> None:
    """People who completed the trial, per arm."""
    data = completed(study, arms)
    if data is None:
        return
    place = {"ref": "registry", "locator": "participantFlowModule, STARTED and COMPLETED"}
    results.outcomes.append(
        {
            "id": slug("completed", {str(o["id"]) for o in results.outcomes}),
            "construct": "retention",
            "definition": "Completed the trial, as the entry counts it.",
            "better": "higher",
            "results": [{"time": {"label": "end of trial"}, "data": data, "source": place}],
        }
    )


def _add_measure(results: Results, measure: Node, arms: Mapping[str, str], number: int) -> None:
    title = measure.text("title", longest=300) or f"Outcome measure {number}"
    groups = groups_of(measure, arms)
    kind = _kind(measure)
    if not groups:
        results.missing.append(f"{title}: no results for the arms of this record in the entry")
        return
    found = list(_measured(measure, groups, kind))
    if not found:
        form = kind.replace("_", " ").lower() or "nothing"
        results.missing.append(f"{title}: reported as {form}, to be entered by hand")
        return
    taken = {str(outcome["id"]) for outcome in results.outcomes}
    outcome: dict[str, Any] = {
        "id": slug(title, taken),
        "construct": "other",
        "definition": _definition(title, measure),
    }
    if unit := measure.text("unitOfMeasure", longest=80):
        outcome["unit"] = unit
    outcome["primary"] = "yes" if measure.text("type") == "PRIMARY" else "no"
    place = f"outcomeMeasuresModule, measure {number}"
    outcome["results"] = [
        _result(measure, data, f"{place}, {row or f'row {n}'}", row) for n, row, data in found
    ]
    results.outcomes.append(outcome)
    if any(measure.each("analyses")):
        results.missing.append(f"{title}: the statistical analysis that the entry reports")
    results.missing.append(
        f"{title}: which direction is good (`better`), what it measures, and the phase"
    )


def _definition(title: str, measure: Node) -> str:
    description = measure.text("description", longest=500)
    return f"{title}. The entry says: {description}" if description else title


def _kind(measure: Node) -> str:
    """The form of the numbers; a plain number of people is a count of people."""
    kind = measure.text("paramType")
    people = _PEOPLE.fullmatch(measure.text("unitOfMeasure")) is not None
    return _COUNTS[0] if kind == "NUMBER" and people else kind


def _result(measure: Node, data: dict[str, Any], place: str, row: str) -> dict[str, Any]:
    frame = measure.text("timeFrame", longest=200) or "not stated"
    if _TIME.search(row):
        frame = row  # "Day 14 Responder rate", of a time frame that lists every visit
    time: dict[str, Any] = {"label": frame}
    weeks = weeks_of(frame)
    if weeks is not None:
        time["weeks"] = weeks
    source = {"ref": "registry", "locator": place}
    result: dict[str, Any] = {"time": time, "data": data, "source": source}
    notes = []
    if people := measure.text("populationDescription", longest=300):
        notes.append(f"Population analysed, as the entry says: {people}")
    if measure.text("paramType") == "LEAST_SQUARES_MEAN":
        notes.append("Least squares means.")
    if notes:
        result["notes"] = " ".join(notes)
    return result


def _measured(
    measure: Node, groups: Mapping[str, str], kind: str
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The rows of a measure that a record can hold, each with its number and title."""
    for number, row in enumerate(measure.each("classes"), start=1):
        counts = _denominators(row) or _denominators(measure)
        categories = list(row.each("categories"))
        for category in categories:
            title = category.text("title") or row.text("title")
            if len(categories) > 1 and not _says_yes(title):
                continue
            values = {item.text("groupId"): item for item in category.each("measurements")}
            arms = _numbers(values, groups, counts, (kind, measure.text("dispersionType")))
            if arms:
                yield number, title, {"kind": _form(kind, measure.text("title")), "arms": arms}


def _form(kind: str, title: str) -> str:
    if kind in _COUNTS:
        return "events"
    return "changes" if re.search(r"\bchange", title, re.IGNORECASE) else "means"


def _numbers(
    values: Mapping[str, Node],
    groups: Mapping[str, str],
    counts: Mapping[str, int],
    form: tuple[str, str],
) -> dict[str, Any]:
    """Numbers by arm, of the arms that have them."""
    kind, spread = form
    arms: dict[str, Any] = {}
    for group, arm in groups.items():
        value, n = values.get(group, Node(None)), counts.get(group)
        if kind in _COUNTS:
            numbers: dict[str, Any] = {"events": value.count("value")}
        elif kind in _MEANS:
            numbers = _summary(value, spread)
        elif kind == "MEDIAN":
            numbers = _median(value, spread)
        else:
            return {}
        first = next(iter(numbers.values()))
        if n and first is not None and numbers.get("events", 0) <= n:
            known = {key: number for key, number in numbers.items() if number is not None}
            arms[arm] = {**known, "n": n}
    return arms


def _summary(value: Node, spread: str) -> dict[str, Any]:
    found: dict[str, Any] = {"mean": value.number("value")}
    said = spread.upper().replace("_", " ")
    if "DEVIATION" in said:
        found["sd"] = value.number("spread")
    elif "STANDARD ERROR" in said:
        found["se"] = value.number("spread")
    elif "95" in said and "CONFIDENCE" in said:
        found |= {"ci_low": value.number("lowerLimit"), "ci_high": value.number("upperLimit")}
    elif "RANGE" in said and "QUARTILE" not in said:
        found |= {"minimum": value.number("lowerLimit"), "maximum": value.number("upperLimit")}
    return found


def _median(value: Node, spread: str) -> dict[str, Any]:
    found: dict[str, Any] = {"median": value.number("value")}
    said = spread.upper().replace("_", " ")
    low, high = value.number("lowerLimit"), value.number("upperLimit")
    if "QUARTILE" in said:
        found |= {"q1": low, "q3": high}
    elif "RANGE" in said:
        found |= {"minimum": low, "maximum": high}
    return found


def _denominators(part: Node) -> dict[str, int]:
    for denominator in part.each("denoms"):
        if denominator.text("units") == "Participants":
            return {
                item.text("groupId"): number
                for item in denominator.each("counts")
                if (number := item.count("value")) is not None
            }
    return {}


def _add_adverse(results: Results, module: Node, arms: Mapping[str, str]) -> None:
    """People with any serious adverse event, per arm."""
    by_arm: dict[str, Any] = {}
    known = groups_of(module, arms, "eventGroups")
    for group in module.each("eventGroups"):
        arm = known.get(group.text("id"))
        people, events = group.count("seriousNumAtRisk"), group.count("seriousNumAffected")
        if arm is not None and people and events is not None:
            by_arm[arm] = {"events": events, "n": people}
    if not by_arm:
        return
    frame = module.text("timeFrame", longest=200) or "not stated"
    place = {"ref": "registry", "locator": "adverseEventsModule, eventGroups"}
    time = {"label": frame}
    results.outcomes.append(
        {
            "id": slug("serious adverse events", {str(o["id"]) for o in results.outcomes}),
            "construct": "serious adverse event",
            "definition": "Any serious adverse event, as the entry counts it.",
            "better": "lower",
            "results": [
                {"time": time, "data": {"kind": "events", "arms": by_arm}, "source": place}
            ],
        }
    )


def weeks_of(frame: str) -> int | None:
    """Weeks, where a time frame holds one number, of weeks or of days that make whole weeks."""
    found = _TIME.search(frame)
    if found is None or len(re.findall(r"[0-9]+", frame)) != 1:
        return None
    unit, number = (found[1] or found[4]).lower(), int(found[2] or found[3])
    if unit == "week":
        return number
    return number // 7 if number % 7 == 0 else None


def _says_yes(title: str) -> bool:
    return title.strip().lower() in ("yes", "true")

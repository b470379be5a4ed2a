"""Counts against the fraction that their own derivation works out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ketameta.records.findings import Finding
from ketameta.records.results import EventsData, Result, SingleEventsData
from ketameta.records.yaml_reader import Path_

FRACTION = re.compile(
    r"(?<![\d./-])(?P<count>\d{1,9}) ?(?:/|of) ?(?P<total>\d{1,9})(?![\d./]*[\d/])"
)
"""`14/17` or `14 of 17`."""
SHARE = re.compile(r"% of (?P<total>\d{1,9}) ?[=:] ?(?P<count>\d{1,9})(?! ?[\d./])")
"""`82 % of 17 = 14`."""
HINT = "Correct the counts or the derivation."


def check(result: Result, where: Path_) -> Iterator[Finding]:
    """Events of which the derivation says another number among the same people.

    Where the derivation goes on to the events (`20 - 14 = 6`), they are not objected to.
    """
    data = result.data
    arms: list[tuple[Path_, str, int, int]]
    if isinstance(data, EventsData):
        arms = [(("arms", arm_id), arm_id, arm.events, arm.n) for arm_id, arm in data.arms.items()]
    elif isinstance(data, SingleEventsData):
        arms = [((), data.arm, data.events, data.n)]
    else:
        return
    for place, arm_id, events, n in arms:
        if events > n:
            continue  # R030
        text = _derivation(result, arm_id)
        worked_out = [
            int(match["count"])
            for pattern in (FRACTION, SHARE)
            for match in pattern.finditer(text)
            if int(match["total"]) == n
        ]
        reached = re.search(rf"(?:=|\bso|\bleaves?|\bare) ?{events}(?![\d./%]| ?%)", text)
        if worked_out and events not in worked_out and not reached:
            message = f"{events} of {n}, but the derivation has {_listed(worked_out)} of {n}."
            yield Finding("R132", (*where, *place, "events"), message, HINT)


def _derivation(result: Result, arm_id: str) -> str:
    """What is worked out for all numbers of a result, or for the events of one arm."""
    own = [
        ref.derivation
        for name, ref in result.field_sources.items()
        if name.endswith("events") and (f".{arm_id}." in name or "arms." not in name)
    ]
    return "; ".join(text for text in (*own, result.source.derivation) if text)


def _listed(counts: list[int]) -> str:
    return " or ".join(str(count) for count in dict.fromkeys(counts))

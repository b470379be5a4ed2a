"""What moved between two locks, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ketameta.measures.catalog import measure as find_measure
from ketameta.tables.formatting import NUMBERS

Entry = dict[str, Any]
Same = Callable[[float | None, float | None], bool]

NUMBERS_KEPT = (("tau2", "tau²"), ("i2", "I²"), ("q", "Q"))


def moved_lines(before: Entry, now: Entry, same: Same, changed: Sequence[str]) -> list[str]:
    """One line per analysis that moved.

    Parameters
    ----------
    before, now
        Questions of both locks, by id.
    same
        Whether two numbers are the same.
    changed
        What happened to files, added to the lines of the studies concerned.
    """
    lines = [f"{before[id_]['title']}: the question is gone" for id_ in before if id_ not in now]
    for id_, question in now.items():
        if id_ not in before:
            lines.append(f"{question['title']}: a new question")
            continue
        lines += _question(before[id_], question, same, changed)
    return lines


def _question(before: Entry, now: Entry, same: Same, changed: Sequence[str]) -> Iterator[str]:
    if before["measure"] != now["measure"]:
        yield f"{now['title']}: measure {before['measure']} -> {now['measure']}"
        return
    old, new = before["analyses"], now["analyses"]
    for key in (*old, *(k for k in new if k not in old)):
        name = f"{now['title']}, {key}"
        if key not in new:
            yield f"{name}: the analysis is gone (k was {old[key]['k']})"
        elif key not in old:
            yield f"{name}: a new analysis (k {new[key]['k']})"
        elif parts := list(_parts(old[key], new[key], same, now["measure"])):
            files = _files(old[key], new[key], changed)
            yield f"{name}: {'; '.join([*parts, *files])}"


def _parts(old: Entry, new: Entry, same: Same, code: str) -> Iterator[str]:
    yield from _studies(old, new)
    if not _same_limits(old, new, same):
        yield f"{code} {_move(*(_Writer(code).result(entry) for entry in (old, new)))}"
    if not _same_pair(old, new, "prediction", same):
        yield f"prediction interval {_move(*(_Writer(code).prediction(e) for e in (old, new)))}"
    for key, name in NUMBERS_KEPT:
        if not same(old.get(key), new.get(key)):
            yield f"{name} {_move(*(_both(entry.get(key)) for entry in (old, new)))}"
    yield from _flags(old.get("flags", ""), new.get("flags", ""), "")
    for study in old["studies"]:
        if study in new["studies"]:
            yield from _flags(old["studies"][study], new["studies"][study], f" on {study}")


def _studies(old: Entry, new: Entry) -> Iterator[str]:
    gone = [study for study in old["studies"] if study not in new["studies"]]
    came = [study for study in new["studies"] if study not in old["studies"]]
    if not gone and not came:
        return
    what = [f"added {', '.join(came)}"] if came else []
    what += [f"removed {', '.join(gone)}"] if gone else []
    yield f"k {old['k']} -> {new['k']} ({'; '.join(what)})"


def _flags(old: str, new: str, where: str) -> Iterator[str]:
    before, now = old.split(), new.split()
    for code in now:
        if code not in before:
            yield f"new flag {code}{where}"
    for code in before:
        if code not in now:
            yield f"flag {code}{where} gone"


def _same_limits(old: Entry, new: Entry, same: Same) -> bool:
    return same(old.get("estimate"), new.get("estimate")) and _same_pair(old, new, "interval", same)


def _same_pair(old: Entry, new: Entry, key: str, same: Same) -> bool:
    none = [None, None]
    pairs = zip(old.get(key, none), new.get(key, none), strict=True)
    return all(same(a, b) for a, b in pairs)


Texts = tuple[str, str]
"""A text with few digits, and the same with all that the lock has."""


def _move(before: Texts, now: Texts) -> str:
    """From one text to the other, with all digits where few would hide the difference."""
    digits = 1 if before[0] == now[0] else 0
    return f"{before[digits]} -> {now[digits]}"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes numbers of the analysis scale of a measure as readers see them."""

    code: str

    def result(self, entry: Entry) -> Texts:
        """Estimate and interval."""
        if entry.get("estimate") is None:
            return "no result", "no result"
        estimate = self._shown(entry["estimate"])
        low, high = (self._shown(limit) for limit in entry["interval"])
        few, all_ = (f"{estimate[i]} ({low[i]} to {high[i]})" for i in (0, 1))
        return few, all_

    def prediction(self, entry: Entry) -> Texts:
        """Prediction interval."""
        limits = entry.get("prediction", (None, None))
        if limits[0] is None:
            return "none", "none"
        low, high = (self._shown(limit) for limit in limits)
        return f"{low[0]} to {high[0]}", f"{low[1]} to {high[1]}"

    def _shown(self, value: float | None) -> Texts:
        if value is None:
            return "none", "none"
        return _both(float(find_measure(self.code).to_display(value)))


def _both(value: float | None) -> Texts:
    if value is None:
        return "none", "none"
    few = NUMBERS.fixed(value, 2 if abs(value) < 100 else 1)
    return (f"{value:.3g}" if abs(value) < 0.1 and value else few), f"{value:.10g}"


def _files(old: Entry, new: Entry, changed: Sequence[str]) -> Iterator[str]:
    """What happened to the files of the studies concerned."""
    for study in dict.fromkeys((*old["studies"], *new["studies"])):
        for line in changed:
            name, _, what = line.rpartition(" ")
            if name.endswith(f"/{study}.yaml"):
                yield f"record {study} {what}"

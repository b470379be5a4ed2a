"""What moved between two locks, in words and on the scale that readers see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ketameta.measures.catalog import measure as find_measure
from ketameta.reports.lock_table import Move
from ketameta.tables.formatting import NUMBERS

Entry = dict[str, Any]
Value = float | list[float | None] | None
"""A number, the two limits of an interval, or nothing."""
Same = Callable[[float | None, float | None], bool]

EFFECT, VARIANCE, PERCENT, COUNT, PLAIN, P = "effect", "variance", "percent", "count", "plain", "p"
DECIMALS = {EFFECT: 2, VARIANCE: 3, PERCENT: 0, COUNT: 0, PLAIN: 2, P: 3}
MOST_MORE_DECIMALS = 20

OF_ANALYSIS = (
    ("k", "studies", COUNT),
    ("people", "people", COUNT),
    ("estimate", "{measure}", EFFECT),
    ("interval", "confidence interval", EFFECT),
    ("level", "coverage of intervals", PLAIN),
    ("se", "standard error", VARIANCE),
    ("p", "P", P),
    ("df", "df of the estimate", PLAIN),
    ("guarded_interval", "guarded interval", EFFECT),
    ("wald_interval", "Wald interval", EFFECT),
    ("hksj_factor", "HKSJ factor", VARIANCE),
    ("prediction", "prediction interval", EFFECT),
    ("tau2", "tau²", VARIANCE),
    ("tau2_interval", "tau² interval", VARIANCE),
    ("i2", "I² from tau²", PERCENT),
    ("i2_interval", "I² interval", PERCENT),
    ("i2_q", "I² from Q", PERCENT),
    ("q", "Q", PLAIN),
    ("q_df", "df of Q", COUNT),
    ("q_p", "P of Q", P),
)
OF_STUDY = (
    ("n", "people in {study}", COUNT),
    ("y", "{measure} of {study}", EFFECT),
    ("interval", "interval of {study}", EFFECT),
    ("v", "variance of {study}", VARIANCE),
    ("weight", "weight of {study}", PERCENT),
)
OF_PRIOR = (
    ("median", "{measure} with {study}", EFFECT),
    ("interval", "interval with {study}", EFFECT),
    ("new", "new study with {study}", EFFECT),
    ("tau", "tau with {study}", VARIANCE),
    ("better", "P(favours ketamine) with {study}", P),
)
OF_INFLUENCE = (
    ("rstudent", "residual of {study}", PLAIN),
    ("dffits", "DFFITS of {study}", PLAIN),
    ("cooks_distance", "Cook's distance of {study}", PLAIN),
    ("covariance_ratio", "covariance ratio of {study}", PLAIN),
    ("tau2_deleted", "tau² without {study}", VARIANCE),
    ("q_deleted", "Q without {study}", PLAIN),
    ("hat", "hat value of {study}", P),
)
OF_SMALL_STUDIES = (("p", "P of {study}", P),)
OF_UNIVERSES = (
    ("universes", "combinations of choices", COUNT),
    ("universes_range", "{measure} over all combinations", EFFECT),
)
OF_FURTHER = (
    ("bayes", OF_PRIOR),
    ("influence", OF_INFLUENCE),
    ("small_studies", OF_SMALL_STUDIES),
)
OF_SUBGROUP_TEST = (
    ("q", "Q between subgroups", PLAIN),
    ("df", "df between subgroups", COUNT),
    ("p", "P of subgroup test", P),
)


def moves(before: Entry, now: Entry, same: Same) -> Iterator[Move]:
    """Everything that differs between the questions of two locks, by id.

    Parameters
    ----------
    before, now
        Questions of both locks, by id.
    same
        Whether two numbers are the same.
    """
    for id_, question in before.items():
        if id_ not in now:
            yield Move(question["title"], "", "question", "asked", "gone")
    for id_, question in now.items():
        if id_ not in before:
            yield Move(question["title"], "", "question", "none", "new")
        else:
            yield from _question(before[id_], question, same)


def _question(before: Entry, now: Entry, same: Same) -> Iterator[Move]:
    title = now["title"]
    if before["measure"] != now["measure"]:
        yield Move(title, "", "measure", before["measure"], now["measure"])
        return
    old, new = before["analyses"], now["analyses"]
    for key in (*old, *(k for k in new if k not in old)):
        words = _Words(title, key, now["measure"], same)
        if key not in new:
            yield words.move("analysis", f"k = {old[key]['k']}", "gone")
        elif key not in old:
            yield words.move("analysis", "none", f"new, k = {new[key]['k']}")
        else:
            yield from words.analysis(old[key], new[key])
    test = _Words(title, "subgroup test", now["measure"], same)
    tests = (before.get("subgroup_test") or {}, now.get("subgroup_test") or {})
    yield from test.numbers(*tests, OF_SUBGROUP_TEST)
    further = _Words(title, "further", now["measure"], same)
    yield from further.further(before.get("further") or {}, now.get("further") or {})
    if tests[0].get("by") != tests[1].get("by"):
        yield test.move("split by", *(str(found.get("by") or "none") for found in tests))


@dataclass(frozen=True, slots=True)
class _Words:
    """Compares and words the numbers of one analysis."""

    question: str
    key: str
    measure: str
    same: Same

    def move(self, number: str, accepted: str, now: str) -> Move:
        """A row about this analysis."""
        return Move(self.question, self.key, number, accepted, now)

    def analysis(self, old: Entry, new: Entry) -> Iterator[Move]:
        """Everything that differs between two entries."""
        was, is_ = old["studies"], new["studies"]
        for study in sorted(was.keys() ^ is_.keys()):
            states = ("included", "not included")
            yield self.move(study, *(states if study in was else states[::-1]))
        yield from self.numbers(old, new, OF_ANALYSIS)
        yield from self._flags(old, new, "")
        for study in (study for study in is_ if study in was):
            yield from self.numbers(was[study], is_[study], OF_STUDY, study)
            yield from self._flags(was[study], is_[study], f" on {study}")

    def further(self, old: Entry, new: Entry) -> Iterator[Move]:
        """Everything that differs in the other looks at a main analysis."""
        yield from self.numbers(old, new, OF_UNIVERSES)
        for part, kept in OF_FURTHER:
            was, is_ = old.get(part) or {}, new.get(part) or {}
            for name in (*was, *(n for n in is_ if n not in was)):
                yield from self.numbers(was.get(name) or {}, is_.get(name) or {}, kept, name)

    def numbers(
        self, old: Entry, new: Entry, kept: tuple[tuple[str, str, str], ...], study: str = ""
    ) -> Iterator[Move]:
        """One row per number that differs."""
        for key, name, scale in kept:
            before, now = old.get(key), new.get(key)
            if not self._same(before, now):
                words = name.format(measure=self.measure, study=study)
                yield self.move(words, *self._texts(before, now, scale))

    def _same(self, before: Value, now: Value) -> bool:
        pairs = zip(_limits(before), _limits(now), strict=True)
        return all(self.same(a, b) for a, b in pairs)

    def _flags(self, old: Entry, new: Entry, where: str) -> Iterator[Move]:
        before, now = old.get("flags", "").split(), new.get("flags", "").split()
        for code in now:
            if code not in before:
                yield self.move(f"flag {code}{where}", "not raised", "raised")
        for code in before:
            if code not in now:
                yield self.move(f"flag {code}{where}", "raised", "not raised")

    def _texts(self, before: Value, now: Value, scale: str) -> tuple[str, str]:
        """Both with the decimals of a report, or as many more as it takes to tell them apart."""
        first = DECIMALS[scale]
        for decimals in range(first, first + MOST_MORE_DECIMALS):
            texts = self._text(before, scale, decimals), self._text(now, scale, decimals)
            if texts[0] != texts[1]:
                return texts
        return str(before), str(now)

    def _text(self, value: Value, scale: str, decimals: int) -> str:
        limits = [self._number(limit, scale, decimals) for limit in _limits(value)]
        if not isinstance(value, list):
            return limits[0]
        return "none" if set(limits) == {"none"} else " to ".join(limits)

    def _number(self, value: float | None, scale: str, decimals: int) -> str:
        if value is None:
            return "none"
        if scale == EFFECT:
            value = float(find_measure(self.measure).to_display(value))
        if scale == P and 0 < value < 0.5 * 10.0**-decimals:
            return f"<{10.0**-decimals:.{decimals}f}"
        return NUMBERS.fixed(value, decimals) + ("%" if scale == PERCENT else "")


def _limits(value: Value) -> tuple[float | None, float | None]:
    """Both limits of an interval; a number stands first with nothing beside it."""
    if isinstance(value, list):
        low, high = value
        return low, high
    return value, None

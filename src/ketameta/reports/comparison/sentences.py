"""What became of an answer, in sentences: where it moved, and what its intervals now hold.

No sentence calls a result significant, or an interval that holds the null value no effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.catalog import flag_kind
from ketameta.counting import counted
from ketameta.pooling.result import Interval
from ketameta.reports.comparison.compare import AnswerChange
from ketameta.reports.comparison.conclusions import Conclusion
from ketameta.reports.comparison.headline import of_headline
from ketameta.reports.lock_table import Move
from ketameta.synthesis.answer import Analysis, Answer, StudyRow
from ketameta.tables.findings import MAIN
from ketameta.tables.formatting import (
    AnswerText,
    people_text,
    percent_text,
    variance_text,
)


def sentence(change: AnswerChange) -> str:
    """All sentences on the numbers of a change, one after the other."""
    return " ".join(sentences(change))


def sentences(change: AnswerChange) -> tuple[str, ...]:
    """What became of the numbers of an answer, the estimate first."""
    before, now = change.before, change.now
    if change.accepted_only:
        return tuple(_accepted(change))
    if before is None or now is None:
        only = now or before
        assert only is not None
        return (
            (f"New question: {_state(only)}.",)
            if before is None
            else (f"No longer asked; it was {_state(only)}.",)
        )
    if before.question.measure != now.question.measure:
        return (f"Asked in another measure: {_state(before)} before, {_state(now)} now.",)
    if not change.main_moved:
        return (f"The main analysis is as it was ({_state(now)}); other analyses moved.",
                *_others(change))  # fmt: skip
    return (*_main(before, now), *_others(change))


def _accepted(change: AnswerChange) -> Iterator[str]:
    """Of an answer of which one side is known by its lock alone: what of the main answer moved."""
    if any(move.analysis == "" for move in change.moves):
        yield " ".join(f"{move.number.capitalize()}: {_then_now(move)}." for move in change.moves)
        return
    main = [move for move in change.moves if move.analysis == MAIN]
    if not main:
        yield "The main analysis is as it was accepted; other analyses moved."
    told = [move for move in main if of_headline(move)]
    if told:
        moved = "; ".join(f"{move.number} {_then_now(move)}" for move in told)
        yield f"What moved in the main analysis: {moved}."
    elif main:
        yield "Of the main analysis, the estimate, its intervals and the studies are as accepted."
    for crossing in change.crossings:
        if crossing.analysis == MAIN:
            verb = "now holds" if crossing.holds else "now leaves out"
            yield f"Its confidence interval {verb} the null value."
    yield from _others(change)


def _then_now(move: Move) -> str:
    return f"{move.accepted} → {move.now}"


def conclusion_sentences(found: Conclusion) -> tuple[str, ...]:
    """Whether certainty and plain words stay as they were."""
    (was, is_), (said, says) = found.certainty, found.statement
    rated = (
        f"The certainty stays {is_}" if was == is_ else f"The certainty went from {was} to {is_}"
    )
    if said == says:
        return (
            (f"{rated}, and so does what the answer says: {says}",)
            if was == is_
            else (f"{rated}; what the answer says stays: {says}",)
        )
    return (f"{rated}.", f"The answer said: {said}", f"It now says: {says}")


def _main(before: Answer, now: Answer) -> Iterator[str]:
    old, new = before.main, now.main
    if old.pooled is None or new.pooled is None:
        yield f"It was {_state(before)}; it is {_state(now)}."
        yield from _studies(old, new)
        return
    text = AnswerText.of(now)
    yield _estimate(before, now, text)
    yield _held("interval", _interval(old), _interval(new), text)
    if old.k > 1 and new.k > 1:
        yield from _prediction(before, now, text)
        spread, was = new.pooled.heterogeneity, old.pooled.heterogeneity
        i2 = percent_text(was.i2), percent_text(spread.i2)
        tau2 = variance_text(was.tau2), variance_text(spread.tau2)
        if i2 != i2[::-1] or tau2 != tau2[::-1]:
            moved = _from_to(*tau2, was.tau2, spread.tau2)
            yield f"τ² {moved}, and I² {_from_to(*i2, was.i2, spread.i2)}."
    yield from _studies(old, new)
    yield from _flags(old, new)


def _estimate(before: Answer, now: Answer, text: AnswerText) -> str:
    y, then = _point(now.main), _point(before.main)
    people = people_text(now.main)
    behind = f"{counted(now.main.k, 'study')}, {people} people"
    old = AnswerText.of(before).estimate(before.main)
    new = text.estimate(now.main)
    name = f"{text.name[:1].upper()}{text.name[1:]}"
    if old == new:
        return f"{name}: {new}, as before to the digits shown ({behind})."
    if text.point(then) == text.point(y):
        return (
            f"{name}: the estimate stays, its interval moved: {old} before, {new} now ({behind})."
        )
    where = _towards(then, y, text)
    return f"The {text.name} {_moved(then, y)} from {old} to {new}{where} ({behind})."


def _towards(then: float, y: float, text: AnswerText) -> str:
    """Where an estimate went as seen from the null value, and which side is whose."""
    null, shown = text.measure.null, text.measure.display_null
    if null is None or shown is None:
        return ""
    if (then - null) * (y - null) < 0:
        return f", to the other side of {shown:g}; {text.direction}"
    nearer = abs(y - null) < abs(then - null)
    return f", {'closer to' if nearer else 'further from'} {shown:g}; {text.direction}"


def _held(what: str, old: Interval, new: Interval, text: AnswerText) -> str:
    """Whether an interval holds the null value, before and now, and how its width moved."""
    shown = text.measure.display_null
    held, holds = _holds(old, text), _holds(new, text)
    if held is None or holds is None:
        return f"The {what} {_width(old, new)}."
    null = f"{shown:g}"
    if held and holds:
        said = f"still holds {null}, so that the direction stays open"
    elif held:
        said = f"now leaves {null} out, which it held before"
    elif holds:
        said = f"now holds {null}, which it left out before: the direction is open"
    else:
        said = f"still leaves {null} out"
    return f"The {what} {_width(old, new)} and {said}."


def _prediction(before: Answer, now: Answer, text: AnswerText) -> Iterator[str]:
    old, new = before.main.pooled, now.main.pooled
    assert old is not None
    assert new is not None
    texts = AnswerText.of(before).prediction(old), text.prediction(new)
    if texts[0] == texts[1]:
        return
    start = _held("prediction interval", old.prediction, new.prediction, text)
    yield f"{start[:-1]}: {texts[0]} before, {texts[1]} now."


def _studies(old: Analysis, new: Analysis) -> Iterator[str]:
    was, is_ = {r.study: r for r in old.rows}, {r.study: r for r in new.rows}
    came = [row.label for name, row in is_.items() if name not in was]
    went = [row.label for name, row in was.items() if name not in is_]
    if came:
        yield f"Added to the main analysis: {', '.join(came)}."
    if went:
        yield f"No longer in the main analysis: {', '.join(went)}."
    moved = [row.label for name, row in is_.items() if name in was and _differs(row, was[name])]
    if moved:
        yield f"Other numbers than before come from: {', '.join(moved)}."


def _differs(row: StudyRow, was: StudyRow) -> bool:
    return (row.y, row.v) != (was.y, was.v)


def _flags(old: Analysis, new: Analysis) -> Iterator[str]:
    was, is_ = {f.code for f in old.flags}, {f.code for f in new.flags}
    for start, codes in (("Flags raised anew", is_ - was), ("Flags no longer raised", was - is_)):
        if codes:
            named = (f"{flag_kind(code).title} ({code})" for code in sorted(codes))
            yield f"{start}: {', '.join(named)}."


def _others(change: AnswerChange) -> Iterator[str]:
    """Other analyses that moved, and those that the null value came into or left."""
    moved = {move.analysis for move in change.moves} - {MAIN, "", "further", "subgroup test"}
    if not moved:
        return
    verb = "analysis of the question" if len(moved) == 1 else "analyses of the question"
    start = f"Numbers of {len(moved)} other {verb} moved"
    beside = [c for c in change.crossings if c.analysis != MAIN]
    into = [c.analysis for c in beside if c.holds]
    out = [c.analysis for c in beside if not c.holds]
    parts = [
        f"the interval {verb} the null value in {', '.join(names)}"
        for verb, names in (("now holds", into), ("now leaves out", out))
        if names
    ]
    if parts:
        yield f"{start}; {'; '.join(parts)}."
    else:
        yield f"{start}; in none did an interval come to hold the null value, or leave it."


def _state(answer: Answer) -> str:
    """A main analysis in short: "OR 3.50 (0.91 to 13.55), 4 studies"."""
    main, text = answer.main, AnswerText.of(answer)
    if main.pooled is None:
        return "no usable study"
    number = "one study" if main.k == 1 else counted(main.k, "study")
    return f"{text.short} {text.estimate(main)}, {number}"


def _point(analysis: Analysis) -> float:
    assert analysis.pooled is not None
    return analysis.rows[0].y if analysis.k == 1 else analysis.pooled.estimate


def _interval(analysis: Analysis) -> Interval:
    assert analysis.pooled is not None
    row = analysis.rows[0]
    return Interval(row.low, row.high) if analysis.k == 1 else analysis.pooled.interval


def _holds(interval: Interval, text: AnswerText) -> bool | None:
    null, low, high = text.measure.null, interval.low, interval.high
    return None if null is None or low is None or high is None else low < null < high


def _width(old: Interval, new: Interval) -> str:
    """How the width moved, on the scale on which the interval is symmetric."""
    if old.low is None or old.high is None or new.low is None or new.high is None:
        return "cannot be given in both states"
    was, is_ = old.high - old.low, new.high - new.low
    if abs(is_ - was) <= 0.01 * was:
        return "is as wide as before"
    return "is narrower" if is_ < was else "is wider"


def _moved(before: float | None, now: float | None) -> str:
    if before is None or now is None:
        return "went"
    return "fell" if now < before else "rose"


def _from_to(before: str, now: str, was: float | None, is_: float | None) -> str:
    if before == now:
        return f"stays {now}"
    return f"{_moved(was, is_)} from {before} to {now}"

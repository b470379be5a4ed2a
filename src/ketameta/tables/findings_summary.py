"""The summary of findings: at most seven outcomes, with people out of 1000 and the certainty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.appraisal.confirmation import confirmations_words
from ketameta.appraisal.grade.absolute import (
    PER,
    AbsoluteEffect,
    absolute_effect,
    number_needed,
)
from ketameta.appraisal.grade.decision_scale import Baseline
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.appraisal.grade.signs import certainty_text
from ketameta.appraisal.grade.wording import nobody_words
from ketameta.counting import counted
from ketameta.notation.numbers import DASH, MINUS
from ketameta.questions.certainty import UPGRADES, Certainty, Level
from ketameta.synthesis.reported_interval import recomputed_alone
from ketameta.tables.findings import question_anchor
from ketameta.tables.formatting import NUMBERS, AnswerText, people_text
from ketameta.tables.grade import randomised_words
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table, number

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NOTE = (
    "Risks with treatment follow from the risk without it and the relative effect. CI: confidence "
    "interval. NNTB, NNTH: number of people to treat for one more to be helped, or harmed; where "
    "the interval holds no difference it runs over infinity. ⊕⊕⊕⊕ high, ⊕⊕⊕○ moderate, ⊕⊕○○ low, "
    "⊕○○○ very low certainty (GRADE). A measure in units of its own has no risk without treatment."
)


@dataclass(frozen=True, slots=True)
class Footnotes:
    """Reasons by letter; a reason that comes again keeps its letter."""

    texts: list[str]

    def letter(self, text: str) -> str:
        """The letter of a reason, a new one where it is new: a to z, then aa and so on."""
        if text not in self.texts:
            self.texts.append(text)
        place = self.texts.index(text)
        return LETTERS[place % 26] * (place // 26 + 1)

    @property
    def lines(self) -> tuple[str, ...]:
        """Every reason with its letter."""
        return tuple(f"{self.letter(text)}. {text}" for text in list(self.texts))


def main_findings(
    grades: Sequence[QuestionGrade], certainty: Certainty
) -> tuple[QuestionGrade, ...]:
    """The main outcomes in their order; the first seven questions where none are named."""
    by_id = {graded.id: graded for graded in grades}
    names = certainty.main_outcomes or tuple(by_id)[:7]
    return tuple(by_id[name] for name in names if name in by_id)


def findings_summary(grades: Sequence[QuestionGrade]) -> Table:
    """One row per outcome and risk without ketamine.

    Parameters
    ----------
    grades
        The main outcomes, as `main_findings` gives them.
    """
    treatment, level = _treatment(grades), _level(grades)
    columns = (
        Column("question", "Outcome"),
        *(Column(key, key, audience=FILES) for key in _FILE_KEYS),
        Column("risk", f"Without {treatment}, of 1000", "left", READERS),
        Column("treated", f"With {treatment}, of 1000 ({level} CI)", "left", READERS),
        Column("relative", f"Relative effect ({level} CI)", "left", READERS),
        Column("certainty", "Certainty"),
        Column("statement", "What it means"),
    )
    notes = Footnotes([])
    rows = tuple(row for graded in grades for row in _rows(graded, notes))
    title = f"Summary of findings: {treatment} compared with control"
    states = [one.state for graded in grades for one in graded.confirmations]
    said = filter(None, (confirmations_words(states, "decision"),))
    return Table("summary-of-findings", title, columns, rows, (NOTE, *said, *notes.lines))


_FILE_KEYS = (
    *("people", "effect", "baseline", "without", "with", "risk_low", "risk_high"),
    *("difference", "difference_low", "difference_high", "nnt", "nnt_low", "nnt_high", "reasons"),
)


def _treatment(grades: Sequence[QuestionGrade]) -> str:
    names = dict.fromkeys(graded.treatment for graded in grades)
    return " or ".join(names) or "treatment"


def _level(grades: Sequence[QuestionGrade]) -> str:
    levels = [g.answer.main.pooled.level for g in grades if g.answer.main.pooled is not None]
    return f"{100 * levels[0]:g}%" if levels else "95%"


def _rows(graded: QuestionGrade, notes: Footnotes) -> Iterator[Row]:
    letters, reasons = _reasons(graded, notes)
    mark = f" ({letters})" if letters else ""
    baselines: Sequence[Baseline | None] = graded.baselines or (None,)
    for i, baseline in enumerate(baselines):
        first = i == 0
        effect = None if baseline is None else _absolute(graded, baseline)
        yield Row(
            (
                _outcome(graded, first=first),
                *_file_cells(graded, baseline, effect, reasons),
                _without(baseline, effect, notes),
                _with(graded, effect),
                _relative(graded) if first else Cell(),
                Cell(f"{certainty_text(graded)}{mark}" if first else "", graded.certainty),
                Cell(graded.statement if first else "", graded.statement),
            )
        )


def _outcome(graded: QuestionGrade, *, first: bool) -> Cell:
    """Readers see an outcome once; files have its id in every row."""
    if not first:
        return Cell("", graded.id)
    title, link = graded.answer.question.title, question_anchor(graded.id)
    return Cell(title, graded.id, detail=follow_up(graded), href=link)


def _people(graded: QuestionGrade) -> str:
    main = graded.answer.main
    return f"{people_text(main)} ({counted(main.k, 'study')})" if main.k else "no study"


def _effect(graded: QuestionGrade) -> str:
    text, main = AnswerText.of(graded.answer), graded.answer.main
    return f"{text.short} {text.estimate(main)}" if main.k else DASH


def _relative(graded: QuestionGrade) -> Cell:
    people = _people(graded)
    if not graded.answer.main.k:
        return Cell(DASH, detail=people)
    measure = AnswerText.of(graded.answer).measure
    note = recomputed_alone(graded.answer.main, measure)
    said = filter(None, (people.replace("(", "people (", 1), note))
    return Cell(_effect(graded), detail="; ".join(said))


def _without(baseline: Baseline | None, effect: AbsoluteEffect | None, notes: Footnotes) -> Cell:
    """People without ketamine; whose risk it is below, with its source as a footnote."""
    if baseline is None or effect is None:
        return Cell(DASH)
    letter = notes.letter(f"{baseline.label} risk: {baseline.source}.")
    return Cell(per_1000(effect.control), detail=f"{baseline.label} risk ({letter})")


def _with(graded: QuestionGrade, effect: AbsoluteEffect | None) -> Cell:
    """People with ketamine; below the difference and the number needed."""
    if effect is None:
        return Cell(_units(graded))
    treated = f"{per_1000(effect.treated)} ({per_1000(effect.low)} to {per_1000(effect.high)})"
    if silent := nobody_words(graded):
        return Cell(treated, detail=f"{silent}; the interval {_between(*_silent_limits(graded))}")
    needed = number_needed(effect, more_is_better=_more_is_better(graded))
    return Cell(treated, detail=f"{_difference_text(effect)}; {needed.text}")


def _more_is_better(graded: QuestionGrade) -> bool:
    return graded.answer.question.better == "higher"


def _units(graded: QuestionGrade) -> str:
    """A difference in units of its own; a standardised one in words and on a known scale."""
    pooled, scale = graded.answer.main.pooled, graded.scale
    if pooled is None or scale is None or scale.typical is not None:
        return DASH
    text = AnswerText.of(graded.answer).estimate(graded.answer.main)
    if graded.answer.question.measure != "SMD":
        sign = "more" if pooled.estimate > 0 else "fewer"
        return f"difference {text} {scale.unit} ({sign} with {graded.treatment})"
    said = f"difference {text} SD, {in_words(pooled.estimate)}"
    units = graded.asked.units if graded.asked is not None else None
    low, high = pooled.interval.low, pooled.interval.high
    if units is None or low is None or high is None:
        return said
    known = [NUMBERS.fixed(float(units.sd) * y, 1) for y in (pooled.estimate, low, high)]
    return f"{said}; {known[0]} ({known[1]} to {known[2]}) {units.name}"


def in_words(smd: float) -> str:
    """The size of a standardised difference as it is conventionally named.

    References
    ----------
    Cohen 1988, Statistical power analysis for the behavioral sciences.
    """
    names = ((0.2, "very small"), (0.5, "small"), (0.8, "moderate"))
    return next((name for limit, name in names if abs(smd) < limit), "large")


def follow_up(graded: QuestionGrade) -> str:
    """How long people were followed: "3 to 52 weeks"."""
    weeks = sorted({row.weeks for row in graded.answer.main.rows if row.weeks is not None})
    if not weeks:
        return "follow-up not stated" if graded.answer.main.k else ""
    if len(weeks) == 1:
        return f"follow-up {weeks[0]:g} weeks"
    return f"follow-up {weeks[0]:g} to {weeks[-1]:g} weeks"


def _absolute(graded: QuestionGrade, baseline: Baseline) -> AbsoluteEffect | None:
    pooled, scale = graded.answer.main.pooled, graded.scale
    if pooled is None or scale is None:
        return None
    low, high = pooled.interval.low, pooled.interval.high
    if low is None or high is None:
        return None
    return absolute_effect(scale.measure, (pooled.estimate, low, high), baseline.risk)


def _file_cells(
    graded: QuestionGrade, baseline: Baseline | None, effect: AbsoluteEffect | None, reasons: str
) -> tuple[Cell, ...]:
    start = (Cell(_people(graded)), Cell(_effect(graded)))
    if baseline is None or effect is None:
        pooled, scale = graded.answer.main.pooled, graded.scale
        in_units = pooled is not None and scale is not None and scale.typical is None
        limits = (pooled.estimate, pooled.interval.low, pooled.interval.high) if pooled else ()
        differences = limits if in_units and limits else (None, None, None)
        blank = (number(None),) * 3
        rest = (*(number(None),) * 4, *(number(v) for v in differences), *blank)
        return (*start, Cell(DASH, ""), *rest, Cell(reasons))
    needed = number_needed(effect, more_is_better=_more_is_better(graded))
    numbers = (_finite(value) for value in (needed.estimate, needed.low, needed.high))
    whose = f"{baseline.label}: {100 * baseline.risk:.0f}%"
    risks = (effect.control, effect.treated, effect.low, effect.high)
    differences = (effect.difference, effect.difference_low, effect.difference_high)
    if nobody_words(graded):
        differences, numbers = (0.0, *_silent_limits(graded)), (Cell(DASH, "") for _ in range(3))
    return (
        *start,
        Cell(whose, f"{whose}, {baseline.source}"),
        *(number(PER * risk, per_1000(risk)) for risk in risks),
        *(number(PER * value) for value in differences),
        *numbers,
        Cell(reasons),
    )


def _silent_limits(graded: QuestionGrade) -> tuple[float, float]:
    """Limits of the difference itself, where nobody had the event and no risk can be lower."""
    pooled = graded.answer.main.pooled
    assert pooled is not None
    assert pooled.interval.low is not None
    assert pooled.interval.high is not None
    return pooled.interval.low, pooled.interval.high


def _between(low: float, high: float) -> str:
    return f"runs from {_more(round(PER * low))} to {_more(round(PER * high))}"


def _finite(value: float) -> Cell:
    return Cell("", "infinite") if value in (float("inf"), float("-inf")) else number(value)


def per_1000(risk: float) -> str:
    """A risk as people out of 1000."""
    return f"{PER * risk:.0f}"


def _difference_text(effect: AbsoluteEffect) -> str:
    """ "285 more (18 fewer to 571 more)"; the words once where both limits share them."""
    low, high = round(PER * effect.difference_low), round(PER * effect.difference_high)
    middle = _more(round(PER * effect.difference))
    if low < 0 < high:
        return f"{middle} ({_more(low)} to {_more(high)})"
    nearest, farthest = sorted((abs(low), abs(high)))
    return f"{middle} ({nearest} to {farthest})"


def _more(difference: int) -> str:
    if difference == 0:
        return "0"
    return f"{abs(difference)} {'more' if difference > 0 else 'fewer'}"


def _reasons(graded: QuestionGrade, notes: Footnotes) -> tuple[str, str]:
    """Letters of the reasons for every step, and the reasons in words."""
    found = []
    for domain in graded.domains:
        if domain.steps or domain.level is Level.NOT_JUDGED:
            sign = "+" if domain.domain in UPGRADES else ""
            steps = f"{sign}{domain.steps}".replace("-", MINUS) if domain.steps else "not judged"
            found.append(f"{domain.domain.capitalize()} ({steps}): {domain.reason}")
    if graded.start is not None and (beside := randomised_words(graded)):
        found.insert(0, f"{graded.start.reason} {beside}")
    elif graded.start is not None and not graded.start.high:
        found.insert(0, graded.start.reason)
    letters = ", ".join(notes.letter(text) for text in found)
    return letters, " ".join(found)

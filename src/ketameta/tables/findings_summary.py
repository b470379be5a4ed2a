"""The summary of findings: at most seven outcomes, with people out of 1000 and the certainty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.appraisal.grade.absolute import (
    PER,
    AbsoluteEffect,
    absolute_effect,
    number_needed,
)
from ketameta.appraisal.grade.decision_scale import Baseline
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.appraisal.grade.signs import certainty_text
from ketameta.notation.numbers import DASH, MINUS
from ketameta.questions.certainty import UPGRADES, Certainty, Level
from ketameta.tables.findings import question_anchor
from ketameta.tables.formatting import AnswerText, counted, people_text
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table, number

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NOTE = (
    "Risks with ketamine follow from the risk without it and the relative effect. CI: confidence "
    "interval. NNTB, NNTH: number of people to treat for one more to be helped, or harmed; where "
    "the interval holds no difference it runs over infinity. ⊕⊕⊕⊕ high, ⊕⊕⊕◯ moderate, ⊕⊕◯◯ low, "
    "⊕◯◯◯ very low certainty (GRADE). A measure in units of its own has no risk without ketamine."
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
    columns = (
        Column("question", "Outcome"),
        Column("people", "People (studies)", "number"),
        Column("effect", "Relative effect (95% CI)", "number"),
        Column("baseline", "Risk without ketamine"),
        Column("without", "Without ketamine, per 1000", "right"),
        Column("with", "With ketamine, per 1000 (95% CI)", "number"),
        Column("difference", "Difference (95% CI)", "number"),
        Column("needed", "Number needed", "number", READERS),
        *(Column(key, key, audience=FILES) for key in _FILE_KEYS),
        Column("certainty", "Certainty"),
        Column("statement", "What it means"),
    )
    notes = Footnotes([])
    rows = tuple(row for graded in grades for row in _rows(graded, notes))
    title = "Summary of findings: ketamine compared with control"
    return Table("summary-of-findings", title, columns, rows, (NOTE, *notes.lines))


_FILE_KEYS = (
    "risk_low",
    "risk_high",
    "difference_low",
    "difference_high",
    "nnt",
    "nnt_low",
    "nnt_high",
    "reasons",
)


def _rows(graded: QuestionGrade, notes: Footnotes) -> Iterator[Row]:
    letters, reasons = _reasons(graded, notes)
    certainty = Cell(
        f"{certainty_text(graded)}{f' ({letters})' if letters else ''}", graded.certainty
    )
    baselines: Sequence[Baseline | None] = graded.baselines or (None,)
    for i, baseline in enumerate(baselines):
        first = i == 0
        effect = None if baseline is None else _absolute(graded, baseline)
        yield Row(
            (
                *_outcome_cells(graded, first=first),
                *_risk_cells(graded, baseline, effect),
                *_file_cells(graded, effect, reasons),
                certainty if first else Cell("", graded.certainty),
                Cell(graded.statement if first else "", graded.statement),
            ),
            kind="main" if first and graded.answer.main.k else "",
        )


def _outcome_cells(graded: QuestionGrade, *, first: bool) -> tuple[Cell, ...]:
    """Outcome, people and effect; readers see them once per outcome."""
    answer, text = graded.answer, AnswerText.of(graded.answer)
    main = answer.main
    people = f"{people_text(main)} ({counted(main.k, 'study')})" if main.k else "no study"
    effect = f"{text.short} {text.estimate(main)}" if main.k else DASH
    if not first:
        return Cell("", graded.id), Cell("", people), Cell("", effect)
    title = Cell(
        answer.question.title, graded.id, detail=follow_up(graded), href=question_anchor(graded.id)
    )
    return title, Cell(people), Cell(effect)


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


def _risk_cells(
    graded: QuestionGrade, baseline: Baseline | None, effect: AbsoluteEffect | None
) -> tuple[Cell, ...]:
    if baseline is None or effect is None:
        return Cell(DASH, ""), Cell(DASH, ""), Cell(DASH, ""), _units(graded), Cell(DASH)
    better = graded.answer.question.better == "higher"
    treated = f"{per_1000(effect.treated)} ({per_1000(effect.low)} to {per_1000(effect.high)})"
    return (
        Cell(f"{baseline.label}: {100 * baseline.risk:.0f}%", detail=baseline.source),
        Cell(per_1000(effect.control), PER * effect.control),
        Cell(treated, PER * effect.treated),
        Cell(_difference_text(effect), PER * effect.difference),
        Cell(number_needed(effect, more_is_better=better).text),
    )


def _units(graded: QuestionGrade) -> Cell:
    """A difference in units of its own, with the unit."""
    pooled, scale = graded.answer.main.pooled, graded.scale
    if pooled is None or scale is None or scale.typical is not None:
        return Cell(DASH, "")
    text = AnswerText.of(graded.answer)
    return Cell(f"{text.estimate(graded.answer.main)} {scale.unit}", pooled.estimate)


def _file_cells(
    graded: QuestionGrade, effect: AbsoluteEffect | None, reasons: str
) -> tuple[Cell, ...]:
    if effect is None:
        return (*(number(None) for _ in _FILE_KEYS[:-1]), Cell(reasons))
    needed = number_needed(effect, more_is_better=graded.answer.question.better == "higher")
    risks = (effect.low, effect.high, effect.difference_low, effect.difference_high)
    return (
        *(number(PER * risk) for risk in risks),
        *(_finite(value) for value in (needed.estimate, needed.low, needed.high)),
        Cell(reasons),
    )


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
    if graded.start is not None and not graded.start.high:
        found.insert(0, graded.start.reason)
    letters = ", ".join(notes.letter(text) for text in found)
    return letters, " ".join(found)

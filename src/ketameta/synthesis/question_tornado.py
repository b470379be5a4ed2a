"""How far the answer to a question moves with each assumption that its studies rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ketameta.measures.conversions import Assumption
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.result import PooledResult
from ketameta.questions.candidates import Candidate
from ketameta.questions.question import Question, Review
from ketameta.questions.selection import select
from ketameta.records.store import Evidence
from ketameta.sensitivity.assumptions import Tornado, tornado
from ketameta.sensitivity.preset_pool import pool_preset
from ketameta.synthesis.answer import Answer, StudyRow
from ketameta.synthesis.estimation import Estimate, estimate
from ketameta.synthesis.program_answer import ByProgram
from ketameta.synthesis.row_pooling import pool_rows, pooling_choices, without_contrast
from ketameta.synthesis.suppositions import LOOKED_FOR, ZERO_CELLS


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the review it belongs to, and the evidence."""

    question: Question
    review: Review
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class QuestionTornado:
    """The tornado of a question, or the reason in words why there is none.

    Attributes
    ----------
    tornado
        None where no assumption has a range, or no study gives an estimate.
    fixed
        Assumptions that are not varied: (key, sentence, why not).
    words
        What to tell a reader where nothing varies; empty otherwise.
    """

    tornado: Tornado | None
    fixed: tuple[tuple[str, str, str], ...] = ()
    words: str = ""


def question_tornado(
    asked: Asked,
    answer: Answer,
    *,
    choices: PoolingChoices | None = None,
    program: ByProgram | None = None,
) -> QuestionTornado:
    """Vary each assumption behind the studies of a question's main analysis over its range.

    Every estimate is made anew from its record with the other value, by the same function that
    made it for the answer, and all are pooled again as the review pools.

    Parameters
    ----------
    asked
        The question as it was asked (`questions.narrowing` where it was narrowed).
    answer
        Its answer by the review's own effect sizes.
    choices
        How to pool; None for the review's choices.
    program
        Effect sizes and pooling of a program instead. Its own rule for zero cells is not varied.

    References
    ----------
    Cochrane Handbook 6.5, section 10.14. See `sensitivity.assumptions.tornado`.
    """
    rows = answer.main.rows
    if not rows:
        return QuestionTornado(None, words="No study gives an estimate, so no assumption varies.")
    varied = _Varied.of(asked, rows)
    named = {key: one for key, one, _ in varied.assumptions}
    of_rule = _about_zero_cells(rows, answer.question.measure, program)
    fixed = tuple(
        (key, one.description, why)
        for key, one, name in varied.assumptions
        if (why := of_rule if name == ZERO_CELLS and of_rule else _why_fixed(one))
    )
    free = {key: one for key, one in named.items() if key not in {key for key, *_ in fixed}}
    if not free:
        return QuestionTornado(None, fixed, _nothing(rows, fixed))

    def analyse(values: Mapping[str, float]) -> PooledResult:
        moved = varied.rows_with(values)
        if program is None:
            usual = choices or pooling_choices(asked.review.choices)
            return pool_rows(moved, answer.question.measure, usual)
        table = program.table(moved, answer.question.measure)
        return pool_preset(table, program.program, level=program.level).pooled

    found = tornado(free, analyse)
    told = tuple((key, text) for key, text, _ in fixed)
    return QuestionTornado(replace(found, not_varied=told), fixed)


@dataclass(frozen=True, slots=True)
class _Varied:
    """The rows of an analysis and the results of records behind them.

    `assumptions` are (key over all studies, assumption, key within its study).
    """

    asked: Asked
    rows: Sequence[StudyRow]
    candidates: Mapping[str, Candidate]
    assumptions: tuple[tuple[str, Assumption, str], ...]

    @classmethod
    def of(cls, asked: Asked, rows: Sequence[StudyRow]) -> _Varied:
        criteria = asked.review.criteria.overridden_by(asked.question.criteria)
        chosen = select(asked.question, criteria, asked.evidence.studies).chosen
        used = {row.study: row for row in rows}
        candidates = {one.study.id: one for one in chosen if one.study.id in used}
        bare = cls(asked, rows, candidates, ())
        return replace(bare, assumptions=tuple(bare._assumptions()))

    def _assumptions(self) -> Iterator[tuple[str, Assumption, str]]:
        for row in self.rows:
            made = self._estimate(row, {})
            for name, one in made.assumptions if isinstance(made, Estimate) else ():
                yield f"{row.label}: {name}", one, name

    def _estimate(self, row: StudyRow, supposed: Mapping[str, float]) -> Estimate | str:
        measure, rule = self.asked.question.measure, self.asked.review.choices.zero_cells
        return estimate(self.candidates[row.study], measure, rule, supposed)

    def rows_with(self, values: Mapping[str, float]) -> tuple[StudyRow, ...]:
        """The rows under other values, by the keys over all studies."""
        return tuple(self._row(row, values) for row in self.rows)

    def _row(self, row: StudyRow, values: Mapping[str, float]) -> StudyRow:
        start = f"{row.label}: "
        supposed = {
            key.removeprefix(start): value for key, value in values.items() if key.startswith(start)
        }
        if not supposed:
            return row
        found = self._estimate(row, supposed)
        if isinstance(found, str):  # of a study whose own values give an estimate
            return row
        return replace(
            row, y=found.y, v=found.v, experimental=found.experimental, control=found.control
        )


def _about_zero_cells(rows: Sequence[StudyRow], measure: str, program: ByProgram | None) -> str:
    """Why the amount added to zero cells is not varied; empty where it is."""
    if program is not None:
        return "The program has its own rule for zero cells."
    if without_contrast(rows, measure):
        return "Nobody, or everybody, had the event: the counts are pooled without adding anything."
    return ""


def _why_fixed(one: Assumption) -> str:
    """Why an assumption is not varied; empty where it has a range."""
    if one.value is not None and one.low is not None and one.high is not None:
        return ""
    return one.no_range or "Nobody named a range."


def _nothing(rows: Sequence[StudyRow], fixed: Sequence[tuple[str, str, str]]) -> str:
    """Why no assumption varies, and what was looked for."""
    studies = "one study" if len(rows) == 1 else f"{len(rows)} studies"
    start = (
        f"No assumption varies: what the numbers of {studies} rest on has no range (see below)."
        if fixed
        else f"No assumption varies: the numbers of {studies} are as the sources print them."
    )
    return f"{start} Looked for: {'; '.join(LOOKED_FOR)}."

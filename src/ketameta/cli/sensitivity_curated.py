"""Sensitivity analyses that go back to the records: unknown outcomes, and what was supposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ketameta.cli.data_samples import Behind, Sample
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.method_options import Methods
from ketameta.cli.sensitivity_counts import Assumed, assumed
from ketameta.cli.sensitivity_missing import absent_blocks, assumption_rows, unknown_blocks
from ketameta.cli.sensitivity_rows import brief, pooled_grid, pooling_of
from ketameta.cli.sensitivity_wish import Variation, Varied
from ketameta.errors import UsageError
from ketameta.sensitivity.pooler import pooler
from ketameta.synthesis.missing_trials import StudyUnknown, missing_trials
from ketameta.synthesis.program_answer import ByProgram
from ketameta.synthesis.question_tornado import QuestionTornado, question_tornado

AS_COUNTED = "as-counted"


def missing_outcomes_of_question(sample: Sample, wish: Variation) -> Varied:
    """Best and worst case and informative missingness, for the studies whose records allow it."""
    assert sample.behind is not None
    answer = sample.behind.answer
    if sample.measure.family != "binary":
        raise UsageError(f"--kind missing-outcomes: compares events, so not {sample.measure.code}.")
    rule = str(sample.behind.asked.review.choices.zero_cells)
    trials, told = missing_trials(answer.main.rows, sample.measure.code, rule)
    base = pooler(pooling_of(sample, wish.methods))(sample.estimates)
    text = "every study as its source counts people"
    rows: list[dict[str, Any]] = [
        {"assumption": AS_COUNTED, "description": text, **brief(base, sample), "reason": None}
    ]
    found = Assumed([])
    if any(one.varied for one in told):
        found = assumed(trials, sample, wish)
        rows += assumption_rows(found, sample)
    shown = [{**row, "label": row["assumption"]} for row in rows]
    words = fields(*((row["assumption"], row["description"]) for row in rows))
    blocks: list[Block] = [
        Paragraph(_said(told), tone="" if any(one.varied for one in told) else "caution"),
        pooled_grid(sample, shown, "Assumption", wish.methods.choices().level),
        words,
        *absent_blocks(found),
        Heading("People without an outcome"),
        *unknown_blocks(told),
    ]
    studies = [{**asdict(one), "varied": one.varied} for one in told]
    return Varied(rows, {"studies": studies}, blocks)


def _said(told: Sequence[StudyUnknown]) -> str:
    varied = [one for one in told if one.varied]
    if varied:
        people = sum((one.missing_1 or 0) + (one.missing_2 or 0) for one in varied)
        names = ", ".join(one.label for one in varied)
        return (
            f"People without an outcome: {people}, in {names}. The other studies stay as they are; "
            "why stands below."
        )
    if all(one.missing_1 is not None for one in told):
        return "Everybody's outcome is known, so no assumption about missing outcomes varies."
    return (
        "No assumption varies: no record says how many people of each arm have no outcome. All "
        "studies stay as they are; what each would need stands below."
    )


def tornado_of_question(behind: Behind, methods: Methods) -> QuestionTornado:
    """The assumptions of a question's studies varied, pooled by the methods asked for."""
    choices = methods.choices()
    if methods.program is None:
        return question_tornado(behind.asked, behind.answer, choices=choices)
    rule = str(behind.asked.review.choices.zero_cells)
    by = ByProgram(methods.program, rule, choices.level)
    return question_tornado(behind.asked, behind.answer, program=by)

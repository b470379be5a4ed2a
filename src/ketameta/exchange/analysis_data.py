"""The analysis data set of a review: one row per study and question, with arms and effect.

The columns carry the names that `--data` knows, so that pooling yi and vi of the file gives the
review's own answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.exchange.data_set import NOT_APPLICABLE, NOT_GIVEN, DataSet, Kind, Value, Variable
from ketameta.measures.catalog import measure
from ketameta.synthesis.answer import Answer
from ketameta.tables.effects import effects
from ketameta.tables.table import Table

REASONS = {
    NOT_GIVEN: "not given in the sources read",
    NOT_APPLICABLE: "does not apply to this measure",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its key in the table of effects, and name, label and kind in the data set.

    `applies` names the family of measures whose data the column holds; "" for all.
    """

    key: str
    name: str
    label: str
    kind: Kind
    applies: str = ""
    coded: bool = False
    signed: bool = False


_COLUMNS = (
    _Column("question", "question", "Question of the review", "category"),
    _Column("study", "study", "Study record", "text"),
    _Column("label", "label", "Study, for tables and plots", "text"),
    _Column("substance", "substance", "Substance", "category"),
    _Column("design", "design", "Design", "category"),
    _Column("randomised", "randomised", "Allocation by chance", "category"),
    _Column("contrast_class", "contrast_class", "What is compared", "category"),
    _Column("control_type", "control_type", "What the control group received", "category"),
    _Column("outcome", "outcome", "Outcome as the study defines it", "text"),
    _Column("time", "time_label", "Time point as the source names it", "text"),
    _Column("weeks", "weeks", "Weeks after the start of treatment", "number", coded=True),
    _Column("experimental_label", "arm_1", "Group 1: what was given", "text"),
    _Column(
        "experimental_events", "events_1", "Group 1: people with event", "number", "counts", True
    ),
    _Column("experimental_n", "n_1", "Group 1: people analysed", "whole", coded=True),
    _Column("experimental_mean", "mean_1", "Group 1: mean", "number", "means", True, signed=True),
    _Column("experimental_sd", "sd_1", "Group 1: standard deviation", "number", "means", True),
    _Column("control_label", "arm_2", "Group 2: what was given", "text"),
    _Column("control_events", "events_2", "Group 2: people with event", "number", "counts", True),
    _Column("control_n", "n_2", "Group 2: people analysed", "whole", coded=True),
    _Column("control_mean", "mean_2", "Group 2: mean", "number", "means", True, signed=True),
    _Column("control_sd", "sd_2", "Group 2: standard deviation", "number", "means", True),
    _Column("people", "people", "People behind the estimate", "whole", coded=True),
    _Column("measure", "measure", "Effect measure", "category"),
    _Column("y", "yi", "Effect (logarithm for ratios)", "number"),
    _Column("v", "vi", "Sampling variance of the effect", "number"),
    _Column("estimate_shown", "shown", "Effect as readers see it", "number"),
    _Column("ci_low_shown", "shown_lo", "Lower limit as readers see it", "number"),
    _Column("ci_high_shown", "shown_hi", "Upper limit as readers see it", "number"),
    _Column("weight_percent", "weight", "Weight in percent", "number"),
    _Column("flags", "flags", "Flags (ketameta explain CODE)", "text"),
    _Column("how", "how", "How the effect was made", "text"),
    _Column("document", "document", "Document read", "text"),
    _Column("locator", "locator", "Place in the document", "text"),
    _Column("address", "address", "Address of the document", "text"),
    _Column("verification", "verified", "How far it was verified", "category"),
    _Column("derivation", "derived", "Arithmetic behind the numbers", "text"),
)


def analysis_data(answers: Sequence[Answer], *, name: str, title: str) -> DataSet:
    """One row per study of each main analysis, ready for SPSS, Stata, SAS, R or Excel.

    Parameters
    ----------
    answers
        The answers whose studies are wanted, in order.
    name
        One word for the data set.
    title
        The review, or the question.

    Notes
    -----
    Group 1 is the tested treatment. Numbers that no source gives are missing with the code -9 (.a
    in Stata, .A in SAS), those that the kind of data has not with -8 (.b, .B); of means, which can
    be negative, SPSS files do not say it.
    """
    table = effects(answers)
    families = [
        measure(answer.question.measure).family for answer in answers for _ in answer.main.rows
    ]
    variables = tuple(_variable(column, table, families) for column in _COLUMNS)
    return DataSet(name, title, variables, tuple(_notes(answers)))


def _variable(column: _Column, table: Table, families: Sequence[str]) -> Variable:
    keys = [c.key for c in table.columns]
    at = keys.index(column.key)
    values = tuple(_value(row.cells[at].stored) for row in table.rows)
    if not column.coded:
        return Variable(column.name, column.label, column.kind, values)
    absent = {
        row: _reason(column, families[row]) for row, value in enumerate(values) if value is None
    }
    return Variable(column.name, column.label, column.kind, values, absent, REASONS, column.signed)


def _reason(column: _Column, family: str) -> int:
    means = family in ("continuous", "paired")
    misplaced = (column.applies == "counts" and means) or (column.applies == "means" and not means)
    return NOT_APPLICABLE if misplaced else NOT_GIVEN


def _value(stored: str | int | float) -> Value:
    return None if stored == "" else stored


def _notes(answers: Sequence[Answer]) -> list[str]:
    lines = [
        "Analysis data set made by ketameta. One row per study and question of the review.",
        "yi and vi are on the analysis scale: the logarithm of ratios. Group 1 is the tested "
        "treatment. weight is in percent of the question's main analysis.",
    ]
    for answer in answers:
        question = answer.question
        lines.append(f"{question.id}: {question.title}; measure {question.measure}.")
    return lines

"""Bubble plots of a question's numeric moderators, where there are studies enough for a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress

import numpy as np

from ketameta.errors import KetametaError
from ketameta.figures.diagnostics.bubble import draw_bubble
from ketameta.figures.picture import Picture, Subject
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.moderator_curve import moderator_curve
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS, RegressionChoices
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.sensitivity.bias.gate import ENOUGH_STUDIES
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.moderator_values import MODERATORS


def moderator_pictures(
    answer: Answer, evidence: Evidence, review: Review
) -> Iterator[tuple[str, Picture]]:
    """Name of a moderator and its picture, for each number that ten studies or more state.

    With fewer a line is a guess that a figure in a journal would lend weight to; the tables of
    `ketameta moderators`, and `ketameta plot bubble`, show it all the same.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, version 6.5, section 10.11.5.1.
    """
    if answer.main.k < ENOUGH_STUDIES:
        return
    chosen = review.choices
    level = float(chosen.level) / 100
    interval = chosen.interval if chosen.interval in COEFFICIENT_TESTS else None
    choices = RegressionChoices(chosen.tau2, interval, level)
    measure = find_measure(answer.question.measure)
    subject = Subject(answer.question.title, measure, level)
    rows = answer.main.rows
    studies = [evidence.get(row.study).study for row in rows]
    for moderator in MODERATORS:
        pairs = zip(studies, rows, strict=True)
        numbers = [moderator.read(study, row).number for study, row in pairs]
        stated = [number is not None for number in numbers]
        known = list(compress(rows, stated))
        if not moderator.numeric or len(known) < ENOUGH_STUDIES:
            continue
        estimates = EffectEstimates.from_arrays(
            measure.code,
            [row.y for row in known],
            [row.v for row in known],
            labels=[row.label for row in known],
        )
        values = np.array(list(compress(numbers, stated)), dtype=np.float64)
        name = f"{moderator.title.lower()} ({moderator.unit})"
        try:
            with np.errstate(all="ignore"):
                curve = moderator_curve(estimates, values, moderator=name, choices=choices)
        except KetametaError:  # the same number in every study has no line
            continue
        yield moderator.name, draw_bubble(curve, subject)

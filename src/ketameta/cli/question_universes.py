"""The multiverse of a question: the universes of its page, and what options add to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ketameta.cli.curated_rows import column_texts
from ketameta.cli.data_samples import Behind, Sample
from ketameta.cli.multiverse_forks import TOO_FEW, Forks
from ketameta.cli.no_contrast import refuse_without_contrast
from ketameta.errors import UsageError
from ketameta.measures.zero_cells import ZeroCells
from ketameta.sensitivity.multiverse import (
    ALL_STUDIES,
    Multiverse,
    inclusion_by_group,
    multiverse_of_sets,
)
from ketameta.sensitivity.selected_estimates import selected_estimates
from ketameta.sensitivity.universes import ZERO_CELL_RULES, MultiverseChoices
from ketameta.synthesis.answer import StudyRow
from ketameta.synthesis.answering import MAIN_ANALYSIS, inclusion_sets
from ketameta.synthesis.further import NamedEstimates, review_forks
from ketameta.synthesis.row_pooling import pooling_choices, row_estimates, without_contrast


def universes_of_question(sample: Sample, forks: Forks) -> Multiverse:
    """Inclusion by the review's own sets, and its methods among the usual ones.

    Parameters
    ----------
    forks
        What options name takes the place of the usual choices; `without` adds the main analysis
        without each value of a column.

    Raises
    ------
    UsageError
        For a further measure, or a column or rule that does not exist.
    DataError
        Where nobody in any group had the event.
    """
    assert sample.behind is not None
    if forks.also:
        raise UsageError("--also: goes with --data. A question of the review has one measure.")
    refuse_without_contrast(sample, "The multiverse")
    review = sample.behind.asked.review
    usual = review_forks(pooling_choices(review.choices))
    rules = tuple(dict.fromkeys((str(review.choices.zero_cells), *ZERO_CELL_RULES)))
    choices = forks.over(replace(usual, zero_cells=rules))
    found = list(_sets(sample.behind, forks.without, choices))
    few = list(dict.fromkeys(name for name, _, estimates in found if estimates.k < 2))
    many = [one for one in found if one[2].k > 1]
    kept = {name for name, *_ in many}
    whole = multiverse_of_sets(many or found[:1], choices=choices)
    left = tuple(f"{name}: {TOO_FEW}" for name in few if many and name not in kept)
    return replace(whole, refused=(*whole.refused, *left))


def _sets(
    behind: Behind, without: Sequence[str], choices: MultiverseChoices
) -> Iterator[NamedEstimates]:
    """The review's sets first, so that what gives the same goes by their names."""
    measure, rules = behind.answer.question.measure, choices.zero_cells
    for rule in rules:
        ZeroCells(rule)
    found = [
        (name, rule, analysis.rows, row_estimates(analysis.rows, measure))
        for name, rule, analysis in inclusion_sets(behind.asked, behind.answer, rules)
        if analysis.rows and not without_contrast(analysis.rows, measure)
    ]
    yield from ((name, zero_cells, estimates) for name, zero_cells, _, estimates in found)
    for name, zero_cells, rows, estimates in found:
        if name == MAIN_ANALYSIS and without:
            for label, mask in _masks(behind, rows, without).items():
                yield label, zero_cells, selected_estimates(estimates, mask)


def _masks(
    behind: Behind, rows: Sequence[StudyRow], without: Sequence[str]
) -> dict[str, NDArray[np.bool_]]:
    """The main analysis without each value of each column."""
    question, evidence = behind.answer.question.id, behind.asked.evidence
    texts = {column: column_texts(rows, column, evidence, question) for column in without}
    masks = inclusion_by_group(texts)
    masks.pop(ALL_STUDIES)
    return masks

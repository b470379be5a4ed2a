"""A question asked of fewer studies: under one of the review's sets, or without some by hand."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from ketameta.errors import UsageError
from ketameta.questions.question import Criteria, Question, Review

MAIN = "main"


def narrowed(
    question: Question,
    review: Review,
    *,
    set_id: str | None = None,
    without: Sequence[str] = (),
    known: Collection[str] = (),
) -> Question:
    """The question with the criteria of a set as its own, and without some studies.

    The sensitivity sets of the question leave out the same studies.

    Parameters
    ----------
    set_id
        Id of a set of the review; None or "main" for the question as it is.
    without
        Ids of studies to leave out.
    known
        Ids of the studies on record.

    Raises
    ------
    UsageError
        For a set or a study that does not exist, with the nearest name.
    """
    for study in without:
        if study not in known:
            raise UsageError(f"--without: there is no study {study!r}. {_nearest(study, known)}")
    criteria = review.criteria.overridden_by(question.criteria)
    if set_id is not None and set_id != MAIN:
        criteria = criteria.overridden_by(_set(review, set_id))
    if without:
        left = tuple(dict.fromkeys((*(criteria.without or ()), *without)))
        criteria = criteria.model_copy(update={"without": left})
    return question.model_copy(update={"criteria": criteria})


def _set(review: Review, set_id: str) -> Criteria:
    sets = {s.id: s.criteria for s in review.sets}
    if set_id not in sets:
        raise UsageError(f"--set: the review has no set {set_id!r}. {_nearest(set_id, sets)}")
    return sets[set_id]


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return "Known are: " + ", ".join(known) + "." if len(known) <= 12 else "See ketameta list."

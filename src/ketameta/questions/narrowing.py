"""A question asked of fewer studies: under one of the review's sets, or without some by hand."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence

from ketameta.errors import UsageError
from ketameta.questions.question import Criteria, Question, Review

MAIN = "main"


def narrowed(
    question: Question,
    review: Review,
    *,
    set_id: str | None = None,
    without: Sequence[str] = (),
    known: Mapping[str, str],
) -> Question:
    """The question with the criteria of a set as its own, and without some studies.

    Its title says so, and with it every figure and table; the sensitivity sets of the question
    leave out the same studies.

    Parameters
    ----------
    set_id
        Id of a set of the review; None or "main" for the question as it is.
    without
        Ids of studies to leave out.
    known
        Labels of the studies on record, by id.

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
    said = [*_set_title(review, set_id), *(f"without {known[study]}" for study in without)]
    title = f"{question.title} ({'; '.join(said)})" if said else question.title
    return question.model_copy(update={"criteria": criteria, "title": title})


def _set_title(review: Review, set_id: str | None) -> Iterator[str]:
    if set_id is not None and set_id != MAIN:
        yield next(s.title for s in review.sets if s.id == set_id)


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

"""Whether a study could answer a question at all, by how it was made, whatever it has reported."""

from __future__ import annotations

from ketameta.questions.candidates import control_fits
from ketameta.questions.contrasts import ContrastClass
from ketameta.questions.question import Criteria
from ketameta.records.study import Study
from ketameta.records.vocabulary import Role


def could_compare(study: Study, criteria: Criteria) -> bool:
    """Whether its arms, as recorded, hold a comparison that the criteria accept.

    A study of one group does not, nor does a comparison of doses where the question asks for
    ketamine against a control. Criteria on single results (verification, assessment) say nothing
    about a study that has reported none, and are not asked.
    """
    if criteria.randomised and study.design.randomised not in criteria.randomised:
        return False
    if criteria.substances and study.substance not in criteria.substances:
        return False
    if study.id in (criteria.without or ()):
        return False
    tested = any(arm.role is Role.EXPERIMENTAL for arm in study.arms)
    classes = criteria.contrast_classes or tuple(ContrastClass)
    return tested and any(
        control_fits(arm, contrast_class, criteria)
        for contrast_class in classes
        for arm in study.arms
        if arm.role is Role.CONTROL
    )


def has_nobody(study: Study) -> bool:
    """Whether it ended before anybody was enrolled, so that there never will be a result."""
    return study.design.enrolled_n == 0

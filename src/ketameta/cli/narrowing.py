"""`--set` and `--without`: a question of the review asked of fewer studies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.questions.question import Question, Review
    from ketameta.records.store import Evidence

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A set of the review to take as the main analysis, and studies to leave out."""

    set_id: str | None = None
    without: tuple[str, ...] = ()

    def applied_to(self, question: Question, review: Review, evidence: Evidence) -> Question:
        """The question under these wishes; UsageError for names that do not exist."""
        if self.set_id is None and not self.without:
            return question
        from ketameta.questions.narrowing import narrowed

        known = {study.id: study.label for study in evidence.studies}
        return narrowed(question, review, set_id=self.set_id, without=self.without, known=known)

    def refuse_without_question(self, where: str) -> None:
        """UsageError if one of the options was given where no question is asked."""
        if self.set_id is not None or self.without:
            option = "--set" if self.set_id is not None else "--without"
            raise UsageError(f"{where}: {option} goes with a QUESTION of the review. Name one.")


def narrowing_options(function: Function) -> Callable[..., Any]:
    """`--set ID` and `--without STUDY`, handed on as one `narrowing`."""

    @click.option(
        "--set",
        "set_id",
        metavar="ID",
        help="With QUESTION: one of the review's sets of studies as the main analysis.",
    )
    @click.option(
        "--without",
        "left_out",
        multiple=True,
        metavar="STUDY",
        help="With QUESTION: leave this study out, by its id. Repeat.",
    )
    @wraps(function)
    def with_narrowing(
        *args: Any, set_id: str | None, left_out: tuple[str, ...], **rest: Any
    ) -> Any:
        return function(*args, narrowing=Narrowing(set_id, left_out), **rest)

    return with_narrowing

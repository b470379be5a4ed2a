"""`ketameta new`: a new record or question."""

from __future__ import annotations

import click

from ketameta.cli.lazy_group import Entry, LazyGroup, help_where_alone
from ketameta.cli.options import everywhere

NEW = {
    "study": Entry(
        "ketameta.cli.new_study", "new_study", "A study record, asked for or taken from a file."
    ),
    "question": Entry(
        "ketameta.cli.new_question", "new_question", "A question, added to review.yaml."
    ),
}


class New(LazyGroup):
    """The group over `NEW`."""

    table = NEW


@click.group(
    "new",
    cls=New,
    invoke_without_command=True,
    epilog="""\b
Examples:
  ketameta new study doe-2020
  ketameta new study --from-reference doe.ris --set substance=alcohol
  ketameta new question craving-week-4
""",
)
@everywhere
@click.pass_context
def new(ctx: click.Context) -> int:
    """Begin a study record, or add a question to a review.

    Nothing that exists is overwritten.
    """
    return help_where_alone(ctx)

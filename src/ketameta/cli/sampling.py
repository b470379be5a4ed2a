"""What commands on effect estimates share: their options, and the samples they work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.method_options import Methods
from ketameta.cli.options import everywhere, format_option, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.cli.data_samples import Samples
    from ketameta.cli.findings import Findings

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Source:
    """Where the estimates come from, and in which form the result is wanted.

    Attributes
    ----------
    workspace
        Records and reviews, for a question.
    request
        A table.
    question
        Id of a question of the review; exactly one of the two is given.
    review_file
        The review, where there are several.
    style
        json, csv, md or table.
    """

    workspace: Callable[[], Workspace]
    request: DataRequest
    question: str | None
    review_file: Path | None
    style: str

    def samples(self, methods: Methods | None = None) -> Samples:
        """The estimates asked for.

        Raises
        ------
        UsageError
            Without a table or a question, with both, or for options that do not fit them.
        """
        methods = methods or Methods()
        if (self.request.file is None) == (self.question is None):
            raise UsageError("estimates: name either a table with --data FILE or a QUESTION.")
        if self.question is None:
            from ketameta.cli.data_samples import refuse_far_apart, table_samples

            samples = table_samples(
                self.request, zero_cells=methods.zero_cells, smd_variance=methods.smd_variance
            )
            for sample in samples.samples:
                refuse_far_apart(samples.source, sample.estimates)
            return samples
        self.request.refuse_without_file()
        from ketameta.cli.question_samples import question_samples

        return question_samples(
            self.workspace(), self.question, methods, self.review_file, Output.here()
        )

    def deliver(self, samples: Samples, found: list[Findings], methods: Methods) -> None:
        """Write the results, and what there is to say about the methods."""
        from ketameta.cli.findings import deliver_findings

        output = Output.here()
        for note in methods.notes:
            output.say(note)
        deliver_findings(samples, found, self.style, output)


def source_options(function: Function) -> Callable[..., Any]:
    """QUESTION, `--data` and what belongs to it, `--format`, `--review`; as `source`."""

    @click.argument("question", required=False)
    @data_options
    @format_option("table", "json", "csv", "md")
    @review_option
    @everywhere
    @wraps(function)
    def with_source(
        *args: Any,
        question: str | None,
        request: DataRequest,
        style: str,
        review_file: Path | None,
        **rest: Any,
    ) -> Any:
        ctx = click.get_current_context()
        source = Source(lambda: Workspace.of(ctx), request, question, review_file, style)
        return function(*args, source=source, **rest)

    return with_source

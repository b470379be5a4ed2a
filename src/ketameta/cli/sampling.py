"""What commands on effect estimates share: their options, and the samples they work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.method_options import Methods, preset_option
from ketameta.cli.options import everywhere, format_option, review_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.result_options import FORMATS, Delivery, form_of
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.cli.data_samples import Samples
    from ketameta.cli.findings import Findings

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Source:
    """Where the estimates come from, and where and in which form the result goes.

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
    output
        Standard output, or a file that was found fit to be written.
    style
        json, csv, md or table.
    preset
        The program whose effect sizes are wanted, for commands that choose no methods of pooling.
    """

    workspace: Callable[[], Workspace]
    request: DataRequest
    question: str | None
    review_file: Path | None
    output: Output
    style: str
    preset: str | None = None

    def samples(
        self, methods: Methods | None = None, *, columns: bool = False, demanded: bool = True
    ) -> Samples:
        """The estimates asked for.

        Parameters
        ----------
        columns
            The command works on columns: a question gives its studies as rows of a table too.
        demanded
            Whether a table without any estimate is an error.

        Raises
        ------
        UsageError
            Without a table or a question, with both, or for options that do not fit them.
        """
        methods = self._under_preset(methods or Methods())
        if (self.request.file is None) == (self.question is None):
            raise UsageError("estimates: name either a table with --data FILE or a QUESTION.")
        if self.question is None:
            from ketameta.cli.data_samples import refuse_far_apart, table_samples

            samples = table_samples(
                self.request,
                zero_cells=methods.zero_cells,
                program=methods.program,
                demanded=demanded,
            )
            for sample in samples.samples:
                refuse_far_apart(samples.source, sample.estimates)
            return samples
        self.request.refuse_without_file()
        from ketameta.cli.question_samples import question_samples

        return question_samples(
            self.workspace(),
            self.question,
            methods,
            self.review_file,
            self.output,
            columns=columns,
        )

    def deliver(
        self, samples: Samples, found: list[Findings], methods: Methods, *, what: str = ""
    ) -> None:
        """Write the results, and what there is to say about the methods.

        Parameters
        ----------
        what
            The command or kind of analysis, by which a preset's notes say what it does not follow.
        """
        from ketameta.cli.findings import deliver_findings, with_warnings
        from ketameta.cli.preset_notes import not_followed, preset_notes

        wanted = self._under_preset(methods)
        if wanted.program is not None:
            alone = methods.program is None
            reasons = [] if alone else [*not_followed(wanted.program, samples, what)]
            for note in (*preset_notes(wanted.program, effects_only=alone), *reasons):
                self.output.say(note)
            found = [with_warnings(one, "preset_not_followed", reasons) for one in found]
        deliver_findings(samples, found, self.style, self.output)

    def _under_preset(self, methods: Methods) -> Methods:
        if self.preset is None or methods.program is not None:
            return methods
        wanted = Methods(zero_cells=methods.zero_cells).under(self.preset)
        return replace(methods, program=wanted.program, zero_cells=wanted.zero_cells)


def source_options(function: Function) -> Callable[..., Any]:
    """QUESTION, `--data` and what belongs to it, and `--preset`; handed on as `source`.

    Stands above the other options, with `source_results` below them. Where `method_options`
    brings `--preset`, it is left to them.
    """
    known = {name for option in getattr(function, "__click_params__", ()) for name in option.opts}
    own = "--preset" not in known

    @click.argument("question", required=False)
    @data_options
    @(preset_option if own else _as_it_is)
    @wraps(function)
    def with_source(
        *args: Any,
        question: str | None,
        request: DataRequest,
        style: str,
        out: Path | None,
        force: bool,
        review_file: Path | None,
        **rest: Any,
    ) -> Any:
        ctx = click.get_current_context()
        preset = rest.pop("preset") if own else None
        delivery = Delivery(form_of(style, out), out, force)
        source = Source(
            lambda: Workspace.of(ctx),
            request,
            question,
            review_file,
            delivery.output(request.file),
            delivery.style,
            preset,
        )
        return function(*args, source=source, **rest)

    return with_source


def source_results(function: Function) -> Function:
    """`--format`, `-o`, `--force` and `--review`, the last ones; `source_options` takes them up."""
    return format_option(*FORMATS)(saving_options(review_option(everywhere(function))))


def _as_it_is(function: Function) -> Function:
    return function

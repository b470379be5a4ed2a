"""`ketameta pool`: the review's questions answered, or a table of one's own pooled."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.data_options import DataRequest, data_options
from ketameta.cli.failures import FINE
from ketameta.cli.method_options import (
    Methods,
    method_options,
    threshold_option,
    weighting_option,
)
from ketameta.cli.narrowing import Narrowing, narrowing_options
from ketameta.cli.options import everywhere, review_option
from ketameta.cli.result_options import FORMATS, Delivery, result_options
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  ketameta pool
  ketameta pool abstinence-longest
  ketameta pool abstinence-longest --set randomised --without dakwar-2020
  ketameta pool --data trials.csv --measure OR --format json
  ketameta pool --data trials.csv --measure SMD --tau2 PM --by drug
  ketameta pool --data trials.csv --measure OR --method mh
  ketameta pool --data trials.csv --measure OR --threshold 0
  ketameta pool abstinence-longest --threshold important
  ketameta pool --data trials.csv --measure OR --method glmm:um.fs --ci t
\b
Columns of FILE:
  study                                    label of each row
  events_1, n_1, events_2, n_2             OR, RR, RD: group 1 against group 2
  mean_1, sd_1, n_1, mean_2, sd_2, n_2     MD, SMD, ROM
  yi and vi, or yi and sei                 any measure, on the analysis scale
                                           (the logarithm for OR, RR, HR)
  estimate, ci_low, ci_high                any measure, as a paper prints it
  metafor's names (ai, n1i, ci, n2i, m1i, sd1i, ...) are understood as well.
"""
)
@click.argument("question", required=False)
@data_options
@weighting_option
@threshold_option
@method_options
@narrowing_options
@result_options(*FORMATS)
@review_option
@everywhere
@click.pass_context
def pool(
    ctx: click.Context,
    question: str | None,
    request: DataRequest,
    methods: Methods,
    narrowing: Narrowing,
    delivery: Delivery,
    review_file: Path | None,
) -> int:
    """Pool the evidence, or any table of your own.

    Without --data the review's questions are answered from the study records: all of them in a
    table, or QUESTION in full with its studies, heterogeneity, subgroups, sensitivity analyses,
    flags, and every study left out with the reason. With --data FILE a table of trial results is
    pooled, as one meta-analysis or one for each value of --by.
    """
    from ketameta.cli import pool_results

    if request.file is not None and question is not None:
        raise UsageError("pool: QUESTION and --data exclude each other. Choose one.")
    if question is None:
        narrowing.refuse_without_question("pool")
    output = delivery.output(request.file)
    if request.file is not None:
        if methods.decision is not None:
            raise UsageError(
                f"--threshold {methods.decision}: is a decision of the review. Give a number, or "
                "a QUESTION."
            )
        result = pool_results.of_table(request, methods, output)
    else:
        request.refuse_without_file()
        result = pool_results.of_review(
            Workspace.of(ctx),
            (question, narrowing),
            methods,
            review_file=review_file,
            output=output,
        )
    pool_results.deliver(result, delivery, output)
    return FINE

"""Analyses of a published review: listed and checked, written as a table, made into records."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import format_option
from ketameta.cli.output import Output
from ketameta.cli.record_options import check_chosen, constants_of
from ketameta.cli.table_import import made_options
from ketameta.cli.written_records import write_and_tell
from ketameta.errors import DataError, UsageError

if TYPE_CHECKING:
    from ketameta.exchange.reviews.analyses import Judgement, ReviewAnalysis
    from ketameta.exchange.reviews.recomputation import Recomputed
    from ketameta.tables.table import Cell, Table

_RESULTS = ("effect", "low", "high", "tau2", "chi2", "df", "i2", "z")
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What to do with a review: nothing said means list and check all its analyses."""

    style: str
    outcome: str | None = None
    out: Path | None = None
    force: bool = False
    records: bool = False
    to: Path | None = None
    constants: tuple[str, ...] = ()


def review_options(function: Function) -> Callable[..., Any]:
    """`--outcome`, `--out`, `--records` and the like, handed on as one `request`."""

    @click.option(
        "--list",
        "listed",
        is_flag=True,
        help="List the analyses, computed again and compared (the default).",
    )
    @click.option("--outcome", metavar="ID", help="One analysis, as in 1.2; without it all.")
    @format_option("table", "json", "csv", "md")
    @made_options("the data of the analysis")
    @wraps(function)
    def with_request(
        *args: Any,
        listed: bool,
        outcome: str | None,
        out: Path | None,
        force: bool,
        records: bool,
        constants: tuple[str, ...],
        to: Path | None,
        style: str,
        **rest: Any,
    ) -> Any:
        if listed and (out is not None or records):
            raise UsageError("--list: goes alone. Leave out --out and --records.")
        check_chosen(out, constants, to, records=records)
        request = ReviewRequest(style, outcome, out, force, records, to, constants)
        return function(*args, request=request, **rest)

    return with_request


def handle(
    ctx: click.Context,
    source: str,
    analyses: Sequence[ReviewAnalysis],
    request: ReviewRequest,
    judgements: Sequence[Judgement] = (),
) -> int:
    """Do what was asked; exit code 1 where a stated number differs or a record is incomplete."""
    from ketameta.exchange.reviews.recomputation import recomputed, said

    chosen = _chosen(source, analyses, request.outcome)
    if request.out is not None:
        return _write(source, chosen, request)
    if request.records:
        return _make_records(ctx, source, chosen, request, judgements)
    output = Output.here()
    found = [recomputed(analysis) for analysis in chosen]
    from ketameta.cli.table_delivery import deliver_table

    deliver_table(_overview(source, found), request.style, output)
    sentences = [sentence for item in found for sentence in said(item)]
    for sentence in sentences:
        output.say(sentence)
    return FINDINGS if any(item.differences or item.stale for item in found) else FINE


def _chosen(
    source: str, analyses: Sequence[ReviewAnalysis], outcome: str | None
) -> list[ReviewAnalysis]:
    if not analyses:
        raise DataError(f"{source}: holds no analyses. There is nothing to check or to import.")
    if outcome is None:
        return list(analyses)
    found = [analysis for analysis in analyses if analysis.id == outcome]
    if not found:
        known = ", ".join(analysis.id for analysis in analyses) or "none"
        raise UsageError(f"{source}: there is no analysis {outcome}. There are: {known}.")
    return found


def _write(source: str, chosen: list[ReviewAnalysis], request: ReviewRequest) -> int:
    from ketameta.cli.saving import check_place, save_table
    from ketameta.exchange.reviews.analyses import analysis_table
    from ketameta.exchange.writing import writer_for

    assert request.out is not None
    if len(chosen) != 1:
        raise UsageError("--out: holds one analysis. Say which with --outcome (see --list).")
    analysis = chosen[0]
    writer_for(request.out)
    check_place(request.out, Path(source))
    output = Output.here()
    table = analysis_table(analysis, source)
    save_table(table, request.out, force=request.force, output=output)
    measure = "OR" if analysis.measure == "PETO" else analysis.measure
    by = " --by subgroup" if analysis.subgroups else ""
    output.result(
        f"{request.out}: {len(analysis.rows)} rows. Next: ketameta pool --data {request.out} "
        f"--measure {measure}{by}"
    )
    return FINE


def _make_records(
    ctx: click.Context,
    source: str,
    chosen: list[ReviewAnalysis],
    request: ReviewRequest,
    judgements: Sequence[Judgement],
) -> int:
    from ketameta.exchange.reviews.records import review_records

    constants = constants_of(request.constants)
    records, told = review_records(chosen, source, constants, judgements)
    output = Output.here()
    for sentence in told:
        output.say(sentence)
    found = write_and_tell(ctx, records, request.to, output)
    return FINDINGS if found or told else FINE


def _overview(source: str, found: Sequence[Recomputed]) -> Table:
    from ketameta.tables.table import FILES, READERS, Column, Row, Table

    columns = (
        Column("id", "Analysis"),
        Column("title", "Outcome"),
        Column("comparison", "Comparison", audience=FILES),
        Column("k", "Studies", "right"),
        Column("model", "Method", audience=READERS),
        Column("measure", "Measure", audience=FILES),
        Column("method", "Method", audience=FILES),
        Column("stated", "Stated", "number", audience=READERS),
        Column("recomputed", "Recomputed", "number", audience=READERS),
        *(Column(f"stated_{name}", name, audience=FILES) for name in _RESULTS),
        *(Column(name, name, audience=FILES) for name in _RESULTS),
        Column("check", "Differ", audience=READERS),
        Column("compared", "Compared", audience=FILES),
        Column("differences", "Numbers that differ", audience=FILES),
        Column("stale", "Only zeros stated", audience=FILES),
    )
    rows = tuple(Row(tuple(_cells(item))) for item in found)
    return Table("review_analyses", f"Analyses of {source}, computed again", columns, rows)


def _cells(item: Recomputed) -> Iterator[Cell]:
    """The cells of one analysis, in the order of the columns."""
    from ketameta.tables.table import Cell

    analysis, overall = item.analysis, item.analysis.overall
    stated = {name: overall.number(name) for name in _RESULTS}
    words = analysis.kind == "text"
    differ = len(item.differences)
    yield Cell(analysis.id)
    yield Cell(analysis.title)
    yield Cell(analysis.comparison)
    yield Cell(str(len(analysis.rows)), len(analysis.rows))
    yield Cell("words only" if words else f"{analysis.measure}, {analysis.model}")
    yield Cell(analysis.measure)
    yield Cell(analysis.model)
    yield Cell("only zeros" if overall.stale and item.stale else _shown(stated))
    yield Cell(_shown(item.values))
    for values in (stated, item.values):
        for name in _RESULTS:
            value = values.get(name, math.nan)
            yield Cell("", "" if math.isnan(value) else value)
    yield Cell(f"{differ} of {item.compared}" if item.compared else "none stated")
    yield Cell("", item.compared)
    yield Cell("", differ)
    yield Cell("", len(item.stale))


def _shown(values: Mapping[str, float]) -> str:
    from ketameta.notation.numbers import DASH, MINUS

    effect, low, high = (values.get(name, math.nan) for name in ("effect", "low", "high"))
    if math.isnan(effect) or math.isnan(low):
        return DASH
    return f"{effect:.2f} [{low:.2f}, {high:.2f}]".replace("-", MINUS)

"""`ketameta explain`: what a code means, offline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph, fields
from ketameta.cli.failures import FINE
from ketameta.cli.machine_formats import to_json
from ketameta.cli.options import everywhere, format_option, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import KetametaError

if TYPE_CHECKING:
    from pathlib import Path

    from ketameta.cli.topic import Topic


@click.command(
    epilog="""\b
Examples:
  ketameta explain NP
  ketameta explain REML
  ketameta explain R033
  ketameta explain revman-5
"""
)
@click.argument("code", required=False)
@format_option("text", "json")
@review_option
@everywhere
@click.pass_context
def explain(ctx: click.Context, code: str | None, style: str, review_file: Path | None) -> int:
    """Explain a flag, rule, measure or method.

    CODE is what stands in a table, in either case: a flag (NP), a rule of check (R033), an effect
    measure (SMD), an estimator or interval (REML, hksj), a preset (revman-5), a statistic (I2), or
    a word of the study records ("active placebo"). Without it every code is listed. Nothing is
    looked up online.
    """
    from ketameta.cli.terminal import to_terminal
    from ketameta.cli.topics import find, topics

    output = Output.here()
    chosen = topics() if code is None else find(code)
    if style == "json":
        output.result(to_json([_as_json(topic) for topic in chosen]))
    elif code is None:
        output.result(to_terminal([*_list(chosen)], output))
        output.say("For one of them: ketameta explain CODE")
    else:
        blocks = [block for topic in chosen for block in _blocks(topic, ctx, review_file)]
        output.result(to_terminal(blocks, output))
    return FINE


def _list(chosen: tuple[Topic, ...]) -> Iterator[Block]:
    for kind, group in groupby(chosen, key=lambda topic: topic.kind):
        yield Heading(kind)
        lines = tuple(Line((topic.code, topic.name or topic.meaning[0])) for topic in group)
        width = max(6, *(len(line.cells[0]) for line in lines))
        yield Grid((Column("", least=width, tone="strong"), Column("", firm=False)), lines)


def _blocks(topic: Topic, ctx: click.Context, review_file: Path | None) -> Iterator[Block]:
    title = f"{topic.code}: {topic.name}" if topic.name else topic.code
    yield Heading(title, topic.kind, level=1)
    for text in topic.meaning:
        yield Paragraph(text)
    threshold = _threshold(topic, ctx, review_file)
    facts = fields(*topic.facts, *(threshold or ()))
    if facts.fields:
        yield facts


def _threshold(
    topic: Topic, ctx: click.Context, review_file: Path | None
) -> tuple[tuple[str, str], ...] | None:
    """The threshold of a flag in the review; nothing where there is no review."""
    if topic.threshold is None:
        return None
    workspace = Workspace.of(ctx)
    try:
        path = workspace.review_file(review_file)
        thresholds = workspace.review(review_file, to_answer=False).thresholds
    except KetametaError:
        return None
    names = [topic.threshold, *(["small_total"] if topic.threshold == "small_arm" else [])]
    entries = [
        (label.replace("_", " "), text)
        for name in names
        for label, text in _entries(name, getattr(thresholds, name))
    ]
    return (*entries, ("Set in", str(shown(path))))


def _entries(name: str, threshold: Any) -> Iterator[tuple[str, str]]:
    values = threshold.model_dump()
    source = values.pop("source")
    if set(values) == {"value"}:
        yield f"threshold {name}", f"{values['value']} ({source})"
        return
    for key, value in values.items():
        yield key, str(value)
    yield "source", source


def _as_json(topic: Topic) -> dict[str, Any]:
    return {
        "kind": topic.kind,
        "code": topic.code,
        "name": topic.name,
        "meaning": list(topic.meaning),
        "threshold": topic.threshold,
        **{label.lower().replace(" ", "_"): text for label, text in topic.facts if text},
    }

"""What a command found: as values, as lines, and as blocks to read; and how it is delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ketameta.cli.data_samples import Sample, Samples
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.machine_formats import to_csv, to_json
from ketameta.cli.markdown import to_markdown
from ketameta.cli.output import Output
from ketameta.cli.terminal import to_terminal
from ketameta.cli.usual_names import with_usual_names
from ketameta.counting import counted
from ketameta.measures.estimates import Caution


@dataclass(frozen=True, slots=True)
class Findings:
    """The result for one sample.

    Attributes
    ----------
    values
        For JSON: one object.
    lines
        For CSV: one mapping per line.
    blocks
        For reading, without the heading.
    """

    values: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    blocks: Sequence[Block]


def with_warnings(found: Findings, code: str, messages: Sequence[str]) -> Findings:
    """The findings with more warnings for JSON, where the command has any."""
    if not messages or "warnings" not in found.values:
        return found
    more = [{"code": code, "message": message} for message in messages]
    return replace(found, values={**found.values, "warnings": [*found.values["warnings"], *more]})


def deliver_findings(
    samples: Samples, found: Sequence[Findings], style: str, output: Output
) -> None:
    """Write the results for all samples to standard output in one form."""
    for note in samples.notes:
        output.say(note)
    keys = [sample.key for sample in samples.samples]
    grouped = samples.grouped
    if style == "json":
        values = [
            {**({grouped: key} if grouped else {}), **one.values}
            for key, one in zip(keys, found, strict=True)
        ]
        named = with_usual_names(values)
        output.result(to_json(named if samples.by is not None else named[0]))
    elif style == "csv":
        output.result(
            to_csv(
                [
                    {**({grouped: key} if grouped else {}), **line}
                    for key, one in zip(keys, found, strict=True)
                    for line in one.lines
                ]
            )
        )
    else:
        document = [
            block
            for sample, one in zip(samples.samples, found, strict=True)
            for block in (Heading(sample.title, level=1), *one.blocks)
        ]
        text = to_markdown(document) if style == "md" else to_terminal(document, output)
        output.result(text)


def excluded(sample: Sample) -> list[dict[str, Any]]:
    """Rows without an estimate, for JSON."""
    return [
        {"study": item.label, "reason": item.reason, "where": item.where}
        for item in sample.left_out
    ]


def warnings(cautions: Sequence[Caution]) -> list[dict[str, str]]:
    """Cautions for JSON."""
    return [{"code": caution.code, "message": caution.message} for caution in cautions]


def excluded_blocks(sample: Sample) -> tuple[Block, ...]:
    """Rows without an estimate, for reading."""
    if not sample.left_out:
        return ()
    if sample.curated:  # studies of the review, whose reasons are long
        is_or_are = "is" if len(sample.left_out) == 1 else "are"
        left = f"{counted(len(sample.left_out), 'study')} {is_or_are} left out"
        text = f"{left}. Why: ketameta pool {sample.key}"
        return (Paragraph(text, tone="quiet"),)
    pairs = (
        (item.label, f"{item.reason} ({item.where})" if item.where else item.reason)
        for item in sample.left_out
    )
    return (Heading("Left out", f"{len(sample.left_out)}"), fields(*pairs))


def caution_blocks(cautions: Sequence[Caution]) -> tuple[Block, ...]:
    """Cautions for reading."""
    return tuple(Paragraph(caution.message, tone="caution") for caution in cautions)

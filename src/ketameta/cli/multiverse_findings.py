"""A multiverse as values, lines and text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.document import Block, Heading, Paragraph
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import finite
from ketameta.cli.multiverse_forks import TOO_FEW, Forks
from ketameta.cli.reading import effect_texts, statistics_grid
from ketameta.counting import counted
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import Caution
from ketameta.sensitivity.multiverse import (
    Multiverse,
    inclusion_by_group,
    multiverse,
)
from ketameta.sensitivity.multiverse_summary import MultiverseSummary, multiverse_summary

ONE_STUDY = Caution(
    "one_study",
    "There is one study, not pooled: no method for tau2 or the mean makes a difference to it, so "
    "these universes are one result counted several times, and say nothing about robustness.",
)
RENAMED = {
    "low": "ci_low",
    "high": "ci_high",
    "prediction_low": "pi_low",
    "prediction_high": "pi_high",
}


@np.errstate(all="ignore")
def multiverse_findings(sample: Sample, forks: Forks) -> Findings:
    """All universes of one sample."""
    codes = list(dict.fromkeys((sample.measure.code, *forks.also)))
    if sample.estimates.k == 0:
        empty = {"measures": codes, "k": 0, "universes": [], "summary": [], "warnings": []}
        return Findings({**empty, "excluded": excluded(sample)}, [], excluded_blocks(sample))
    whole = explored(sample, forks, codes)
    rows = [_row(asdict(universe)) for universe in whole.rows]
    summaries = [multiverse_summary(whole, code) for code in codes if whole.curve(code)]
    cautions = (ONE_STUDY,) if sample.estimates.k == 1 else ()
    values = {
        "measures": codes,
        "k": sample.estimates.k,
        "universes": rows,
        "summary": [_summary(one) for one in summaries],
        "refused": list(whole.refused),
        "merged": list(whole.merged),
        "warnings": warnings(cautions),
        "excluded": excluded(sample),
    }
    blocks: list[Block] = [block for one in summaries for block in _blocks(one)]
    blocks += _not_among(whole)
    return Findings(values, rows, (*blocks, *caution_blocks(cautions), *excluded_blocks(sample)))


def explored(sample: Sample, forks: Forks, codes: list[str]) -> Multiverse:
    """Every universe of a table's rows, or of a question of the review."""
    rows = sample.rows
    if rows is None:
        # Imported here: a user's table needs no records.
        from ketameta.cli.question_universes import universes_of_question

        return universes_of_question(sample, forks)
    inputs: dict[str, Any] = {n: list(values) for n, values in rows.computed.inputs.items()}
    inputs["measure"] = _measures(sample, rows)
    return multiverse(
        inputs, codes, _inclusion(rows, forks), choices=forks.choices, labels=rows.labels
    )


def _measures(sample: Sample, rows: Rows) -> list[str]:
    """What a finished estimate of each row is of, so that it is used for no other measure."""
    for name in rows.table.columns:
        if name.strip().lower() == "measure":
            said = rows.table.text(name)
            return [said[line] for line in rows.lines]
    return [sample.measure.code] * len(rows.lines)


def _inclusion(rows: Rows, forks: Forks) -> Any:
    if not forks.without:
        return None
    groups = {}
    for name in forks.without:
        rows.require(name)
        column = rows.table.text(name)
        groups[name] = [column[line] or "no value" for line in rows.lines]
    return inclusion_by_group(groups)


def _not_among(whole: Multiverse) -> list[Block]:
    """Choices of studies that are not counted, and why."""
    found: list[Block] = []
    few = [text for text in whole.refused if text.endswith(TOO_FEW)]
    if few:
        found.append(Paragraph(f"Not among them: {'; '.join(few)}.", tone="quiet"))
    if whole.merged:
        same = counted(len(whole.merged), "further choice")
        text = f"{same} of studies or zero-cell rule would give the estimates of another, and would"
        found.append(Paragraph(f"{text} count twice; --format json names them.", tone="quiet"))
    return found


def _row(universe: dict[str, Any]) -> dict[str, Any]:
    return {
        RENAMED.get(name, name): value if isinstance(value, str | bool) else finite(value)
        for name, value in universe.items()
    }


def _summary(one: MultiverseSummary) -> dict[str, Any]:
    values = asdict(one)
    values["forks"] = [
        {
            "fork": fork.fork,
            "spread": fork.spread,
            "medians": dict(fork.medians),
            "excluding_null": dict(fork.excluding_null),
        }
        for fork in one.forks
    ]
    return values


def _blocks(one: MultiverseSummary) -> Sequence[Block]:
    entry = measure(one.measure)
    ends = [(value, None, None) for value in (one.lowest, one.median, one.highest)]
    low, middle, high = effect_texts(entry, 0.95, ends)
    null = entry.display_null
    side = "" if null is None else f" The interval excludes {null:g} in {one.excluding_null}."
    rows = [
        {"fork": fork.fork, "option": option, "median": text}
        for fork in one.forks
        for (option, _), text in zip(
            fork.medians,
            effect_texts(entry, 0.95, [(value, None, None) for _, value in fork.medians]),
            strict=True,
        )
    ]
    titles = {"fork": "Choice", "option": "Option", "median": "Median estimate"}
    return [
        Heading(f"{entry.code}: {counted(one.count, 'universe')}", level=3),
        Paragraph(f"Estimates from {low} to {high}, median {middle}.{side}"),
        statistics_grid(rows, titles, text=("fork", "option")),
        Paragraph(
            "The choice that moves the estimate most stands first. Universes are no sample: "
            "shares of them are no probabilities.",
            tone="quiet",
        ),
    ]

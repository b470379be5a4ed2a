"""A multiverse as values, lines and text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.document import Block, Heading, Paragraph
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.pool_json import finite
from ketameta.cli.reading import effect_texts, statistics_grid
from ketameta.errors import UsageError
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import Caution
from ketameta.pooling.presets import preset
from ketameta.sensitivity.multiverse import (
    Multiverse,
    inclusion_by_group,
    multiverse,
    multiverse_of_estimates,
)
from ketameta.sensitivity.multiverse_summary import MultiverseSummary, multiverse_summary
from ketameta.sensitivity.universes import MultiverseChoices
from ketameta.tables.formatting import counted

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


@dataclass(frozen=True, slots=True)
class Forks:
    """The choices to combine; `also` further measures, `without` columns to leave values of."""

    also: tuple[str, ...]
    without: tuple[str, ...]
    choices: MultiverseChoices

    @classmethod
    def of(
        cls,
        also: str | None,
        without: Sequence[str],
        methods: tuple[str | None, str | None, str | None],
        level: float | None,
    ) -> Forks:
        """From the words of the command line; `methods` are tau2, interval, zero cells."""
        usual = MultiverseChoices()
        tau2, interval, zero_cells = (_words(text) for text in methods)
        choices = MultiverseChoices(
            tau2 or usual.tau2,
            interval or usual.intervals,
            zero_cells or usual.zero_cells,
            level=usual.level if level is None else level,
        )
        return cls(tuple(measure(code).code for code in _words(also)), tuple(without), choices)

    def joined(self, code: str) -> Forks:
        """With the methods of a preset among the choices; UsageError for an unknown one."""
        program, old = preset(code), self.choices
        choices = MultiverseChoices(
            tuple(dict.fromkeys((program.tau2, *old.tau2))),
            tuple(dict.fromkeys((program.interval, *old.intervals))),
            tuple(dict.fromkeys((program.zero_cell_rule, *old.zero_cells))),
            program.prediction or old.prediction,
            old.level,
        )
        return Forks(self.also, self.without, choices)


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


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
    return Findings(values, rows, (*blocks, *caution_blocks(cautions), *excluded_blocks(sample)))


def explored(sample: Sample, forks: Forks, codes: list[str]) -> Multiverse:
    """Every universe of a table's rows, or of the estimates of a question."""
    rows = sample.rows
    if rows is None:
        if forks.also or forks.without:
            raise UsageError("--also and --without: go with --data.")
        return multiverse_of_estimates([sample.estimates], choices=forks.choices)
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

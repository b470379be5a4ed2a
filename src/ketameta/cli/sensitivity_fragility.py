"""Fragility of a pooled interval and of each trial: as values, and in words that name the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, Paragraph
from ketameta.cli.reading import effect_texts, statistics_grid
from ketameta.cli.sensitivity_counts import counted_arms, without_counts
from ketameta.cli.sensitivity_wish import Variation, Varied
from ketameta.counting import counted
from ketameta.measures.arms import as_floats
from ketameta.sensitivity.fragility import fragility_index
from ketameta.sensitivity.pooled_fragility import PooledFragility, pooled_fragility

TITLES = {
    "study": "Study",
    "index": "Index",
    "direction": "Direction",
    "quotient": "Of all people",
    "p_value": "Fisher's P",
    "p_value_after": "P after",
}


def fragility(sample: Sample, wish: Variation) -> Varied:
    """The fragility index of the studies with counts, pooled, and one for each trial."""
    labels, first, second = counted_arms(sample, "fragility")
    pooled = pooled_fragility(
        first, second, code=sample.measure.code, choices=wish.methods.choices()
    )
    pairs = [column.tolist() for column in as_floats(*first, *second)]
    trials = [
        {"study": label, **asdict(fragility_index((a, n1), (c, n2), alpha=wish.alpha))}
        for label, a, n1, c, n2 in zip(labels, *pairs, strict=True)
    ]
    k, without = len(set(labels) & set(sample.estimates.labels)), without_counts(sample)
    whole = {"k": k, "without_counts": without, "pooled": _pooled(pooled, labels)}
    return Varied(trials, whole, _blocks(sample, wish, whole, trials))


def _pooled(found: PooledFragility, labels: Sequence[str]) -> dict[str, Any]:
    changes = [{**asdict(change), "study": labels[change.study]} for change in found.changes]
    return {
        "index": found.index,
        "quotient": found.quotient,
        "estimate": found.estimate,
        "ci_low": found.low,
        "ci_high": found.high,
        "reversed": found.reversed,
        "changes": changes,
    }


def _blocks(
    sample: Sample,
    wish: Variation,
    whole: Mapping[str, Any],
    trials: Sequence[Mapping[str, Any]],
) -> list[Block]:
    """What was pooled and how far it is from crossing, the trials, and what `reverse` means."""
    shown = [{**row, "direction": _direction(row)} for row in trials]
    blocks: list[Block] = [
        Paragraph(_said(sample, wish, whole)),
        statistics_grid(shown, TITLES, text=("study", "direction")),
    ]
    if any(row["reversed"] for row in trials):
        text = (
            f"Reverse: P is not below {wish.alpha:g}, and the index counts the outcomes after "
            "which it would be. The other indices count those after which P is no longer below it."
        )
        blocks.append(Paragraph(text, tone="quiet"))
    return blocks


def _direction(row: Mapping[str, Any]) -> str | None:
    if row["index"] is None:
        return None
    return "reverse: P falls" if row["reversed"] else "P rises"


def _said(sample: Sample, wish: Variation, whole: Mapping[str, Any]) -> str:
    pooled, without, k = whole["pooled"], whole["without_counts"], whole["k"]
    numbers = (pooled["estimate"], pooled["ci_low"], pooled["ci_high"])
    effect = " ".join(
        effect_texts(sample.measure, wish.methods.choices().level, [numbers])[0].split()
    )
    of = f"the {counted(k, 'study')} with counts ({sample.measure.code} {effect})"
    if pooled["index"] is None:
        said = (
            f"No number of changed outcomes that was tried makes the pooled interval of {of} cross."
        )
    else:
        verb = "no longer holds" if pooled["reversed"] else "holds"
        changed = counted(pooled["index"], "changed outcome")
        said = f"After {changed} the pooled interval of {of} {verb} the value of no difference."
    if not without:
        return said
    left = (
        f"{', '.join(without)} {'has' if len(without) == 1 else 'have'} an estimate without counts"
    )
    return (
        f"{said} {left}, which no changed outcome can move, so this is not the pooled result of "
        f"all {sample.estimates.k} studies."
    )

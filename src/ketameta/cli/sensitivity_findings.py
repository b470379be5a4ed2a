"""Sensitivity analyses of one sample, as values, lines and grids."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, Paragraph, fields
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.method_options import Methods
from ketameta.cli.pool_json import finite, pooled_fields
from ketameta.cli.reading import effect_texts, effect_title, statistics_grid
from ketameta.cli.sensitivity_counts import fragility, missing_outcomes
from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.baujat import baujat
from ketameta.sensitivity.cumulative import cumulative
from ketameta.sensitivity.influence import influence
from ketameta.sensitivity.leave_one_out import leave_one_out
from ketameta.sensitivity.permutation import permutation_test
from ketameta.sensitivity.subsets import SubsetResults, subsets

BRIEF = (
    *("k", "estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "i2", "q"),
    *("pi_low", "pi_high"),
)
INFLUENCE = (
    *("rstudent", "dffits", "cooks_distance", "cov_ratio", "tau2_deleted", "q_deleted"),
    *("hat", "weight", "dfbetas"),
)
SHORT = {
    "rstudent": "rstudent",
    "dffits": "dffits",
    "cooks_distance": "Cook's d",
    "cov_ratio": "cov.r",
    "tau2_deleted": "tau2",
    "q_deleted": "Q",
    "hat": "hat",
    "dfbetas": "dfbetas",
    "influential": "stands out",
}


@dataclass(frozen=True, slots=True)
class Variation:
    """What to vary, and how."""

    kind: str
    order: str | None
    sample: int | None
    alpha: float
    methods: Methods


def check_options(wish: Variation) -> None:
    """UsageError for options that the kind has no use for, and methods that do not exist."""
    wish.methods.check()
    wish.methods.choices()
    if wish.order is not None and wish.kind != "cumulative":
        raise UsageError("--order: goes with --kind cumulative.")
    if wish.sample is not None and wish.kind not in ("subsets", "permutation"):
        raise UsageError("--sample: goes with --kind subsets or permutation.")
    if not 0 < wish.alpha < 1:
        raise UsageError(f"--alpha: {wish.alpha:g} is not between 0 and 1. Write 0.05.")


@np.errstate(all="ignore")
def vary(source: str, sample: Sample, wish: Variation) -> Findings:
    """The sensitivity analysis of one sample."""
    common = {"kind": wish.kind, "measure": sample.measure.code, "k": sample.estimates.k}
    if sample.estimates.k == 0:
        return Findings(
            {**common, "rows": [], "excluded": excluded(sample), "warnings": []},
            [],
            excluded_blocks(sample),
        )
    found = _KINDS[wish.kind](sample, wish)
    if not all(_sound(row) for row in found.rows):
        raise DataError(
            f"{source}: the numbers are too far apart to compute with. Check them, or change the "
            "unit."
        )
    cautions = (*sample.estimates.cautions, *found.cautions)
    values = {
        **common,
        **found.whole,
        "rows": found.rows,
        "excluded": excluded(sample),
        "warnings": warnings(cautions),
    }
    lines = found.rows or [found.whole]
    return Findings(
        values,
        [_flat(line) for line in lines],
        (*found.blocks, *caution_blocks(cautions), *excluded_blocks(sample)),
    )


@dataclass(frozen=True, slots=True)
class Varied:
    """`rows` one per study or step, `whole` what is said once."""

    rows: Sequence[Mapping[str, Any]]
    whole: Mapping[str, Any]
    blocks: Sequence[Block]
    cautions: Sequence[Caution] = ()


def _sound(row: Mapping[str, Any]) -> bool:
    estimate = row.get("estimate", 0.0)
    return estimate is None or math.isfinite(estimate)


def _flat(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if not isinstance(value, dict)}


def _brief(result: PooledResult, sample: Sample) -> dict[str, Any]:
    whole = pooled_fields(result, sample.measure)
    return {**{name: whole[name] for name in BRIEF}, "display": whole["display"]}


def pooled_grid(sample: Sample, rows: Sequence[Mapping[str, Any]], title: str, level: float) -> Any:
    """A grid of pooled results under each other, with a name in `label`."""
    triples = [(row["estimate"], row["ci_low"], row["ci_high"]) for row in rows]
    effects = effect_texts(sample.measure, level, triples)
    shown = [{**row, "effect": effects[i]} for i, row in enumerate(rows)]
    titles = {
        "label": title,
        "k": "k",
        "effect": effect_title(sample.measure, level),
        "tau2": "tau2",
        "i2": "I2 %",
    }
    return statistics_grid(shown, titles, text=("label", "effect"))


def _leave_one_out(sample: Sample, wish: Variation) -> Varied:
    choices = wish.methods.choices()
    found = leave_one_out(sample.estimates, choices)
    rows = [{"left_out": label, **_brief(result, sample)} for label, result in found]
    shown = [{**row, "label": row["left_out"]} for row in rows]
    if not rows:
        return Varied([], {}, [Paragraph("With one study there is nothing to leave out.")])
    return Varied(rows, {}, [pooled_grid(sample, shown, "Without", choices.level)])


def _cumulative(sample: Sample, wish: Variation) -> Varied:
    choices = wish.methods.choices()
    order = None if wish.order is None else _keys(sample, wish.order)
    steps = cumulative(sample.estimates, choices, order=order)
    rows = [
        {"added": "; ".join(step.added), "order": step.key, **_brief(step.result, sample)}
        for step in steps
    ]
    shown = [{**row, "label": f"+ {row['added']}"} for row in rows]
    return Varied(rows, {"order": wish.order}, [pooled_grid(sample, shown, "Added", choices.level)])


def _keys(sample: Sample, name: str) -> Any:
    """The ordering column as numbers where it holds nothing else, otherwise as text."""
    if sample.rows is None:
        raise UsageError("--order: names a column, so it goes with --data.")
    texts = sample.rows.texts(name)
    empty = [label for label, text in zip(sample.estimates.labels, texts, strict=True) if not text]
    if empty:
        raise DataError(f"--order {name}: there is none for {', '.join(empty)}. Fill it in.")
    try:
        return sample.rows.values(name)
    except DataError:
        return texts


def _influence(sample: Sample, wish: Variation) -> Varied:
    found = influence(sample.estimates, wish.methods.choices())
    columns: dict[str, FloatArray] = {name: getattr(found, name) for name in INFLUENCE}
    rows = [
        {
            "study": label,
            **{name: finite(float(column[i])) for name, column in columns.items()},
            "influential": bool(found.influential[i]),
        }
        for i, label in enumerate(found.labels)
    ]
    grid = statistics_grid(rows, {"study": "Study", **SHORT}, text=("study",))
    return Varied(rows, {}, [grid], found.cautions)


def _baujat(sample: Sample, wish: Variation) -> Varied:
    found = baujat(sample.estimates, tau2=wish.methods.choices().tau2)
    rows = [
        {
            "study": label,
            "heterogeneity": finite(float(found.heterogeneity[i])),
            "influence": finite(float(found.influence[i])),
        }
        for i, label in enumerate(found.labels)
    ]
    titles = {
        "study": "Study",
        "heterogeneity": "Contribution to Q",
        "influence": "Influence on the mean",
    }
    return Varied(rows, {}, [statistics_grid(rows, titles, text=("study",))])


def _subsets(sample: Sample, wish: Variation) -> Varied:
    found = subsets(sample.estimates, tau2=wish.methods.choices().tau2, sample=wish.sample)
    rows = [
        {
            "k": int(found.k[i]),
            "estimate": finite(float(found.estimate[i])),
            "se": finite(float(found.se[i])),
            "tau2": finite(float(found.tau2[i])),
            "i2": finite(float(found.i2[i])),
            "h2": finite(float(found.h2[i])),
            "q": finite(float(found.q[i])),
            "members": list(found.members(i)),
        }
        for i in range(found.k.size)
    ]
    whole = {"complete": found.complete, "count": int(found.k.size)}
    return Varied(rows, whole, _subset_blocks(sample, found))


def _subset_blocks(sample: Sample, found: SubsetResults) -> list[Block]:
    shown = np.asarray(sample.measure.to_display(found.estimate))
    ends = np.quantile(shown, (0.0, 0.25, 0.5, 0.75, 1.0))
    texts = effect_texts(
        sample.measure, 0.95, [(float(e), None, None) for e in sample.measure.from_display(ends)]
    )
    names = ("Smallest", "First quartile", "Median", "Third quartile", "Largest")
    count = f"{found.k.size} subsets" + ("" if found.complete else ", drawn at random")
    return [
        Paragraph(f"Pooled estimates of {count}; --format csv has them all."),
        fields(*zip(names, texts, strict=True)),
    ]


def _permutation(sample: Sample, wish: Variation) -> Varied:
    found = permutation_test(sample.estimates, wish.methods.choices(), sample=wish.sample)
    whole = {
        "statistic": found.statistic,
        "p_value": found.p_value,
        "exact": found.exact,
        "count": found.count,
        "smallest_p": found.smallest_p,
    }
    return Varied([], whole, [statistics_grid([whole], {n: n for n in whole})], found.cautions)


def _fragility(sample: Sample, wish: Variation) -> Varied:
    whole, trials = fragility(sample, wish.methods, wish.alpha)
    pooled = whole["pooled"]
    said = (
        "No number of changed outcomes that was tried makes the pooled interval cross."
        if pooled["index"] is None
        else f"After {pooled['index']} changed outcomes the pooled interval "
        + ("no longer holds" if pooled["reversed"] else "holds")
        + " the value of no difference."
    )
    titles = {
        "study": "Study",
        "index": "Index",
        "quotient": "Of all people",
        "p_value": "Fisher's P",
        "p_value_after": "P after",
    }
    return Varied(
        trials, whole, [Paragraph(said), statistics_grid(trials, titles, text=("study",))]
    )


def _missing_outcomes(sample: Sample, wish: Variation) -> Varied:
    choices = wish.methods.choices()
    found = missing_outcomes(sample, wish.methods)
    rows = [
        {"assumption": one.code, "description": one.description, **_brief(one.result, sample)}
        for one in found
    ]
    shown = [{**row, "label": row["assumption"]} for row in rows]
    words = fields(*((one.code, one.description) for one in found))
    return Varied(rows, {}, [pooled_grid(sample, shown, "Assumption", choices.level), words])


_KINDS: Mapping[str, Callable[[Sample, Variation], Varied]] = {
    "leave-one-out": _leave_one_out,
    "cumulative": _cumulative,
    "influence": _influence,
    "baujat": _baujat,
    "subsets": _subsets,
    "permutation": _permutation,
    "fragility": _fragility,
    "missing-outcomes": _missing_outcomes,
}

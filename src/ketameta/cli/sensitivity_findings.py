"""Sensitivity analyses of one sample, as values, lines and grids."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample, too_far_apart
from ketameta.cli.document import Block, Paragraph, fields
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import finite
from ketameta.cli.no_contrast import refuse_without_contrast
from ketameta.cli.reading import effect_texts, statistics_grid
from ketameta.cli.sensitivity_choices import grouped, varied_assumptions
from ketameta.cli.sensitivity_fragility import fragility
from ketameta.cli.sensitivity_missing import missing_outcomes_of_table
from ketameta.cli.sensitivity_options import FROM_NOTHING
from ketameta.cli.sensitivity_plots import drapery, funnel, labbe, profile, quantiles, radial
from ketameta.cli.sensitivity_rows import brief, column_keys, column_texts, pooled_grid, pooling_of
from ketameta.cli.sensitivity_wish import Variation, Varied
from ketameta.counting import counted
from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.sensitivity.baujat import baujat
from ketameta.sensitivity.brief_result import BriefResult
from ketameta.sensitivity.cumulative import brief_cumulative
from ketameta.sensitivity.influence import influence
from ketameta.sensitivity.leave_cluster_out import leave_cluster_out
from ketameta.sensitivity.leave_one_out import brief_leave_one_out
from ketameta.sensitivity.permutation import permutation_test
from ketameta.sensitivity.subsets import SubsetResults, subsets

FROM_VARIANCES = (
    *("influence", "baujat", "subsets", "permutation", "funnel", "radial", "drapery"),
    *("profile", "qq"),
)
"""Kinds that rest on the variances of studies, which without an event say nothing."""
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


@np.errstate(all="ignore")
def vary(source: str, sample: Sample, wish: Variation) -> Findings:
    """The sensitivity analysis of one sample."""
    common: dict[str, Any] = {
        "kind": wish.kind,
        "measure": sample.measure.code,
        "k": sample.estimates.k,
    }
    if sample.estimates.k == 0 and wish.kind not in FROM_NOTHING:
        return Findings(
            {**common, "rows": [], "excluded": excluded(sample), "warnings": []},
            [],
            excluded_blocks(sample),
        )
    if wish.kind in FROM_VARIANCES and wish.methods.program is None:
        refuse_without_contrast(sample, f"--kind {wish.kind}")
    found = _KINDS[wish.kind](sample, wish)
    if not all(_sound(row) for row in found.rows):
        raise too_far_apart(source)
    sample = found.sample or sample
    common["k"] = sample.estimates.k
    cautions = (*sample.estimates.cautions, *found.cautions)
    values = {
        **common,
        **found.whole,
        "rows": found.rows,
        "excluded": excluded(sample),
        "warnings": warnings(cautions),
    }
    lines = (found.rows if found.lines is None else found.lines) or [found.whole]
    return Findings(
        values,
        [_flat(line) for line in lines],
        (*found.blocks, *caution_blocks(cautions), *excluded_blocks(sample)),
    )


def refused(wish: Variation, sample: Sample, error: DataError) -> Findings:
    """The findings of a group that cannot be analysed, where others can: why not."""
    caution = Caution("not_analysed", str(error))
    values = {
        "kind": wish.kind,
        "measure": sample.measure.code,
        "k": sample.estimates.k,
        "rows": [],
        "excluded": excluded(sample),
        "warnings": warnings([caution]),
    }
    return Findings(values, [], (*caution_blocks([caution]), *excluded_blocks(sample)))


def _sound(row: Mapping[str, Any]) -> bool:
    estimate = row.get("estimate", 0.0)
    return estimate is None or math.isfinite(estimate)


def _flat(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if not isinstance(value, dict)}


def _leave_one_out(sample: Sample, wish: Variation) -> Varied:
    choices, cluster = wish.methods.choices(), wish.options.cluster
    pooling = pooling_of(sample, wish.methods)
    if cluster is None:
        found = brief_leave_one_out(sample.estimates, pooling)
    else:
        names = column_texts(sample, "--cluster", cluster)
        clusters = leave_cluster_out(sample.estimates, names, pooling)
        found = tuple((name, BriefResult.of(result)) for name, result in clusters)
    rows = [{"left_out": label, **brief(result, sample)} for label, result in found]
    shown = [{**row, "label": row["left_out"]} for row in rows]
    whole = {"cluster": cluster}
    if not rows:
        one = "study" if cluster is None else "cluster"
        return Varied([], whole, [Paragraph(f"With one {one} there is nothing to leave out.")])
    return Varied(rows, whole, [pooled_grid(sample, shown, "Without", choices.level)])


def _cumulative(sample: Sample, wish: Variation) -> Varied:
    choices, asked = wish.methods.choices(), wish.options
    steps = brief_cumulative(
        sample.estimates,
        pooling_of(sample, wish.methods),
        order=None if asked.order is None else column_keys(sample, asked.order),
        descending=asked.descending,
        together=asked.together,
    )
    rows = [
        {"added": "; ".join(step.added), "order": step.key, **brief(step.result, sample)}
        for step in steps
    ]
    shown = [{**row, "label": f"+ {row['added']}"} for row in rows]
    grid = pooled_grid(sample, shown, "Added", choices.level)
    return Varied(rows, {"order": asked.order}, [grid])


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
    found = subsets(sample.estimates, tau2=wish.methods.choices().tau2, sample=wish.options.sample)
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
    count = counted(found.k.size, "subset") + ("" if found.complete else ", drawn at random")
    return [
        Paragraph(f"Pooled estimates of {count}; --format csv has them all."),
        fields(*zip(names, texts, strict=True)),
    ]


def _permutation(sample: Sample, wish: Variation) -> Varied:
    found = permutation_test(sample.estimates, wish.methods.choices(), sample=wish.options.sample)
    whole = {
        "statistic": found.statistic,
        "p_value": found.p_value,
        "exact": found.exact,
        "count": found.count,
        "smallest_p": found.smallest_p,
    }
    return Varied([], whole, [statistics_grid([whole], {n: n for n in whole})], found.cautions)


def _missing_outcomes(sample: Sample, wish: Variation) -> Varied:
    if sample.behind is not None:
        # Imported here: a user's table needs no records.
        from ketameta.cli.sensitivity_curated import missing_outcomes_of_question

        return missing_outcomes_of_question(sample, wish)
    return missing_outcomes_of_table(sample, wish)


_KINDS: Mapping[str, Callable[[Sample, Variation], Varied]] = {
    "leave-one-out": _leave_one_out,
    "cumulative": _cumulative,
    "influence": _influence,
    "baujat": _baujat,
    "subsets": _subsets,
    "permutation": _permutation,
    "fragility": fragility,
    "missing-outcomes": _missing_outcomes,
    "subgroups": grouped,
    "tornado": varied_assumptions,
    "funnel": funnel,
    "radial": radial,
    "labbe": labbe,
    "drapery": drapery,
    "profile": profile,
    "qq": quantiles,
}

"""`sensitivity`: one analysis by its kind, as on the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.effects import EffectTable
from ketameta.measures.estimates import EffectEstimates, demand_estimates
from ketameta.nearest import nearest_hint
from ketameta.pooling.choices import PoolingChoices
from ketameta.sensitivity.baujat import baujat
from ketameta.sensitivity.cumulative import cumulative
from ketameta.sensitivity.influence import influence
from ketameta.sensitivity.leave_cluster_out import leave_cluster_out
from ketameta.sensitivity.leave_one_out import leave_one_out
from ketameta.sensitivity.missing_outcomes import Outcomes, missing_outcome_bounds
from ketameta.sensitivity.permutation import permutation_test
from ketameta.sensitivity.pooled_fragility import pooled_fragility
from ketameta.sensitivity.subgroups import subgroups
from ketameta.sensitivity.subsets import subsets

COUNTS = ("events_1", "n_1", "events_2", "n_2")
ON_COUNTS = ("fragility", "missing-outcomes")


@dataclass(frozen=True, slots=True)
class SensitivityChoices:
    """Options of single kinds, under the names of the command's options.

    Attributes
    ----------
    order, descending, together
        For cumulative, as `cumulative` takes them.
    cluster
        For leave-one-out: the cluster of each estimate, to leave out whole ones.
    groups, common_tau2
        For subgroups: the group of each estimate, and whether they share one tau2.
    sample
        Draws of subsets or permutation; None for all where there are few.
    missing
        For missing-outcomes: people with unknown outcomes in group 1 and 2, one per row of the
        table, who are not counted in its n_1 and n_2.
    """

    order: ArrayLike | None = None
    descending: bool = False
    together: bool = False
    cluster: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    common_tau2: bool = False
    sample: int | None = None
    missing: tuple[ArrayLike, ArrayLike] | None = None


def sensitivity(
    data: EffectEstimates | EffectTable,
    kind: str = "leave-one-out",
    pooling: PoolingChoices | None = None,
    choices: SensitivityChoices | None = None,
) -> Any:
    """One sensitivity analysis, by the names of `ketameta sensitivity --kind`.

    Parameters
    ----------
    data
        Estimates; or their table, as `effects` makes it, for kinds on counts.
    kind
        "leave-one-out", "cumulative", "influence", "baujat", "subsets", "permutation" or
        "subgroups"; on counts "fragility" (of the pooled result) or "missing-outcomes".
    pooling
        How to pool; None for the defaults of `pool`.
    choices
        Options of single kinds.

    Returns
    -------
    What the kind's own function gives: `leave_one_out` (or `leave_cluster_out`), `cumulative`,
    `influence`, `baujat`, `subsets`, `permutation_test`, `subgroups`, `pooled_fragility` or
    `missing_outcome_bounds`, which have more options.

    Raises
    ------
    UsageError
        For an unknown kind, or data that lack what it needs.
    DataError
        Where the estimates do not allow it.
    """
    methods, wish = pooling or PoolingChoices(), choices or SensitivityChoices()
    if kind in ON_COUNTS:
        return _on_counts(data, kind, methods, wish)
    if kind not in _KINDS:
        known = (*_KINDS, *ON_COUNTS)
        hint = nearest_hint(kind, known, listing=f"Known are {', '.join(known)}.")
        raise UsageError(f"sensitivity: there is no kind {kind!r}. {hint}")
    found = data.estimates if isinstance(data, EffectTable) else data
    return _KINDS[kind](demand_estimates(found, "sensitivity"), methods, wish)


def _on_counts(data: object, kind: str, methods: PoolingChoices, wish: SensitivityChoices) -> Any:
    if not isinstance(data, EffectTable) or any(name not in data.inputs for name in COUNTS):
        raise UsageError(
            f"sensitivity: {kind} needs {', '.join(COUNTS)}. Give the table that effects makes of "
            "them, not its estimates."
        )
    columns = [data.inputs[name] for name in COUNTS]
    use = np.isfinite(np.sum(columns, axis=0))
    a, n1, c, n2 = (column[use] for column in columns)
    code = data.estimates.measure
    if kind == "fragility":
        return pooled_fragility(Counts(a, n1), Counts(c, n2), code=code, choices=methods)
    if wish.missing is None:
        raise UsageError(
            "sensitivity: missing-outcomes needs the people with unknown outcomes. Give "
            "SensitivityChoices(missing=(group_1, group_2))."
        )
    lost_1, lost_2 = (np.asarray(lost, dtype=np.float64)[use] for lost in wish.missing)
    groups = Outcomes(a, n1 - a, lost_1), Outcomes(c, n2 - c, lost_2)
    return missing_outcome_bounds(*groups, code=code, choices=methods)


def _left_out(e: EffectEstimates, methods: PoolingChoices, wish: SensitivityChoices) -> Any:
    if wish.cluster is None:
        return leave_one_out(e, methods)
    return leave_cluster_out(e, wish.cluster, methods)


def _grouped(e: EffectEstimates, methods: PoolingChoices, wish: SensitivityChoices) -> Any:
    if wish.groups is None:
        raise UsageError(
            "sensitivity: subgroups needs the group of each estimate. Give "
            "SensitivityChoices(groups=...)."
        )
    return subgroups(e, wish.groups, methods, common_tau2=wish.common_tau2)


def _in_order(e: EffectEstimates, methods: PoolingChoices, wish: SensitivityChoices) -> Any:
    return cumulative(
        e, methods, order=wish.order, descending=wish.descending, together=wish.together
    )


_KINDS: Mapping[str, Callable[[EffectEstimates, PoolingChoices, SensitivityChoices], Any]] = {
    "leave-one-out": _left_out,
    "cumulative": _in_order,
    "influence": lambda e, methods, wish: influence(e, methods),
    "baujat": lambda e, methods, wish: baujat(e, tau2=methods.tau2),
    "subsets": lambda e, methods, wish: subsets(e, tau2=methods.tau2, sample=wish.sample),
    "permutation": lambda e, methods, wish: permutation_test(e, methods, sample=wish.sample),
    "subgroups": _grouped,
}

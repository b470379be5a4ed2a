"""Multiverse: the answer under every defensible combination of choices, as one specification curve.

A single analysis shows one path through many forks. Where all paths lead to about the same place
the choices do not matter; where they do not, the reader should see which fork does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import DataError, UsageError
from ketameta.measures.catalog import measure
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.sensitivity.selected_estimates import selected_estimates
from ketameta.sensitivity.universes import (
    MultiverseChoices,
    Universe,
    fitting_pairs,
    universes_of,
)

ALL_STUDIES = "all studies"


@dataclass(frozen=True, slots=True)
class Multiverse:
    """All universes, in the order of the choices.

    Attributes
    ----------
    rows
        The universes.
    refused
        Pairs of methods that do not fit together and are therefore not among the rows.
    merged
        Choices that make no difference to the data and are not counted twice.
    """

    rows: tuple[Universe, ...]
    refused: tuple[str, ...]
    merged: tuple[str, ...]

    def curve(self, code: str) -> tuple[Universe, ...]:
        """The universes of one measure that have a result, by increasing estimate."""
        found = [row for row in self.rows if row.measure == code and row.estimate is not None]
        return tuple(sorted(found, key=lambda row: row.estimate or 0.0))


def multiverse(
    columns: Mapping[str, ArrayLike],
    measures: Sequence[str],
    inclusion: Mapping[str, ArrayLike] | None = None,
    *,
    choices: MultiverseChoices | None = None,
    labels: Sequence[str] | None = None,
) -> Multiverse:
    """Every combination of inclusion rule, measure, tau2, interval and zero-cell rule.

    Parameters
    ----------
    columns
        Results of trials by column name, as for `measures.effects.effects`; shape (k,) each.
    measures
        Codes of measures that these columns can give.
    inclusion
        Boolean mask (k,) of each inclusion rule by its name; None for all studies. See
        `inclusion_by_group`.
    choices
        The other forks.
    labels
        One per study.

    Raises
    ------
    UsageError
        For unknown methods or measures, or when a choice is empty.
    DataError
        For values that cannot be, and masks of another length.

    References
    ----------
    Steegen S et al. Perspect Psychol Sci 2016;11:702-712. doi:10.1177/1745691616658637.
    Voracek M, Kossmeier M, Tran US. Z Psychol 2019;227:64-82. doi:10.1027/2151-2604/a000357
    (in meta-analysis).
    """
    forks = choices or MultiverseChoices()
    arrays = {
        name: np.atleast_1d(np.asarray(values, dtype=object)) for name, values in columns.items()
    }
    if not arrays or not measures or not forks.zero_cells:
        raise UsageError("multiverse: give columns, measures and zero-cell rules.")
    k = max(values.size for values in arrays.values())
    sets: list[tuple[str, str | None, EffectEstimates]] = []
    masks, merged = _masks(inclusion, k)
    for name, mask in masks.items():
        part = {c: values[mask] if values.size == k else values for c, values in arrays.items()}
        names = None if labels is None else [labels[i] for i in np.flatnonzero(mask).tolist()]
        for code in measures:
            found = _by_zero_rule(part, code, forks.zero_cells, names)
            sets += [(name, rule, estimates) for rule, estimates in found]
    return _explore(sets, forks, merged)


def multiverse_of_estimates(
    estimates: Sequence[EffectEstimates],
    inclusion: Mapping[str, ArrayLike] | None = None,
    *,
    choices: MultiverseChoices | None = None,
) -> Multiverse:
    """As `multiverse`, for effect estimates that are there already.

    Parameters
    ----------
    estimates
        The same k studies in one or several measures.
    inclusion, choices
        As for `multiverse`; there are no zero-cell rules.
    """
    if not estimates or len({one.k for one in estimates}) > 1:
        raise DataError("multiverse: give estimates of the same studies, one set per measure.")
    masks, merged = _masks(inclusion, estimates[0].k)
    sets = [
        (name, None, selected_estimates(one, mask))
        for name, mask in masks.items()
        for one in estimates
    ]
    return _explore(sets, choices or MultiverseChoices(), merged)


def multiverse_of_sets(
    sets: Sequence[tuple[str, str | None, EffectEstimates]],
    *,
    choices: MultiverseChoices | None = None,
) -> Multiverse:
    """As `multiverse`, where the estimates of each set of studies were made elsewhere.

    Parameters
    ----------
    sets
        Inclusion rule, zero-cell rule (None where there are no counts) and estimates; of several
        with the same estimates the first counts, and the others are listed as merged.
    choices
        The other forks; its zero-cell rules are not used.
    """
    kept: list[tuple[str, str | None, EffectEstimates]] = []
    merged = []
    for name, rule, estimates in sets:
        same = next(
            (s for s in kept if s[2].measure == estimates.measure and _same(s[2], estimates)), None
        )
        if same is None:
            kept.append((name, rule, estimates))
        elif (same[0], same[1]) != (name, rule):
            merged.append(
                f"{_set_name(name, rule)} gives the same as {_set_name(same[0], same[1])}"
            )
    return _explore(kept, choices or MultiverseChoices(), merged)


def _set_name(inclusion: str, rule: str | None) -> str:
    return inclusion if rule is None else f"{inclusion} with zero cells {rule}"


def inclusion_by_group(groups: Mapping[str, Sequence[str]]) -> dict[str, NDArray[np.bool_]]:
    """Inclusion rules from labels: all studies, and without each group of each labelling.

    Parameters
    ----------
    groups
        For example {"risk of bias": ["low", "high", ...], "blinding": [...]}; each of length k.
    """
    rules: dict[str, NDArray[np.bool_]] = {}
    for name, labels in groups.items():
        own = np.array([str(label) for label in labels])
        rules.setdefault(ALL_STUDIES, np.ones(own.size, dtype=np.bool_))
        for level in dict.fromkeys(own.tolist()):
            rules[f"{name}: without {level}"] = own != level
    return {name: mask for name, mask in rules.items() if mask.any()}


def _masks(
    inclusion: Mapping[str, ArrayLike] | None, k: int
) -> tuple[dict[str, NDArray[np.bool_]], list[str]]:
    """Distinct masks by name, and a note on those that keep the same studies as another."""
    given = {ALL_STUDIES: np.ones(k, dtype=np.bool_)} if inclusion is None else inclusion
    if not given:
        raise UsageError("multiverse: there is no inclusion rule. Give one or leave them out.")
    found: dict[str, NDArray[np.bool_]] = {}
    merged = []
    for name, values in given.items():
        mask = np.asarray(values)
        if mask.shape != (k,) or mask.dtype != np.bool_:
            raise DataError(
                f"multiverse: the inclusion rule {name!r} must be {k} times True or False."
            )
        same = next((other for other, kept in found.items() if np.array_equal(kept, mask)), None)
        if same is None:
            found[name] = mask
        else:
            merged.append(f"inclusion {name!r} keeps the same studies as {same!r}")
    return found, merged


def _by_zero_rule(
    columns: Mapping[str, ArrayLike], code: str, rules: Sequence[str], labels: list[str] | None
) -> list[tuple[str | None, EffectEstimates]]:
    """Estimates under each zero-cell rule; rules that give the same ones share a name."""
    entry = measure(code)
    if entry.zero_add is None:
        return [(None, effects(code, columns, labels=labels).estimates)]
    found: list[tuple[str | None, EffectEstimates]] = []
    for rule in rules:
        estimates = effects(code, columns, labels=labels, zero_cells=rule).estimates
        for i, (name, other) in enumerate(found):
            if _same(estimates, other):
                found[i] = (f"{name} = {rule}", other)
                break
        else:
            found.append((rule, estimates))
    return found


def _same(one: EffectEstimates, other: EffectEstimates) -> bool:
    return (
        one.labels == other.labels
        and np.array_equal(one.y, other.y)
        and np.array_equal(one.v, other.v)
    )


def _explore(
    sets: Sequence[tuple[str, str | None, EffectEstimates]],
    forks: MultiverseChoices,
    merged: Sequence[str],
) -> Multiverse:
    pairs, refused = fitting_pairs(forks)
    rows = [
        replace(universe, inclusion=inclusion, zero_cells=rule)
        for inclusion, rule, estimates in sets
        for universe in universes_of(estimates, pairs)
    ]
    return Multiverse(tuple(rows), tuple(refused), tuple(merged))

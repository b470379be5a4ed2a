"""From arm-level counts, means or rates to all contrasts of each study."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, Means, Rates
from ketameta.measures.catalog import measure
from ketameta.measures.columns import label_column, read_columns
from ketameta.measures.conversions.shared_control import shared_control_contrasts
from ketameta.measures.effects import ExcludedRow
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.measures.row_checks import impossible_values, missing, refuse
from ketameta.pooling.network.contrasts import ContrastRows

_ARMS = {
    "Counts": (("events", "n"), Counts),
    "Means": (("mean", "sd", "n"), Means),
    "Rates": (("events", "time"), Rates),
}


def contrasts_from_arms(code: str, columns: Mapping[str, ArrayLike]) -> ContrastRows:
    """All contrasts of every study from one row per arm.

    A zero cell in one arm corrects every arm of its study (1/2 to each cell), so that the
    contrasts of a multi-arm study stay consistent; studies without events, or with nothing but
    events, carry no information about a ratio and are listed as excluded. A standardised mean
    difference uses one SD pooled over all arms of the study.

    Parameters
    ----------
    code
        OR, RR, RD, AS (columns events, n), MD, SMD, ROM (mean, sd, n) or IRR (events, time).
    columns
        Columns study and treatment, and the numbers, one value per arm; metafor's names
        (xi, ni, mi, sdi, ti) are taken too.

    Raises
    ------
    UsageError
        When a column is absent or the measure has no covariance between contrasts here.
    DataError
        When a value cannot be, or a study has the same treatment in two arms.

    References
    ----------
    Gleser and Olkin (2009), The Handbook of Research Synthesis, 2nd ed., chapter 19.
    """
    entry = measure(code)
    kind = entry.takes[0] if entry.takes else ""
    if kind not in _ARMS or entry.takes != (kind, kind):
        raise UsageError(
            f"network: {entry.code} does not compare two arms. Choose OR, RR, RD, AS, MD, SMD, "
            "ROM or IRR, or give finished contrasts."
        )
    names, kind_of_arms = _ARMS[kind]
    values, studies, treatments = _read(entry.code, columns, names)
    rows: list[tuple[str, str, str, float, float]] = []
    excluded: list[ExcludedRow] = []
    touched: list[str] = []
    for study, members in _members(studies).items():
        reason = _unusable(study, members, treatments, values, names)
        if reason:
            excluded.append(ExcludedRow(study, reason, members[0]))
            continue
        arms = kind_of_arms(*(values[name][members] for name in names))
        try:
            found = shared_control_contrasts(entry.code, arms, sd="all_arms").value
        except DataError as error:
            excluded.append(ExcludedRow(study, str(error), members[0]))
            continue
        if entry.zero_add and _has_zero(kind, values, members):
            touched.append(study)
        rows += _pairs(study, [treatments[i] for i in members], found.y, found.covariance)
    return ContrastRows(
        entry.code,
        study=tuple(row[0] for row in rows),
        treatment_1=tuple(row[1] for row in rows),
        treatment_2=tuple(row[2] for row in rows),
        y=np.array([row[3] for row in rows], dtype=np.float64),
        v=np.array([row[4] for row in rows], dtype=np.float64),
        excluded=tuple(excluded),
        cautions=_zero_caution(touched, entry.zero_add),
    )


def _read(
    code: str, columns: Mapping[str, ArrayLike], names: tuple[str, ...]
) -> tuple[dict[str, FloatArray], list[str], list[str]]:
    values = read_columns(columns)
    studies = label_column(columns)
    key = next((name for name in ("treatment", "treat", "arm") if name in columns), None)
    absent = [name for name in names if name not in values]
    absent += [] if studies is not None else ["study"]
    absent += [] if key is not None else ["treatment"]
    if studies is None or key is None or absent:
        raise UsageError(
            f"network: {code} from arms needs the columns study, treatment, {', '.join(names)}, "
            f"one row per arm. Not found: {', '.join(absent)}."
        )
    treatments = [str(t).strip() for t in np.atleast_1d(np.asarray(columns[key], dtype=object))]
    if not len(studies) == len(treatments) == values[names[0]].size:
        raise DataError("network: columns of different lengths. Give every arm a full row.")
    labels = [f"{s.strip()}, {t}" for s, t in zip(studies, treatments, strict=True)]
    refuse([*impossible_values(values, labels)])
    return {name: values[name] for name in names}, [s.strip() for s in studies], treatments


def _members(studies: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, study in enumerate(studies):
        found.setdefault(study, []).append(row)
    return found


def _unusable(
    study: str,
    members: list[int],
    treatments: list[str],
    values: Mapping[str, FloatArray],
    names: tuple[str, ...],
) -> str:
    """Why a study gives no contrast, or ""."""
    named = [treatments[i] for i in members]
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise DataError(
            f"{study}: two arms have the treatment {twice!r}. Combine them first, or name them "
            "apart."
        )
    if len(members) < 2:
        return "it has one arm only, so nothing is compared"
    gaps = missing({name: values[name][members] for name in names}, names)
    return "; ".join(f"{arm}: {gap}" for arm, gap in zip(named, gaps, strict=True) if gap)


def _has_zero(kind: str, values: Mapping[str, FloatArray], members: list[int]) -> bool:
    if kind == "Means":
        return False
    events = values["events"][members]
    full = kind == "Counts" and bool(np.any(events == values["n"][members]))
    return full or bool(np.any(events == 0))


def _pairs(
    study: str, treatments: list[str], y: FloatArray, covariance: FloatArray
) -> list[tuple[str, str, str, float, float]]:
    """All pairs of arms, from the contrasts with the last one."""
    size = len(treatments)
    effect = np.append(y, 0.0)
    spread = np.zeros((size, size))
    spread[:-1, :-1] = covariance
    return [
        (
            study,
            treatments[i],
            treatments[j],
            float(effect[i] - effect[j]),
            float(spread[i, i] + spread[j, j] - 2.0 * spread[i, j]),
        )
        for i in range(size)
        for j in range(i + 1, size)
    ]


def _zero_caution(touched: list[str], add: float | None) -> tuple[Caution, ...]:
    if not touched:
        return ()
    text = f"zero cells: {add:g} was added to every cell of {', '.join(touched)}."
    return (Caution("zero_cell_correction", text),)

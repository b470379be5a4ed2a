"""From what trials report to the studies that a mixed model can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import DataError
from ketameta.measures.arms import Counts, Rates, as_floats
from ketameta.measures.estimates import FloatArray

Group = Counts | Rates


@dataclass(frozen=True, slots=True)
class EventData:
    """Events and people (or person-time) of the studies that carry information.

    Attributes
    ----------
    measure
        "OR", "IRR", or "PLO" and "IRLN" for a single group.
    events, size
        One array of shape (k,) per group; size is people or person-time.
    labels
        Labels of these studies.
    left_out
        Label and reason for every other study.
    """

    measure: str
    events: tuple[FloatArray, ...]
    size: tuple[FloatArray, ...]
    labels: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def k(self) -> int:
        """Number of studies used."""
        return len(self.labels)

    @property
    def counted(self) -> bool:
        """Whether people are counted (rather than person-time)."""
        return self.measure in ("OR", "PLO")


def event_data(
    group_1: Group,
    group_2: Group | None = None,
    labels: Sequence[str] | None = None,
    *,
    keep_uninformative: bool = False,
) -> EventData:
    """Checked data, without studies that carry no information.

    Studies without events in either group, or with events in everybody, are left out, as in
    metafor: a study's own intercept takes up all they say. With `keep_uninformative` they stay.

    Raises
    ------
    DataError
        For impossible numbers, groups that do not fit together, or no study left.
    """
    groups = [group_1] if group_2 is None else [group_1, group_2]
    if len({type(group) for group in groups}) > 1:
        raise DataError("mixed model: give both groups as counts, or both as rates.")
    columns = as_floats(*(column for group in groups for column in group))
    columns = tuple(np.atleast_1d(column).astype(np.float64) for column in columns)
    if columns[0].ndim != 1:
        raise DataError("mixed model: give one number per study.")
    events, size = columns[::2], columns[1::2]
    names = [str(i + 1) for i in range(events[0].size)] if labels is None else list(labels)
    if len(names) != events[0].size:
        raise DataError(f"mixed model: {len(names)} labels for {events[0].size} studies.")
    counted = isinstance(group_1, Counts)
    _refuse_impossible(events, size, names, counted)
    reasons = _reasons(events, size, counted, keep_uninformative)
    keep = np.array([not reason for reason in reasons], dtype=np.bool_)
    measure = ("OR" if counted else "IRR") if len(groups) == 2 else ("PLO" if counted else "IRLN")
    left_out = tuple((n, r) for n, r in zip(names, reasons, strict=True) if r)
    if not keep.any():
        raise DataError(
            f"mixed model: none of the {len(names)} studies carries information about the "
            f"{measure}. " + "; ".join(f"{n}: {r}" for n, r in left_out[:5]) + "."
            if left_out
            else "mixed model: there are no studies. Give at least one."
        )
    return EventData(
        measure,
        tuple(column[keep] for column in events),
        tuple(column[keep] for column in size),
        tuple(str(name) for name, used in zip(names, keep, strict=True) if used),
        left_out,
    )


def _refuse_impossible(
    events: Sequence[FloatArray], size: Sequence[FloatArray], names: Sequence[str], counted: bool
) -> None:
    for group, (x, n) in enumerate(zip(events, size, strict=True), start=1):
        what = "people" if counted else "person-time"
        checks: list[tuple[NDArray[np.bool_], str]] = [
            (np.isinf(x) | np.isinf(n), "must be finite"),
            ((x < 0) | (n < 0), "cannot be negative"),
            (np.isfinite(x) & (x != np.floor(x)), "must be a whole number of events"),
        ]
        if counted:
            whole = np.isfinite(n) & (n != np.floor(n))
            checks += [(whole, "must be a whole number of people"), (x > n, "is more than n")]
        for wrong, text in checks:
            for i in np.flatnonzero(wrong).tolist():
                raise DataError(
                    f"{names[i]}: group {group} has {x[i]:g} events and {what} {n[i]:g}; "
                    f"one of them {text}. Correct it, or leave the study out."
                )


def _reasons(
    events: Sequence[FloatArray], size: Sequence[FloatArray], counted: bool, keep: bool
) -> list[str]:
    """Why each study is left out; "" where it is not."""
    total = np.sum(events, axis=0)
    everybody = np.sum(size, axis=0)
    reasons = []
    for i in range(total.size):
        if np.isnan(total[i]) or np.isnan(everybody[i]):
            reasons.append("missing numbers")
        elif any(n[i] == 0 for n in size):
            reasons.append("a group without " + ("people" if counted else "person-time"))
        elif keep or len(events) == 1:
            reasons.append("")
        elif total[i] == 0:
            reasons.append("no events in either group")
        elif counted and total[i] == everybody[i]:
            reasons.append("events in everybody")
        else:
            reasons.append("")
    return reasons

"""Comparisons of arms from individual participant data, for `--data` of other commands."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.errors import UsageError
from ketameta.exchange.ipd import ArmSummary, IpdSummary
from ketameta.records.problems import did_you_mean


def contrasts(
    summary: IpdSummary, *, study: str, control: str | None = None
) -> list[dict[str, str | float | None]]:
    """One row per time and pair of arms, with the column names that `--data` knows.

    Parameters
    ----------
    summary
        The arms.
    study
        Label of the study.
    control
        The arm that others are compared with; by default the last one.

    Raises
    ------
    UsageError
        Where there are fewer than two arms, or no such arm.
    """
    names = list(dict.fromkeys(arm.arm for arm in summary.arms))
    reference = reference_arm(names, control, study=study)
    by_place = {(arm.outcome, arm.time, arm.arm): arm for arm in summary.arms}
    rows = []
    for (outcome, time, name), arm in by_place.items():
        other = by_place.get((outcome, time, reference))
        if name != reference and other is not None:
            rows.append(_contrast(study, arm, other))
    return rows


def reference_arm(names: Sequence[str], control: str | None, *, study: str) -> str:
    """The arm that others are compared with: the one asked for, or the last.

    Raises
    ------
    UsageError
        Where there are fewer than two arms, or no such arm.
    """
    if len(names) < 2:
        raise UsageError(f"{study}: there is only the arm {names[0]}, and a comparison needs two.")
    if control is not None and control not in names:
        raise UsageError(f'{study}: no arm is called "{control}". {did_you_mean(control, names)}')
    return control or names[-1]


def _contrast(study: str, first: ArmSummary, second: ArmSummary) -> dict[str, str | float | None]:
    row: dict[str, str | float | None] = {
        "study": study,
        "outcome": first.outcome,
        "time_label": first.time or None,
        "arm_1": first.arm,
        "arm_2": second.arm,
    }
    keys = (
        ("n", "events", "missing") if first.events is not None else ("n", "mean", "sd", "missing")
    )
    for number, arm in ((1, first), (2, second)):
        row |= {f"{key}_{number}": getattr(arm, key) for key in keys}
    return row

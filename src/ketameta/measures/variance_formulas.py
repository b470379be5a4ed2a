"""Formulas of the sampling variance that a measure offers."""

from __future__ import annotations

from ketameta.errors import UsageError


def check_variance(measure: str, variance: str, *known: str) -> None:
    """`UsageError` unless the formula `variance` is one that the measure knows."""
    if variance not in known:
        offered = f"{', '.join(known[:-1])} or {known[-1]}"
        raise UsageError(f"{measure}: there is no variance {variance!r}. Choose {offered}.")

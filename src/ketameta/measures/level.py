"""Coverage of intervals."""

from __future__ import annotations

from ketameta.errors import UsageError


def check_level(level: float) -> float:
    """`level` as a number between 0 and 1; `UsageError` where it is none."""
    if not 0.0 < level < 1.0:
        raise UsageError(f"level: {level!r} is not between 0 and 1. Use for example 0.95.")
    return float(level)

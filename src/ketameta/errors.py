"""Errors that a user is meant to read, and the exit code each one ends a command with.

Every message reads `where: what is wrong. What to do.`
"""

from __future__ import annotations


class KetametaError(Exception):
    """An error a user is told of; a command ends with `exit_code`, without a traceback."""

    exit_code = 3


class UsageError(KetametaError):
    """What was asked for does not exist or does not fit together (exit code 2)."""

    exit_code = 2


class DataError(KetametaError):
    """The data cannot be analysed as asked (exit code 3)."""

    exit_code = 3


class ConvergenceError(DataError):
    """An iterative method did not reach its tolerance; no number is returned instead."""

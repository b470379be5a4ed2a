"""What was asked of `ketameta sensitivity`, checked, and what each kind gives back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block
from ketameta.cli.method_options import Methods
from ketameta.cli.sensitivity_options import GOES_WITH, KindOptions
from ketameta.errors import UsageError
from ketameta.measures.estimates import Caution


@dataclass(frozen=True, slots=True)
class Variation:
    """What to vary, and how; `alpha` is a single trial's threshold, for fragility."""

    kind: str
    options: KindOptions
    alpha: float
    methods: Methods


@dataclass(frozen=True, slots=True)
class Varied:
    """What a kind found.

    Attributes
    ----------
    rows
        One per study or step, for JSON, and for CSV unless there are `lines`.
    whole
        What is said once, for JSON.
    blocks
        For reading.
    cautions
        Beside those of the estimates.
    lines
        For CSV, where a row holds lists; None for the rows.
    sample
        The studies as they were analysed, where others are in than give an estimate as they stand.
    """

    rows: Sequence[Mapping[str, Any]]
    whole: Mapping[str, Any]
    blocks: Sequence[Block]
    cautions: Sequence[Caution] = ()
    lines: Sequence[Mapping[str, Any]] | None = None
    sample: Sample | None = None


def check_options(wish: Variation) -> None:
    """UsageError for options that the kind has no use for, and methods that do not exist."""
    wish.methods.check()
    wish.methods.choices()
    for name, kinds in GOES_WITH.items():
        if getattr(wish.options, name) not in (None, False, ()) and wish.kind not in kinds:
            option = name.replace("_", "-")
            raise UsageError(f"--{option}: goes with --kind {' or '.join(kinds)}.")
    if wish.kind == "subgroups" and not wish.options.groups:
        raise UsageError("--kind subgroups: needs --groups; see ketameta sensitivity --help.")
    if not 0 < wish.alpha < 1:
        raise UsageError(f"--alpha: {wish.alpha:g} is not between 0 and 1. Write 0.05.")


def two_numbers(option: str, text: str, *, above: float) -> tuple[float, float]:
    """A number for both groups, or one for each, separated by a comma.

    Raises
    ------
    UsageError
        For anything else, or a number that is not at least `above` (not above it, where it is 0).
    """
    try:
        values = [float(word) for word in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in (1, 2) or not all(math.isfinite(v) and v >= above for v in values):
        raise UsageError(
            f"{option}: {text!r} is not one number, or two (group 1, group 2) with a comma "
            f"between them, {above:g} or larger."
        )
    return values[0], values[-1]

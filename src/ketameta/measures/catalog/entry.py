"""`Measure`: one entry of the catalog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ketameta.measures.estimates import FloatArray


@dataclass(frozen=True, slots=True)
class Measure:
    """One effect measure.

    Attributes
    ----------
    code, name
        metafor's ``escalc`` code and the full name.
    family
        binary, continuous, paired, proportion, rate, correlation, reliability, genotype or
        generic: what it is about.
    scale
        The analysis scale, one of `display.SCALES`.
    columns
        Columns that must be there, in the order in which `function` takes them.
    null
        Value of "no difference" on the analysis scale; None where there is none (proportions).
    label, analysis_label
        Axis titles on the display scale and on the analysis scale.
    function
        "module.name" of the function within `ketameta.measures`.
    takes
        Names of the `arms` classes that gather the first columns into its first arguments; the
        columns that remain are arguments of their own.
    summary
        What it is and when it is apt, one or two sentences.
    reference
        Literature.
    zero_add
        Amount the zero-cell rule adds by default; None where there are no cells.
    variances
        Names of the variance formulas on offer, the default first; empty where there is one.
    aliases
        Other codes taken for it: those of R's meta, and older ones of metafor.
    """

    code: str
    name: str
    family: str
    scale: str
    columns: tuple[str, ...]
    null: float | None
    label: str
    analysis_label: str
    function: str
    takes: tuple[str, ...]
    summary: str
    reference: str
    zero_add: float | None = None
    variances: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def display_null(self) -> float | None:
        """The value of "no difference" on the display scale (1 for ratios)."""
        return None if self.null is None else float(self.to_display(self.null))

    @property
    def is_ratio(self) -> bool:
        """Whether it is shown as a ratio on a log axis."""
        return self.scale == "log" and self.null is not None

    def to_display(self, x: ArrayLike) -> FloatArray:
        """Values from the analysis scale on the scale that readers see (exp for log ratios)."""
        display = import_module("ketameta.measures.display")
        shown: FloatArray = display.SCALES[self.scale].to_display(x)
        return shown

    def from_display(self, x: ArrayLike) -> FloatArray:
        """Values from the scale that readers see on the analysis scale (log for ratios)."""
        display = import_module("ketameta.measures.display")
        values: FloatArray = display.SCALES[self.scale].from_display(x)
        return values

    def compute(self) -> Callable[..., tuple[FloatArray, FloatArray]]:
        """The function that computes (y, v)."""
        module, name = self.function.split(".")
        found = getattr(import_module(f"ketameta.measures.{module}"), name)
        return cast("Callable[..., tuple[FloatArray, FloatArray]]", found)

"""`ReconciledRow`: what one preset makes of the data."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class ReconciledRow:
    """One preset's numbers, on the analysis scale (log for ratios).

    Attributes
    ----------
    preset, name
        Code and full name.
    k, labels, y, v
        Estimates pooled, shape (k,).
    excluded
        Labels of rows that gave the program no estimate.
    estimate, se, interval, p_value, df
        The pooled mean; df None for the normal distribution.
    prediction
        Without limits where the program gives none.
    tau2, i2, q, q_df, q_p
        Heterogeneity; I2 in percent by the program's own definition. None: not estimable.
    q_centre
        What Q is taken around: "IV" or "MH", as in `presets.Q_CENTRES`.
    interval_method, prediction_method
        As used: the guard of IQWiG's rules can change the first.
    differences
        Against the first row, each in a sentence with the option that makes it; () in the first
        row and where all numbers agree.
    uncertain
        What is not confirmed about the program.
    cautions
        Degenerate cases and safeguards.
    """

    preset: str
    name: str
    measure: str
    k: int
    labels: tuple[str, ...]
    y: FloatArray
    v: FloatArray
    excluded: tuple[str, ...]
    estimate: float
    se: float
    interval: Interval
    p_value: float | None
    df: float | None
    prediction: Interval
    tau2: float | None
    i2: float | None
    q: float
    q_df: int
    q_p: float | None
    q_centre: str
    interval_method: str
    prediction_method: str | None
    hksj_factor: float | None
    uncertain: tuple[str, ...]
    cautions: tuple[Caution, ...]
    differences: tuple[str, ...] = ()

"""The scale on which decisions are made: people per 1000, or the unit of the outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from ketameta.appraisal.grade.absolute import PER, RISK_MEASURES, risk_with
from ketameta.appraisal.grade.proposal import Body
from ketameta.measures.catalog import measure as find_measure

MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A risk without treatment, whose it is, and where it comes from."""

    label: str
    risk: float
    source: str


@dataclass(frozen=True, slots=True)
class DecisionScale:
    """Translates effects to differences that can be compared with what matters.

    Attributes
    ----------
    measure
        Measure of the question.
    typical
        Risk without treatment at which risks are compared; None for measures without risks.
    unit
        "per 1000", "percent" for other ratios, or the unit of the outcome.
    smallest, large
        Thresholds in that unit; None where nobody has said what matters.
    """

    measure: str
    typical: float | None
    unit: str
    smallest: float | None
    large: float | None

    def difference(self, y: float) -> float:
        """An effect of the analysis scale as a difference in `unit`."""
        if self.typical is None:
            return 100.0 * math.expm1(y) if find_measure(self.measure).is_ratio else y
        if self.measure == "RD":
            return PER * y
        return PER * (risk_with(self.measure, y, self.typical) - self.typical)

    def text(self, difference: float) -> str:
        """A difference as printed: "+300 per 1000"."""
        shown = round(difference, 0 if self.typical is not None else 1) + 0.0
        text = f"{abs(shown):.0f}" if self.typical is not None else f"{abs(shown):.1f}"
        return f"{'+' if shown > 0 else MINUS if shown < 0 else ''}{text}"


def decision_scale(body: Body) -> DecisionScale:
    """The scale for one body of evidence."""
    important = body.important
    measure = body.answer.question.measure
    typical = typical_baseline(body).risk if measure in RISK_MEASURES else None
    if important is None:
        percent = "percent" if find_measure(measure).is_ratio else measure
        unit = "per 1000" if typical is not None else percent
        return DecisionScale(measure, typical, unit, None, None)
    return DecisionScale(
        measure, typical, important.unit, float(important.smallest), float(important.large)
    )


def baselines(body: Body) -> tuple[Baseline, ...]:
    """Risks without treatment: those stated, else lowest, median and highest of the controls.

    Where no control group has counts, the control risk that the review assumes.
    """
    if body.answer.question.measure not in RISK_MEASURES:
        return ()
    if body.asked is not None and body.asked.baseline:
        return tuple(Baseline(b.label, float(b.risk), b.source) for b in body.asked.baseline)
    risks = sorted(
        (float(row.control.events) / row.control.n, row.label)
        for row in body.main.rows
        if row.control.events is not None and row.control.n
    )
    if not risks:
        size = body.review.thresholds.information_size
        return (Baseline("Assumed", float(size.control_risk), "Control risk that the review sets"),)
    values = [risk for risk, _ in risks]
    if values[0] == values[-1]:
        names = ", ".join(label for _, label in risks)
        return (Baseline("Control group", values[0], names),)
    found = [Baseline("Lowest", values[0], f"Control group of {risks[0][1]}")]
    if len(values) > 2:
        found.append(Baseline("Median", median(values), f"Median of {len(values)} control groups"))
    return (*found, Baseline("Highest", values[-1], f"Control group of {risks[-1][1]}"))


def typical_baseline(body: Body) -> Baseline:
    """The middle one of the baselines, the lower of two middle ones."""
    found = sorted(baselines(body), key=lambda b: b.risk)
    return found[(len(found) - 1) // 2]

"""How one estimate was made: its formula, and a reported comparison worked through."""

from __future__ import annotations

import math

from ketameta.measures.catalog import Measure
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.generic import normal_quantile
from ketameta.notation import formulas
from ketameta.notation.numbers import MINUS
from ketameta.synthesis.answer import StudyRow

REFERENCE = "Cochrane Handbook 6.5, sections 6.3.1 and 6.5.2"


def formula_of(row: StudyRow, measure: Measure) -> tuple[str, str, str]:
    """Name, formula and literature of the way in which a row was made."""
    printed, code = row.printed, measure.code
    if printed is not None and printed.se:
        return f"{code} reported with its standard error", formulas.REPORTED_ERROR, REFERENCE
    if printed is not None:
        ratio = measure.is_ratio
        formula = formulas.REPORTED_RATIO if ratio else formulas.REPORTED_DIFFERENCE
        return f"{code} reported with its interval", formula, REFERENCE
    if row.experimental.events is None and row.experimental.mean is None:
        name = "Difference within the same people"
        return name, formulas.WITHIN_PEOPLE, "Cochrane Handbook 6.5, section 23.2.7"
    known = formulas.MEASURES.get(code, "")
    return f"{measure.name} ({code})", known, measure.reference


def printed_arithmetic(row: StudyRow) -> str:
    """A reported comparison with the values put into its formula; "" where there is none."""
    printed = row.printed
    if printed is None:
        return ""
    log = "ln " if find_measure(printed.measure).is_ratio else ""
    y = f"y = {log}{_plain(printed.estimate)}"
    if printed.turned:
        y = f"y = {MINUS}{log}{_plain(printed.estimate)}" if log else f"{y} with the sign turned"
    said = f"Printed: {printed.measure} {_plain(printed.estimate)}"
    if printed.se:
        return f"{said}, SE {printed.se}. {y}; v = {printed.se}²."
    limits = f"{_plain(printed.low)} to {_plain(printed.high)}"
    difference = f"{log}{_plain(printed.high)} {MINUS} {log}{_bracketed(printed.low)}"
    z = float(normal_quantile(float(printed.level) / 100))
    error = f"SE = ({difference}) / (2 × {z:.3f}) = {math.sqrt(row.v):.4g}"
    steps = f"{y}; {error}; v = SE²; the interval shown is y ± z SE"
    return f"{said} ({printed.level}% CI {limits}). {steps}."


def _plain(number: str) -> str:
    return number.replace("-", MINUS)


def _bracketed(number: str) -> str:
    return f"({_plain(number)})" if number.startswith("-") else number

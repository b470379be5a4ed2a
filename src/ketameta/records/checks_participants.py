"""Checks of people and what they received: limits in order, and amounts that can be believed.

A misplaced decimal point or an exchanged pair of fields has the form of a record. What no record
and no source of this project comes near is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ketameta.records.findings import Finding
from ketameta.records.participants import Arm
from ketameta.records.study import Study
from ketameta.records.vocabulary import DoseUnit, Enantiomer
from ketameta.records.yaml_reader import Path_

HIGHEST_DOSES = {
    DoseUnit.MG_PER_KG: Decimal("2.5"),
    DoseUnit.MG: Decimal(200),
    DoseUnit.MG_PER_KG_HOUR: Decimal("1.6"),
}
"""The highest dose of ketamine in any record of this project; none of its sources has a higher."""
LONGEST_INFUSION = 480
"""Minutes, a working day; the longest infusion in the records takes 92."""

CHECK = "Check the digits; if the source has it so, waive it with the reason."


def check(study: Study) -> Iterator[Finding]:
    """Every limit out of order, and every amount that nobody would give."""
    yield from _age(study)
    for i, arm in enumerate(study.arms):
        yield from _dose(arm, ("arms", i, "dose"))
        if arm.infusion_minutes is not None and arm.infusion_minutes > LONGEST_INFUSION:
            message = f"an infusion of {arm.infusion_minutes} minutes is longer than a working day."
            yield Finding("R038", ("arms", i, "infusion_minutes"), message, CHECK)
        if arm.sessions == 0 and arm.enantiomer is not Enantiomer.NOT_KETAMINE:
            message = f'"{arm.id}" receives ketamine in 0 sessions.'
            hint = "Write how often it was given; if no source says, leave the field out."
            yield Finding("R038", ("arms", i, "sessions"), message, hint)


def _age(study: Study) -> Iterator[Finding]:
    age = study.population.age
    if age is None:
        return
    where: Path_ = ("population", "age")
    low, high = age.minimum, age.maximum
    if low is not None and high is not None and low > high:
        yield _swapped(where, "minimum", "maximum", low, high)
    if age.sd is not None and age.sd <= 0:
        message = f"a standard deviation of {age.sd} would mean that all were of the same age."
        hint = "If no source gives it, leave the field out."
        yield Finding("R038", (*where, "sd"), message, hint)


def _dose(arm: Arm, where: Path_) -> Iterator[Finding]:
    dose = arm.dose
    if dose is None:
        return
    if dose.maximum is not None and dose.amount > dose.maximum:
        yield _swapped(where, "amount", "maximum", dose.amount, dose.maximum)
    limit = HIGHEST_DOSES[dose.unit]
    for name in ("amount", "maximum"):
        value = getattr(dose, name)
        if arm.enantiomer is not Enantiomer.NOT_KETAMINE and value is not None and value > limit:
            message = (
                f"{value} {dose.unit} of ketamine is more than {limit} {dose.unit}, "
                "the highest dose in the records of this project."
            )
            yield Finding("R038", (*where, name), message, CHECK)


def _swapped(where: Path_, first: str, second: str, low: Decimal, high: Decimal) -> Finding:
    message = f"{first} {low} is above {second} {high}."
    hint = f"If they are swapped, write `{first}: {high}` and `{second}: {low}`."
    return Finding("R037", (*where, first), message, hint)

"""Characteristics of studies: one row per record, whatever its status."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ketameta.notation.numbers import DASH
from ketameta.records.study import Arm, Study
from ketameta.records.vocabulary import Blinded, Enantiomer, Role, Route, Status, YesNo
from ketameta.synthesis.answer import Flag
from ketameta.tables.findings import flag_cell
from ketameta.tables.table import EVERYONE, FILES, Cell, Column, Row, Table

ORDER = (Status.INCLUDED, Status.AWAITING, Status.ONGOING, Status.NARRATIVE)
TITLES = {
    Status.INCLUDED: "Included: results may be pooled",
    Status.AWAITING: "Awaiting data: finished, usable numbers not seen yet",
    Status.ONGOING: "Ongoing: registered, no results seen",
    Status.NARRATIVE: "Narrative only: described, never pooled",
}
NOT_STATED = "not stated"
GIVEN_BESIDE = re.compile(r",? (?=(?:with|then) )")

_COLUMNS = (
    Column("id", "Id", audience=FILES),
    Column("study", "Study"),
    Column("year", "Year", audience=FILES),
    Column("status", "Status", audience=FILES),
    Column("substance", "Substance"),
    Column("design", "Design"),
    Column("randomised", "Randomised", audience=FILES),
    Column("blinded", "Blinded", audience=FILES),
    Column("country", "Country", audience=FILES),
    Column("people", "People", "right", EVERYONE),
    Column("planned", "Planned", audience=FILES),
    Column("analysed", "Analysed", audience=FILES),
    Column("ketamine", "Ketamine"),
    Column("control", "Compared with"),
    Column("psychotherapy", "Psychotherapy", audience=FILES),
    Column("weeks", "Weeks of follow-up", "right"),
    Column("diagnosis", "Diagnosis", audience=FILES),
    Column("flags", "Flags"),
    Column("title", "Title", audience=FILES),
    Column("doi", "DOI", audience=FILES),
    Column("reason", "Reason for the status", audience=FILES),
)


def characteristics(studies: Sequence[Study], flags: Mapping[str, Sequence[Flag]]) -> Table:
    """All studies, for files.

    Parameters
    ----------
    flags
        Flags of each study by its id, judged on the record alone.
    """
    rows = tuple(_row(study, flags.get(study.id, ())) for study in studies)
    return Table("characteristics", "Characteristics of studies", _COLUMNS, rows)


def by_status(studies: Sequence[Study], flags: Mapping[str, Sequence[Flag]]) -> tuple[Table, ...]:
    """One table per status that occurs, for readers; by substance, then by year."""
    tables = []
    for status in ORDER:
        members = sorted(
            (study for study in studies if study.status is status),
            key=lambda s: (str(s.substance), s.citation.year or 9999, s.id),
        )
        if members:
            rows = tuple(_row(study, flags.get(study.id, ())) for study in members)
            name = str(status).replace(" ", "-")
            caption = f"{TITLES[status]} ({len(members)})"
            tables.append(Table(f"characteristics-{name}", caption, _COLUMNS, rows))
    return tuple(tables)


def _row(study: Study, flags: Sequence[Flag]) -> Row:
    design, enrolled = study.design, study.design.enrolled_n
    blinded = ", ".join(design.blinded)
    return Row(
        (
            Cell(study.id),
            Cell(study.label, detail=design.country, href=f"#study-{study.id}"),
            Cell(str(study.citation.year or "")),
            Cell(str(study.status)),
            Cell(str(study.substance)),
            Cell(str(design.type), detail=design_detail(study)),
            Cell(str(design.randomised)),
            Cell(blinded),
            Cell(design.country),
            Cell(DASH if enrolled is None else str(enrolled), "" if enrolled is None else enrolled),
            Cell("" if design.planned_n is None else str(design.planned_n)),
            Cell("" if design.analysed_n is None else str(design.analysed_n)),
            Cell(_arms_text(study, Role.EXPERIMENTAL) or DASH, detail=_psychotherapy(study)),
            Cell(control_types(study) or DASH, detail=_arms_text(study, Role.CONTROL)),
            Cell(_psychotherapy(study)),
            Cell(*_weeks(study)),
            Cell(study.population.diagnosis),
            flag_cell(flags) if flags else Cell(DASH, ""),
            Cell(study.citation.title),
            Cell(study.citation.doi or ""),
            Cell(study.status_reason or ""),
        )
    )


def design_detail(study: Study) -> str:
    """Allocation and blinding in short: "randomised; blinded: participants"."""
    chance = {
        YesNo.YES: "randomised",
        YesNo.NO: "not randomised",
        YesNo.NOT_STATED: "not stated to be randomised",
    }[study.design.randomised]
    blinded = study.design.blinded
    if Blinded.NOBODY in blinded:
        return f"{chance}; open label"
    if set(blinded) == {Blinded.NOT_STATED}:
        return f"{chance}; blinding not stated"
    short = ", ".join(word.removeprefix("care ").removeprefix("outcome ") for word in blinded)
    return f"{chance}; blinded: {short}"


def _weeks(study: Study) -> tuple[str, str]:
    """Weeks of follow-up for readers, to a tenth, and for files, as written."""
    weeks = study.design.follow_up_weeks
    return (DASH, "") if weeks is None else (f"{float(round(weeks, 1)):g}", f"{weeks:f}")


def control_types(study: Study) -> str:
    """What the control arms are, each kind once."""
    kinds = [str(arm.control_type) for arm in study.arms if arm.control_type is not None]
    return " and ".join(dict.fromkeys(kinds))


def _arms_text(study: Study, role: Role) -> str:
    texts = [arm_in_words(arm) for arm in study.arms if arm.role is role]
    return "; ".join(dict.fromkeys(texts))


def arm_in_words(arm: Arm) -> str:
    """Drug, dose, route and number of administrations; what is given beside it comes last."""
    named, *beside = GIVEN_BESIDE.split(arm.drug, maxsplit=1)
    form = str(arm.enantiomer)
    known = arm.enantiomer in (Enantiomer.ESKETAMINE, Enantiomer.RACEMIC)
    parts = [f"{form} ({named})" if known and form not in named.lower() else named]
    if arm.dose is not None:
        upper = "" if arm.dose.maximum is None else f" to {arm.dose.maximum:f}"
        parts.append(f"{arm.dose.amount:f}{upper} {arm.dose.unit}")
    if arm.route not in (Route.NONE, Route.NOT_STATED):
        parts.append(str(arm.route))
    if arm.sessions is not None and arm.sessions > 0:
        parts.append("once" if arm.sessions == 1 else f"{arm.sessions} times")
    return ", ".join((*parts, *beside))


def _psychotherapy(study: Study) -> str:
    kinds = [str(arm.psychotherapy.type) for arm in study.arms if arm.role is not Role.OTHER]
    found = [kind for kind in dict.fromkeys(kinds) if kind != NOT_STATED]
    if not found:
        return "psychotherapy not stated"
    if found == ["none"]:
        return "no psychotherapy"
    return f"psychotherapy: {' / '.join(found)}"

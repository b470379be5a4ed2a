"""Study cards: everything a record says about one study, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.records.loading import LoadedStudy
from ketameta.records.provenance import Note
from ketameta.records.study import Citation, Study
from ketameta.reports.number_lines import OutcomeNumbers, Used, outcome_numbers
from ketameta.synthesis.answer import Answer, Flag
from ketameta.tables.characteristics import arm_in_words, design_detail
from ketameta.tables.flags import by_severity
from ketameta.tables.sources import source_address
from ketameta.tables.table import Cell, Column, Row, Table

ARM_TITLES = ("Arm", "Role", "What was given", "Psychotherapy", "People")
"""Titles of the table of arms, the same in every card."""


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads somewhere; `href` is empty where nothing is known to lead to."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class StudyCard:
    """One record.

    Attributes
    ----------
    id, label, status, status_reason, substance
        Which study, and what it may be used for.
    citation, links
        The main report and where it can be found.
    facts
        Pairs of a name and a text.
    arms
        One row per arm.
    outcomes
        Every result with its source, under what was measured.
    contradictions, notes, missing
        What a reader must know; what nobody has extracted, and where it can be found.
    reports, sources
        Other reports of the same people; the documents read.
    flags
        Flags judged on the record alone.
    file
        The record.
    """

    id: str
    label: str
    status: str
    status_reason: str
    substance: str
    citation: str
    links: tuple[Link, ...]
    facts: tuple[tuple[str, str], ...]
    arms: Table
    outcomes: tuple[OutcomeNumbers, ...]
    contradictions: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]
    reports: tuple[tuple[str, str], ...]
    sources: tuple[tuple[Link, str], ...]
    flags: tuple[Flag, ...]
    file: str


def study_card(loaded: LoadedStudy, flags: Sequence[Flag], used: Used) -> StudyCard:
    """The card of one record.

    Parameters
    ----------
    flags
        Flags judged on the record alone.
    used
        Questions that use a result, by study id and line.
    """
    study = loaded.study
    outcomes = tuple(outcome_numbers(loaded, used))
    return StudyCard(
        id=study.id,
        label=study.label,
        status=str(study.status),
        status_reason=study.status_reason or "",
        substance=str(study.substance),
        citation=citation_text(study.citation),
        links=tuple(_links(study)),
        facts=tuple(_facts(study)),
        arms=_arms(study),
        outcomes=outcomes,
        contradictions=tuple((about(n), n.text) for n in study.notes if n.contradiction),
        notes=tuple((about(n), n.text) for n in study.notes if not n.contradiction),
        missing=tuple((m.what, m.where) for m in study.missing),
        reports=tuple((r.citation, r.relation) for r in study.reports),
        sources=tuple(_sources(study, outcomes)),
        flags=tuple(by_severity(flags)),
        file=loaded.document.path.as_posix(),
    )


def _sources(study: Study, outcomes: Sequence[OutcomeNumbers]) -> Iterator[tuple[Link, str]]:
    """The documents read; those that a number already leads to without their address."""
    linked = {line.source.address for outcome in outcomes for line in outcome.lines}
    for source in study.sources.values():
        address = source_address(source)
        shown = "" if address in linked else address
        yield Link(source.document, shown), str(source.level)


def results_used(answers: Sequence[Answer]) -> Used:
    """Which questions use which result in their main analysis."""
    used: Used = {}
    for answer in answers:
        for row in answer.main.rows:
            key = (row.study, row.source.line)
            used[key] = (*used.get(key, ()), (answer.question.id, answer.question.title))
    return used


def citation_text(citation: Citation) -> str:
    """A citation as a reference list has it."""
    authors = ", ".join(citation.authors)
    if not citation.authors_complete:
        authors += " and others"
    parts = [f"{authors}.", f"{citation.title.rstrip('.')}."]
    if citation.journal:
        parts.append(f"{citation.journal}.")
    year = str(citation.year) if citation.year is not None else "No date"
    volume = "" if citation.volume is None else f";{citation.volume}"
    issue = "" if citation.issue is None else f"({citation.issue})"
    pages = "" if citation.pages is None else f":{citation.pages}"
    parts.append(f"{year}{volume}{issue}{pages}.")
    return " ".join(parts)


def about(note: Note) -> str:
    """What a note is about, in words: `design.stopped_early` as "design, stopped early"."""
    return note.about.replace("_", " ").replace(".", ", ")


def _links(study: Study) -> Iterator[Link]:
    citation = study.citation
    if citation.doi:
        yield Link(f"doi:{citation.doi}", f"https://doi.org/{citation.doi}")
    if citation.pmid:
        yield Link(f"PMID {citation.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{citation.pmid}/")
    if citation.pmcid:
        address = f"https://pmc.ncbi.nlm.nih.gov/articles/{citation.pmcid}/"
        yield Link(citation.pmcid, address)
    if citation.url and not citation.doi:
        yield Link("address", citation.url)
    for registration in study.registrations:
        known = registration.id.startswith("NCT")
        address = f"https://clinicaltrials.gov/study/{registration.id}" if known else ""
        yield Link(f"{registration.registry} {registration.id}", address)


def _facts(study: Study) -> Iterator[tuple[str, str]]:
    design, population = study.design, study.population
    yield "Design", f"{design.type}; {design_detail(study)}"
    if design.allocation:
        yield "Allocation", design.allocation
    yield "Where and when", ", ".join(p for p in (design.country, design.setting_years) if p)
    if design.centres is not None:
        yield "Centres", str(design.centres)
    yield "People", _people(study)
    if design.stopping_reason:
        yield "Stopped", design.stopping_reason
    if design.follow_up_weeks is not None:
        yield "Follow-up", f"{design.follow_up_weeks:f} weeks"
    yield "Diagnosis", population.diagnosis
    if population.setting:
        yield "Setting", population.setting
    if population.eligibility:
        yield "Eligibility", population.eligibility
    if who := _who(study):
        yield "Who", who
    yield "Depression in eligibility", str(population.depression)
    yield "Funding and interests", _funding(study)


def _people(study: Study) -> str:
    design = study.design
    known = (
        (design.planned_n, "planned"),
        (design.enrolled_n, "enrolled or randomised"),
        (design.analysed_n, "analysed"),
    )
    return ", ".join(f"{n} {word}" for n, word in known if n is not None) or "not stated"


def _who(study: Study) -> str:
    age, female = study.population.age, study.population.female
    parts = []
    if age is not None and age.mean is not None:
        parts.append(f"mean age {age.mean:f}" + ("" if age.sd is None else f" (SD {age.sd:f})"))
    if age is not None and age.minimum is not None and age.maximum is not None:
        parts.append(f"age {age.minimum:f} to {age.maximum:f}")
    if female is not None and female.count is not None:
        parts.append(f"women {female.count}" + ("" if female.of is None else f" of {female.of}"))
    elif female is not None and female.percent is not None:
        parts.append(f"women {female.percent:f}%")
    return ", ".join(parts)


def _funding(study: Study) -> str:
    funding = study.funding
    if funding is None:
        return "not stated in any source read so far"
    funders = ", ".join(funding.funders) or "funders not stated"
    details = f" ({funding.details.rstrip('.')})" if funding.details else ""
    return f"{funders}; financial interest in ketamine: {funding.conflict_of_interest}{details}"


def _arms(study: Study) -> Table:
    keys = ("arm", "role", "given", "psychotherapy", "n")
    columns = tuple(
        Column(key, title, "right" if key == "n" else "left")
        for key, title in zip(keys, ARM_TITLES, strict=True)
    )
    rows = []
    for arm in study.arms:
        kind = "" if arm.control_type is None else str(arm.control_type)
        details = "; ".join(d.rstrip(".") for d in (arm.dose_details, arm.notes) if d)
        n = "" if arm.n_randomised is None else str(arm.n_randomised)
        therapy = Cell(str(arm.psychotherapy.type), detail=arm.psychotherapy.description or "")
        given = Cell(arm_in_words(arm), detail=details)
        cells = (Cell(arm.label), Cell(str(arm.role), detail=kind), given, therapy, Cell(n))
        rows.append(Row(cells))
    return Table(f"arms-{study.id}", "Arms", columns, tuple(rows))

"""The evidence map: what is known of which outcome, for which substance, against which control.

A cell counts studies, not results. What a study measured but nobody has extracted, and trials
that have not reported, count too: gaps are gaps only where none of that exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ketameta.appraisal.map_certainty import CellCertainty, GradedBody, cell_certainty
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    Data,
    EventsData,
    MeansData,
    PairedData,
    SingleEventsData,
    SingleMeansData,
    Summary,
)
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.records.vocabulary import Construct, ControlType, Role, Status, Substance

COMPARED, WORDS, ONE_ARM = "compared", "words", "one arm"
AWAITED, ONGOING = "not extracted", "ongoing"
KINDS = (COMPARED, WORDS, ONE_ARM, AWAITED, ONGOING)
"""How much is known of an outcome in a study, the most useful first: numbers that compare arms; a
comparison in words, or nothing but its P value; numbers or words of one group; measured, but not
published or not extracted here; planned by a trial whose results nobody has seen."""

WITH_RESULTS = (COMPARED, WORDS, ONE_ARM)
"""Kinds whose participants are counted: those of trials without results are plans or unknown."""

PLACEBO, OTHER, NO_CONTROL = "placebo", "other control", "no control group"
CONTROLS = (PLACEBO, OTHER, NO_CONTROL)
PLACEBOS = frozenset({ControlType.INERT_PLACEBO, ControlType.ACTIVE_PLACEBO})
NOT_STATED = "outcome not stated"
"""Row of trials whose outcomes no source names."""


@dataclass(frozen=True, slots=True)
class MapEntry:
    """What one study gives for one outcome.

    Attributes
    ----------
    study, label, substance, status
        Which study.
    outcome
        Its construct, or that it is not stated.
    control, control_types
        Group of controls, and the types in it as recorded.
    kind
        One of `KINDS`.
    people
        Participants analysed, or enrolled; None where neither is known.
    """

    study: str
    label: str
    substance: str
    status: str
    outcome: str
    control: str
    control_types: tuple[str, ...]
    kind: str
    people: int | None


@dataclass(frozen=True, slots=True)
class MapCell:
    """One substance, one outcome, one group of controls.

    Attributes
    ----------
    entries
        Every study with anything on the outcome, the most useful first; empty for a gap.
    certainty
        Of the question that pools all studies with numbers here; None where none does.
    """

    substance: str
    outcome: str
    control: str
    entries: tuple[MapEntry, ...]
    certainty: CellCertainty | None = None

    @property
    def kind(self) -> str:
        """The most useful kind of knowledge in the cell; "gap" without any."""
        return self.entries[0].kind if self.entries else "gap"

    def of(self, kind: str) -> tuple[MapEntry, ...]:
        """The studies of one kind."""
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def people_of(self, kind: str) -> int | None:
        """Participants of the studies of one kind; None where no source tells of any of them."""
        found = [entry.people for entry in self.of(kind)]
        known = [people for people in found if people is not None]
        return None if found and not known else sum(known)

    def size_unknown(self, kind: str) -> int:
        """How many studies of one kind do not say how many people were in them."""
        return sum(entry.people is None for entry in self.of(kind))


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """All cells, row by row.

    Attributes
    ----------
    substances, outcomes, controls
        The three axes; outcomes that no study has are left out of `outcomes`.
    cells
        One per combination, empty ones included.
    silences
        One sentence per substance without any controlled result.
    """

    substances: tuple[str, ...]
    outcomes: tuple[str, ...]
    controls: tuple[str, ...]
    cells: tuple[MapCell, ...]
    silences: tuple[str, ...]

    def cell(self, substance: str, outcome: str, control: str) -> MapCell:
        """The cell at a place (KeyError if there is none)."""
        for cell in self.cells:
            if (cell.substance, cell.outcome, cell.control) == (substance, outcome, control):
                return cell
        raise KeyError((substance, outcome, control))


def evidence_map(evidence: Evidence, graded: Sequence[GradedBody] = ()) -> EvidenceMap:
    """The map of all studies on record.

    Parameters
    ----------
    evidence
        The records.
    graded
        The graded questions of a review, in its order.
    """
    entries = [entry for study in evidence.studies for entry in map_entries(study)]
    seen = {entry.outcome for entry in entries}
    outcomes = [*(str(c) for c in Construct if c in seen), *(o for o in (NOT_STATED,) if o in seen)]
    substances = tuple(str(s) for s in Substance)
    cells = tuple(
        _cell(entries, (substance, outcome, control), graded)
        for outcome in outcomes
        for substance in substances
        for control in CONTROLS
    )
    return EvidenceMap(substances, tuple(outcomes), CONTROLS, cells, tuple(_silences(cells)))


def _cell(
    entries: Sequence[MapEntry], place: tuple[str, str, str], graded: Sequence[GradedBody]
) -> MapCell:
    here = [e for e in entries if (e.substance, e.outcome, e.control) == place]
    here.sort(key=lambda e: (KINDS.index(e.kind), e.label))
    compared = {e.study for e in here if e.kind == COMPARED}
    return MapCell(*place, tuple(here), cell_certainty(graded, compared, place))


def _silences(cells: Sequence[MapCell]) -> Iterator[str]:
    for substance in Substance:
        entries = [e for c in cells if c.substance == substance for e in c.entries]
        if any(e.kind in (COMPARED, WORDS) and e.control != NO_CONTROL for e in entries):
            continue
        waiting = sorted({e.label for e in entries if e.kind in (AWAITED, ONGOING)})
        more = f" Not reported or not extracted: {', '.join(waiting)}." if waiting else ""
        yield f"{str(substance).capitalize()}: no controlled result.{more}"


def map_entries(study: Study) -> Iterator[MapEntry]:
    """What a study gives for each outcome, one entry per outcome and group of controls."""
    known: dict[tuple[str, str], str] = {}
    for outcome in study.outcomes:
        for result in outcome.results:
            for control in _result_controls(study, result.data):
                key = (str(outcome.construct_), control)
                kind = _kind(study, result.data, control)
                known[key] = min(known.get(key, KINDS[-1]), kind, key=KINDS.index)
    waiting = ONGOING if study.status is Status.ONGOING else AWAITED
    for construct in _awaited(study):
        for control in _groups(study):
            if not any(name == construct for name, _ in known):
                known.setdefault((construct, control), waiting)
    if not known and study.status in (Status.ONGOING, Status.AWAITING):
        known = {(NOT_STATED, control): waiting for control in _groups(study)}
    for (construct, control), kind in known.items():
        yield _entry(study, construct, control, kind)


def _entry(study: Study, construct: str, control: str, kind: str) -> MapEntry:
    types = dict.fromkeys(
        str(arm.control_type) for arm in study.arms if control_group(arm.control_type) == control
    )
    return MapEntry(
        study.id,
        study.label,
        str(study.substance),
        str(study.status),
        construct,
        control,
        tuple(t for t in types if t != "None"),
        kind,
        study.design.analysed_n or study.design.enrolled_n,
    )


def _kind(study: Study, data: Data, control: str) -> str:
    """How much a result tells; whatever an unfinished trial says is a plan."""
    if study.status is Status.ONGOING:
        return ONGOING
    if control == NO_CONTROL:
        return ONE_ARM
    return COMPARED if _has_numbers(data) else WORDS


def _has_numbers(data: Data) -> bool:
    """Whether a comparison says how large the difference is; a P value alone does not."""
    if isinstance(data, PairedData):
        return data.mean_difference is not None or data.t is not None or _middles(data.conditions)
    if isinstance(data, MeansData | ChangesData):
        return _middles(data.arms)
    return isinstance(data, EventsData | ContrastData)


def _middles(arms: Mapping[str, Summary]) -> bool:
    """Whether at least two arms have a mean or a median."""
    return sum(arm.mean is not None or arm.median is not None for arm in arms.values()) > 1


def _awaited(study: Study) -> Iterator[str]:
    """Constructs that the record names among what is not extracted."""
    text = " ".join(missing.what.lower() for missing in study.missing)
    yield from (str(c) for c in Construct if c is not Construct.OTHER and str(c) in text)


def control_group(control: ControlType | None) -> str:
    """The group of `CONTROLS` that a type of control belongs to."""
    if control is None:
        return NO_CONTROL
    return PLACEBO if control in PLACEBOS else OTHER


def _groups(study: Study) -> tuple[str, ...]:
    """Groups of controls in a study."""
    types = [arm.control_type for arm in study.arms if arm.role is Role.CONTROL]
    found = {control_group(control) for control in types} or {NO_CONTROL}
    return tuple(group for group in CONTROLS if group in found)


def _result_controls(study: Study, data: Data) -> tuple[str, ...]:
    """Groups of controls that a result compares with; numbers of one arm have none."""
    if isinstance(data, SingleEventsData | SingleMeansData):
        return (NO_CONTROL,)
    if isinstance(data, ContrastData | PairedData):
        names = data.control if isinstance(data, ContrastData) else (data.control,)
        types = [study.arm(name).control_type for name in names]
        found = {OTHER if control is None else control_group(control) for control in types}
    else:
        named = getattr(data, "arms", None) or {arm.id for arm in study.arms}
        arms = [arm for arm in study.arms if arm.id in named and arm.role is Role.CONTROL]
        found = {control_group(arm.control_type) for arm in arms} or {NO_CONTROL}
    return tuple(group for group in CONTROLS if group in found)

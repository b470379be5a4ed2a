"""The evidence map as tables: one for reading, one with every study for files."""

from __future__ import annotations

from ketameta.appraisal.evidence_map import AWAITED, COMPARED, ONE_ARM, WORDS, EvidenceMap, MapCell
from ketameta.counting import counted
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table

SIGNS = {COMPARED: "■", WORDS: "□", ONE_ARM: "▫", AWAITED: "?"}
KEY = (
    "■ studies with numbers that compare arms; □ with a comparison in words, or only its P value; "
    "▫ of one group only; ? that measured it or plan to, nothing extracted or reported. An empty "
    "cell is a gap. People are those of all studies with results, each study once per cell."
)


def evidence_map_table(found: EvidenceMap) -> Table:
    """One row per outcome and group of controls with anything in it; substances side by side."""
    columns = (
        Column("outcome", "Outcome"),
        Column("control", "Control"),
        *(Column(name, name.capitalize(), "number") for name in found.substances),
    )
    rows = []
    for outcome in found.outcomes:
        for control in found.controls:
            cells = [found.cell(name, outcome, control) for name in found.substances]
            if any(cell.entries for cell in cells):
                texts = (Cell(signs(cell), detail=_detail(cell)) for cell in cells)
                rows.append(Row((Cell(outcome), Cell(control), *texts)))
    caption = "What is known, for which substance, of which outcome, against which control"
    return Table("evidence-map-table", caption, columns, tuple(rows), (KEY, *found.silences))


def evidence_map_by_control(found: EvidenceMap, *, details: bool = False) -> tuple[Table, ...]:
    """A table per group of controls, with the outcomes and substances that have anything there.

    Parameters
    ----------
    details
        Say people and certainty under the signs.
    """
    tables = (_of_control(found, control, details=details) for control in found.controls)
    return tuple(table for table in tables if table.rows)


def _of_control(found: EvidenceMap, control: str, *, details: bool) -> Table:
    filled = [c for c in found.cells if c.control == control and c.entries]
    substances = [s for s in found.substances if any(c.substance == s for c in filled)]
    absent = [s for s in found.substances if s not in substances]
    columns = (
        Column("outcome", "Outcome"),
        *(Column(name, name.capitalize(), "number") for name in substances),
    )
    rows = tuple(
        Row((Cell(o), *(_shown(found.cell(s, o, control), details) for s in substances)))
        for o in found.outcomes
        if any(c.outcome == o for c in filled)
    )
    notes = (f"Nothing on record for {', '.join(absent)}.",) if absent else ()
    caption = f"{control[:1].upper()}{control[1:]}"
    return Table(f"evidence-map-{control.replace(' ', '-')}", caption, columns, rows, notes)


def signs(cell: MapCell) -> str:
    """Counts of studies by kind: "■ 1 □ 2"; "" for a gap."""
    counts = [(sign, len(cell.of(kind))) for kind, sign in SIGNS.items()]
    return " ".join(f"{sign} {count}" for sign, count in counts if count)


def _shown(cell: MapCell, details: bool) -> Cell:
    return Cell(signs(cell), detail=_detail(cell) if details else "")


def _detail(cell: MapCell) -> str:
    best = cell.people_of(cell.kind) if cell.entries else 0
    people = counted(cell.people, "person") if cell.people else ""
    if best != cell.people:
        of_best = f"{best} of them" if people else counted(best, "person")
        people = ", ".join(part for part in (people, f"{of_best} in {SIGNS[cell.kind]}") if part)
    return ", ".join(part for part in (people, cell.certainty) if part)


def evidence_map_list(found: EvidenceMap) -> Table:
    """One row per combination, gaps included, with the studies by name; for files."""
    columns = (
        Column("substance", "Substance"),
        Column("outcome", "Outcome"),
        Column("control", "Control"),
        Column("kind", "What is known"),
        *(Column(kind.replace(" ", "_"), kind.capitalize()) for kind in SIGNS),
        Column("people", "People"),
        Column("certainty", "Certainty"),
        Column("studies", "Studies", audience=FILES),
        Column("names", "Studies", audience=READERS),
    )
    rows = []
    for cell in found.cells:
        counts = (Cell(str(n), n) for n in (len(cell.of(kind)) for kind in SIGNS))
        rows.append(
            Row(
                (
                    Cell(cell.substance),
                    Cell(cell.outcome),
                    Cell(cell.control),
                    Cell(cell.kind),
                    *counts,
                    Cell(str(cell.people), cell.people),
                    Cell(cell.certainty or "not graded"),
                    Cell("; ".join(f"{e.study} ({e.kind})" for e in cell.entries)),
                    Cell("; ".join(f"{e.label} ({e.kind})" for e in cell.entries)),
                )
            )
        )
    return Table("evidence-map-cells", "Every combination, gaps included", columns, tuple(rows))

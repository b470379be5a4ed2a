"""The evidence map as tables: one for reading, one with every study for files."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.evidence_map import KINDS, WITH_RESULTS, EvidenceMap, MapCell
from ketameta.appraisal.map_marks import map_key, marks
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table


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
                texts = (_shown(cell, details=True) for cell in cells)
                rows.append(Row((Cell(outcome), Cell(control), *texts)))
    caption = "What is known, for which substance, of which outcome, against which control"
    notes = (*map_key(found), *found.silences)
    return Table("evidence-map-table", caption, columns, tuple(rows), notes)


def evidence_map_by_control(found: EvidenceMap, *, details: bool = False) -> tuple[Table, ...]:
    """A table per group of controls, with the outcomes and substances that have anything there.

    Parameters
    ----------
    details
        Name the question that the certainty belongs to under the marks.
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
        Row((Cell(o), *(_shown(found.cell(s, o, control), details=details) for s in substances)))
        for o in found.outcomes
        if any(c.outcome == o for c in filled)
    )
    notes = (f"Nothing on record for {', '.join(absent)}.",) if absent else ()
    caption = f"{control[:1].upper()}{control[1:]}"
    return Table(f"evidence-map-{control.replace(' ', '-')}", caption, columns, rows, notes)


def _shown(cell: MapCell, *, details: bool) -> Cell:
    told = cell.certainty if details else None
    return Cell(" ".join(marks(cell)), detail=f"certainty {told}" if told else "")


def evidence_map_list(found: EvidenceMap) -> Table:
    """One row per combination, gaps included, with the studies by name; for files."""
    columns = (
        Column("substance", "Substance"),
        Column("outcome", "Outcome"),
        Column("control", "Control"),
        Column("kind", "What is known"),
        *(Column(kind.replace(" ", "_"), kind.capitalize()) for kind in KINDS),
        *(Column(f"people_{kind.replace(' ', '_')}", f"People in {kind}") for kind in WITH_RESULTS),
        Column("size_unknown", "Studies with results of unknown size"),
        Column("certainty", "Certainty"),
        Column("certainty_question", "Question the certainty belongs to"),
        Column("certainty_over", "Which pools"),
        Column("studies", "Studies", audience=FILES),
        Column("names", "Studies", audience=READERS),
    )
    rows = tuple(Row(tuple(_line(cell))) for cell in found.cells)
    return Table("evidence-map-cells", "Every combination, gaps included", columns, rows)


def _line(cell: MapCell) -> Iterator[Cell]:
    yield from map(Cell, (cell.substance, cell.outcome, cell.control, cell.kind))
    yield from (_number(len(cell.of(kind))) for kind in KINDS)
    yield from (_number(cell.people_of(kind)) for kind in WITH_RESULTS)
    yield _number(sum(cell.size_unknown(kind) for kind in WITH_RESULTS))
    borrowed = cell.certainty
    yield Cell(borrowed.level if borrowed else "not graded")
    yield Cell(borrowed.question if borrowed else "")
    yield Cell(borrowed.over if borrowed else "")
    yield Cell("; ".join(f"{e.study} ({e.kind})" for e in cell.entries))
    yield Cell("; ".join(f"{e.label} ({e.kind})" for e in cell.entries))


def _number(count: int | None) -> Cell:
    return Cell("") if count is None else Cell(str(count), count)

"""What the rules object to and the records keep all the same, each with who decided it and why."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.records.rules import RULES
from ketameta.records.store import Evidence
from ketameta.records.waiver_uses import WaiverUse, waivers
from ketameta.tables.table import FILES, Cell, Column, Row, Table

COLUMNS = (
    Column("study", "Study", audience=FILES),
    Column("label", "Study"),
    Column("rule", "Rule"),
    Column("field", "Field", audience=FILES),
    Column("finding", "What the rule found"),
    Column("reason", "Why the record stands"),
    Column("by", "Written down by"),
    Column("date", "Date"),
)
NOTE = "`ketameta explain CODE` says what a rule holds and where it comes from."


def waivers_table(evidence: Evidence) -> Table:
    """Every waiver of the records with what it covers, one row per finding.

    A waiver that covers nothing has a row too. The table has no rows where no record waives a
    rule.
    """
    rows = tuple(row for use in waivers(evidence) for row in _rows(use))
    notes = (NOTE,) if rows else ("No record waives a rule.",)
    return Table(
        "waivers", "Findings that the records keep, with the reasons", COLUMNS, rows, notes
    )


def _rows(use: WaiverUse) -> Iterator[Row]:
    waiver = use.waiver
    rule = RULES[waiver.rule]
    found = [(problem.field, problem.message) for problem in use.problems]
    for field, message in found or [(waiver.at or "", "Nothing any more.")]:
        yield Row(
            (
                Cell(use.study_id),
                Cell(use.label),
                Cell(waiver.rule, detail=rule.summary),
                Cell(field),
                Cell(message[:1].upper() + message[1:]),
                Cell(waiver.reason),
                Cell(waiver.by),
                Cell(waiver.date),
            )
        )

"""Claims on trial as tables: all of them in a list, and the numbers behind one."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.claims.findings import ClaimNumber
from ketameta.appraisal.claims.trial import JudgedClaim, JudgedPart
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table

CAPTION = "Claims on trial"
NOTE = (
    "The verdict is computed from the evidence on record and confirmed by a person; where the two "
    "differ, the person's reason says why. A verdict whose inputs have moved is stale and the "
    "computed one is shown."
)


def claims_table(judged: Sequence[JudgedClaim], *, brief: bool = False) -> Table:
    """One row per claim.

    Parameters
    ----------
    judged
        The claims.
    brief
        With their titles instead of their words and reasons, for narrow places.
    """
    columns = (
        Column("id", "No."),
        Column("title", "Claim", audience="everyone" if brief else FILES),
        Column("claim", "Claim", audience=FILES if brief else "everyone"),
        Column("verdict", "Verdict"),
        Column("why", "Why", audience=FILES if brief else "everyone"),
        Column("state", "State"),
        Column("proposed", "Proposed verdict", audience=FILES),
        Column("kinds", "Kind", audience=FILES),
        Column("found_in", "Met in texts", audience=FILES),
        Column("questions", "Questions", audience=FILES),
        Column("flags", "Flags", audience=FILES),
        Column("certainty", "Certainty", audience=FILES),
        Column("confirmed_by", "Confirmed by", audience=FILES),
        Column("confirmed_on", "Confirmed on", audience=FILES),
        Column("moved", "Moved since", audience=FILES),
        Column("file", "File", audience=FILES),
    )
    rows = tuple(Row(_cells(item), anchor=anchor(item)) for item in judged)
    return Table("claims", CAPTION, columns, rows, (NOTE,))


def anchor(judged: JudgedClaim) -> str:
    """The place of a claim in a report: "claim-K01"."""
    return f"claim-{judged.claim.id}"


def why(judged: JudgedClaim) -> str:
    """A person's reason while it holds, otherwise what the deciding parts came to."""
    confirmed = judged.claim.confirmed
    if confirmed is not None and not judged.moved:
        return confirmed.reason
    return " ".join(
        f"{part.says} {str(part.finding.signal).capitalize()}."
        for part in judged.parts
        if part.decides
    )


def flags(judged: JudgedClaim) -> tuple[str, ...]:
    """Codes of the flags on the answers behind the claim, each once."""
    codes = (flag.code for part in judged.parts for flag in part.finding.flags)
    return tuple(dict.fromkeys(codes))


def certainties(judged: JudgedClaim) -> tuple[str, ...]:
    """Certainty of each question behind the claim, where it was graded: "craving: low"."""
    found = {
        part.finding.question: part.finding.certainty
        for part in judged.parts
        if part.finding.certainty
    }
    return tuple(f"{question}: {level}" for question, level in found.items())


def _cells(judged: JudgedClaim) -> tuple[Cell, ...]:
    claim = judged.claim
    confirmed = claim.confirmed
    return (
        Cell(claim.id),
        Cell(claim.title),
        Cell(claim.claim),
        Cell(str(judged.verdict)),
        Cell(why(judged)),
        Cell(judged.state),
        Cell(str(judged.proposed)),
        Cell(", ".join(str(kind) for kind in claim.kinds)),
        Cell(" ".join(str(text) for text in claim.found_in)),
        Cell(" ".join(claim.questions)),
        Cell(" ".join(flags(judged))),
        Cell("; ".join(certainties(judged))),
        Cell("" if confirmed is None else confirmed.by),
        Cell("" if confirmed is None else confirmed.date),
        Cell("; ".join(judged.moved)),
        Cell(judged.file),
    )


def claim_numbers_table(judged: JudgedClaim) -> Table:
    """Every number behind one claim, with the record or document it comes from."""
    columns = (
        Column("part", "Part"),
        Column("decides", "Decides", audience=FILES),
        Column("signal", "Comes to"),
        Column("name", "What", audience=FILES),
        Column("number", "Number"),
        Column("record", "Record", audience=READERS),
        Column("study", "Study", audience=FILES),
        Column("file", "File", audience=FILES),
        Column("line", "Line", audience=FILES),
        Column("document", "Document"),
    )
    rows = tuple(
        _number_row(part, number) for part in judged.parts for number in part.finding.numbers
    )
    caption = f"{judged.claim.id}: the numbers behind the verdict"
    return Table(f"claim-{judged.claim.id}", caption, columns, rows)


def _number_row(part: JudgedPart, number: ClaimNumber) -> Row:
    record = f"{number.file}:{number.line}" if number.file else ""
    return Row(
        (
            Cell(part.says),
            Cell("yes" if part.decides else "no"),
            Cell(str(part.finding.signal)),
            Cell(number.name),
            Cell(number.text),
            Cell(record, href=f"#study-{number.study}" if number.study else ""),
            Cell(number.study),
            Cell(number.file),
            Cell(str(number.line or ""), number.line or ""),
            Cell(number.verification or number.address, number.address, href=number.address),
        )
    )

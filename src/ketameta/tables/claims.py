"""Claims on trial as tables: all of them in a list, and the numbers behind one."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.catalog import FLAGS
from ketameta.appraisal.claims.findings import ClaimNumber
from ketameta.appraisal.claims.trial import JudgedClaim, JudgedPart, confirmation
from ketameta.appraisal.confirmation import Confirmation
from ketameta.records.claims import Entry
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table

CAPTION = "Claims on trial"
NOTE = (
    "The verdict is computed from the evidence on record; where the one drafted differs, the "
    "reason given with it says why. A verdict whose inputs have moved is stale, and the computed "
    "one is shown."
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
        Column("title", "Claim", audience="everyone" if brief else FILES, reported=True),
        Column("claim", "Claim", audience=FILES if brief else "everyone", reported=True),
        Column("verdict", "Verdict"),
        Column("basis", "Verdict in words", audience=FILES),
        Column("why", "Why", audience=FILES if brief else "everyone"),
        Column("state", "State"),
        Column("proposed", "Computed verdict", audience=FILES),
        Column("kinds", "Kind", audience=FILES),
        Column("found_in", "Met in texts", audience=FILES),
        Column("questions", "Questions", audience=FILES),
        Column("flags", "Flags", audience=FILES),
        Column("certainty", "Certainty", audience=FILES),
        Column("entered_by", "Drafted by", audience=FILES),
        Column("entered_on", "Drafted on", audience=FILES),
        Column("confirmed_by", "Confirmed by", audience=FILES),
        Column("confirmed_on", "Confirmed on", audience=FILES),
        Column("otherwise", "Would decide otherwise", audience=FILES),
        Column("moved", "Moved since", audience=FILES),
        Column("file", "File", audience=FILES),
    )
    rows = tuple(Row(_cells(item), anchor=anchor(item)) for item in judged)
    return Table("claims", CAPTION, columns, rows, (NOTE,))


def anchor(judged: JudgedClaim) -> str:
    """The place of a claim in a report: "claim-K01"."""
    return f"claim-{judged.claim.id}"


def why(judged: JudgedClaim) -> str:
    """The reason drafted with a verdict that holds, otherwise what the deciding parts came to."""
    entered = judged.claim.entered
    if entered is not None and not judged.moved:
        return entered.reason
    return " ".join(
        f"{part.says} {str(part.finding.signal).capitalize()}."
        for part in judged.parts
        if part.decides
    )


def flags(judged: JudgedClaim) -> tuple[str, ...]:
    """Codes of the flags on the answers behind the claim, each once."""
    codes = (flag.code for part in judged.parts for flag in part.finding.flags)
    return tuple(dict.fromkeys(codes))


def flags_in_words(judged: JudgedClaim) -> str:
    """The flags with what they say: "PK few studies, PP prediction interval ..."."""
    return ", ".join(f"{code} {FLAGS[code].title}" for code in flags(judged))


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
    entered = claim.entered
    people = Confirmation() if entered is None else confirmation(entered)
    return (
        Cell(claim.id),
        Cell(claim.title),
        Cell(claim.claim),
        Cell(judged.qualified, str(judged.verdict)),
        Cell(judged.qualified),
        Cell(why(judged)),
        Cell(judged.state),
        Cell(str(judged.proposed)),
        Cell(", ".join(str(kind) for kind in claim.kinds)),
        Cell(" ".join(str(text) for text in claim.found_in)),
        Cell(" ".join(claim.questions)),
        Cell(" ".join(flags(judged))),
        Cell("; ".join(certainties(judged))),
        Cell("" if entered is None else entered.by),
        Cell("" if entered is None else entered.date),
        Cell("; ".join(name for name, _ in people.agreed)),
        Cell("; ".join(day for _, day in people.agreed)),
        Cell("; ".join(f"{name}: {what}" for name, what in people.otherwise)),
        Cell("; ".join(judged.moved)),
        Cell(judged.file),
    )


def signed(entered: Entry | None) -> str:
    """Who stands behind a verdict: "Drafted on ...; not yet confirmed by a person."."""
    if entered is None:
        return "Computed only; no verdict has been drafted."
    words = confirmation(entered).words
    return f"{words[:1].upper()}{words[1:]}."


def claim_disagreements(judged: Sequence[JudgedClaim]) -> Table:
    """One row per verdict that a person who signed would give otherwise."""
    columns = (
        Column("id", "No."),
        Column("verdict", "Verdict"),
        Column("by", "Person"),
        Column("otherwise", "Would decide"),
        Column("reason", "Reason"),
        Column("date", "Date"),
    )
    rows = tuple(
        Row(
            (
                Cell(item.claim.id),
                Cell(item.claim.entered.verdict),
                Cell(one.by),
                Cell(one.otherwise),
                Cell(one.reason or ""),
                Cell(one.date),
            )
        )
        for item in judged
        if item.claim.entered is not None
        for one in item.claim.entered.signed
        if one.otherwise is not None
    )
    notes = () if rows else ("No person who signed would decide otherwise.",)
    return Table("claim-disagreements", "Verdicts on which people differ", columns, rows, notes)


def claim_numbers_table(judged: JudgedClaim) -> Table:
    """Every number behind one claim, with the record or document it comes from."""
    columns = (
        Column("place", "Part", align="right"),
        Column("part", "What it says", audience=FILES),
        Column("decides", "Decides", audience=FILES),
        Column("signal", "Comes to", audience=FILES),
        Column("name", "What", audience=FILES),
        Column("number", "Number"),
        Column("record", "Record", audience=READERS),
        Column("study", "Study", audience=FILES),
        Column("file", "File", audience=FILES),
        Column("line", "Line", audience=FILES),
        Column("document", "Document"),
        Column("verification", "Verified by", audience=FILES),
        Column("address", "Address", audience=FILES),
    )
    rows = tuple(
        _number_row(i, part, number)
        for i, part in enumerate(judged.parts, start=1)
        for number in part.finding.numbers
    )
    caption = f"{judged.claim.id}: the numbers behind the verdict"
    return Table(f"claim-{judged.claim.id}", caption, columns, rows)


def _number_row(place: int, part: JudgedPart, number: ClaimNumber) -> Row:
    record = f"{number.file}:{number.line}" if number.file else ""
    read = f"{number.document} ({number.verification})" if number.document else ""
    labelled = number.text if number.study or number.document else f"{number.name}: {number.text}"
    return Row(
        (
            Cell(str(place), place),
            Cell(part.says),
            Cell("yes" if part.decides else "no"),
            Cell(str(part.finding.signal)),
            Cell(number.name),
            Cell(labelled, number.text),
            Cell(record, href=f"#study-{number.study}" if number.study else ""),
            Cell(number.study),
            Cell(number.file),
            Cell(str(number.line or ""), number.line or ""),
            Cell(read, number.document, "" if number.study else number.address, number.address),
            Cell(number.verification),
            Cell(number.address),
        )
    )

"""Harms as tables: risks, comparisons, pools, ketamine groups together, words, what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ketameta.counting import counted
from ketameta.synthesis.safety import Harm, HarmComparison, HarmRisk, Safety
from ketameta.synthesis.safety_groups import GroupRisk
from ketameta.synthesis.safety_methods import HarmPool
from ketameta.synthesis.safety_records import OTHER_HARM
from ketameta.tables.risks import odds_text, points_text, share_text, shares_text
from ketameta.tables.safety_absent import (
    no_counts,
    no_words,
    none_missing,
    not_pooled,
    nothing_compared,
    nothing_together,
)
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table, number

CASE = "Case report: people are in it because of the event, so it is no risk."


def safety_tables(found: Safety) -> dict[str, Table]:
    """Every table by its name: risks, compared, pooled, groups, words, missing."""
    return {
        "risks": risks_table(found),
        "compared": compared_table(found),
        "pooled": pooled_table(found),
        "groups": groups_table(found),
        "words": words_table(found),
        "missing": missing_table(found),
    }


def risks_table(found: Safety) -> Table:
    """One row per study, group and harm: events, people, and the risk with its exact interval."""
    level = f"{100 * found.level:g}%"
    columns = (
        Column("harm", "Harm"),
        Column("label", "Study"),
        Column("group", "Group"),
        Column("arm", "Arm"),
        Column("events", "Events", "right", FILES),
        Column("n", "People", "right", FILES),
        Column("events_of_n", "Events", "number", READERS),
        Column("risk", f"Risk (exact {level} CI)", "number"),
        Column("ci_low", "Lower", "right", FILES),
        Column("ci_high", "Upper", "right", FILES),
        Column("upper_if_none", "One-sided upper bound", "right", FILES),
        Column("when", "When"),
        Column("study", "Study id", audience=FILES),
        Column("definition", "Definition", audience=FILES),
        Column("status", "Status", audience=FILES),
        Column("remark", "Remark", audience=FILES),
        Column("document", "Source", audience=FILES),
        Column("verification", "Verification", audience=FILES),
        Column("record", "Record", audience=FILES),
    )
    rows = tuple(
        Row(tuple(_risk_cells(risk, several=_several(harm, risk))))
        for harm in found.harms
        for risk in harm.risks
    )
    notes = (
        f"Exact (Clopper-Pearson) {level} intervals. Groups are named by what was given.",
        "How people were asked, and for how long, differs between studies: a risk that was asked "
        "for is higher than one that was waited for.",
    )
    return Table(
        "safety-risks",
        "Risk of each harm in each group",
        columns,
        rows,
        notes if rows else (no_counts(found),),
    )


def _several(harm: Harm, risk: HarmRisk) -> bool:
    """Whether one needs the definition to tell this row from another."""
    own = risk.count.result
    same = {o.count.result.definition for o in harm.risks if o.count.result.study == own.study}
    return len(same) > 1 or harm.construct == OTHER_HARM


def _risk_cells(risk: HarmRisk, *, several: bool) -> Iterator[Cell]:
    count, result = risk.count, risk.count.result
    source = result.source
    yield Cell(result.construct, detail=result.definition if several else "")
    status = "" if result.status == "included" else result.status
    yield Cell(result.label, detail=status, href=f"#study-{result.study}")
    yield Cell(count.group)
    yield Cell(count.arm)
    yield number(count.events, str(count.events))
    yield number(count.n, str(count.n))
    yield Cell(f"{count.events} of {count.n}")
    if count.case_report:
        yield Cell("case report, no risk", "")
        yield from (number(None), number(None))
    else:
        yield number(risk.risk, shares_text(risk.risk, risk.low, risk.high))
        yield from (number(risk.low), number(risk.high))
    yield number(None if count.case_report else risk.upper_of_none)
    yield Cell(result.time)
    yield from (Cell(result.study), Cell(result.definition), Cell(result.status))
    yield Cell(CASE if count.case_report else "")
    yield from (Cell(source.document), Cell(source.verification), Cell(_place(risk)))


def _place(risk: HarmRisk) -> str:
    return f"{risk.count.result.source.file}:{risk.count.result.source.line}"


def compared_table(found: Safety) -> Table:
    """One row per comparison within a study, with intervals that hold for few people."""
    level = f"{100 * found.level:g}%"
    columns = (
        Column("harm", "Harm"),
        Column("label", "Study"),
        Column("control_type", "Control"),
        Column("ketamine", "Ketamine", "number"),
        Column("control", "Control group", "number"),
        Column("difference", f"Difference in percentage points ({level} CI)", "number"),
        Column("score_low", "Score interval, lower", "right", FILES),
        Column("score_high", "Score interval, upper", "right", FILES),
        Column("newcombe_low", "Newcombe, lower", "right", FILES),
        Column("newcombe_high", "Newcombe, upper", "right", FILES),
        Column("odds_ratio", f"Odds ratio (exact {level} CI)", "number"),
        Column("exact_low", "Exact, lower", "right", FILES),
        Column("exact_high", "Exact, upper", "right", FILES),
        Column("mid_p_low", "Mid-P, lower", "right", FILES),
        Column("mid_p_high", "Mid-P, upper", "right", FILES),
        Column("pooled", "Pooled"),
        Column("contrast_class", "Comparison", audience=FILES),
        Column("when", "When", audience=FILES),
        Column("study", "Study id", audience=FILES),
        Column("definition", "Definition", audience=FILES),
        Column("note", "Note", audience=FILES),
    )
    rows = tuple(
        Row(tuple(_compared_cells(one, alone=not harm.pools)))
        for harm in found.harms
        for one in harm.comparisons
    )
    notes = (
        "Differences: score interval of Miettinen and Nurminen, which exists without any event. "
        "Odds ratios: exact and conditional; none where nobody, or everybody, had the event.",
    )
    return Table(
        "safety-compared",
        "Harms compared within studies",
        columns,
        rows,
        notes if rows else (nothing_compared(found),),
    )


def _compared_cells(one: HarmComparison, *, alone: bool) -> Iterator[Cell]:
    label = Cell(one.label, href=f"#study-{one.study}")
    yield from (Cell(one.construct), label, Cell(one.control_type))
    yield from (Cell(f"{x} of {n}") for x, n in (one.ketamine, one.control))
    yield number(one.difference, points_text(one.difference, *one.score))
    yield from (number(x) for x in (*one.score, *one.newcombe))
    exact, mid = one.exact or (None, None), one.mid_p or (None, None)
    text = odds_text(one.odds_ratio, *exact) if one.exact else "not defined"
    yield number(_known(one.odds_ratio), text)
    yield from (number(_known(x)) for x in (*exact, *mid))
    taken = "no: the only study" if alone else "yes"
    yield Cell(taken if one.pooled else f"no: {one.why_not}")
    yield from (Cell(one.contrast_class), Cell(one.time), Cell(one.study))
    yield from (Cell(one.definition), Cell(one.note))


def _known(value: float | None) -> float | None:
    """The number; None for one beyond all numbers, which files cannot hold."""
    return None if value is None or math.isinf(value) else value


def pooled_table(found: Safety) -> Table:
    """One row per harm and method, with what it makes of studies without events."""
    level = f"{100 * found.level:g}%"
    columns = (
        Column("harm", "Harm"),
        Column("method", "Method"),
        Column("measure", "Measure"),
        Column("k", "Studies used", "right"),
        Column("estimate", f"Result ({level} CI)", "number"),
        Column("ci_low", "Lower", "right", FILES),
        Column("ci_high", "Upper", "right", FILES),
        Column("zero", "Studies without events"),
        Column("silent", "Without weight", audience=FILES),
        Column("reason", "Why there is no number", audience=FILES),
        Column("reference", "Reference", audience=FILES),
    )
    rows = tuple(
        Row(tuple(_pool_cells(harm.construct, pool))) for harm in found.harms for pool in harm.pools
    )
    notes = (
        "Risk differences (RD) in percentage points, odds ratios (OR) as ratios; ketamine against "
        "control without ketamine. Nothing is added to any cell.",
        *_reasons(found.harms),
        *not_pooled(found),
    )
    return Table(
        "safety-pooled",
        "Harms pooled by methods for rare events",
        columns,
        rows,
        notes if rows else not_pooled(found),
    )


def _pool_cells(construct: str, pool: HarmPool) -> Iterator[Cell]:
    method = pool.method
    write = points_text if method.measure == "RD" else odds_text
    yield from (Cell(construct), Cell(method.name), Cell(method.measure))
    yield number(pool.k, str(pool.k))
    if pool.reason:
        yield Cell("no number", "")
    else:
        text = write(pool.estimate, pool.low, pool.high)
        yield number(_known(pool.estimate), text)
    yield from (number(_known(pool.low)), number(_known(pool.high)))
    yield Cell("used" if method.uses_zero else "no weight", method.zero)
    yield from (Cell("; ".join(pool.silent)), Cell(pool.reason), Cell(method.reference))


def _reasons(harms: Iterable[Harm]) -> Iterator[str]:
    """Why there is no number, each reason once with what it is about."""
    about: dict[str, list[str]] = {}
    for harm in harms:
        for pool in harm.pools:
            if pool.reason:
                about.setdefault(pool.reason, []).append(
                    f"{pool.method.name} {pool.method.measure}"
                )
    for reason, methods in about.items():
        yield f"No number ({', '.join(dict.fromkeys(methods))}): {reason}"


def groups_table(found: Safety) -> Table:
    """Ketamine groups of all studies taken together, one row per harm."""
    level = f"{100 * found.level:g}%"
    columns = (
        Column("harm", "Harm"),
        Column("k", "Studies", "right"),
        Column("events", "Events", "right", FILES),
        Column("n", "People", "right", FILES),
        Column("events_of_n", "Events", "number", READERS),
        Column("estimate", f"Risk ({level} CI)", "number"),
        Column("ci_low", "Lower", "right", FILES),
        Column("ci_high", "Upper", "right", FILES),
        Column("prediction", "In a new study", "number"),
        Column("pi_low", "Prediction, lower", "right", FILES),
        Column("pi_high", "Prediction, upper", "right", FILES),
        Column("upper_if_none", "Upper bound if none", "number"),
        Column("how", "How"),
        Column("studies", "Which studies", audience=FILES),
    )
    rows = tuple(
        Row(tuple(_group_cells(harm.construct, harm.ketamine)))
        for harm in found.harms
        if harm.ketamine is not None
    )
    notes = (
        "One result per study, case reports left out. Mixed model: logit-normal, risk of the "
        "median study. One risk: the sum, as if the risk were the same everywhere.",
    )
    return Table(
        "safety-groups",
        "Ketamine groups taken together",
        columns,
        rows,
        notes if rows else (nothing_together(found),),
    )


def _group_cells(construct: str, group: GroupRisk) -> Iterator[Cell]:
    low, high = group.interval.low, group.interval.high
    ahead = group.prediction
    yield Cell(construct)
    yield number(len(group.labels), str(len(group.labels)))
    yield from (number(group.events), number(group.n))
    yield Cell(f"{group.events} of {group.n}")
    pooled = shares_text(group.estimate, low, high) if group.method else "not pooled"
    yield number(group.estimate, pooled)
    yield from (number(low), number(high))
    text = "" if ahead.low is None else f"{share_text(ahead.low)} to {share_text(ahead.high)}"
    yield Cell(text)
    yield from (number(ahead.low), number(ahead.high))
    yield number(group.upper_of_none, share_text(group.upper_of_none))
    yield Cell(group.method or group.reason)
    yield Cell("; ".join(group.labels))


def words_table(found: Safety) -> Table:
    """What is known in words only, with its source."""
    columns = (
        Column("harm", "Harm"),
        Column("label", "Study"),
        Column("when", "When"),
        Column("text", "What the source says", reported=True),
        Column("direction", "Direction", audience=FILES),
        Column("study", "Study id", audience=FILES),
        Column("document", "Source"),
        Column("locator", "Where in it", audience=FILES),
        Column("verification", "Verification", audience=FILES),
    )
    rows = tuple(
        Row(
            (
                Cell(word.result.construct),
                Cell(word.result.label),
                Cell(word.result.time),
                Cell(word.text),
                Cell(word.direction),
                Cell(word.result.study),
                Cell(word.result.source.document, href=word.result.source.address or ""),
                Cell(word.result.source.locator),
                Cell(word.result.source.verification),
            )
        )
        for harm in found.harms
        for word in harm.words
    )
    return Table(
        "safety-words",
        "Harms known in words only",
        columns,
        rows,
        () if rows else (no_words(found),),
    )


def missing_table(found: Safety) -> Table:
    """What nobody has extracted, and where it can be found; every entry once."""
    columns = (
        Column("label", "Study"),
        Column("harms", "Harms"),
        Column("what", "What is missing"),
        Column("where", "Where it can be found"),
        Column("study", "Study id", audience=FILES),
    )
    entries = dict.fromkeys(m for harm in found.harms for m in harm.missing)
    rows = tuple(
        Row(
            (
                Cell(m.label),
                Cell(", ".join(m.constructs)),
                Cell(m.what),
                Cell(m.where),
                Cell(m.study),
            )
        )
        for m in sorted(entries, key=lambda m: m.study)
    )
    silent = found.silent
    notes = (
        (
            f"{counted(len(silent), 'study')} with nothing about harm in the record, not even what "
            f"is missing: {', '.join(silent)}.",
        )
        if silent
        else ()
    )
    return Table(
        "safety-missing",
        "Harms that nobody has extracted",
        columns,
        rows,
        notes if rows or notes else (none_missing(found),),
    )

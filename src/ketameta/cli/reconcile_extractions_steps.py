"""The steps of `ketameta reconcile-extractions`: compare, decide, keep, show, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.authoring.agreement import Coefficient
from ketameta.authoring.drafts import check_id
from ketameta.authoring.extractions import (
    DECISIONS,
    TEXTS,
    Compared,
    Extraction,
    compared,
    load_pair,
)
from ketameta.authoring.live_checks import form_problems
from ketameta.authoring.reconciling import (
    Agreement,
    Decision,
    agreed_record,
    agreement_of,
    decided,
    decided_note,
    decisions_text,
    read_decisions,
    undecided,
)
from ketameta.cli.correct import day_of
from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.output import Output
from ketameta.cli.result_options import Delivery
from ketameta.cli.saving import save
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_yaml import record_text
from ketameta.records.corrections import NOTHING, told
from ketameta.records.places import EXTRACTIONS
from ketameta.records.vocabulary import Substance
from ketameta.tables.table import FILES, Cell, Column, Row, Table
from ketameta.whole_files import write_whole

Pair = tuple[Extraction, Extraction]


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the command line decides, and whether the agreed record is to be written."""

    choices: tuple[str, ...]
    words_from: str | None
    by: str | None
    date: str | None
    write: bool


def settle(
    workspace: Workspace, study: str, wish: Choosing, delivery: Delivery, *, everything: bool
) -> int:
    """Compare, keep what is decided now, show what differs, and write the record if asked to."""
    check_id(study)
    output = delivery.output()
    pair = load_pair(workspace.folder, study, shown(workspace.folder))
    rows = compared(pair)
    file = workspace.folder / EXTRACTIONS / study / f"{DECISIONS}.yaml"
    decisions, void = read_decisions(file, pair, rows)
    for sentence in void:
        output.say(f"{shown(file)}: {sentence}")
    new = _new_decisions(rows, pair, wish, decisions)
    if new:
        workspace.refuse_borrowed()
        decisions = {**decisions, **new}
        write_whole(file, decisions_text(study, pair, decisions))
    agreement = agreement_of(rows)
    table = _table([row for row in rows if everything or not row.alike], pair, decisions)
    _show(table, [one.by for one in pair], agreement, delivery.style, output)
    still = undecided(rows, decisions)
    if wish.write and not still:
        workspace.refuse_borrowed()
        record = agreed_record(rows, decisions)
        note = decided_note(pair, {row.path: decisions[row.path] for row in rows if not row.alike})
        record["notes"] = [*record.get("notes", ()), note]
        output.say(_write(workspace, study, record, force=delivery.force))
    elif still:
        count = "1 field is" if len(still) == 1 else f"{len(still)} fields are"
        output.say(f"{count} undecided. Decide with --by NAME --choose PATH=WHO.")
    return FINDINGS if still else FINE


def _new_decisions(
    rows: Sequence[Compared], pair: Pair, wish: Choosing, before: Mapping[str, Decision]
) -> dict[str, Decision]:
    choices: dict[str, str] = {}
    for said in wish.choices:
        path, mark, value = said.partition("=")
        if not mark or not value.strip():
            raise UsageError(f'--choose: "{said}" is not PATH=WHO or PATH=VALUE.')
        choices[path.strip()] = value.strip()
    if wish.words_from is not None:
        initials = [one.by for one in pair]
        if wish.words_from.casefold() not in [name.casefold() for name in initials]:
            raise UsageError(
                f"--words-from: {wish.words_from} is not one of {', '.join(initials)}."
            )
        texts = [row.path for row in undecided(rows, before) if row.kind == TEXTS]
        choices = {**dict.fromkeys(texts, wish.words_from), **choices}
    new = decided(rows, pair, choices, (wish.by or "", day_of(wish.date)))
    _refuse_without_form(rows, [one.by for one in pair], before, new)
    return new


def _refuse_without_form(
    rows: Sequence[Compared],
    initials: Sequence[str],
    before: Mapping[str, Decision],
    new: Mapping[str, Decision],
) -> None:
    """UsageError where a value that was chosen now is none for its field: who meant whom?"""
    old = {str(p) for p in form_problems(agreed_record(rows, before))}
    found = form_problems(agreed_record(rows, {**before, **new}))
    worse = [p for p in found if str(p) not in old]
    if worse:
        said = "; ".join(f"{p.field}: {p.message}" for p in worse)
        raise UsageError(
            f"--choose: {said} Give the initials of an extractor ({' or '.join(initials)}), or a "
            "value that fits."
        )


def _write(workspace: Workspace, study: str, record: Mapping[str, Any], *, force: bool) -> str:
    substance = str(record.get("substance", ""))
    if record.get("id") != study:
        raise DataError(f"{study}: the extractions are of {record.get('id')}. Correct `id`.")
    if substance not in [str(word) for word in Substance]:
        raise DataError(f"{study}: no substance, which decides the folder. Add `substance`.")
    if problems := form_problems(record):
        raise DataError("\n".join(f"{p.field}: {p.message} {p.hint}".strip() for p in problems))
    path = workspace.folder / substance / f"{study}.yaml"
    path.parent.mkdir(exist_ok=True)
    return save(shown(path), record_text(record), force=force)


def _show(
    table: Table, initials: list[str], agreement: Agreement, style: str, output: Output
) -> None:
    from ketameta.cli.machine_formats import to_json
    from ketameta.cli.table_delivery import deliver_table, table_rows

    if style == "json":
        facts = {"extractors": initials, "agreement": _plain(agreement)}
        output.result(to_json({**facts, "fields": table_rows(table)}))
        return
    deliver_table(table, style, output)
    for sentence in _sentences(agreement):
        output.say(sentence)


def _table(rows: Sequence[Compared], pair: Pair, decisions: Mapping[str, Decision]) -> Table:
    columns = (
        Column("path", "Field"),
        Column("kind", "Kind"),
        *(Column(one.by, one.by) for one in pair),
        *(Column(f"{one.by}_at", f"{one.by} at", audience=FILES) for one in pair),
        Column("chosen", "Chosen"),
        Column("by", "By"),
    )
    return Table(
        "extractions",
        f"Where {pair[0].by} and {pair[1].by} differ",
        columns,
        tuple(_row(row, decisions.get(row.path)) for row in rows),
        (f"In {pair[0].document.path.parent}.",) if rows else ("The extractions do not differ.",),
    )


def _row(row: Compared, decision: Decision | None) -> Row:
    values = [
        Cell(_said(value), detail=Path(place).name)
        for value, place in zip(row.values, row.places, strict=True)
    ]
    chosen = "" if decision is None else _said(decision.chosen)
    by = "" if decision is None else f"{decision.by}, {decision.date}"
    places = [Cell(place) for place in row.places]
    return Row((Cell(row.path), Cell(row.kind), *values, *places, Cell(chosen), Cell(by)))


def _said(value: Any) -> str:
    if value is NOTHING:
        return "(left out)"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "(none)"
    return value if isinstance(value, str) else told(value)


def _sentences(agreement: Agreement) -> list[str]:
    lines = []
    for kind, count in agreement.fields.items():
        if count:
            alike = agreement.alike[kind]
            lines.append(f"{kind}: {alike} of {count} fields alike ({100 * alike / count:.0f} %).")
    if agreement.one_sided:
        lines.append(f"Filled in by one only: {agreement.one_sided}.")
    lines.append(f"Cohen's kappa of words: {_coefficient(agreement.kappa)}.")
    lines.append(
        f"Intraclass correlation of numbers, ICC(2,1): {_coefficient(agreement.icc)}. It is ruled "
        "by the largest numbers; the percentage counts each alike."
    )
    return lines


def _coefficient(found: Coefficient) -> str:
    if found.value is None:
        return f"not defined ({found.pairs} fields)"
    limits = ""
    if found.ci_low is not None and found.ci_high is not None:
        limits = f", 95 % CI {_rounded(found.ci_low)} to {_rounded(found.ci_high)}"
    return f"{_rounded(found.value)}{limits} ({found.pairs} fields)"


def _rounded(value: float) -> str:
    """Three decimals; what is not quite 1 is not printed as 1."""
    return ">0.999" if 0.9995 <= value < 1 else f"{value:.3f}"


def _plain(agreement: Agreement) -> dict[str, Any]:
    def coefficient(found: Coefficient) -> dict[str, Any]:
        return {
            "pairs": found.pairs,
            "value": found.value,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
        }

    return {
        "fields": dict(agreement.fields),
        "alike": dict(agreement.alike),
        "one_sided": agreement.one_sided,
        "kappa": coefficient(agreement.kappa),
        "icc": coefficient(agreement.icc),
    }

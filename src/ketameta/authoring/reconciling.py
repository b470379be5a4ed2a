"""Deciding between two extractions: what was chosen, by whom and when, and the agreed record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.authoring.agreement import Coefficient, cohen_kappa, intraclass_correlation
from ketameta.authoring.extractions import (
    NUMBERS,
    TEXTS,
    WORDS_OF_RECORD,
    Compared,
    Entry,
    Extraction,
)
from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_yaml import flow
from ketameta.records.corrections import NOTHING, same
from ketameta.records.problems import did_you_mean
from ketameta.records.yaml_reader import read_yaml
from ketameta.records.yaml_scalars import RefusedScalarError, plain_scalar

_NAMED = 12
"""Fields that the note of a record names; the file of decisions has all."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was chosen for a field, and between what."""

    path: str
    values: tuple[Any, Any]
    chosen: Any
    by: str
    date: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two extractors on the fields that both filled in.

    `fields` and `alike` count fields of each kind; `one_sided` those that only one has.
    """

    fields: Mapping[str, int]
    alike: Mapping[str, int]
    one_sided: int
    kappa: Coefficient
    icc: Coefficient


def agreement_of(rows: Sequence[Compared]) -> Agreement:
    """Percent agreement by kind, kappa of the words, ICC of the numbers but for the citation."""
    both = [row for row in rows if row.both]
    kinds = (NUMBERS, WORDS_OF_RECORD, TEXTS)
    words = [row.values for row in both if row.kind == WORDS_OF_RECORD]
    numbers = [row.values for row in both if _counts(row)]
    return Agreement(
        {kind: sum(row.kind == kind for row in both) for kind in kinds},
        {kind: sum(row.kind == kind and row.alike for row in both) for kind in kinds},
        len(rows) - len(both),
        cohen_kappa([(str(one), str(other)) for one, other in words]),
        intraclass_correlation([(float(one), float(other)) for one, other in numbers]),
    )


def _counts(row: Compared) -> bool:
    """Whether a field is a number of the study; years of publication would hide all others."""
    if row.kind != NUMBERS or row.address[0] == "citation":
        return False
    return all(value is not None and not isinstance(value, bool) for value in row.values)


def read_decisions(
    path: Path, pair: tuple[Extraction, Extraction], rows: Sequence[Compared]
) -> tuple[dict[str, Decision], list[str]]:
    """What was decided before, and sentences about decisions that do not hold any more.

    A decision between values that one of the extractors has changed since is void.
    """
    if not path.exists():
        return {}, []
    document = read_yaml(path)
    entries = document.data.get("decisions") if isinstance(document.data, dict) else None
    if document.problems or not isinstance(entries, list):
        said = "; ".join(str(p) for p in document.problems) or "holds no decisions."
        raise DataError(f"{path}: {said} Correct it, or move it away and decide again.")
    known = {row.path: row for row in rows}
    found: dict[str, Decision] = {}
    void: list[str] = []
    for entry in entries:
        try:
            values = entry.get("values", {})
            decision = Decision(
                str(entry["path"]),
                (values.get(pair[0].by, NOTHING), values.get(pair[1].by, NOTHING)),
                entry.get("chosen", NOTHING),
                str(entry["by"]),
                str(entry["date"]),
            )
        except (AttributeError, KeyError, TypeError):
            raise DataError(f"{path}: an entry is no decision. Correct it.") from None
        row = known.get(decision.path)
        if row is None or not all(map(same, row.values, decision.values)):
            void.append(f"{decision.path}: decided on other values than stand there now; again.")
        else:
            found[decision.path] = decision
    return found, void


def decided(
    rows: Sequence[Compared],
    pair: tuple[Extraction, Extraction],
    choices: Mapping[str, str],
    who: tuple[str, str],
) -> dict[str, Decision]:
    """Decisions that the command line says.

    Parameters
    ----------
    rows
        The fields of both extractions.
    pair
        The extractions, in the same order.
    choices
        By path: initials of whose value is right, or a value of its own.
    who
        Who decides, and the day.

    Raises
    ------
    UsageError
        For a path that is none, or on which both agree, and for a value that is none.
    """
    open_rows = {row.path: row for row in rows if not row.alike}
    found = {}
    for path, said in choices.items():
        if path not in open_rows:
            hint = did_you_mean(path, open_rows) if open_rows else "Nothing differs."
            raise UsageError(f"--choose: the extractions do not differ at {path}. {hint}")
        row = open_rows[path]
        initials = [one.by.casefold() for one in pair]
        if said.casefold() in initials:
            value = row.values[initials.index(said.casefold())]
        else:
            value = _own(row, said)
        found[path] = Decision(path, row.values, value, *who)
    return found


def _own(row: Compared, said: str) -> Any:
    """A value that neither has; of the same form as theirs."""
    if any(isinstance(value, list) for value in row.values):
        return [part.strip() for part in said.split(",") if part.strip()]
    if row.kind == TEXTS or all(isinstance(v, str) for v in row.values):
        return said
    try:
        return plain_scalar(said)
    except RefusedScalarError as refused:
        raise UsageError(f"--choose {row.path}: {refused.message} {refused.hint}") from None


def undecided(rows: Sequence[Compared], decisions: Mapping[str, Decision]) -> list[Compared]:
    """The fields that differ and on which nobody has decided."""
    return [row for row in rows if not row.alike and row.path not in decisions]


def agreed_record(rows: Sequence[Compared], decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """The record on which both agree, or that was decided; nothing may be open."""
    tree: dict[str, Any] = {}
    for row in rows:
        value = decisions[row.path].chosen if row.path in decisions else row.values[0]
        if value is NOTHING:
            continue
        node = tree
        for step in row.address[:-1]:
            node = node.setdefault(step, {})
        node[row.address[-1]] = value
    made: dict[str, Any] = _listed(tree)
    return made


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(key, Entry) for key in node):
        return [_listed(value) for value in node.values()]
    return {str(key): _listed(value) for key, value in node.items()}


def decided_note(
    pair: tuple[Extraction, Extraction], decisions: Mapping[str, Decision]
) -> dict[str, str]:
    """The note of the agreed record: who extracted, and who decided which fields, and when."""
    said = [f"Extracted twice, by {pair[0].by} and {pair[1].by}."]
    for by, date in dict.fromkeys((d.by, d.date) for d in decisions.values()):
        paths = [d.path for d in decisions.values() if (d.by, d.date) == (by, date)]
        rest = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
        said.append(f"Differences settled by {by} on {date}: {', '.join(paths[:_NAMED])}{rest}.")
    if not decisions:
        said.append("They agreed in every field.")
    return {"about": "extraction", "text": " ".join(said)}


def decisions_text(
    study: str, pair: tuple[Extraction, Extraction], decisions: Mapping[str, Decision]
) -> str:
    """The file that says who decided what; reading it gives the same decisions."""
    lines = [
        "# What was decided where two extractions differ; written by ketameta.",
        f"study: {flow(study)}",
        f"extractors: {flow([one.by for one in pair])}",
        "decisions:" if decisions else "decisions: []",
    ]
    for decision in decisions.values():
        values = {
            one.by: value
            for one, value in zip(pair, decision.values, strict=True)
            if value is not NOTHING
        }
        lines.append(f"  - path: {flow(decision.path)}")
        lines.append(f"    values: {flow(values)}")
        if decision.chosen is not NOTHING:
            lines.append(f"    chosen: {flow(decision.chosen)}")
        lines.append(f"    by: {flow(decision.by)}")
        lines.append(f"    date: {flow(decision.date)}")
    return "\n".join(lines) + "\n"

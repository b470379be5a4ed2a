"""People whose outcome a user's table does not know: its columns, and what is supposed of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ketameta.cli.count_methods import COUNTS
from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.sensitivity_counts import Assumed, assumed, counted_rows
from ketameta.cli.sensitivity_rows import brief, pooled_grid
from ketameta.cli.sensitivity_wish import Variation, Varied
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import numbers
from ketameta.measures.estimates import EffectEstimates
from ketameta.records.vocabulary import UnknownAre
from ketameta.sensitivity.missing_outcomes import Outcomes, Trials
from ketameta.synthesis.missing_trials import NO_COUNTS, StudyUnknown

MISSING = ("missing_1", "missing_2")
ABSENT = ("k", "estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "i2", "q")


def missing_outcomes_of_table(sample: Sample, wish: Variation) -> Varied:
    """Bounds and informative missingness for the rows that say how many people are missing.

    Rows with an empty cell there, or with an estimate instead of counts, stay as they are.
    """
    rows, use = counted_rows(sample, "missing-outcomes")
    told = _told(sample, rows, use)
    found = assumed(_trials(sample, rows, use, told), sample, wish)
    if not any(one.varied for one in told):
        found = replace(found, results=found.results[:1], absent=found.absent[:1])
    if not found.results:
        reasons = "\n".join(
            f"{item.where}: {item.label}: {item.reason}." for item in sample.left_out
        )
        raise DataError(
            f"{rows.table.source}: under no assumption is there an estimate.\n{reasons}"
        )
    lines = assumption_rows(found, sample)
    shown = [{**line, "label": line["assumption"]} for line in lines]
    tone = "" if any(one.varied for one in told) else "caution"
    blocks: list[Block] = [
        Paragraph(_said(told), tone=tone),
        pooled_grid(sample, shown, "Assumption", wish.methods.choices().level),
        fields(*((line["assumption"], line["description"]) for line in lines)),
        *absent_blocks(found),
        *_only_under(sample, found),
        Heading("People without an outcome"),
        *unknown_blocks(told),
    ]
    inside = {label for one in found.results for label in one.estimates.labels}
    left = tuple(item for item in sample.left_out if item.label not in inside)
    studies = [{**asdict(one), "varied": one.varied} for one in told]
    whole = {"k": len(inside), "studies": studies}
    return Varied(lines, whole, blocks, sample=replace(sample, left_out=left))


def assumption_rows(found: Assumed, sample: Sample) -> list[dict[str, Any]]:
    """Results for JSON and CSV, those that do not exist below, with the reason."""
    rows = [
        {
            "assumption": one.code,
            "description": one.description,
            **brief(one.result, sample),
            "reason": None,
        }
        for one in found.results
    ]
    empty = dict.fromkeys((*ABSENT, "pi_low", "pi_high", "display"))
    rows += [
        {"assumption": code, "description": text, **empty, "k": 0, "reason": why}
        for code, text, why in found.absent
    ]
    return rows


def absent_blocks(found: Assumed) -> list[Block]:
    """Assumptions under which there is no estimate, and why."""
    if not found.absent:
        return []
    return [Heading("No estimate"), fields(*((code, why) for code, _, why in found.absent))]


def _only_under(sample: Sample, found: Assumed) -> list[Block]:
    """Rows that give an estimate under some of the assumptions only, hence a smaller k."""
    lines = []
    for item in sample.left_out:
        under = [one.code for one in found.results if item.label in one.estimates.labels]
        if under:
            lines.append((item.label, f"Is in under {', '.join(under)} only: {item.reason}."))
    return [fields(*lines)] if lines else []


def unknown_blocks(told: Sequence[StudyUnknown]) -> list[Block]:
    """Each study, whether it stays as it is, and why."""
    return [
        fields(*((one.label, f"{'' if one.varied else 'As it is. '}{one.why}") for one in told))
    ]


def _told(sample: Sample, rows: Rows, use: Sequence[int]) -> list[StudyUnknown]:
    """What the rows say, in the order of the table: those in use, and those with an estimate."""
    lost = _missing_columns(rows)
    estimated, counted = set(rows.computed.rows.tolist()), set(use)
    told = []
    for row, label in enumerate(rows.labels):
        if row in counted:
            told.append(_stated(label, [column[rows.lines[row]] for column in lost]))
        elif row in estimated:
            told.append(
                StudyUnknown(label, label, None, None, str(UnknownAre.NOT_STATED), NO_COUNTS)
            )
    return told


def _stated(label: str, pair: Sequence[float]) -> StudyUnknown:
    empty = [name for name, count in zip(MISSING, pair, strict=True) if math.isnan(count)]
    if empty:
        verb = "is" if len(empty) == 1 else "are"
        why = f"Not stated: {' and '.join(empty)} {verb} empty. Write 0 where nobody is missing."
        return StudyUnknown(label, label, None, None, str(UnknownAre.NOT_STATED), why)
    one, two = int(pair[0]), int(pair[1])
    if not one and not two:
        return StudyUnknown(label, label, 0, 0, str(UnknownAre.NOBODY), "Nobody is missing.")
    why = f"{one} (group 1) and {two} (group 2) people without an outcome, not counted in n."
    return StudyUnknown(label, label, one, two, str(UnknownAre.LEFT_OUT), why)


def _missing_columns(rows: Rows) -> list[list[float]]:
    """The two columns, all rows of the table, NaN where a cell is empty.

    Raises
    ------
    UsageError
        Where one of them is not there.
    DataError
        For what is no number of people, with its place.
    """
    table = rows.table
    headers = {name.strip().lower().replace(" ", "_"): name for name in table.columns}
    absent = [name for name in MISSING if name not in headers]
    if absent:
        raise UsageError(
            f"{table.source}:1: --kind missing-outcomes needs the columns missing_1 and "
            f"missing_2 (people whose outcome is unknown). Not found: {', '.join(absent)}."
        )
    names = [headers[name] for name in MISSING]
    read: Mapping[str, Sequence[float]] = numbers(table, names)
    for row in rows.lines:
        for name in names:
            count = read[name][row]
            if not math.isnan(count) and (count < 0 or count != int(count)):
                raise DataError(
                    f"{table.cell(row, name)}: {count:g} is no number of people. Write a whole "
                    "number, 0 where nobody is missing, or leave the cell empty where it is not "
                    "stated."
                )
    return [list(read[name]) for name in names]


def _trials(sample: Sample, rows: Rows, use: Sequence[int], told: Sequence[StudyUnknown]) -> Trials:
    """Outcomes of the rows with counts, beside the estimates of the others."""
    by_label = {one.label: one for one in told}
    names = rows.labels
    labels = [names[row] for row in use]
    a, n1, c, n2 = (np.asarray(rows.computed.inputs[name][list(use)]) for name in COUNTS)
    lost = [(by_label[label].missing_1 or 0, by_label[label].missing_2 or 0) for label in labels]
    first, second = (np.array([float(pair[i]) for pair in lost]) for i in (0, 1))
    groups = Outcomes(a, n1 - a, first), Outcomes(c, n2 - c, second)
    found = sample.estimates
    counted = set(use)
    others = [i for i, row in enumerate(rows.computed.rows.tolist()) if row not in counted]
    reported = None
    if others:
        reported = EffectEstimates.from_arrays(
            found.measure,
            found.y[others],
            found.v[others],
            labels=[found.labels[i] for i in others],
        )
    return Trials(*groups, labels, reported)


def _said(told: Sequence[StudyUnknown]) -> str:
    varied = [one for one in told if one.varied]
    if varied:
        people = sum((one.missing_1 or 0) + (one.missing_2 or 0) for one in varied)
        rest = "" if len(varied) == len(told) else " The other rows stay as they are; why is below."
        names = ", ".join(one.label for one in varied)
        return f"People without an outcome: {people}, in {names}.{rest}"
    if all(one.missing_1 is not None for one in told):
        return "Everybody's outcome is known, so no assumption about missing outcomes varies."
    return (
        "No assumption varies: no row says in both missing_1 and missing_2 how many people have no "
        "outcome, so all rows stay as they are."
    )

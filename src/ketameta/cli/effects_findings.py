"""Effect estimates row by row, with what each was made from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.document import Block, Column, Grid, Line
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import display, display_columns, finite
from ketameta.cli.reading import effect_texts, effect_title, number_text, whole
from ketameta.measures.arguments import cells
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import FloatArray
from ketameta.measures.generic import normal_quantile
from ketameta.measures.zero_cells import ZeroCells, rows_to_correct
from ketameta.pooling.presets import SMD_FORMS, Preset


@dataclass(frozen=True, slots=True)
class Formulas:
    """What was chosen: rule for zero cells, formula of the variance, or those of a program."""

    rule: ZeroCells
    variance: str | None = None
    program: Preset | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """How the estimate of one row came about; `corrected` by the zero-cell rule."""

    columns: tuple[str, ...]
    corrected: bool
    text: str


def effect_findings(sample: Sample, formulas: Formulas, level: float) -> Findings:
    """The estimates of one sample, one line per row of the table, used or not."""
    studies = list(_studies(sample, formulas, level))
    left_out = excluded(sample)
    values = {
        "measure": sample.measure.code,
        "k": len(studies),
        "level": round(100 * level, 10),
        "studies": studies,
        "excluded": left_out,
        "warnings": warnings(sample.estimates.cautions),
    }
    lines = [
        *({**study, "made_from": list(study["made_from"]), "excluded": ""} for study in studies),
        *({"study": item["study"], "excluded": item["reason"]} for item in left_out),
    ]
    shown = [_flat(line) for line in lines]
    return Findings(values, shown, _blocks(sample, studies, level))


def _flat(line: Mapping[str, Any]) -> dict[str, Any]:
    """Without the nested numbers, which stand under `display_...` instead."""
    rest = {name: value for name, value in line.items() if name != "display"}
    return {**rest, **display_columns(line.get("display", {}))}


def _studies(sample: Sample, formulas: Formulas, level: float) -> Iterator[dict[str, Any]]:
    rows, entry = sample.rows, sample.measure
    assert rows is not None
    quantile = float(normal_quantile(level))
    made = list(makings(rows, entry, formulas))
    people = _people(sample, rows)
    for i, line in enumerate(rows.used):
        y, v = float(sample.estimates.y[i]), float(sample.estimates.v[i])
        half = quantile * math.sqrt(v)
        limits = {"estimate": y, "ci_low": y - half, "ci_high": y + half}
        yield {
            "study": sample.estimates.labels[i],
            "yi": y,
            "vi": v,
            "sei": math.sqrt(v),
            "ci_low": limits["ci_low"],
            "ci_high": limits["ci_high"],
            "n": people[i],
            "made_from": made[i].columns,
            "zero_cells_corrected": made[i].corrected,
            "how": made[i].text,
            "where": rows.table.where(line),
            "display": display(entry, limits),
        }


def _people(sample: Sample, rows: Rows) -> list[int | float | None]:
    inputs = rows.computed.inputs
    if sample.curated and sample.estimates.n is not None:
        return [int(n) for n in sample.estimates.n]
    if rows.computed.estimates.n is not None:
        return [whole(finite(n)) for n in rows.computed.estimates.n]
    if "n_1" in inputs and "n_2" in inputs:
        n = inputs["n_1"] + inputs["n_2"]
    elif "n" in inputs:
        n = inputs["n"]
    else:
        return [None] * rows.computed.rows.size
    chosen = [float(n[row]) for row in rows.computed.rows]
    return [whole(finite(x)) for x in chosen]


def makings(rows: Rows, entry: Measure, formulas: Formulas) -> Iterator[Making]:
    """For each estimate the columns it was made from and what was done to them."""
    inputs = rows.computed.inputs
    complete = ~np.isnan(np.array([inputs[name] for name in entry.columns])).any(axis=0)
    touched = _touched(rows, entry, formulas.rule, complete)
    for row in rows.computed.rows:
        if complete[row]:
            yield _computed(entry, formulas, corrected=bool(touched[row]))
        else:
            yield _reported(inputs, int(row))


def _touched(rows: Rows, entry: Measure, rule: ZeroCells, complete: np.ndarray) -> np.ndarray:
    counted = cells(entry, rows.computed.inputs)
    if not counted or rule.amount(entry.zero_add or 0.0) == 0:
        return np.zeros_like(complete)
    among = np.zeros_like(complete)
    among[rows.computed.rows] = True
    return rows_to_correct(counted, rule, among=among & complete)


def _computed(entry: Measure, formulas: Formulas, *, corrected: bool) -> Making:
    if entry.family == "generic":
        return Making(entry.columns, False, f"{' and '.join(entry.columns)} as given")
    parts = [f"computed from {', '.join(entry.columns)}"]
    variance = _variance_text(entry, formulas)
    if variance:
        parts.append(variance)
    if corrected:
        parts.append(_correction_text(entry, formulas))
    return Making(entry.columns, corrected, "; ".join(parts))


def _variance_text(entry: Measure, formulas: Formulas) -> str:
    program = formulas.program
    if program is not None and entry.code == "SMD":
        return SMD_FORMS[program.smd]
    formula = formulas.variance or next(iter(entry.variances), None)
    return "" if formula is None else f"variance {formula}"


def _correction_text(entry: Measure, formulas: Formulas) -> str:
    rule, program = formulas.rule, formulas.program
    form = "" if program is None else program.zero_cells
    if form == "only0-meta" and entry.code == "RR":
        return "0.5 added to the events and once to the totals (meta)"
    if form in ("only0-meta", "only0-revman") and entry.code == "RD":
        return "0.5 added to every cell, for the variance only"
    spread = "in proportion to the arms" if rule.rule == "treatment_arm" else "to every cell"
    return f"{rule.amount(entry.zero_add or 0.0):g} added {spread} ({rule.rule})"


def _reported(inputs: Mapping[str, FloatArray], row: int) -> Making:
    def given(*names: str) -> bool:
        return all(name in inputs and not math.isnan(inputs[name][row]) for name in names)

    if given("yi", "vi"):
        return Making(("yi", "vi"), False, "yi and vi as reported")
    columns = ("estimate", "ci_low", "ci_high")
    return Making(columns, False, "reported estimate, variance from its interval")


def _blocks(sample: Sample, studies: list[dict[str, Any]], level: float) -> tuple[Block, ...]:
    rows = [(study["yi"], study["ci_low"], study["ci_high"]) for study in studies]
    texts = effect_texts(sample.measure, level, rows)
    grid = Grid(
        (
            Column("Study"),
            Column("n", right=True),
            Column("yi", right=True),
            Column("vi", right=True),
            Column(effect_title(sample.measure, level)),
            Column("How it was made", firm=False, least=24),
        ),
        tuple(
            Line(
                (
                    study["study"],
                    "" if study["n"] is None else number_text(study["n"]),
                    number_text(study["yi"]),
                    number_text(study["vi"]),
                    texts[i],
                    study["how"],
                )
            )
            for i, study in enumerate(studies)
        ),
    )
    table = (grid,) if studies else ()
    return (*table, *caution_blocks(sample.estimates.cautions), *excluded_blocks(sample))

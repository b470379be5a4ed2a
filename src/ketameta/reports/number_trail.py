"""From every number of a question back to where it was read, and by which formula it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.measures.catalog import measure as find_measure
from ketameta.notation import formulas
from ketameta.notation.effects import capital
from ketameta.notation.numbers import DASH
from ketameta.pooling.catalog import SCORE, interval_method, prediction_method, tau2_method
from ketameta.pooling.result import Interval
from ketameta.reports.explorer.universe import universe
from ketameta.reports.number_trail_arithmetic import formula_of, printed_arithmetic
from ketameta.synthesis.answer import Answer, StudyRow
from ketameta.tables.formatting import NUMBERS, AnswerText


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One estimate: what it is, how it was made, and where its numbers were read.

    Attributes
    ----------
    anchor
        Where the page links to, each result's own.
    label, time, effect, weight
        Study, when it measured, estimate as printed, share of the weight in the main analysis.
    how
        The arithmetic, with the values printed where a comparison was reported; `analysis` gives
        y and v on the analysis scale.
    document, locator, address, verified, derivation, place
        Source, place in it, how far verified, arithmetic before entry, file and line.
    """

    anchor: str
    label: str
    time: str
    effect: str
    weight: str
    used: str
    how: str
    analysis: str
    document: str
    locator: str
    address: str
    verified: str
    derivation: str
    place: str


@dataclass(frozen=True, slots=True)
class FormulaLine:
    """What a printed number is: name, formula in one line, literature."""

    name: str
    formula: str
    reference: str


@dataclass(frozen=True, slots=True)
class NumberTrail:
    """Every number of one question, opened."""

    steps: tuple[TrailStep, ...]
    formulas: tuple[FormulaLine, ...]


def number_trail(answer: Answer) -> NumberTrail | None:
    """The trail of an answer; None where no study gives an estimate."""
    steps = tuple(_steps(answer))
    return NumberTrail(steps, tuple(_formulas(answer))) if steps else None


def _steps(answer: Answer) -> Iterator[TrailStep]:
    text, found = AnswerText.of(answer), universe(answer)
    for i, row in enumerate(found.rows):
        within = [named.title for named in found.sets if named.mask >> i & 1]
        used = "Main analysis" if found.main.mask >> i & 1 else f"Only in: {'; '.join(within)}"
        weight = _weight(answer, row) if row in answer.main.rows else DASH
        yield _step(text, row, (found.anchor(i), weight, used))


def _weight(answer: Answer, row: StudyRow) -> str:
    pooled = answer.main.pooled
    if pooled is None or answer.main.k < 2:
        return DASH
    return f"{NUMBERS.fixed(float(pooled.weights[answer.main.rows.index(row)]), 1)}%"


def _step(text: AnswerText, row: StudyRow, place: tuple[str, str, str]) -> TrailStep:
    source = row.source
    anchor, weight, used = place
    logged = " (logarithm)" if text.measure.is_ratio else ""
    return TrailStep(
        anchor=anchor,
        label=row.label,
        time=row.time_label,
        effect=f"{text.short} {text.with_interval(row.y, Interval(row.low, row.high))}",
        weight=weight,
        used=used,
        how=" ".join(part for part in (row.how, printed_arithmetic(row)) if part),
        analysis=f"y = {row.y:.6g}{logged}, v = {row.v:.6g}",
        document=source.document,
        locator=source.locator,
        address=source.address or "",
        verified=source.verification,
        derivation=source.derivation or "",
        place=f"{source.file}:{source.line}",
    )


def _formulas(answer: Answer) -> Iterator[FormulaLine]:
    measure = find_measure(answer.question.measure)
    yield from dict.fromkeys(
        FormulaLine(*formula_of(row, measure)) for row in universe(answer).rows
    )
    pooled = answer.main.pooled
    if pooled is None or answer.main.k < 2:
        return
    if pooled.interval_method == SCORE.code:
        name = f"Interval of the mean: {SCORE.name}, weights of Mantel and Haenszel"
        yield FormulaLine(
            name, formulas.SCORE_WITHOUT_EVENTS, f"{SCORE.reference}, doi:{SCORE.doi}"
        )
        return
    for kind, method, lines in (
        ("Variance between studies", tau2_method(pooled.tau2_method), formulas.TAU2),
        ("Interval of the mean", interval_method(pooled.interval_method), formulas.INTERVALS),
        ("Prediction interval", prediction_method(pooled.prediction_method), formulas.PREDICTIONS),
    ):
        reference = f"{method.reference}, doi:{method.doi}" if method.doi else method.reference
        name = capital(f"{kind}: {method.name}")
        yield FormulaLine(name, lines.get(method.code, ""), reference)

"""One answer in full, for reading: studies, pooled result, variations, flags, who is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from ketameta.appraisal.catalog import FLAGS
from ketameta.cli.answer_grids import study_grid, variation_grid
from ketameta.cli.document import Block, Field, Fields, Heading, Paragraph, fields
from ketameta.notation.numbers import DASH
from ketameta.pooling.beta_binomial.entry import BETA_BINOMIAL
from ketameta.pooling.catalog import (
    COMMON_EFFECT_METHODS,
    COMMON_RATE_METHODS,
    PREDICTION_METHODS,
    TAU2_METHODS,
    used_interval,
)
from ketameta.pooling.result import PooledResult
from ketameta.synthesis.answer import Analysis, Answer, Flag, LeftOut, SubgroupTest
from ketameta.tables.exclusions import SAME_FOR_ALL, grouped
from ketameta.tables.flags import by_severity
from ketameta.tables.formatting import (
    NUMBERS,
    AnswerText,
    percent_text,
    variance_interval_text,
    variance_text,
)


def answer_document(answer: Answer, why: Mapping[str, str], width: int) -> tuple[Block, ...]:
    """Everything about an answer.

    Parameters
    ----------
    answer
        The answer, of a review's question or of a user's table.
    why
        The reason for each sensitivity set, by its id.
    width
        Characters in a line; columns that do not fit are left away, least needed first.
    """
    text = AnswerText.of(answer)
    return (
        *_title(answer),
        *_result(answer, text, width),
        *_subgroups(answer, text, width),
        *_sensitivity(answer, text, why, width),
        *_leave_one_out(answer, text, width),
        *_flags(answer.main),
        *_left_out(answer.main),
    )


def _title(answer: Answer) -> Iterator[Block]:
    question = answer.question
    yield Heading(question.title, question.id if question.id != question.title else "", level=1)
    if question.text:
        yield Paragraph(question.text, tone="quiet")


def _result(answer: Answer, text: AnswerText, width: int) -> Iterator[Block]:
    main = answer.main
    if main.pooled is None:
        yield Paragraph("No usable study. What is missing stands below.", tone="caution")
        return
    yield study_grid(answer, text, width)
    if text.direction and answer.question.better in ("higher", "lower"):
        yield Paragraph(f"{text.short} {text.direction}.", tone="quiet")
    if main.k == 1:
        yield Paragraph(
            "One study, not pooled. How much effects differ between studies, and a prediction "
            "interval, cannot be estimated from one.",
            tone="caution",
        )
    else:
        yield _statistics(main.pooled, text)
    said = [c.message for c in main.pooled.cautions if c.code != "single_study"]
    if said:
        yield Heading("Cautions")
        yield Fields(tuple(Field("!", message, tone="caution") for message in said))


def _statistics(pooled: PooledResult, text: AnswerText) -> Fields:
    spread = pooled.heterogeneity
    q = ""
    if math.isfinite(spread.q) and spread.q_df > 0:
        q = f"{NUMBERS.fixed(spread.q, 2)} on {spread.q_df} df, {NUMBERS.p_value(spread.q_p)}"
    ahead = "" if pooled.prediction.low is None else pooled.prediction_method
    return fields(
        ("Combined by", _weighting(pooled)),
        ("τ²", "" if pooled.weighting == BETA_BINOMIAL.code else _tau2_words(pooled)),
        ("I²", _i2_words(pooled)),
        ("H²", "" if spread.h2 is None else NUMBERS.fixed(spread.h2, 2)),
        ("Q", q),
        (f"{text.level} interval", _interval_words(pooled)),
        ("Guarded", _guarded(pooled, text)),
        ("Prediction", PREDICTION_METHODS[ahead].name if ahead else ""),
    )


def _weighting(pooled: PooledResult) -> str:
    """How studies were combined; empty for the usual way, inverse variance."""
    if pooled.weighting == "IV":
        return ""
    for catalog in (COMMON_EFFECT_METHODS, COMMON_RATE_METHODS):
        if pooled.weighting in catalog:
            return catalog[pooled.weighting].name
    if pooled.weighting == BETA_BINOMIAL.code:
        return BETA_BINOMIAL.name
    from ketameta.pooling.glmm.models import GLMM_MODELS

    return f"mixed model of counts, {GLMM_MODELS[pooled.weighting].name}"


def _tau2_words(pooled: PooledResult) -> str:
    if pooled.tau2_method == "EE":
        return "0 by assumption (equal effects)"
    spread = pooled.heterogeneity
    limits = variance_interval_text(spread.tau2_interval)
    shown = "" if limits == DASH else f" ({limits})"
    return f"{variance_text(spread.tau2)}{shown}, {TAU2_METHODS[pooled.tau2_method].name}"


def _i2_words(pooled: PooledResult) -> str:
    spread = pooled.heterogeneity
    said = []
    if spread.i2 is not None:
        said.append(f"{percent_text(spread.i2, spread.i2_interval)} from τ²")
    if spread.i2_q is not None:
        said.append(f"{percent_text(spread.i2_q)} from Q")
    return "; ".join(said)


def _interval_words(pooled: PooledResult) -> str:
    name = used_interval(pooled.interval_method).name
    if pooled.statistic is None or pooled.p_value is None:
        return name
    value, p = NUMBERS.fixed(pooled.statistic, 2), NUMBERS.p_value(pooled.p_value)
    if pooled.df is not None:
        return f"{name}; t = {value} on {pooled.df:.3g} df, {p}"
    normal = math.erfc(abs(pooled.statistic) / math.sqrt(2))
    # The P value of a permutation or a likelihood does not follow from the statistic.
    from_z = math.isclose(normal, pooled.p_value, rel_tol=1e-6)
    return f"{name}; z = {value}, {p}" if from_z else f"{name}; {p}"


def _guarded(pooled: PooledResult, text: AnswerText) -> str:
    """The guarded interval, where the Hartung-Knapp factor shortens the one shown."""
    factor = pooled.hksj_factor
    if factor is None or factor >= 1 or pooled.guarded_interval is None:
        return ""
    shown = text.interval(pooled.guarded_interval)
    return f"{shown}, with the factor {NUMBERS.fixed(factor, 2)} raised to 1"


def _subgroups(answer: Answer, text: AnswerText, width: int) -> Iterator[Block]:
    if not answer.subgroups:
        return
    test = answer.subgroup_test
    yield Heading(f"By {test.by}" if test else "Subgroups")
    named = [(s.name, s.analysis) for s in answer.subgroups]
    yield variation_grid("Subgroup", named, text, width)
    if test is not None:
        yield Paragraph(_subgroup_test(test), tone="quiet")


def _subgroup_test(test: SubgroupTest) -> str:
    reasons = "".join(f" {caution.message}" for caution in test.cautions)
    if test.q is None or test.p_value is None:
        return f"A test of subgroup differences is not possible.{reasons}"
    value = f"Q {NUMBERS.fixed(test.q, 2)} on {test.df} df, {NUMBERS.p_value(test.p_value)}"
    return f"Test of subgroup differences: {value}.{reasons}"


def _sensitivity(
    answer: Answer, text: AnswerText, why: Mapping[str, str], width: int
) -> Iterator[Block]:
    if not answer.sensitivity:
        return
    yield Heading("Other sets of studies")
    named = [("Main analysis", answer.main), *((a.title, a) for a in answer.sensitivity)]
    yield variation_grid("Studies counted", named, text, width)
    if width >= 160:
        yield fields(*((a.title, why.get(a.id)) for a in answer.sensitivity))


def _leave_one_out(answer: Answer, text: AnswerText, width: int) -> Iterator[Block]:
    if not answer.leave_one_out:
        return
    yield Heading("Without each study in turn")
    yield variation_grid("Analysis", [(a.title, a) for a in answer.leave_one_out], text, width)


def _flags(main: Analysis) -> Iterator[Block]:
    if main.flags:
        yield Heading("Flags on the result")
        yield Fields(
            tuple(
                Field(f.code, f"{FLAGS[f.code].title}: {f.message}", tone=_tone(f))
                for f in by_severity(main.flags)
            )
        )
    found: dict[str, list[str]] = {}
    weight: dict[str, Flag] = {}
    for row in main.rows:
        for flag in row.flags:
            found.setdefault(flag.code, []).append(row.label)
            weight[flag.code] = flag
    if found:
        yield Heading("Flags on the studies")
        yield Fields(
            tuple(
                Field(f.code, f"{FLAGS[f.code].title}: {_who(found[f.code], main)}", tone=_tone(f))
                for f in by_severity(list(weight.values()))
            )
        )


def _tone(flag: Flag) -> str:
    return flag.severity if flag.severity in ("serious", "caution") else ""


def _who(labels: Sequence[str], main: Analysis) -> str:
    if len(labels) == main.k and main.k > 1:
        return "both studies" if main.k == 2 else f"all {main.k} studies"
    return ", ".join(labels)


def _left_out(main: Analysis) -> Iterator[Block]:
    if not main.left_out:
        return
    yield Heading("Left out", f"{len(main.left_out)}")
    for heading, members in grouped(main.left_out):
        yield Heading(heading, level=3)
        if members[0].status in SAME_FOR_ALL:
            yield Paragraph(", ".join(item.label for item in members), tone="quiet")
        else:
            # What is missing matters most where nothing was found.
            yield fields(*((item.label, _reason(item, full=main.k == 0)) for item in members))
    if any(item.substance for item in main.left_out):
        yield Paragraph("What a record lacks, and where it lies: ketameta show ID", tone="quiet")


def _reason(item: LeftOut, *, full: bool) -> str:
    if not item.substance:  # a row of a user's table
        return f"{item.reason} ({item.where})"
    if item.where is None or not (full or item.status == "no usable number"):
        return item.reason
    return f"{item.reason} Missing: {item.where}"

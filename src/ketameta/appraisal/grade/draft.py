"""The text of `certainty.yaml` for the answers of today: a form to edit, with every input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from textwrap import wrap

from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.questions.certainty import UNDECIDED, BaselineRisk, Certainty, GradedQuestion

HEADER = """\
# yaml-language-server: $schema=../../studies/schema/certainty.schema.json
# How certain the answers are: what was decided, domain by domain, and on which inputs (`seen`).
# When an input moves, `ketameta check` calls the decision stale. `ketameta grade --draft` prints
# this file with the inputs of today. Decisions are drafts until people sign under them:
# `ketameta grade QUESTION --sign NAME` adds `signed: [{by: NAME, date: today}]`.
"""
LINE = 100


def draft(grades: Sequence[QuestionGrade], certainty: Certainty) -> str:
    """Decisions as they stand, proposals where there are none, and the inputs as they are now.

    Reading it back gives the same levels, without a stale decision. What only people can say
    stands as "TO BE DECIDED", which is refused until it is replaced.
    """
    lines = [f"non_randomised_start: {certainty.non_randomised_start}"]
    lines.append("main_outcomes:")
    lines += [f"  - {name}" for name in certainty.main_outcomes]
    lines.append("questions:")
    for graded in grades:
        lines += _question(graded)
    if not certainty.main_outcomes:
        lines.remove("main_outcomes:")
    return HEADER + "\n".join(lines) + "\n"


def _question(graded: QuestionGrade) -> Iterator[str]:
    asked = graded.asked
    yield f"  - question: {graded.id}"
    yield from _text("    outcome", graded.outcome)
    yield from _important(asked)
    if asked is not None and asked.baseline:
        yield "    baseline:"
        for risk in asked.baseline:
            yield from _baseline(risk)
    if asked is not None and asked.units:
        yield "    units:"
        yield f"      name: {_quoted(asked.units.name)}"
        yield f"      sd: {asked.units.sd}"
        yield from _text("      source", asked.units.source)
    if graded.domains:
        yield "    judgements:"
        for domain in graded.domains:
            yield from _judgement(domain)
        names = [UNDECIDED] if asked is None or not asked.raters else list(asked.raters)
        yield f"    raters: [{', '.join(_quoted(name) for name in names)}]"
        yield f"    date: {UNDECIDED if asked is None or not asked.date else asked.date}"
        if asked is not None and not graded.stale:
            yield from _signed(asked)
    if asked is not None and asked.note:
        yield from _text("    note", asked.note)


def _signed(asked: GradedQuestion) -> Iterator[str]:
    """Signatures; they are left out where an input moved, for people signed under another one."""
    if asked.signed:
        yield "    signed:"
    for one in asked.signed:
        yield f"      - by: {_quoted(one.by)}"
        yield f"        date: {one.date}"
        if one.otherwise:
            yield "        otherwise:"
        for other in one.otherwise:
            yield f"          - domain: {other.domain}"
            yield f"            level: {other.level}"
            yield from _text("            reason", other.reason)


def _important(asked: GradedQuestion | None) -> Iterator[str]:
    yield "    important:"
    if asked is None:
        yield from (f"      {name}: {UNDECIDED}" for name in ("smallest", "large"))
        yield from (f"      {name}: {_quoted(UNDECIDED)}" for name in ("unit", "source"))
        return
    yield f"      smallest: {asked.important.smallest}"
    yield f"      large: {asked.important.large}"
    yield from _text("      unit", asked.important.unit)
    yield from _text("      source", asked.important.source)


def _baseline(risk: BaselineRisk) -> Iterator[str]:
    yield f"      - label: {_quoted(risk.label)}"
    yield f"        risk: {risk.risk}"
    yield from _text("        source", risk.source)


def _judgement(domain: DomainGrade) -> Iterator[str]:
    yield f"      - domain: {domain.domain}"
    yield f"        level: {domain.level}"
    if domain.decision is not None and domain.decision.reason:
        yield from _text("        reason", domain.decision.reason)
    if domain.proposal.seen:
        yield "        seen:"
        for name, value in domain.proposal.seen:
            yield from _text(f"          {name}", value)


def _text(name: str, text: str) -> Iterator[str]:
    """A field with a text, folded where it is long."""
    line = f"{name}: {_quoted(text)}"
    if len(line) <= LINE or text != " ".join(text.split()):
        yield line
        return
    indent = " " * (len(name) - len(name.lstrip()) + 2)
    yield f"{name}: >-"
    words = wrap(text, LINE - len(indent), break_long_words=False, break_on_hyphens=False)
    yield from (f"{indent}{words_of_line}" for words_of_line in words)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

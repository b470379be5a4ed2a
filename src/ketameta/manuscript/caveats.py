"""What stands against the finding of a question, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.manuscript.literature import FUNNEL
from ketameta.manuscript.phrases import listed, lower_first, studies
from ketameta.manuscript.text_blocks import Sentence
from ketameta.reports.headline import pool_flag_lines, study_flag_lines
from ketameta.synthesis.answer import Answer
from ketameta.tables.exclusions import grouped
from ketameta.tables.formatting import NUMBERS

WEIGHTY = ("serious", "caution")


def caveats(answer: Answer) -> Iterator[Sentence]:
    """Small-study effects, flags on the pool and on the studies, studies left out."""
    yield from _small_studies(answer)
    yield from _flags(answer)
    yield from _left_out(answer)


def _small_studies(answer: Answer) -> Iterator[Sentence]:
    found = answer.further
    if found is None:
        return
    if not found.small_studies:
        yield Sentence(
            f"Small-study effects were not tested, because with {studies(answer.main.k)} such "
            "tests can hardly tell chance from bias.",
            (FUNNEL,),
        )
        return
    tests = listed(
        [f"{line.name} ({NUMBERS.p_value(line.p_value)})" for line in found.small_studies]
    )
    yield Sentence(f"Small-study effects were examined with {tests}.")
    yield from (Sentence(why) for why in found.small_studies_gate)


def _flags(answer: Answer) -> Iterator[Sentence]:
    pool = [line for line in pool_flag_lines(answer.main) if line.severity in WEIGHTY]
    if pool and answer.main.k > 1:
        found = "; ".join(
            f"{lower_first(line.title)} ({_bracketed(answer, line.found)})" for line in pool
        )
        yield Sentence(f"Flags on the pooled result: {found}.")
    raised = [line for line in study_flag_lines(answer.main) if line.severity in WEIGHTY]
    if raised:
        found = "; ".join(
            f"{lower_first(line.title)} ({listed([label for _, label in line.studies])})"
            for line in raised
        )
        kind = "studies" if answer.main.k > 1 else "study"
        yield Sentence(f"Flags on the {kind}: {found}.")


def _left_out(answer: Answer) -> Iterator[Sentence]:
    total = len(answer.main.left_out)
    if not total:
        return
    reasons = "; ".join(
        f"{lower_first(heading).replace('; ', ', ')} ({len(members)})"
        for heading, members in grouped(answer.main.left_out)
    )
    yield Sentence(f"Of the studies on record, {total} did not enter: {reasons}.")


def _bracketed(answer: Answer, found: str) -> str:
    """What a flag found, within brackets: without brackets and semicolons of its own."""
    named = found.startswith(tuple(row.label for row in answer.main.rows))
    words = found if named else lower_first(found)
    for own, other in ((" (", ", "), (")", ""), ("; ", ", "), (" %", "%"), ("tau²", "τ²")):
        words = words.replace(own, other)
    return words.rstrip(".")

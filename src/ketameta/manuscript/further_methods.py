"""Methods beside the pooled answers: moderators, courses over time, harms."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.manuscript import literature as lit
from ketameta.manuscript.courses import LEAST_TIMES
from ketameta.manuscript.further_results import LEAST_STUDIES
from ketameta.manuscript.phrases import listed, lower_first, number_word
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock
from ketameta.sensitivity.bias.gate import ENOUGH_STUDIES
from ketameta.synthesis.moderator_values import MODERATORS
from ketameta.synthesis.safety_groups import ENOUGH
from ketameta.synthesis.safety_methods import HARM_METHODS


def further_methods(subject: SubjectMatter) -> Iterator[TextBlock]:
    """What was done about moderators and time, and about harms where the review is whole."""
    moderators, time = tuple(_moderators()), tuple(_durability())
    yield TextBlock("methods.moderators", "Moderators", moderators, ("13e",))
    yield TextBlock("methods.durability", "Effects over time", time, ("13a",))
    if subject.whole:
        yield TextBlock("methods.harms", "Harms", tuple(_harms()), ("13a", "13d"))


def _moderators() -> Iterator[Sentence]:
    names = listed([lower_first(moderator.title) for moderator in MODERATORS])
    yield Sentence(
        f"From {number_word(LEAST_STUDIES)} studies on, the text describes how effects go with "
        f"{names}: numbers by random-effects meta-regression, levels by subgroup means."
    )
    yield Sentence(
        f"With fewer than {number_word(ENOUGH_STUDIES)} studies no line is drawn; studies are "
        "compared, not people, and chance decided none of their differences.",
        (lit.HANDBOOK,),
    )


def _durability() -> Iterator[Sentence]:
    yield Sentence(
        "Every comparison of an outcome at every time was listed with its own interval, whatever "
        "its class of contrast; comparisons at different times were not pooled."
    )
    yield Sentence(
        f"They are drawn where they stand at {number_word(LEAST_TIMES)} times or more, and joined "
        "by a line only within a study."
    )


def _harms() -> Iterator[Sentence]:
    yield Sentence(
        "Harms were gathered from every study on record, with or without a control; each share of "
        "people with an event has an exact (Clopper-Pearson) interval.",
        (lit.CLOPPER_PEARSON,),
    )
    yield Sentence(
        f"From {number_word(ENOUGH)} studies on, and with at least one event, shares with ketamine "
        "were pooled by a logit-normal mixed model of the counts; where nobody had the event, the "
        "one-sided bound of the sum is given.",
        (lit.MIXED_MODEL,),
    )
    yield Sentence(
        "Comparisons with a control without ketamine were pooled from their counts as a risk "
        "difference of Mantel and Haenszel with the score interval of Miettinen and Nurminen, "
        "which uses studies without events.",
        (lit.COMMON_DIFFERENCE, lit.SCORE_INTERVAL),
    )
    others = "; ".join(f"{method.name} ({method.measure})" for method in HARM_METHODS[1:])
    yield Sentence(f"Other methods stand beside it, none of which adds 1/2 to a cell: {others}.")

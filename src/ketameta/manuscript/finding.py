"""The finding of one question in sentences: studies, estimate, intervals, heterogeneity.

No sentence calls a result significant or concludes from an interval that there is no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ketameta.manuscript.literature import COMMON_DIFFERENCE, SAFEGUARD, SCORE_INTERVAL
from ketameta.manuscript.phrases import number_word, studies, upper_first
from ketameta.manuscript.places import bracketed
from ketameta.manuscript.text_blocks import Sentence
from ketameta.manuscript.works import Work
from ketameta.pooling.catalog import SCORE, used_interval
from ketameta.pooling.result import PooledResult
from ketameta.reports.wording import (
    absolute_sentence,
    control_words,
    has_placebo,
    is_verified,
    readings,
    time_words,
)
from ketameta.synthesis.answer import Analysis, Answer
from ketameta.synthesis.reported_interval import recomputed_alone
from ketameta.tables.formatting import (
    NUMBERS,
    AnswerText,
    people_text,
    percent_text,
    variance_interval_text,
    variance_text,
)
from ketameta.tables.robustness import unshortened


@dataclass(frozen=True, slots=True)
class Finding:
    """Writes the finding of one answer.

    Attributes
    ----------
    works
        The main report of each study, by its id.
    figure
        Its forest plot: "Figure 3"; "" without one.
    """

    answer: Answer
    works: Mapping[str, Work]
    figure: str = ""

    def sentences(self, control_risk: float) -> tuple[Sentence, ...]:
        """The paragraph.

        Parameters
        ----------
        control_risk
            Share with the good outcome without ketamine, for which odds become people.
        """
        main = self.answer.main
        assert main.pooled is not None
        made = self._single() if main.k == 1 else self._pooled(main.pooled)
        found = [*made, *(Sentence(text) for text in readings(self.answer))]
        if odds := absolute_sentence(self.answer, control_risk):
            found.append(Sentence(odds))
        if main.k > 1 and main.pooled.interval_method == SCORE.code:
            found += _without_contrast()
        elif main.k > 1:
            found += self._heterogeneity(main.pooled)
        return tuple(found)

    @property
    def text(self) -> AnswerText:
        """Writes its numbers."""
        return AnswerText.of(self.answer)

    def _pooled(self, pooled: PooledResult) -> Iterator[Sentence]:
        main, text = self.answer.main, self.text
        question = self.answer.question
        where = bracketed(self.figure)
        yield Sentence(
            f"{upper_first(studies(main.k))} with {_people(main)} reported {question.outcome} "
            f"{time_words(question)}{where}.",
            cited_studies(main, self.works),
        )
        yield Sentence(_basis(main))
        method = used_interval(pooled.interval_method).name
        yield Sentence(
            f"The pooled {text.name} was {text.point(pooled.estimate)} ({text.level} CI "
            f"{text.interval(pooled.interval)}, {method}){_direction(text)}."
        )
        if guarded := unshortened(main):
            yield Sentence(
                "With the factor of this interval kept at 1 or more, it was "
                f"{text.interval(guarded)}.",
                (SAFEGUARD,),
            )

    def _single(self) -> Iterator[Sentence]:
        main, text, question = self.answer.main, self.text, self.answer.question
        row = main.rows[0]
        where = bracketed(self.figure)
        yield Sentence(
            f"One study with {_people(main)} ({row.label}) reported {question.outcome} "
            f"{time_words(question)}{where}, so that nothing was pooled.",
            cited_studies(main, self.works),
        )
        estimate = text.estimate(main).replace("(", f"({text.level} CI ", 1)
        if note := recomputed_alone(main, text.measure):
            estimate = f"{estimate[:-1]}; {note})"
        yield Sentence(f"The {text.name} was {estimate}{_direction(text)}.")
        chance = {"yes": "The study was randomised", "no": "The study was not randomised"}.get(
            row.randomised, "The study was not stated to be randomised"
        )
        read = "were" if is_verified(row) else "could not be"
        yield Sentence(
            f"{chance}, the control was {control_words(row)}, and its numbers {read} read at the "
            "primary source."
        )

    def _heterogeneity(self, pooled: PooledResult) -> Iterator[Sentence]:
        spread, text = pooled.heterogeneity, self.text
        tau2 = f"τ² was {variance_text(spread.tau2)}"
        if spread.tau2_interval.low is not None:
            limits = variance_interval_text(spread.tau2_interval)
            tau2 += f" ({text.level} CI {limits})"
        i2 = percent_text(spread.i2, spread.i2_interval)
        q = f"{NUMBERS.fixed(spread.q, 2)} (df {spread.q_df}, {NUMBERS.p_value(spread.q_p)})"
        yield Sentence(f"{tau2}, I² {i2}, and Cochran's Q {q}.")
        if pooled.k < 10:
            agreed = (
                "; an estimate of 0 does not show that the studies agree" if not spread.tau2 else ""
            )
            yield Sentence(
                f"With {studies(pooled.k)} the variance between studies is poorly known{agreed}."
            )


def _without_contrast() -> Iterator[Sentence]:
    """How counts that are the same in both groups were pooled; they have no heterogeneity."""
    yield Sentence(
        "The risk difference is that of Mantel and Haenszel, with the score interval of Miettinen "
        "and Nurminen and nothing added to any cell.",
        (COMMON_DIFFERENCE, SCORE_INTERVAL),
    )
    yield Sentence("Heterogeneity cannot be estimated from these studies.")


def cited_studies(analysis: Analysis, works: Mapping[str, Work]) -> tuple[Work, ...]:
    """The main reports of the studies of an analysis; users' tables have none."""
    return tuple(works[row.study] for row in analysis.rows if row.study in works)


def _people(main: Analysis) -> str:
    text = people_text(main)
    return (
        "a number of participants that is not known"
        if text == "not known"
        else (f"{text} participants")
    )


def _basis(main: Analysis) -> str:
    randomised = sum(row.randomised == "yes" for row in main.rows)
    placebo = sum(has_placebo(row) for row in main.rows)
    verified = sum(is_verified(row) for row in main.rows)
    return (
        f"{_of(randomised, main.k)} {_were(randomised)} randomised, "
        f"{_of(placebo, main.k).lower()} placebo-controlled (inert or active), and the numbers of "
        f"{_of(verified, main.k).lower()} could be read at the primary source."
    )


def _of(count: int, k: int) -> str:
    if count == k:
        return "Both" if k == 2 else "All"
    return upper_first(number_word(count))


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _direction(text: AnswerText) -> str:
    """Which side is good, as a clause: "; values above 1 favour ketamine"."""
    if not text.direction:
        return ""
    return f"; values {text.direction.replace('favours ', 'favour ', 1)}"

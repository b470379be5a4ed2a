"""An answer's numbers as readers see them, the same in every table and sentence."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.catalog import Measure
from ketameta.measures.catalog import measure as find_measure
from ketameta.notation.effects import Effect, EffectText, displayed, finite
from ketameta.notation.numbers import DASH, NumberStyle
from ketameta.pooling.result import Interval, PooledResult
from ketameta.synthesis.answer import Analysis, Answer, QuestionLine

NUMBERS = NumberStyle()


@dataclass(frozen=True, slots=True)
class AnswerText:
    """Writes the numbers of one answer, on the scale that readers see.

    Attributes
    ----------
    question
        The question answered.
    measure
        Its measure.
    effect
        Writes effects, all with the same number of decimals.
    """

    question: QuestionLine
    measure: Measure
    effect: EffectText

    @classmethod
    def of(cls, answer: Answer) -> AnswerText:
        """For an answer; the decimals suit its main analysis."""
        measure = find_measure(answer.question.measure)
        pooled = answer.main.pooled
        level = 0.95 if pooled is None else pooled.level
        shown = [
            displayed(measure, estimate=row.y, low=row.low, high=row.high)
            for row in answer.main.rows
        ]
        return cls(answer.question, measure, EffectText.of(measure, NUMBERS, level, shown))

    @property
    def level(self) -> str:
        """Coverage of the intervals, "95%"."""
        return self.effect.level_text

    @property
    def short(self) -> str:
        """The measure in a table: "OR"."""
        return self.effect.title

    @property
    def name(self) -> str:
        """The measure in a sentence: "odds ratio"."""
        return self.measure.label[:1].lower() + self.measure.label[1:]

    @property
    def direction(self) -> str:
        """Which side is good for ketamine: "above 1 favours ketamine"."""
        null = self.measure.display_null
        if null is None:
            return ""
        side = "above" if self.question.better == "higher" else "below"
        words = self.question.favours_experimental
        return f"{side} {null:g} {words[:1].lower()}{words[1:]}"

    def point(self, y: float) -> str:
        """A value of the analysis scale, as readers see it."""
        return self.effect.number(self.shown(y))

    def shown(self, y: float) -> float:
        """A value of the analysis scale on the scale that readers see."""
        effect = displayed(self.measure, estimate=y, low=y, high=y)
        assert effect.estimate is not None
        return effect.estimate

    def interval(self, interval: Interval | None) -> str:
        """Limits in words, "1.40 to 8.88"; a dash where there are none."""
        low, high = (None, None) if interval is None else (interval.low, interval.high)
        if low is None or high is None or not finite(low, high):
            return DASH
        return self.effect.phrase(displayed(self.measure, estimate=None, low=low, high=high))

    def with_interval(self, y: float, interval: Interval) -> str:
        """An estimate with its interval, "3.53 (1.40 to 8.88)"."""
        return f"{self.point(y)} ({self.interval(interval)})"

    def result(self, analysis: Analysis) -> str:
        """What an analysis found: "OR 3.53 (1.40 to 8.88)", or that nothing was pooled."""
        if analysis.pooled is None:
            return "No usable study"
        if analysis.k == 1:
            return f"One study, not pooled: {self.short} {self._single(analysis)}"
        found = self.with_interval(analysis.pooled.estimate, analysis.pooled.interval)
        return f"{self.short} {found}"

    def estimate(self, analysis: Analysis) -> str:
        """The number alone: "3.53 (1.40 to 8.88)"; a dash without studies."""
        if analysis.pooled is None:
            return DASH
        if analysis.k == 1:
            return self._single(analysis)
        return self.with_interval(analysis.pooled.estimate, analysis.pooled.interval)

    def prediction(self, pooled: PooledResult | None) -> str:
        """The prediction interval in words; a dash where there is none."""
        return DASH if pooled is None else self.interval(pooled.prediction)

    def effect_of(self, y: float, interval: Interval) -> Effect | None:
        """An effect on the scale that readers see; None without limits."""
        if interval.low is None or interval.high is None or not finite(interval.low, interval.high):
            return None
        return displayed(self.measure, estimate=y, low=interval.low, high=interval.high)

    def _single(self, analysis: Analysis) -> str:
        row = analysis.rows[0]
        return self.with_interval(row.y, Interval(row.low, row.high))


def variance_text(value: float | None) -> str:
    """A variance between studies: three decimals where it is small, none where it is large."""
    if value is None:
        return DASH
    if 0 < value < 0.0005:
        return "<0.001"
    decimals = 3 if value < 10 else 1 if value < 1000 else 0
    return NUMBERS.fixed(value, decimals)


def variance_interval_text(interval: Interval) -> str:
    """Limits of a variance, "0.000 to 5.128"; a dash where there are none."""
    if interval.low is None or interval.high is None:
        return DASH
    return f"{variance_text(interval.low)} to {variance_text(interval.high)}"


def percent_text(value: float | None, interval: Interval | None = None) -> str:
    """A percentage, with its interval if there is one: "53% (0% to 94%)"."""
    text = NUMBERS.percent(value, 0)
    if interval is None or interval.low is None or interval.high is None:
        return text
    return f"{text} ({NUMBERS.percent(interval.low, 0)} to {NUMBERS.percent(interval.high, 0)})"


def people(analysis: Analysis) -> int:
    """People in the rows of an analysis, where their number is known."""
    return sum(row.n for row in analysis.rows if row.n is not None)


def people_text(analysis: Analysis) -> str:
    """The number of people; "at least" where that of a study is not known."""
    unknown = any(row.n is None for row in analysis.rows)
    if not analysis.rows:
        return DASH
    if unknown and people(analysis) == 0:
        return "not known"
    return f"at least {people(analysis)}" if unknown else str(people(analysis))

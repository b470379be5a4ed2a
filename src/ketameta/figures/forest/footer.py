"""The lines below a forest plot: heterogeneity, tests, methods, and keys to marks and flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketameta.figures.forest.arm_columns import without_numbers
from ketameta.figures.forest.drafts import Draft
from ketameta.figures.forest.flag_marks import FlagCodes
from ketameta.figures.forest.model import FooterLine
from ketameta.figures.forest.risk_marks import RiskMarks
from ketameta.figures.forest.style import ForestStyle
from ketameta.notation.effects import EffectText, clean, displayed, with_symbols
from ketameta.pooling.catalog import (
    COMMON_EFFECT_METHODS,
    INTERVAL_METHODS,
    PREDICTION_METHODS,
    SCORE,
    TAU2_METHODS,
    Method,
)
from ketameta.pooling.result import Heterogeneity, Interval, PooledResult
from ketameta.synthesis.answer import Answer, StudyRow, SubgroupTest
from ketameta.synthesis.reported_interval import recomputed

MARKER = "†"
EQUAL_EFFECTS = "EE"
SHORTENING = 0.995
"""Hartung-Knapp factors from here on do not shorten the interval visibly."""

# Cautions whose content stands in the figure in other words.
_SAID_ELSEWHERE = frozenset({"single_study", "equal_effects", "hksj_factor_below_1"})
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def is_marked(row: StudyRow) -> bool:
    """Whether a study gives only the comparison, no numbers per group."""
    return without_numbers(row.experimental) and without_numbers(row.control)


@dataclass(frozen=True, slots=True)
class FooterMaker:
    """Writes the footer of one answer in one style."""

    answer: Answer
    style: ForestStyle
    text: EffectText

    def lines(
        self, rows: Sequence[Draft], flags: FlagCodes, risk: RiskMarks
    ) -> tuple[FooterLine, ...]:
        """The lines in the order in which they stand."""
        lines = [*self._statistics(), *self._marker(rows)]
        if flags.any and "flags" in self.style.columns:
            lines.append(FooterLine("flags", f"Flags: {flags.key()}."))
        if risk.any:
            lines.append(FooterLine("risk of bias", clean(risk.key())))
        return tuple(lines)

    def _statistics(self) -> Iterator[FooterLine]:
        pooled = self.answer.main.pooled
        if pooled is not None and pooled.k > 1 and pooled.interval_method != SCORE.code:
            spread = self.heterogeneity(pooled, intervals=self.style.heterogeneity_intervals)
            start = self.style.words.heterogeneity
            yield FooterLine("heterogeneity", f"{start}{spread}.")
            if self.style.overall_test:
                yield FooterLine("test", f"Test of the pooled mean: {self._test(pooled)}.")
        if self.answer.subgroup_test is not None:
            yield FooterLine("subgroups", self._subgroups(self.answer.subgroup_test))
        if pooled is not None and pooled.k > 1:
            yield FooterLine("method", self.method(pooled))
        if pooled is not None:
            for caution in pooled.cautions:
                if caution.code not in _SAID_ELSEWHERE:
                    yield FooterLine("caution", f"Note: {with_symbols(caution.message)}")

    def heterogeneity(self, pooled: PooledResult, *, intervals: bool) -> str:
        """tau2, I2 and Q in the style's order."""
        spread = pooled.heterogeneity
        parts = {
            "tau2": self._tau2(spread, intervals=intervals),
            "i2": self._i2(spread, intervals=intervals),
            "q": self._q(spread),
        }
        return "; ".join(parts[name] for name in self.style.heterogeneity)

    def _tau2(self, spread: Heterogeneity, *, intervals: bool) -> str:
        numbers = self.style.numbers
        digits = numbers.tau2_digits
        text = f"{self.style.words.tau2}{numbers.equals}{numbers.fixed(spread.tau2, digits)}"
        limits = self._limits(spread.tau2_interval, digits)
        return (
            f"{text} ({self.text.level_text} CI {limits}, Q-profile)"
            if intervals and limits
            else text
        )

    def _i2(self, spread: Heterogeneity, *, intervals: bool) -> str:
        numbers = self.style.numbers
        digits = numbers.i2_digits
        text = f"I²{numbers.equals}{numbers.percent(spread.i2, digits)}"
        limits = self._limits(spread.i2_interval, digits, unit="%")
        return f"{text} ({self.text.level_text} CI {limits})" if intervals and limits else text

    def _limits(self, interval: Interval, digits: int, *, unit: str = "") -> str:
        if interval.low is None or interval.high is None:
            return ""
        fixed = self.style.numbers.fixed
        return f"{fixed(interval.low, digits)}{unit} to {fixed(interval.high, digits)}{unit}"

    def _q(self, spread: Heterogeneity) -> str:
        return self._chi_squared(self.style.words.q, spread.q, spread.q_df, spread.q_p)

    def _chi_squared(self, name: str, q: float, df: int, p: float | None) -> str:
        numbers = self.style.numbers
        value, p_text = numbers.fixed(q, 2), numbers.p_value(p)
        if self.style.df_subscript:
            return f"{name}{str(df).translate(_SUBSCRIPTS)}{numbers.equals}{value} ({p_text})"
        return f"{name}{numbers.equals}{value}, df{numbers.equals}{df} ({p_text})"

    def _test(self, pooled: PooledResult) -> str:
        numbers = self.style.numbers
        if pooled.statistic is None:
            return "not available"
        value = numbers.fixed(pooled.statistic, 2)
        p_text = numbers.p_value(pooled.p_value)
        if pooled.df is None:
            return f"Z{numbers.equals}{value} ({p_text})"
        return f"t{numbers.equals}{value}, df{numbers.equals}{pooled.df:g} ({p_text})"

    def _subgroups(self, test: SubgroupTest) -> str:
        start = f"Test for subgroup differences by {clean(test.by)}: "
        if test.q is None or test.df is None or test.p_value is None:
            reasons = " ".join(with_symbols(caution.message) for caution in test.cautions)
            return f"{start}not possible. {reasons}".rstrip()
        return f"{start}{self._chi_squared(self.style.words.q, test.q, test.df, test.p_value)}."

    def method(self, pooled: PooledResult) -> str:
        """Model, estimator, interval and prediction interval in one sentence each."""
        level = self.text.level_text
        interval = _name({**INTERVAL_METHODS, SCORE.code: SCORE}, pooled.interval_method)
        if pooled.tau2_method == EQUAL_EFFECTS:
            weights = "inverse variance"
            if pooled.weighting in COMMON_EFFECT_METHODS:
                weights = COMMON_EFFECT_METHODS[pooled.weighting].name
            parts = [f"Common-effect model, {weights}; {level} CI: {interval}."]
        else:
            tau2 = _name(TAU2_METHODS, pooled.tau2_method)
            parts = [f"Random-effects model; τ² by {tau2}; {level} CI: {interval}"]
            if pooled.prediction.low is not None:
                ahead = _name(PREDICTION_METHODS, pooled.prediction_method)
                parts.append(f"; prediction interval: {ahead}")
            parts.append(".")
        return "".join(parts) + self._guard(pooled)

    def _guard(self, pooled: PooledResult) -> str:
        """The safeguarded interval, where the Hartung-Knapp factor shortened the interval."""
        guarded, factor = pooled.guarded_interval, pooled.hksj_factor
        if guarded is None or factor is None or factor >= SHORTENING:
            return ""
        if guarded.low is None or guarded.high is None:
            return ""
        effect = displayed(self.text.measure, estimate=None, low=guarded.low, high=guarded.high)
        return (
            f" The Hartung-Knapp factor is {self.style.numbers.fixed(factor, 2)}, which shortens "
            f"the interval; with a factor of 1 it is {self.text.phrase(effect)}."
        )

    def _marker(self, rows: Sequence[Draft]) -> Iterator[FooterLine]:
        marked: dict[str, list[str]] = {}
        for row in rows:
            if row.study is not None and is_marked(row.study):
                how = clean(row.study.how).rstrip(".")
                if note := recomputed(row.study, self.text.measure):
                    how = f"{how}; {note}"
                marked.setdefault(how, []).append(row.label)
        if not marked:
            return
        ways = "; ".join(
            f"{', '.join(labels)}: {how[:1].lower()}{how[1:]}" if how else ", ".join(labels)
            for how, labels in marked.items()
        )
        yield FooterLine("marker", f"{MARKER} No numbers per group. {ways}.")


def _name(catalog: Mapping[str, Method[Any]], code: str) -> str:
    """The method's name, or its code where the catalog does not know it."""
    return catalog[code].name if code in catalog else code

"""A forest plot in words: one sentence, and the whole of it for those who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.figures.forest.drafts import Draft
from ketameta.figures.forest.footer import EQUAL_EFFECTS
from ketameta.figures.forest.model import FooterLine
from ketameta.notation.effects import Effect, EffectText, clean, displayed
from ketameta.pooling.result import PooledResult
from ketameta.synthesis.answer import Answer


@dataclass(frozen=True, slots=True)
class AltText:
    """Says what a forest plot shows."""

    answer: Answer
    text: EffectText

    def sentence(self) -> str:
        """One sentence: model, studies, people, effect, direction, prediction, heterogeneity."""
        about = clean(self.answer.question.title).rstrip(".") or "Forest plot"
        return f"{about}: {self.summary()}"

    def summary(self) -> str:
        """The sentence without the title that it begins with."""
        main = self.answer.main
        if main.k == 0 or main.pooled is None:
            return "no usable study."
        if main.k == 1:
            effect = self.study_effect()
            said = f"one study, not pooled: {clean(main.rows[0].label)}{self._people()}"
            return f"{said}: {self._measured(effect)}{self._direction()}."
        return f"{self._pooled(main.pooled)}."

    def study_effect(self) -> Effect:
        """The effect of the only study."""
        row = self.answer.main.rows[0]
        return displayed(self.text.measure, estimate=row.y, low=row.low, high=row.high)

    def _pooled(self, pooled: PooledResult) -> str:
        common = pooled.tau2_method == EQUAL_EFFECTS
        model = "common-effect" if common else "random-effects"
        start = f"{model} meta-analysis of {pooled.k} studies{self._people()}"
        low, high = pooled.interval.low, pooled.interval.high
        if low is None or high is None:
            return f"{start}: no interval for the pooled mean"
        effect = displayed(self.text.measure, estimate=pooled.estimate, low=low, high=high)
        parts = [f"{start}: {self._measured(effect)}{self._direction()}"]
        ahead = pooled.prediction
        if ahead.low is not None and ahead.high is not None:
            shown = displayed(self.text.measure, estimate=None, low=ahead.low, high=ahead.high)
            parts.append(f"{self.text.level_text} prediction interval {self.text.phrase(shown)}")
        if pooled.heterogeneity.i2 is not None:
            parts.append(f"I² {self.text.numbers.percent(pooled.heterogeneity.i2, 0)}")
        return "; ".join(parts)

    def _people(self) -> str:
        sizes = [row.n for row in self.answer.main.rows]
        if any(n is None for n in sizes):
            return ""
        return f", {sum(n for n in sizes if n is not None)} participants"

    def _measured(self, effect: Effect) -> str:
        label = self.text.measure.label
        return f"{label[:1].lower()}{label[1:]} {self.text.phrase(effect)}"

    def _direction(self) -> str:
        """Which side of the null value favours what; nothing where that is not known."""
        question, null = self.answer.question, self.text.measure.display_null
        if null is None or question.better not in ("higher", "lower"):
            return ""
        side = "above" if question.better == "higher" else "below"
        favours = clean(question.favours_experimental)
        return f", where {side} {null:g} {favours[:1].lower()}{favours[1:]}"

    def row_name(self, draft: Draft, label: str) -> str:
        """A row in words, for the title of its drawing."""
        if draft.effect is None:
            return ""
        if draft.kind == "prediction":
            return f"{label}: {self.text.phrase(draft.effect)}"
        said = f"{label}: {self._measured(draft.effect)}"
        if draft.kind == "study" and draft.weight is not None:
            said += f", weight {self.text.numbers.percent(draft.weight, 1)}"
        if draft.study is not None and draft.study.risk_of_bias is not None:
            said += f", risk of bias: {draft.study.risk_of_bias.overall or 'not settled'}"
        return said

    def description(self, names: Sequence[tuple[str, str]], footer: Sequence[FooterLine]) -> str:
        """The sentence, every row and the footer.

        Parameters
        ----------
        names
            Label and name of each row; the name is empty where the row is only a line of text.
        """
        return " ".join([self.sentence(), *_sentences(names), *(line.text for line in footer)])


def _sentences(names: Sequence[tuple[str, str]]) -> Iterator[str]:
    for label, name in names:
        text = name or label
        if text:
            yield text if text.endswith(".") else f"{text}."

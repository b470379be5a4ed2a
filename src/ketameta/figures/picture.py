"""`Picture`: a drawn figure with its words; `Subject`: what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ketameta.figures.theme import REPLACEMENT
from ketameta.measures.catalog import Measure
from ketameta.notation.effects import EffectText, clean, displayed, finite
from ketameta.notation.numbers import DASH, MINUS, NumberStyle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUMBERS = NumberStyle()


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure ready to be saved.

    Attributes
    ----------
    name
        Its name in the catalog.
    title
        Stands at the top of the figure.
    figure
        The matplotlib figure.
    alt
        One sentence with the numbers, for readers who do not see the figure.
    legend
        Text for a manuscript that explains the figure to somebody who reads nothing else.
    """

    name: str
    title: str
    figure: Figure
    alt: str
    legend: str

    @property
    def lacks_letters(self) -> bool:
        """Whether letters that the font does not have were replaced."""
        from matplotlib.text import Text

        return any(REPLACEMENT in text.get_text() for text in self.figure.findobj(Text))

    def __post_init__(self) -> None:
        """Names of studies come from anywhere: words are kept to one line of printable text."""
        for words in ("title", "alt", "legend"):
            object.__setattr__(self, words, clean(getattr(self, words)))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture is about: a title, the measure, and the coverage of intervals."""

    title: str
    measure: Measure
    level: float = 0.95

    @property
    def about(self) -> str:
        """The title as one line of text."""
        return clean(self.title).rstrip(".")

    @property
    def level_text(self) -> str:
        """The coverage: "95%"."""
        return f"{100 * self.level:g}%"

    @property
    def axis_title(self) -> str:
        """Title of an axis of effects, whose ticks are on the scale that readers see."""
        label = self.measure.label
        return f"{label} (log scale)" if self.measure.is_ratio else label

    @property
    def effect_name(self) -> str:
        """The measure within a sentence."""
        label = self.measure.label
        return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"

    def value(self, estimate: float | None) -> str:
        """An effect on the analysis scale as readers see it."""
        if not finite(estimate):
            return DASH
        assert estimate is not None
        shown = displayed(self.measure, estimate=None, low=estimate, high=estimate)
        return EffectText.of(self.measure, NUMBERS, self.level, [shown]).number(shown.low)

    def phrase(self, estimate: float, low: float | None, high: float | None) -> str:
        """An effect with its interval in running text; without limits where there are none."""
        if low is None or high is None or not finite(estimate, low, high):
            return self.value(estimate)
        shown = displayed(self.measure, estimate=estimate, low=low, high=high)
        return EffectText.of(self.measure, NUMBERS, self.level, [shown]).phrase(shown)


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits and a real minus; a dash where there is none."""
    if not finite(value):
        return DASH
    assert value is not None
    return f"{value:.{digits}g}".replace("-", MINUS)


def studies(k: int) -> str:
    """A count of studies in words: "1 study", "4 studies"."""
    return "1 study" if k == 1 else f"{k} studies"

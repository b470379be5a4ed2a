"""House styles of a manuscript: how citations and numbers are written, and the forest preset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ketameta.errors import UsageError
from ketameta.figures.forest.style import forest_style
from ketameta.manuscript.text_blocks import Sentence, TextBlock
from ketameta.nearest import nearest_hint
from ketameta.notation.numbers import NumberStyle

_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_P = re.compile(r"\bP ([=<>]) (0)(?=\.\d)")


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """One house.

    Attributes
    ----------
    name
        Also the name of the preset of its forest plots.
    superscript
        Whether citations are raised numbers.
    font
        Of the Word documents.
    """

    name: str
    summary: str
    superscript: bool = False
    font: str = "Arial"

    @property
    def numbers(self) -> NumberStyle:
        """How numbers are written."""
        return forest_style(self.name).numbers

    def written(self, text: str) -> str:
        """A text of results with the house's decimal mark and P values."""
        style = self.numbers
        zero = "0" if style.p_leading_zero else ""
        text = _P.sub(lambda m: f"{style.p_symbol}{style.equals.replace('=', m[1])}{zero}", text)
        return _DECIMAL.sub(style.decimal_mark, text)

    def block(self, block: TextBlock) -> TextBlock:
        """A block of results in this house's writing."""
        sentences = tuple(Sentence(self.written(s.text), s.works) for s in block.sentences)
        return replace(block, sentences=sentences)


HOUSE_STYLES: Mapping[str, HouseStyle] = {
    style.name: style
    for style in (
        HouseStyle("default", "ketameta: citations in brackets."),
        HouseStyle("cochrane", "Cochrane reviews: citations in brackets, Cochrane's forest plots."),
        HouseStyle("bmj", "The BMJ: raised citations, P=0.03.", superscript=True),
        HouseStyle("jama", "JAMA: raised citations, P = .03.", superscript=True),
        HouseStyle("lancet", "The Lancet: raised citations, 3·50.", superscript=True),
        HouseStyle("plain", "Plain: citations in brackets, a forest plot without extras."),
    )
}


def house_style(name: str) -> HouseStyle:
    """The style of this name.

    Raises
    ------
    UsageError
        When there is none, with the nearest.
    """
    if name in HOUSE_STYLES:
        return HOUSE_STYLES[name]
    hint = nearest_hint(name, HOUSE_STYLES, listing=f"Known are {', '.join(HOUSE_STYLES)}.")
    raise UsageError(f"style: there is none called {name!r}. {hint}")

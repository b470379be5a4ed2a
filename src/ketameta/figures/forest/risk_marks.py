"""Risk of bias in a row: the overall judgement as a disc, and every domain where that is wished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.appraisal.confirmation import DISPUTED
from ketameta.appraisal.risk_of_bias.results import ONE_RATING
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.figures.forest.drafts import Draft
from ketameta.figures.forest.model import Cell, Column, Disc
from ketameta.figures.forest.style import ForestStyle
from ketameta.notation.numbers import DASH
from ketameta.notation.risk_of_bias import glyph_key, level_mark
from ketameta.synthesis.answer import RowRiskOfBias

KEY = "rob_"
OVERALL = "Overall risk of bias"
Filled = tuple[Column, dict[int, Cell]]


@dataclass(frozen=True, slots=True)
class RiskMarks:
    """What the rows of a figure know about risk of bias.

    Attributes
    ----------
    found
        Judgement of each row of a study, None where nobody has assessed it.
    labels
        Names of the same rows.
    domains
        Id and short name of the domains to show; none where tools differ or none are wished.
    """

    found: dict[int, RowRiskOfBias | None]
    labels: dict[int, str]
    domains: tuple[tuple[str, str], ...]

    @property
    def any(self) -> bool:
        """Whether there is a judgement to show."""
        return any(self.found.values())

    @property
    def tools(self) -> tuple[str, ...]:
        """Names of the tools, in the order of the rows."""
        return tuple(dict.fromkeys(one.tool for one in self.found.values() if one is not None))

    def columns(self) -> tuple[Filled, ...]:
        """One column per domain, and one for the overall judgement."""
        if not self.any:
            return ()
        if not self.domains:
            return (self._overall(Column(f"{KEY}overall", "RoB", align="center")),)
        group = "Risk of bias"
        made = [
            (
                Column(f"{KEY}{domain}", domain, group, "center"),
                {
                    i: _cell(one, "" if one is None else dict(one.domains)[domain], name)
                    for i, one in self.found.items()
                },
            )
            for domain, name in ((domain, f"{domain} {short}") for domain, short in self.domains)
        ]
        return (*made, self._overall(Column(f"{KEY}overall", "All", group, "center")))

    def _overall(self, column: Column) -> Filled:
        cells = {
            i: _cell(one, "" if one is None else one.overall, OVERALL)
            for i, one in self.found.items()
        }
        return column, cells

    def key(self) -> str:
        """What the discs mean, which tool was used, what the domains are, and who assessed."""
        shown = [one for one in self.found.values() if one is not None]
        levels = {one.overall or "no information" for one in shown}
        if self.domains:
            levels |= {level or "no information" for one in shown for _, level in one.domains}
        parts = [f"{glyph_key(tuple(levels))}."]
        if None in self.found.values():
            parts.append(f"{DASH} not assessed.")
        if self.domains:
            parts.append(f"{', '.join(f'{d} {short}' for d, short in self.domains)}; All overall.")
        return " ".join([f"Risk of bias ({self._tools()}): {parts[0]}", *parts[1:], *_who(shown)])

    def _tools(self) -> str:
        if len(self.tools) == 1:
            return self.tools[0] if self.domains else f"{self.tools[0]}, overall"
        named = [f"{tool} for {', '.join(self._rows_of(tool))}" for tool in self.tools]
        return f"overall; {'; '.join(named)}"

    def _rows_of(self, tool: str) -> tuple[str, ...]:
        rows = (i for i, one in self.found.items() if one is not None and one.tool == tool)
        return tuple(dict.fromkeys(self.labels[i] for i in rows))


def risk_marks(rows: Sequence[Draft], style: ForestStyle) -> RiskMarks:
    """The judgements of all rows of a figure, as far as its style shows them."""
    if style.risk_of_bias == "none" or "risk_of_bias" not in style.columns:
        return RiskMarks({}, {}, ())
    found = {i: row.study.risk_of_bias for i, row in enumerate(rows) if row.study is not None}
    labels = {i: row.label for i, row in enumerate(rows) if row.study is not None}
    tools = {one.tool for one in found.values() if one is not None}
    domains: tuple[tuple[str, str], ...] = ()
    if style.risk_of_bias == "domains" and len(tools) == 1:
        domains = tuple((d.id, d.short) for d in TOOLS[tools.pop()].domains)
    return RiskMarks(found, labels, domains)


def _cell(found: RowRiskOfBias | None, level: str, name: str) -> Cell:
    if found is None:
        return Cell(DASH)
    level = level or "no information"
    glyph = level_mark(level).glyph
    return Cell(glyph, disc=Disc(level, glyph, name))


def _who(shown: Sequence[RowRiskOfBias]) -> Iterator[str]:
    statuses = {one.status for one in shown}
    if statuses == {ONE_RATING}:
        yield "Assessed once."
    elif ONE_RATING in statuses:
        yield "Some results were assessed once only."
    if not any(one.confirmed for one in shown):
        yield "Levels follow by rules from drafted answers; no person has confirmed them yet."
    elif not all(one.confirmed for one in shown):
        yield "Some levels are drafted only; no person has confirmed them yet."
    if DISPUTED in statuses:
        yield "Where ratings differ the worse judgement is shown."

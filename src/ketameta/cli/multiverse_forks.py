"""Which choices a multiverse combines, as the command line says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ketameta.cli.method_options import Methods
from ketameta.measures.catalog import measure
from ketameta.pooling.presets import Preset, preset
from ketameta.sensitivity.universes import MultiverseChoices

TOO_FEW = "fewer than two studies"
"""Why an inclusion rule of a question has no universe."""


@dataclass(frozen=True, slots=True)
class Forks:
    """The choices to combine.

    Attributes
    ----------
    also, without
        Further measures; columns to leave values of.
    choices
        What is combined in a table.
    named
        The names within `choices` that were asked for; of a question the others are the review's.
    program
        The preset whose methods join the choices.
    """

    also: tuple[str, ...]
    without: tuple[str, ...]
    choices: MultiverseChoices
    named: frozenset[str] = frozenset()
    program: Preset | None = None

    @classmethod
    def of(
        cls,
        also: str | None,
        without: Sequence[str],
        methods: Methods,
    ) -> Forks:
        """From the words of the command line; `methods` hold several each, with commas."""
        usual = MultiverseChoices()
        tau2, interval = _words(methods.tau2), _words(methods.interval)
        zero_cells = _words(methods.zero_cells)
        choices = MultiverseChoices(
            tau2 or usual.tau2,
            interval or usual.intervals,
            zero_cells or usual.zero_cells,
            level=methods.coverage,
        )
        said = (tau2, interval, zero_cells, methods.level)
        asked = dict(zip(("tau2", "intervals", "zero_cells", "level"), said, strict=True))
        named = frozenset(name for name, value in asked.items() if value)
        codes = tuple(measure(code).code for code in _words(also))
        return cls(codes, tuple(without), choices, named)

    def joined(self, code: str) -> Forks:
        """With the methods of a preset among the choices; UsageError for an unknown one."""
        program = preset(code)
        return replace(self, choices=_with_program(self.choices, program), program=program)

    def over(self, usual: MultiverseChoices) -> MultiverseChoices:
        """These choices where they were asked for, and the usual ones for the rest."""
        own = replace(usual, **{name: getattr(self.choices, name) for name in self.named})
        return own if self.program is None else _with_program(own, self.program)


def _with_program(old: MultiverseChoices, program: Preset) -> MultiverseChoices:
    return MultiverseChoices(
        tuple(dict.fromkeys((program.tau2, *old.tau2))),
        tuple(dict.fromkeys((program.interval, *old.intervals))),
        tuple(dict.fromkeys((program.zero_cell_rule, *old.zero_cells))),
        program.prediction or old.prediction,
        old.level,
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())

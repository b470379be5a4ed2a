"""A choice among names, with other spellings of the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:  # before click 8.2 a choice had no type of its own
    _Choice = click.Choice


class SpelledChoice(_Choice):
    """A `click.Choice` in any case that also takes other names, such as those of R's functions.

    Parameters
    ----------
    choices
        The names that help texts show.
    spellings
        Other names, lower case, and the choice that each stands for.
    """

    def __init__(self, choices: Sequence[str], spellings: Mapping[str, str]) -> None:
        super().__init__(choices, case_sensitive=False)
        self.spellings = dict(spellings)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The choice; click's usage error where there is none."""
        said = value.strip().lower().replace("_", "-") if isinstance(value, str) else value
        return super().convert(self.spellings.get(said, said), param, ctx)

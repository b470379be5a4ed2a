"""What the catalog of sensitivity methods is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class SensitivityMethod:
    """One line of the catalog.

    Attributes
    ----------
    code, name, summary
        Stable name, full name, and what it is for.
    kind
        "influence", "choices" (what if we had decided otherwise), "data" (what if outcomes were
        other), "bias" (small-study effects) or "plot".
    reference, doi
        Literature; `doi` without a resolver address.
    function
        "module.name" within `ketameta.sensitivity`.
    takes
        What it starts from: "estimates", "counts", "outcomes" (with missing ones), "columns".
    command
        How the program runs it, without its own name; capitals stand for what the user fills in.
    """

    code: str
    name: str
    summary: str
    kind: str
    reference: str
    doi: str
    function: str
    takes: str = "estimates"
    command: str = ""

    def compute(self) -> Callable[..., Any]:
        """The function."""
        module, name = self.function.rsplit(".", 1)
        found: Callable[..., Any] = getattr(import_module(f"ketameta.sensitivity.{module}"), name)
        return found

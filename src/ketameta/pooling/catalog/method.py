"""What a catalog of methods is made of, and how a method is looked up."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ketameta.errors import UsageError

Function = TypeVar("Function")


@dataclass(frozen=True, slots=True)
class Method(Generic[Function]):
    """One line of a catalog; `doi` without a resolver address."""

    code: str
    name: str
    summary: str
    reference: str
    doi: str
    function: Function
    aliases: tuple[str, ...] = ()


Catalog = Mapping[str, Method[Function]]


def catalog_of(*methods: Method[Function]) -> dict[str, Method[Function]]:
    """Methods by their codes, in the order given."""
    return {method.code: method for method in methods}


def look_up(catalog: Catalog[Function], code: str, kind: str) -> Method[Function]:
    """The method with this code or alias, in any case; `UsageError` with a suggestion otherwise."""
    names = {
        name.casefold().replace(" ", ""): method
        for method in catalog.values()
        for name in (method.code, *method.aliases)
    }
    key = code.casefold().replace(" ", "")
    if key in names:
        return names[key]
    near = difflib.get_close_matches(key, names, n=1)
    known = f"Known are {', '.join(catalog)}."
    hint = f"Did you mean {names[near[0]].code}?" if near else known
    raise UsageError(f"{kind}: there is none called {code!r}. {hint}")

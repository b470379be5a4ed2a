"""What a catalog of methods is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

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

"""Entries of a catalog by their codes and other names; loads no numpy."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Protocol, TypeVar

from ketameta.errors import UsageError


class Entry(Protocol):
    """What `look_up` finds: something with a code, and other names."""

    @property
    def code(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...


Found = TypeVar("Found", bound=Entry)


def look_up(catalog: Mapping[str, Found], code: str, kind: str) -> Found:
    """The entry with this code or alias; `UsageError` with the nearest, or all, otherwise.

    Letter case, spaces, hyphens and underscores make no difference.
    """
    written = {
        name.casefold(): entry
        for entry in catalog.values()
        for name in (entry.code, *entry.aliases)
    }
    names = {_key(name): entry for name, entry in written.items()}
    if _key(code) in names:
        return names[_key(code)]
    near = difflib.get_close_matches(str(code).casefold().strip(), written, n=1)
    known = f"Known are {', '.join(catalog)}."
    hint = f"Did you mean {written[near[0]].code}?" if near else known
    raise UsageError(f"{kind}: there is none called {code!r}. {hint}")


def _key(name: str) -> str:
    return str(name).casefold().translate(_SEPARATORS)


_SEPARATORS = str.maketrans("", "", " -_")

"""The keys of a command's JSON as the README lists them."""

from __future__ import annotations

from ketameta.cli.json_keys import JSON_KEYS
from ketameta.cli.usual_names import with_usual_names


def key_names(command: str) -> set[str]:
    """The keys of one command, with the usual names beside ours."""
    own = [name.strip() for keys, _ in JSON_KEYS[command] for name in keys.split(",")]
    return set(with_usual_names(dict.fromkeys(own)))

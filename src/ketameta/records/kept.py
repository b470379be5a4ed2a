"""Results kept between runs, in a folder of the project that may be deleted at any time.

A kept file is a line with a stamp and a checksum, then JSON. Anything else is as good as absent:
a file that is cut off or changed by hand, one of another version, a folder that cannot be written.
Nothing in it is ever executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ketameta.whole_files import replace_quickly

FOLDER = ".ketameta-cache"
_PACKAGE = Path(__file__).resolve().parent.parent
_MOST_BYTES = 200_000_000
_quoted = json.encoder.encode_basestring_ascii
"""What `json.dumps` does with a text, without making an encoder for each."""


def read_kept(path: Path, stamp: str) -> Any | None:
    """What was kept under this stamp; None where there is nothing to rely on."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        if head != _head(stamp, body):
            return None
        return json.loads(body, parse_float=Decimal)
    except (OSError, ValueError, RecursionError):
        return None


def keep(path: Path, stamp: str, value: Any) -> bool:
    """Keep a value of dicts, lists, text, numbers and Decimals; whether that was possible."""
    try:
        body = to_text(value).encode("utf-8")
        path.parent.mkdir(exist_ok=True)
        ignore = path.parent / ".gitignore"
        if not ignore.exists():
            replace_quickly(ignore, b"# Made by ketameta; may be deleted at any time.\n*\n")
        replace_quickly(path, _head(stamp, body) + b"\n" + body)
    except (OSError, ValueError, RecursionError):
        return False
    return True


def to_text(value: Any) -> str:
    """JSON in which a Decimal is a number with exactly its digits."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Decimal):
        text = str(value)
        return text if any(mark in text for mark in ".E") else f"{text}e0"
    if isinstance(value, dict):
        fields = ",".join([f"{to_text(key)}:{to_text(item)}" for key, item in value.items()])
        return f"{{{fields}}}"
    if isinstance(value, list | tuple):
        items = ",".join([to_text(item) for item in value])
        return f"[{items}]"
    return json.dumps(value, allow_nan=False)


def digest(*parts: bytes) -> str:
    """A hash of parts, in which it shows where each begins."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


def stamp_of_code(*names: str) -> str:
    """A hash of the source of some of ketameta's packages and modules, and of pydantic's version.

    It stands for the version, the schema and the rules at once, and changes when one is edited.
    """
    return digest(*map(_stamp, names), _pydantic_version())


@cache
def _stamp(name: str) -> bytes:
    place = _PACKAGE / name
    found = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    return digest(*_named_contents(found)).encode()


def _named_contents(paths: Iterable[Path]) -> Iterable[bytes]:
    for path in paths:
        yield path.relative_to(_PACKAGE).as_posix().encode()
        yield path.read_bytes()


def _pydantic_version() -> bytes:
    from importlib.util import find_spec

    spec = find_spec("pydantic")
    if spec is None or spec.origin is None:
        return b""
    return Path(spec.origin).with_name("version.py").read_bytes()


def _head(stamp: str, body: bytes) -> bytes:
    return f"ketameta {stamp} {hashlib.sha256(body).hexdigest()}".encode()

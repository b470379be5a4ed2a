"""What a user reads, and which exit code the shell gets, when a command cannot do its work."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import click

from ketameta.errors import KetametaError

FINE, FINDINGS, USAGE, DATA, INTERNAL = 0, 1, 2, 3, 70
INTERRUPTED, BROKEN_PIPE = 130, 141
"""128 + the number of the signal, as shells report them."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A message for standard error and an exit code."""

    message: str
    code: int


def failure(error: BaseException, command: str) -> Failure:
    """What to say about an error that ended `command`."""
    if isinstance(error, KetametaError):
        return Failure(str(error), error.exit_code)
    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else command
        meant = _meant(error)
        if meant:
            return Failure(f"{where}: {meant} See {where} --help.", USAGE)
        return Failure(f"{where}: {_sentence(error)} See {where} --help.", USAGE)
    if isinstance(error, click.ClickException):
        return Failure(f"{command}: {_sentence(error)}", error.exit_code)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return Failure(f"{command}: interrupted.", INTERRUPTED)
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _REMEDIES):
        reason = error.strerror or "it cannot be used"
        return Failure(f"{error.filename or command}: {reason}. {_remedy(error)}", DATA)
    return Failure(_internal(error, command), INTERNAL)


_REMEDIES = {
    errno.ENOSPC: "Nothing was changed. Free some space and try again.",
    errno.EDQUOT: "Nothing was changed. Free some space and try again.",
    errno.EFBIG: "Nothing was changed. Choose a place that takes files of this size.",
    errno.EROFS: "Nothing was changed. Choose a place that can be written to.",
    errno.EEXIST: "Choose another name, or add --force.",
    errno.EBUSY: "Nothing was changed. Wait for it, or end it, and try again.",
}
"""What to do about errors of the operating system that are not about the path."""


def _remedy(error: OSError) -> str:
    return _REMEDIES.get(error.errno or 0, "Check the path.")


def _meant(error: click.UsageError) -> str:
    """The nearest of an option's choices; empty where the error is another, or nothing is near."""
    said = re.match(r"'(.*)' is not one of ", error.message, re.DOTALL)
    param = getattr(error, "param", None)
    if said is None or param is None or not isinstance(param.type, click.Choice):
        return ""
    names = [str(choice) for choice in param.type.choices]
    near = get_close_matches(said[1].lower(), names, n=1)
    if not near:
        return ""
    return f"invalid value for '{param.opts[-1]}': '{said[1]}'. Did you mean {near[0]}?"


def _sentence(error: click.ClickException) -> str:
    text = re.sub(r"\s*\n\s*", " ", error.format_message().strip())
    text = text.replace("(Did", "Did").removesuffix(")") if "(Did you mean" in text else text
    return f"{text[:1].lower()}{text[1:]}" + ("" if text.endswith((".", "?")) else ".")


def _internal(error: BaseException, command: str) -> str:
    """The same mistake gets the same id on every machine: only names and lines are hashed."""
    import hashlib
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    digest = hashlib.sha256("|".join([type(error).__name__, *places]).encode()).hexdigest()
    last = places[-1] if places else "unknown place"
    return (
        f"{command}: internal error {digest[:8]} ({type(error).__name__} at {last}). This is a "
        "mistake in ketameta, not in your data. Please report it with the output of --debug, "
        "which goes before the command."
    )

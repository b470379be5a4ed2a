"""The same analysis of every sample, with the place in what the engine, knowing no files, says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ketameta.cli.data_samples import Sample, Samples
from ketameta.errors import DataError

T = TypeVar("T")


def of_each(
    samples: Samples,
    analyse: Callable[[Sample], T],
    *,
    refused: Callable[[Sample, DataError], T] | None = None,
) -> list[T]:
    """What `analyse` makes of each sample.

    Parameters
    ----------
    refused
        What to give for a group that cannot be analysed where another one can.

    Raises
    ------
    DataError
        As `analyse` does, with the file or question, and with `--by` the group, before it, unless
        the message begins with a file or an option.
    """
    found: list[T] = []
    errors: list[DataError] = []
    for sample in samples.samples:
        try:
            found.append(_placed(samples, sample, analyse))
        except DataError as error:
            if refused is None:
                raise
            errors.append(error)
            found.append(refused(sample, error))
    if errors and len(errors) == len(found):
        raise errors[0]
    return found


def _placed(samples: Samples, sample: Sample, analyse: Callable[[Sample], T]) -> T:
    try:
        return analyse(sample)
    except DataError as error:
        text = str(error)
        first = text.partition(":")[0]
        if first == samples.source or first.startswith("--") or {"/", "."} & set(first):
            raise
        group = "" if samples.by is None else f" {sample.title}:"
        raise type(error)(f"{samples.source}:{group} {text}") from None

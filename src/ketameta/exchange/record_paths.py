"""Places in a record as dotted paths: `citation.doi`, `arms.0.label`; reading and filling them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

Path_ = tuple[str | int, ...]


def at(data: Any, path: Path_) -> Any:
    """The value at a path; None where there is nothing."""
    for step in path:
        inside = step in data if isinstance(data, Mapping) else _within(data, step)
        if not inside:
            return None
        data = data[step]
    return data


def put_at(data: dict[str, Any], path: Path_, value: Any) -> None:
    """Set the value at a path, making the mappings and lists on the way.

    Raises
    ------
    ValueError
        For a path through something that is neither, or past the end of a list.
    """
    node: Any = data
    for step, following in pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        node = _child(node, step, fresh)
    last = path[-1]
    if isinstance(node, dict):
        node[str(last)] = value
    elif isinstance(node, list) and last == len(node):
        node.append(value)
    elif isinstance(last, int) and _within(node, last):
        node[last] = value
    else:
        raise ValueError(f"no place for {dotted(path)}")


def leaves(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value that is no mapping, and no list of mappings; empty ones count as values."""
    if isinstance(data, Mapping) and data:
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list) and any(isinstance(item, Mapping | list) for item in data):
        for i, item in enumerate(data):
            yield from leaves(item, (*path, i))
    else:
        yield path, data


def dotted(path: Path_) -> str:
    """A path as text; steps count from 0. A dot within a name is doubled."""
    return ".".join(str(step).replace(".", "..") for step in path)


def undotted(text: str) -> Path_:
    """The path that `dotted` wrote."""
    marked = text.replace("..", "\0")
    steps = [step.replace("\0", ".") for step in marked.split(".")]
    return tuple(int(step) if step.isdigit() else step for step in steps)


def _within(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _child(node: Any, step: str | int, fresh: Any) -> Any:
    if isinstance(node, dict):
        return node.setdefault(str(step), fresh)
    if isinstance(node, list) and isinstance(step, int) and step <= len(node):
        if step == len(node):
            node.append(fresh)
        return node[step]
    raise ValueError(f"no place for step {step}")

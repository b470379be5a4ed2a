"""One field of a YAML file changed in its place; every other character stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ketameta.authoring.yaml_nodes import composed
from ketameta.errors import DataError
from ketameta.exchange.record_paths import Path_, at
from ketameta.exchange.record_yaml import flow, record_text
from ketameta.records.corrections import NOTHING
from ketameta.records.yaml_reader import Document, parse


def spliced(text: str, place: Path_, value: Any, path: Path) -> str:
    """The text with another value at a place, a new field, or (with `NOTHING`) without the field.

    Raises
    ------
    DataError
        Where the place holds a part with fields of its own, or cannot be changed safely.
    """
    before = _data(text, path)
    node, parent = _node(composed(text), place)
    if node is not None and isinstance(at(before, place), dict):
        raise DataError(f"{path}: {_dotted(place)} has fields of its own. Correct each of them.")
    try:
        if value is NOTHING:
            new = _without(text, parent, str(place[-1]))
        elif node is not None:
            new = _exchanged(text, node, flow(value))
        else:
            new = _added(
                text, parent, f"{flow(str(place[-1]))}: {flow(value)}", _next(before, place)
            )
    except (ValueError, IndexError):
        new = text
    if repr(_sorted(_data(new, path))) != repr(_sorted(_changed(before, place, value))):
        raise DataError(f"{path}: {_dotted(place)} cannot be changed safely. Edit it by hand.")
    return new


def _node(root: Any, place: Path_) -> tuple[Any | None, Any]:
    """The node at a place (None if there is none), and the node that holds it."""
    node = parent = root
    for step in place:
        parent = node
        if isinstance(step, int):
            node = node.value[step]
        else:
            node = next((v for k, v in node.value if k.value == step), None)
    return node, parent


def _exchanged(text: str, node: Any, new: str) -> str:
    end = node.end_mark.index
    block = getattr(node, "style", None) in ("|", ">") or (
        isinstance(node.value, list) and not node.flow_style
    )
    if block and isinstance(node.value, list):
        raise ValueError("a list on lines of its own")
    return f"{text[: node.start_mark.index]}{new}{chr(10) if block else ''}{text[end:]}"


def _added(text: str, parent: Any, field: str, following: str | None) -> str:
    if parent.flow_style:
        brace = text.rindex("}", 0, parent.end_mark.index)
        return f"{text[:brace]}{', ' if parent.value else ''}{field}{text[brace:]}"
    keys = [key for key, _ in parent.value]
    before = next((key for key in keys if key.value == following), keys[-1])
    start, column = before.start_mark.index, before.start_mark.column
    return f"{text[:start]}{field}\n{' ' * column}{text[start:]}"


def _without(text: str, parent: Any, name: str) -> str:
    index = next(i for i, (key, _) in enumerate(parent.value) if key.value == name)
    key, value = parent.value[index]
    if parent.flow_style:
        if index:
            return text[: parent.value[index - 1][1].end_mark.index] + text[value.end_mark.index :]
        if len(parent.value) > 1:
            return text[: key.start_mark.index] + text[parent.value[1][0].start_mark.index :]
        return text[: key.start_mark.index] + text[value.end_mark.index :]
    begin = text.rindex("\n", 0, key.start_mark.index) + 1
    if text[begin : key.start_mark.index].strip():
        raise ValueError("the first field of an entry")
    return text[:begin] + text[text.index("\n", value.end_mark.index) + 1 :]


def _next(data: Any, place: Path_) -> str | None:
    """The field of the same part that comes next in the order of the schema."""
    ordered = _data(record_text(_changed(data, place, "new")), Path("record"))
    keys = list(at(ordered, place[:-1]) if len(place) > 1 else ordered)
    later = keys[keys.index(place[-1]) + 1 :]
    return str(later[0]) if later else None


def _changed(data: Any, place: Path_, value: Any) -> Any:
    step, rest = place[0], place[1:]
    if isinstance(data, list):
        assert isinstance(step, int)
        inner = _changed(data[step], rest, value) if rest else value
        return [*data[:step], inner, *data[step + 1 :]]
    if rest:
        return {**data, step: _changed(data[step], rest, value)}
    return (
        {k: v for k, v in data.items() if k != step} if value is NOTHING else {**data, step: value}
    )


def _data(text: str, path: Path) -> Any:
    document = Document(path)
    parse(text.encode("utf-8"), document)
    if document.problems:
        raise DataError("\n".join(str(problem) for problem in document.problems))
    return document.data


def _sorted(node: Any) -> Any:
    """Mappings in one order, so that data compare whatever the order in the file."""
    if isinstance(node, dict):
        return {key: _sorted(node[key]) for key in sorted(node)}
    return [_sorted(item) for item in node] if isinstance(node, list) else node


def _dotted(place: Path_) -> str:
    return ".".join(str(step) for step in place)

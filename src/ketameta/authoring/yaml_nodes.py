"""YAML as a tree of nodes: what is changed changes, everything else keeps its form and comments.

Numbers, quotes and block texts stay exactly as somebody wrote them, because nodes hold the text of
a scalar and not its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruamel.yaml import YAML

NEVER_FOLDED = 1_000_000
"""Lines are not broken: a record has one line per field, which is what differences show best."""


def composed(text: str) -> Any:
    """The root node of a text that `records.yaml_reader` accepts."""
    return _yaml().compose(text)


def node_text(node: Any, source: str = "") -> str:
    """The text of a tree, lists indented below their key.

    Parameters
    ----------
    node
        The root.
    source
        The text it was composed from; values that go over several lines there keep their lines.
    """
    raw = dict(_of_several_lines(node, source)) if source else {}
    stream = StringIO()
    _yaml().serialize(node, stream)
    text = stream.getvalue()
    for mark, lines in raw.items():
        text = text.replace(mark, lines, 1)
    return text


def _of_several_lines(node: Any, source: str) -> Iterator[tuple[str, str]]:
    """Plain and quoted values with line breaks, each with the mark that now stands in its place."""
    if node.id == "scalar":
        start, end = node.start_mark, node.end_mark
        if node.style not in ("|", ">") and start.line != end.line and node.value.strip():
            mark = f"kept-{start.index}-of-{len(source)}-x"
            node.value, node.style = mark, None
            yield mark, source[start.index : end.index].rstrip()
        return
    for item in node.value:
        for inner in item if node.id == "mapping" else (item,):
            yield from _of_several_lines(inner, source)


def child(node: Any, key: str) -> Any | None:
    """The value node of a key of a mapping node; None where there is no such key."""
    for name, value in node.value:
        if name.value == key:
            return value
    return None


def _yaml() -> YAML:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = NEVER_FOLDED
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    return yaml

"""Prose in YAML files: values, but not those that hold the words of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ketameta.manuscript.overclaims.markup import blank

QUOTED = frozenset(
    {
        *("title", "journal", "citation", "document", "locator", "url", "doi", "authors", "name"),
        *(
            "claim",
            "quote",
            "wording",
            "as_published",
            "said",
            "says",
            "judgement",
            "funders",
            "source",
        ),
        *("reference", "address", "where_said", "short_label", "label"),
    }
)
"""Keys whose values are names, places, or what others have written; so is the `text` of a result
of the kind "statement"."""


def masked_yaml(text: str) -> str:
    """The text with only the prose left: values of keys that hold our own words.

    It is as long as the text, but line feeds stand between values, so that lines are counted in
    the text itself.

    A file that is not YAML is looked at as it stands.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = [span for node in yaml.compose_all(text, loader) for span in _spans(node)]
    except yaml.YAMLError:
        return text
    kept = list(blank(text))
    for start, end in found:
        kept[start:end] = text[start:end]
        if start > 1:
            kept[start - 2 : start] = "\n\n"  # values are texts of their own
    return "".join(kept)


def _spans(node: Any) -> Iterator[tuple[int, int]]:
    """Start and end of every value that is prose, without its quotation marks."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        said = {key.value: value.value for key, value in node.value}
        others = QUOTED | {"text"} if said.get("kind") == "statement" else QUOTED
        for key, value in node.value:
            if key.value not in others or not isinstance(
                value, yaml.ScalarNode | yaml.SequenceNode
            ):
                yield from _spans(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _spans(item)
    elif isinstance(node, yaml.ScalarNode) and " " in node.value:
        quoted = 1 if node.style in ("'", '"') else 0
        yield node.start_mark.index + quoted, node.end_mark.index - quoted

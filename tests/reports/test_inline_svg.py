"""A drawing in a page says the same as the drawing in a file, in fewer bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from tests.reports.real_report import real_inputs

from ketameta.figures.picture import Picture
from ketameta.figures.saving import svg_text
from ketameta.reports.inline_svg import SVG, XLINK, inline_svg
from ketameta.reports.question_pictures import question_pictures

INPUTS = real_inputs()
PICTURES = question_pictures(INPUTS.answers[0], INPUTS.review, INPUTS.evidence)
SHAPES = {f"{{{SVG}}}{name}" for name in ("path", "use", "text", "rect", "image")}


def plain(style: str) -> str:
    return re.sub(r"\s*([:;,])\s*", r"\1", style)


def shapes(drawing: str) -> Iterator[tuple[str, ...]]:
    """Everything that is drawn, in order: what, where, how."""
    root = ET.fromstring(drawing)
    sheets = "".join(e.text or "" for e in root.iter(f"{{{SVG}}}style"))
    rules = dict(re.findall(r"\.([\w-]+)\{([^}]*)\}", sheets))
    for element in root.iter():
        if element.tag in SHAPES:
            style = element.get("style") or rules.get(element.get("class", ""), "")
            path = " ".join(re.findall(r"[A-Za-z]|-?[\d.]+", element.get("d", "")))
            yield (
                element.tag,
                element.text or "",
                plain(style),
                path,
                element.get(XLINK) or element.get("href", ""),
                *(element.get(name, "") for name in ("id", "x", "y", "transform", "clip-path")),
            )


@pytest.mark.parametrize("picture", PICTURES, ids=[p.name for p in PICTURES])
def test_everything_is_drawn_in_the_same_order_place_and_style(picture: Picture) -> None:
    drawing = svg_text(picture)
    short = inline_svg(drawing)
    assert list(shapes(short)) == list(shapes(drawing))
    assert len(short) < 0.9 * len(drawing)
    words = [e.text for e in ET.fromstring(drawing).iter(f"{{{SVG}}}desc")]
    assert [e.text for e in ET.fromstring(short).iter(f"{{{SVG}}}desc")] == words


def test_groups_that_turn_or_clip_stay() -> None:
    drawing = (
        f'<svg xmlns="{SVG}" id="a"><g><g transform="rotate(9)"><g><path d="M 0 0 L 1 -2 z"/></g>'
        '</g></g><g><text style="fill: red">a &lt; b</text></g></svg>'
    )
    assert inline_svg(drawing) == (
        f'<svg xmlns="{SVG}" id="a"><g transform="rotate(9)"><path d="M0 0L1 -2z"/></g>'
        '<text style="fill:red">a &lt; b</text></svg>'
    )

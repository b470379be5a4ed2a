"""A drawing made shorter for a page: the same picture in about half the bytes.

The drawing library writes a group around every mark and the full style on each; a page that
holds dozens of drawings says each style once.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from xml.etree import ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
_GROUP = f"{{{SVG}}}g"
_PATH = f"{{{SVG}}}path"
_AROUND = re.compile(r"\s*([A-Za-z])\s*")
_PUNCTUATION = re.compile(r"\s*([:;,])\s*")

ET.register_namespace("", SVG)


def inline_svg(drawing: str) -> str:
    """An `<svg>` element whose ids stay as they are; it looks the same.

    Parameters
    ----------
    drawing
        One `<svg>` element of our own making, with an id that no other in the page has.
    """
    root = ET.fromstring(drawing)
    _unwrap(root)
    for element in root.iter():
        if element.tag == _PATH:
            element.set("d", _AROUND.sub(r"\1", element.get("d", "")).strip())
        if XLINK in element.attrib:
            element.set("href", element.attrib.pop(XLINK))
        if element.text and not element.text.strip():
            element.text = None
        if element.tail and not element.tail.strip():
            element.tail = None
    _share_styles(root)
    return ET.tostring(root, encoding="unicode", short_empty_elements=True).replace(" />", "/>")


def _unwrap(parent: ET.Element) -> None:
    """Put the children of groups that say nothing in their place, at any depth."""
    children: list[ET.Element] = []
    for child in list(parent):
        _unwrap(child)
        children += list(child) if child.tag == _GROUP and not child.attrib else [child]
    parent[:] = children


def _share_styles(root: ET.Element) -> None:
    """Give styles that occur more than once a class, named for what the style says.

    Rules of one drawing hold in the whole page, so that the same name must mean the same there.
    """
    styled = [e for e in root.iter() if e is not root and "style" in e.attrib]
    for element in styled:
        element.set("style", _PUNCTUATION.sub(r"\1", element.attrib["style"]))
    used = Counter(e.attrib["style"] for e in styled)
    shared = [style for style, times in used.most_common() if times > 1]
    names = {style: f"s{sha256(style.encode()).hexdigest()[:6]}" for style in shared}
    for element in styled:
        name = names.get(element.attrib["style"])
        if name is not None and "class" not in element.attrib:
            del element.attrib["style"]
            element.set("class", name)
    if names:
        sheet = ET.Element(f"{{{SVG}}}style")
        sheet.text = "".join(f".{name}{{{style}}}" for style, name in names.items())
        root.append(sheet)

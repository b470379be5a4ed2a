"""A report as one HTML page that needs nothing else: no network, no other file.

Its one script opens folds and looks up what was computed here; without it nothing is lost.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ketameta.figures.forest.html import FOREST_CSS, forest_html
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.picture import Picture
from ketameta.reports.document import Document
from ketameta.reports.methods_text import references
from ketameta.reports.pieces_html import picture_html, pieces_html, section_html
from ketameta.reports.section import Piece, Section, Shown
from ketameta.reports.study_cards import ARM_TITLES
from ketameta.tables.html import SCROLL, safe_address, styles_once, to_html
from ketameta.tables.table import Table

TEMPLATES = Path(__file__).parent / "templates"

SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing may be loaded; styles and pictures stand in the page itself."""


def html_report(document: Document) -> str:
    """The whole report; everything that comes from a record is escaped."""
    css = _text("report.css") + _text("explorer.css") + arms_titles()
    script = _text("folds.js") + (_text("explorer.js") if document.explorer else "")
    page = _environment().get_template("report.html.j2")
    rendered = page.render(
        document=document,
        references=tuple(references(document.methods)),
        security_policy=security_policy(script),
        css=Markup(FOREST_CSS + css),
        explorer_data=packed(document.explorer),
        script=Markup(script),
    )
    return styles_once(rendered)


def packed(text: str) -> str:
    """A text as base64 of its zlib stream, a quarter as long, which browsers can unpack.

    It is the "deflate" of a browser's DecompressionStream (RFC 1950).
    """
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def security_policy(script: str) -> str:
    """What the page may do: run this very script, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"{SECURITY_POLICY}; script-src 'sha256-{digest}'"


def arms_titles() -> str:
    """Column titles of the arms tables for narrow screens."""
    return "".join(
        f'.card .table td:nth-child({i}){{--title:"{title}"}}\n'
        for i, title in enumerate(ARM_TITLES[1:], start=2)
    )


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["table"] = table
    environment.filters["arms"] = arms
    environment.filters["wide_table"] = wide_table
    environment.filters["forest"] = forest
    environment.filters["picture"] = picture
    environment.filters["section"] = section
    environment.filters["piece"] = piece
    environment.tests["safe_address"] = safe_address
    return environment


def table(content: Table) -> Markup:
    """A table whose rows become blocks on a narrow screen."""
    return Markup(to_html(content))


def arms(content: Table) -> Markup:
    """The arms of a card: many tables with the same titles, which stand in the style sheet."""
    return Markup(to_html(content, titled=False))


def wide_table(content: Table) -> Markup:
    """A table that scrolls sideways in its own frame on a narrow screen."""
    return Markup(to_html(content, narrow=SCROLL))


def forest(layout: ForestLayout) -> Markup:
    """A forest plot as an HTML table with one small drawing per row."""
    return Markup(forest_html(layout))


def picture(content: Picture) -> Markup:
    """A picture with its legend."""
    return Markup(picture_html(Shown(content)))


def section(content: Section) -> Markup:
    """A section with its heading."""
    return Markup(section_html(content))


def piece(content: Piece) -> Markup:
    """A piece of a question; headings in it stand below those of the question."""
    return Markup(pieces_html((content,), level=4))

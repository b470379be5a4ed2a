"""A report as one HTML page that needs nothing else: no network, no other file.

Its one script looks up what was computed here; without it nothing is lost.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ketameta.figures.forest.html import FOREST_CSS, forest_html
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.picture import Picture
from ketameta.reports.document import Document
from ketameta.reports.methods_text import references
from ketameta.reports.pieces_html import picture_html, section_html
from ketameta.reports.section import Section, Shown
from ketameta.tables.html import SCROLL, safe_address, to_html
from ketameta.tables.table import Table

TEMPLATES = Path(__file__).parent / "templates"

SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing may be loaded; styles and pictures stand in the page itself."""


def html_report(document: Document) -> str:
    """The whole report; everything that comes from a record is escaped."""
    css = _text("report.css") + _text("explorer.css")
    script = _text("explorer.js") if document.explorer else ""
    page = _environment().get_template("report.html.j2")
    return page.render(
        document=document,
        references=tuple(references(document.methods)),
        security_policy=security_policy(script),
        css=Markup(FOREST_CSS + css),
        explorer_data=Markup(document.explorer),
        script=Markup(script),
    )


def security_policy(script: str) -> str:
    """What the page may do: run this very script, if there is one, and nothing else."""
    if not script:
        return SECURITY_POLICY
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"{SECURITY_POLICY}; script-src 'sha256-{digest}'"


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
    environment.filters["wide_table"] = wide_table
    environment.filters["forest"] = forest
    environment.filters["picture"] = picture
    environment.filters["section"] = section
    environment.tests["safe_address"] = safe_address
    return environment


def table(content: Table) -> Markup:
    """A table whose rows become blocks on a narrow screen."""
    return Markup(to_html(content))


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

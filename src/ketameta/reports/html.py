"""A report as one HTML page that needs nothing else: no network, no script, no other file."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ketameta.figures.forest.html import FOREST_CSS, forest_html
from ketameta.figures.forest.model import ForestLayout
from ketameta.reports.document import Document
from ketameta.reports.methods_text import references
from ketameta.tables.html import SCROLL, safe_address, to_html
from ketameta.tables.table import Table

TEMPLATES = Path(__file__).parent / "templates"

SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing may be loaded or run; styles and pictures stand in the page itself."""


def html_report(document: Document) -> str:
    """The whole report; everything that comes from a record is escaped."""
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    page = _environment().get_template("report.html.j2")
    return page.render(
        document=document,
        references=tuple(references(document.methods)),
        security_policy=SECURITY_POLICY,
        css=Markup(FOREST_CSS + css),
    )


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

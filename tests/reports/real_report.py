"""The report of this project, made once per test run."""

from __future__ import annotations

from functools import cache

from tests.records.real import ROOT

from ketameta.reports.document import Document, document
from ketameta.reports.html import html_report
from ketameta.reports.inputs import ReportInputs, read_inputs


@cache
def real_inputs() -> ReportInputs:
    """What the report is made of."""
    return read_inputs(ROOT)


@cache
def real_document() -> Document:
    """The report before any language is chosen."""
    return document(real_inputs())


@cache
def real_page() -> str:
    """The report as HTML."""
    return html_report(real_document())

"""`ketameta doctor`: whether this computer and these records have what ketameta needs."""

from __future__ import annotations

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere, format_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace

MARKS = {"ok": "ok", "note": "note", "problem": "PROBLEM"}
TONES = {"ok": "good", "note": "caution", "problem": "serious"}


@click.command(
    epilog="""\b
Examples:
  ketameta doctor
  ketameta doctor --format json > doctor.json
"""
)
@format_option("table", "json")
@everywhere
@click.pass_context
def doctor(ctx: click.Context, style: str) -> int:
    """Look for what is wrong with installation and records.

    Python and packages against the versions that were tested, the browser of the
    tests, fonts, R with metafor, encoding, whether files can be written, line ends, schemas,
    the cache and git. Each finding says what to do. Nothing is changed. Exit code 1: something
    keeps ketameta from working as it should; what is merely absent and optional is a note.
    """
    from ketameta.cli.doctor_checks import examined

    output, workspace = Output.here(), Workspace.of(ctx)
    found = examined(workspace)
    if style == "json":
        from dataclasses import asdict

        from ketameta.cli.machine_formats import to_json

        bad = any(one.state == "problem" for one in found)
        output.result(to_json({"ok": not bad, "checks": [asdict(one) for one in found]}))
    else:
        from ketameta.cli.document import Column, Grid, Line
        from ketameta.cli.terminal import to_terminal

        columns = (Column("Check"), Column(""), Column("Found", firm=False))
        lines = tuple(
            Line(
                (one.name, MARKS[one.state], f"{one.found} {one.remedy}".strip()), TONES[one.state]
            )
            for one in found
        )
        output.result(to_terminal([Grid(columns, lines)], output))
    return FINDINGS if any(one.state == "problem" for one in found) else FINE

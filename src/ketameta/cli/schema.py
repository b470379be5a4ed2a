"""`ketameta schema`: the JSON Schemas that editors use."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  ketameta schema study > study.schema.json
  ketameta schema --write
"""
)
@click.argument("name", required=False)
@click.option("--write", is_flag=True, help="Write all schemas to studies/schema.")
@click.option("--check", "only_check", is_flag=True, help="Exit 1 if a committed schema is stale.")
@everywhere
@click.pass_context
def schema(ctx: click.Context, name: str | None, write: bool, only_check: bool) -> int:
    """Print, write or check the JSON Schemas.

    An editor that knows the schema of study records completes field names, shows what each means,
    and underlines mistakes. NAME is study, excluded, vocabulary, claim or correction of the
    records, review, certainty or prisma of a review; without it the schemas are listed with their
    state. NAME check is the form of `ketameta check --format json`.
    """
    output = Output.here()
    if write and only_check:
        raise UsageError("schema: --write and --check exclude each other. Choose one.")
    if name is not None:
        output.result(_text(name))
        return FINE
    workspace = Workspace.of(ctx)
    folder = workspace.folder / "schema"
    if write:
        workspace.refuse_borrowed()
    return _write(folder, output) if write else _report(folder, output, strict=only_check)


def _text(name: str) -> str:
    from ketameta.cli.check_schema import NAME as CHECK
    from ketameta.cli.check_schema import check_schema_text
    from ketameta.cli.schemas import NAMES, text_of
    from ketameta.records.problems import did_you_mean

    known = {full.removesuffix(".schema.json"): full for full in (*NAMES, CHECK)}
    wanted = name.removesuffix(".schema.json")
    if wanted not in known:
        raise UsageError(f'schema: there is no "{name}". {did_you_mean(wanted, known)}')
    return check_schema_text() if known[wanted] == CHECK else text_of(known[wanted])


def _write(folder: Path, output: Output) -> int:
    from ketameta.cli.schemas import stale, text_of
    from ketameta.whole_files import write_whole

    outdated = stale(folder)
    folder.mkdir(exist_ok=True)
    for name in outdated:
        write_whole(folder / name, text_of(name))
        output.result(str(shown(folder / name)))
    if not outdated:
        output.say(f"{shown(folder)}: every schema is up to date.")
    return FINE


def _report(folder: Path, output: Output, *, strict: bool) -> int:
    from ketameta.cli.schemas import NAMES, stale

    outdated = stale(folder)
    for name in NAMES:
        output.result(f"{shown(folder / name)}: {'stale' if name in outdated else 'up to date'}")
    if outdated:
        output.say("Run: ketameta schema --write")
    return FINDINGS if outdated and strict else FINE

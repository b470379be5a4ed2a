"""`ketameta fmt`: records, lists and reviews in the form that all have."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import DATA, FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import DataError, UsageError

YAML = (".yaml", ".yml")


@click.command(
    epilog="""\b
Examples:
  ketameta fmt
  ketameta fmt --check
  ketameta fmt --diff studies/alcohol/dakwar-2020.yaml
"""
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if it would.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@everywhere
@click.pass_context
def fmt(ctx: click.Context, files: tuple[Path, ...], only_check: bool, diff: bool) -> int:
    """Format records and reviews; comments and numbers stay.

    Indentation, spaces and line ends become the same everywhere. The order of fields, the digits
    of numbers, quotes and comments stay, and a file is written only if it says exactly the same
    before and after. FILES, or folders of them, restrict what is formatted. The files that change
    are printed.
    """
    from ketameta.authoring.formatting import formatted
    from ketameta.whole_files import update_whole

    output = Output.here()
    changed = failed = 0
    chosen = _chosen(Workspace.of(ctx), files, writing=not (only_check or diff))
    for path in chosen:
        try:
            raw = _content(path)
            new = formatted(raw, shown(path))
        except DataError as error:
            failed += 1
            output.say(str(error))
            continue
        if new.encode("utf-8") == raw:
            continue
        changed += 1
        if diff:
            output.result(_difference(raw, new, shown(path)))
            continue
        output.result(str(shown(path)))
        if not only_check:
            update_whole(path, lambda old, path=path: formatted(old, shown(path)))  # type: ignore[misc]
    would = "would change" if only_check or diff else "changed"
    output.say(f"{changed} of {len(chosen)} files {would}.")
    if failed:
        return DATA
    return FINDINGS if changed and (only_check or diff) else FINE


def _content(path: Path) -> bytes:
    """What a file holds.

    Raises
    ------
    DataError
        For one that is a link out of the records, and one that cannot be read.
    """
    from ketameta.records.places import COPY_IT, LED_OUT, leads_out

    if leads_out(path):
        raise DataError(f"{shown(path)}: {LED_OUT} {COPY_IT}")
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise DataError(f"{shown(path)}: cannot read the file ({reason}).") from None


def _chosen(workspace: Workspace, files: tuple[Path, ...], *, writing: bool) -> list[Path]:
    if not files:
        if writing:
            workspace.refuse_borrowed(option="the names of files")
        return _all_of(workspace)
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix.lower() in YAML)
        elif not path.exists():
            raise UsageError(f"{path}: there is no such file or folder. Check the path.")
        elif path.suffix.lower() not in YAML:
            raise UsageError(f"{path}: is not YAML. Records end in .yaml.")
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _all_of(workspace: Workspace) -> list[Path]:
    from ketameta.cli.check_paths import files_of
    from ketameta.records.places import EXTRACTIONS

    extractions = sorted((workspace.folder / EXTRACTIONS).glob("*/*.yaml"))
    return [*files_of(workspace), *extractions]


def _difference(raw: bytes, new: str, path: Path) -> str:
    from difflib import unified_diff

    old = raw.decode("utf-8", "replace").splitlines(keepends=True)
    lines = unified_diff(old, new.splitlines(keepends=True), f"{path}", f"{path} (formatted)")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

"""What `ketameta doctor` looks at: each check says what it found and what to do."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ketameta.cli.workspace import Workspace, shown
from ketameta.counting import counted

OK, NOTE, PROBLEM = "ok", "note", "problem"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 20
OLDEST = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """What was found: ok, a note on something optional, or a problem; and what to do."""

    name: str
    state: str
    found: str
    remedy: str = ""


def examined(workspace: Workspace) -> list[Check]:
    """Every check, one after the other; one that fails itself is a problem of its own."""
    checks: dict[str, Callable[[], Check]] = {
        "Python": _python,
        "packages": lambda: _packages(workspace),
        "browser": _browser,
        "fonts": _fonts,
        "R and metafor": _metafor,
        "encoding": _encoding,
        "write access": lambda: _write_access(workspace),
        "records": lambda: _records(workspace),
        "line ends": lambda: _line_ends(workspace),
        "schemas": lambda: _schemas(workspace),
        "cache": lambda: _cache(workspace),
        "git": lambda: _git(workspace),
    }
    return [_safely(name, check) for name, check in checks.items()]


def _safely(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:  # a doctor must not fall ill itself
        said = f"{type(error).__name__}: {error}".split("\n")[0]
        return Check(name, PROBLEM, f"cannot be looked at ({said}).", "Run with --debug.")


def _python() -> Check:
    version = platform.python_version()
    where = f"{version} on {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST:
        return Check("Python", PROBLEM, f"{where}.", "Install Python 3.11 or newer.")
    return Check("Python", OK, f"{where}.")


def _packages(workspace: Workspace) -> Check:
    """Required packages, and how they differ from the versions pinned beside the records."""
    absent = [name for name, _ in _required() if _version(name) is None]
    if absent:
        return Check(
            "packages", PROBLEM, f"not installed: {', '.join(absent)}.", "Run: pip install ketameta"
        )
    pins = workspace.root / "constraints.txt"
    total = len(list(_required()))
    own = f"ketameta {_version('ketameta')}, {total} packages"
    if not pins.is_file():
        return Check("packages", OK, f"{own}; no constraints.txt to compare with.")
    wanted = dict(_pinned(pins))
    other = [
        f"{name} {_version(name)} instead of {wanted[name]}"
        for name, _ in _required()
        if name in wanted and _version(name) != wanted[name]
    ]
    if other:
        remedy = "Numbers may differ in the last digits. Run: pip install -c constraints.txt -e ."
        return Check("packages", NOTE, f"{own}; {'; '.join(other)}.", remedy)
    return Check("packages", OK, f"{own}, all of the tested versions.")


def _required() -> Iterator[tuple[str, str]]:
    """Names and requirements of the packages that ketameta always needs."""
    for line in metadata.requires("ketameta") or []:
        if "extra ==" in line:
            continue
        name = line
        for mark in "<>=!~[; (":
            name = name.split(mark)[0]
        yield name.strip().lower().replace("_", "-"), line


def _pinned(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        name, mark, rest = line.partition("==")
        if mark and not line.startswith("#"):
            yield name.strip().lower().replace("_", "-"), rest.split(";")[0].strip()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _browser() -> Check:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        return Check(
            "browser",
            NOTE,
            "no Chromium or Chrome.",
            "Only tests of the report in a browser need it.",
        )
    said = _said([path, "--version"])
    return Check("browser", OK, f"{said or 'version not said'} at {path}.")


def _fonts() -> Check:
    from matplotlib import font_manager

    from ketameta.figures.theme import FONT

    try:
        found = Path(font_manager.findfont(FONT, fallback_to_default=False))
    except ValueError:
        return Check(
            "fonts", PROBLEM, f"{FONT} is not there; figures would look different.",
            "Reinstall matplotlib, which brings it.",
        )  # fmt: skip
    return Check("fonts", OK, f"{FONT} ({found.name}).")


def _metafor() -> Check:
    if shutil.which("Rscript") is None:
        return Check("R and metafor", NOTE, "no R.", "Only comparisons with R need it.")
    code = "cat(R.version.string, '; metafor ', as.character(packageVersion('metafor')), sep='')"
    said = _said(["Rscript", "-e", code])
    if "metafor" not in said:
        remedy = "Only comparisons with metafor need it. In R: install.packages('metafor')"
        return Check("R and metafor", NOTE, "R without metafor.", remedy)
    return Check("R and metafor", OK, f"{said}.")


def _encoding() -> Check:
    stream = (getattr(sys.stdout, "encoding", None) or "unknown").lower()
    files = sys.getfilesystemencoding().lower()
    preferred = locale.getpreferredencoding(False)
    said = f"terminal {stream}, file names {files}, locale {preferred}"
    if "utf" not in stream or "utf" not in files:
        remedy = "Signs such as τ² are replaced. Set PYTHONUTF8=1, or a UTF-8 locale."
        return Check("encoding", NOTE, f"{said}.", remedy)
    return Check("encoding", OK, f"{said}.")


def _write_access(workspace: Workspace) -> Check:
    if workspace.borrowed(workspace.folder):
        return Check(
            "write access", NOTE, "the records are those of the installed ketameta.",
            "Run inside a checkout to change them.",
        )  # fmt: skip
    places = (workspace.root, workspace.folder, workspace.root / "reports")
    closed = [shown(p) for p in places if p.is_dir() and not os.access(p, os.W_OK)]
    if closed:
        names = ", ".join(str(place) for place in closed)
        return Check("write access", PROBLEM, f"not for {names}.", "Change the permissions.")
    return Check("write access", OK, f"{shown(workspace.root)} and the records.")


def _records(workspace: Workspace) -> Check:
    from ketameta.cli.check_cache import checked_all

    found = checked_all(workspace, cached=False)
    files = counted(len(found.files), "file")
    if found.errors:
        errors = counted(len(found.errors), "error")
        return Check("records", PROBLEM, f"{files}, {errors}.", "Run: ketameta check")
    warnings = counted(len(found.warnings), "warning")
    return Check("records", OK, f"{files}, {warnings}.")


def _line_ends(workspace: Workspace) -> Check:
    from ketameta.cli.check_paths import files_of

    odd = [path for path in files_of(workspace) if b"\r" in path.read_bytes()]
    if odd:
        names = ", ".join(str(shown(path)) for path in odd[:5])
        remedy = "Run: ketameta fmt, and in git: git config core.autocrlf input"
        return Check("line ends", NOTE, f"Windows line ends in {names}.", remedy)
    return Check("line ends", OK, "line feeds in every record.")


def _schemas(workspace: Workspace) -> Check:
    from ketameta.cli.schemas import NAMES, stale

    folder = workspace.folder / "schema"
    if not folder.is_dir():
        return Check("schemas", NOTE, "none beside the records.", "Run: ketameta schema --write")
    old = stale(folder)
    if old:
        return Check(
            "schemas", PROBLEM, f"stale: {', '.join(old)}.", "Run: ketameta schema --write"
        )
    return Check("schemas", OK, f"{len(NAMES)}, all of this version.")


def _cache(workspace: Workspace) -> Check:
    from ketameta.records.kept import FOLDER

    folder = workspace.root / FOLDER
    if not folder.is_dir():
        return Check("cache", OK, "none yet.")
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    if not os.access(folder, os.W_OK):
        remedy = f"Runs are slower. Delete {shown(folder)}."
        return Check("cache", NOTE, f"{shown(folder)} cannot be written.", remedy)
    return Check("cache", OK, f"{len(files)} files, {size:.1f} MB in {shown(folder)}.")


def _git(workspace: Workspace) -> Check:
    if shutil.which("git") is None:
        return Check("git", NOTE, "not installed.", "Without it nobody sees who changed what.")
    inside = _said(["git", "-C", str(workspace.root), "rev-parse", "--is-inside-work-tree"])
    if inside != "true":
        return Check("git", NOTE, "the records are not in a repository.", "Run: git init")
    branch = _said(["git", "-C", str(workspace.root), "rev-parse", "--abbrev-ref", "HEAD"])
    status = _said(["git", "-C", str(workspace.root), "status", "--porcelain", "--", "studies"])
    changed = len([line for line in status.splitlines() if line.strip()])
    said = f"{counted(changed, 'file')} of studies changed" if changed else "no record is changed"
    return Check("git", OK, f"branch {branch or 'unknown'}, {said}.")


def _said(command: list[str]) -> str:
    """What a program prints, on its first lines; "" where it cannot be run."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SECONDS, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

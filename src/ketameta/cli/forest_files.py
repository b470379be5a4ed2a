"""Where a forest plot goes: checked before drawing, replaced whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ketameta.cli.saving import check_target, save
from ketameta.errors import UsageError
from ketameta.figures.forest import save as forest_save
from ketameta.figures.forest.model import ForestLayout

MARKS = {
    ".svg": b'aria-labelledby="forest-',
    ".html": b"km-forest",
    ".pdf": b"ketameta",
    ".png": b"XtDescription",
}
"""What an earlier plot of the same kind holds."""


def check_plot_target(out: Path, data: Path | None, *, force: bool) -> None:
    """Refuse a file name that says no kind of plot, and files that must not be overwritten."""
    kind = out.suffix.lower()
    if kind.lstrip(".") not in forest_save.FORMATS:
        known = ", ".join(forest_save.FORMATS)
        raise UsageError(f"{out}: the name must end in one of {known}. For example forest.svg")
    if data is not None and out.exists() and data.exists() and out.samefile(data):
        raise UsageError(f"{out}: is the table that is read. Choose another name.")
    check_target(out, mark=MARKS[kind], force=force)


def write_plot(plan: ForestLayout, out: Path) -> None:
    """Draw beside the target first, so that a failure leaves an older plot whole."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = forest_save.save(plan, Path(folder) / f"plot{out.suffix.lower()}")
        save(out, drawn.read_bytes())

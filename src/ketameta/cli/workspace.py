"""Where the records and reviews of this run lie, read when they are needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.options import state
from ketameta.cli.output import Output
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.questions.question import Review
    from ketameta.records.store import Evidence


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of study records, and the root beside whose `reports` it lies.

    `given` says that the command line names the folder, rather than that it was found.
    """

    root: Path
    folder: Path
    given: bool = False

    @classmethod
    def of(cls, ctx: click.Context) -> Workspace:
        """The workspace that the command line asks for."""
        from ketameta.records.places import find_root

        explicit = state(ctx).get("studies")
        root = find_root(explicit)
        return cls(root, explicit.resolve() if explicit else root / "studies", bool(explicit))

    def borrowed(self, place: Path, *, named: bool = False) -> bool:
        """Whether a place is only there to be read, because it came with ketameta.

        It is in the installed package, or in the checkout that an editable install points at while
        somebody works elsewhere and has not `named` it on the command line.
        """
        from ketameta.records import places

        place = place.resolve()
        if place.is_relative_to(places.PACKAGED):
            return True
        mine = named or (self.given and place.is_relative_to(self.root))
        here = Path.cwd().resolve().is_relative_to(places.CHECKOUT)
        return place.is_relative_to(places.CHECKOUT) and not (mine or here)

    def refuse_borrowed(
        self, named: Path | None = None, *, found: Path | None = None, option: str = "--studies DIR"
    ) -> None:
        """Refuse to write to what is borrowed.

        Parameters
        ----------
        named
            The place that the command line names.
        found
            Otherwise the place that was found; by default the folder of records.
        option
            What names another place.

        Raises
        ------
        UsageError
            With that option.
        """
        place = named or found or self.folder
        if self.borrowed(place, named=named is not None):
            raise UsageError(
                f"{shown(place)}: belongs to the installed ketameta. Run inside a checkout, or "
                f"give {option}."
            )

    def beside_review(self, chosen: Path | None, name: str, *, elsewhere: str) -> Path:
        """A folder beside the review (see `review_file`); where that is borrowed, one here."""
        path = self.review_file(chosen)
        borrowed = self.borrowed(path, named=chosen is not None)
        return Path(elsewhere) if borrowed else path.parent / name

    def evidence(self, output: Output) -> Evidence:
        """Every record; those with errors are named on standard error, for they are left out."""
        from ketameta.records.store import load_evidence

        evidence = load_evidence(self.folder, cached=True)
        broken = sorted({str(problem.path) for problem in evidence.errors})
        if broken:
            files = "1 file has" if len(broken) == 1 else f"{len(broken)} files have"
            output.say(
                f"{shown(self.folder)}: {files} errors and what they say is left out: "
                f"{', '.join(broken)}. Run: ketameta check"
            )
        return evidence

    def review_files(self) -> list[Path]:
        """Every review.yaml under `reports`; the one that came with ketameta if there is none."""
        from ketameta.records.places import find_root

        found = sorted(self.root.glob("reports/*/review.yaml"))
        return found or sorted(find_root().glob("reports/*/review.yaml"))

    def review_file(self, chosen: Path | None = None) -> Path:
        """The review to use: the chosen one, or the only one."""
        if chosen is not None:
            return chosen
        files = self.review_files()
        if len(files) != 1:
            listed = ", ".join(str(shown(f)) for f in files) or "none was found"
            raise UsageError(f"review: name one with --review FILE ({listed}).")
        return files[0]

    def review(self, chosen: Path | None = None, *, to_answer: bool = True) -> Review:
        """The review to use, read and checked.

        That the methods it names exist is checked `to_answer` its questions; for other uses the
        catalogs, which import numerical packages, are left alone.
        """
        if to_answer:
            from ketameta.synthesis.review_names import load_review
        else:
            from ketameta.questions.loading import load_review

        path = self.review_file(chosen)
        return load_review(path, shown_as=shown(path))


def shown(path: Path) -> Path:
    """A path as the user would write it, where that is shorter."""
    if not path.is_absolute():
        return path
    try:
        relative = Path(os.path.relpath(path))
    except ValueError:  # another drive on Windows
        return path
    return relative if len(str(relative)) < len(str(path)) else path

"""`ketameta export archive`: the evidence as one archive that can be deposited and cited."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import DataError, UsageError

if TYPE_CHECKING:
    from ketameta.exchange.archives.archive import Documents
    from ketameta.questions.question import Review

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)


@click.command(
    "archive",
    epilog="""\b
Examples:
  ketameta export archive -o evidence.zip
  ketameta export archive -o evidence.zip --doi 10.5281/zenodo.0000000
""",
)
@click.option("--doi", metavar="DOI", help="Identifier that the deposit will have.")
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    help="Day of the deposit.  [default: SOURCE_DATE_EPOCH, then the review's search date]",
)
@click.option(
    "--author",
    "authors",
    multiple=True,
    metavar="NAME",
    help="Author of the deposit. Repeat.  [default: The ketameta authors]",
)
@click.option(
    "--licence",
    "licence_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Licence of the data.  [default: LICENSE beside the records]",
)
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="Archive to write (.zip).",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@review_option
@everywhere
@click.pass_context
def export_archive(
    ctx: click.Context,
    out: Path,
    force: bool,
    doi: str | None,
    day: str | None,
    authors: tuple[str, ...],
    licence_file: Path | None,
    review_file: Path | None,
) -> int:
    """Write one archive for a data repository such as Zenodo or OSF.

    It holds the studies, arms, results, effects and pooled results as CSV, described by
    datapackage.json (Frictionless), ro-crate-metadata.json (RO-Crate 1.1) and CITATION.cff, with
    README and codebook, the licence, results.json, the review with its certainty, PRISMA and lock,
    all records, claims, corrections and extractions, and checksums. The same evidence gives the
    same bytes.
    """
    from ketameta import __version__
    from ketameta.appraisal.answers import answer_review
    from ketameta.cli.saving import check_place, save
    from ketameta.exchange.archives.archive import evidence_archive
    from ketameta.exchange.archives.descriptions import About

    if out.suffix.lower() != ".zip":
        raise UsageError(f"{out}: the archive is a zip file. Name it .zip.")
    check_place(out)
    if doi is not None and not re.fullmatch(r"10\.[0-9]{4,9}/[!-~]+", doi):
        raise UsageError(f"--doi: {doi!r} is no DOI. Write it as 10.5281/zenodo.0000000.")
    output = Output.here()
    workspace = Workspace.of(ctx)
    path = workspace.review_file(review_file)
    review = workspace.review(review_file)
    evidence = workspace.evidence(output)
    documents = _documents(workspace, path, licence_file)
    about = About(
        name=review.id,
        title=review.title,
        description=" ".join(review.purpose.split()),
        version=__version__,
        date=_day(day, review),
        licence="MIT" if documents.licence.lstrip().startswith(b"MIT License") else "other",
        authors=authors or ("The ketameta authors",),
        doi=doi or "",
    )
    answers = answer_review(review, evidence)
    content = evidence_archive(evidence.studies, answers, documents, about)
    output.say(save(out, content, force=force))
    output.result(
        f"{out}: {len(evidence.studies)} studies, {len(answers)} questions, {len(content):,} bytes."
    )
    return FINE


def _documents(workspace: Workspace, review_file: Path, licence_file: Path | None) -> Documents:
    from ketameta.exchange.archives.archive import RECORDS, REVIEW, Documents
    from ketameta.records.store import EXCLUDED, VOCABULARY, study_files

    folder = workspace.folder
    paths = [*study_files(folder), folder / EXCLUDED, folder / VOCABULARY]
    paths += [path for name in RECORDS if name for path in (folder / name).rglob("*.yaml")]
    records = {p.relative_to(folder).as_posix(): _content(p) for p in paths if p.is_file()}
    beside = {name: review_file.with_name(name) for name in REVIEW} | {"review.yaml": review_file}
    review = {name: _content(path) for name, path in beside.items() if path.is_file()}
    return Documents(_licence(workspace, licence_file), review, dict(sorted(records.items())))


def _content(path: Path) -> bytes:
    """What a file holds; DataError for a link out of the records."""
    from ketameta.records.places import COPY_IT, LED_OUT, leads_out

    if leads_out(path):
        raise DataError(f"{shown(path)}: {LED_OUT} {COPY_IT}")
    return path.read_bytes()


def _licence(workspace: Workspace, chosen: Path | None) -> bytes:
    """The licence: the file named, that beside the records, or that of the installed package."""
    from importlib.metadata import PackageNotFoundError, distribution

    from ketameta.records.places import CHECKOUT, PACKAGED

    if chosen is not None:
        if not chosen.is_file():
            raise UsageError(f"{chosen}: there is no such file. Name the licence of the data.")
        return chosen.read_bytes()
    beside = workspace.root / "LICENSE"
    if beside.is_file():
        return beside.read_bytes()
    if workspace.root in (PACKAGED, CHECKOUT):
        try:
            text = distribution("ketameta").read_text("licenses/LICENSE")
        except PackageNotFoundError:
            text = None
        if text:
            return text.encode()
    raise UsageError(
        f"{beside}: there is no licence, and data without one cannot be used by others. Write one, "
        "or name it with --licence FILE."
    )


def _day(said: str | None, review: Review) -> str:
    if said is not None:
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise UsageError(f"--date: {said!r} is no day. Write it as 2026-11-22.") from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    found = re.fullmatch(r"([0-9]{1,2}) ([A-Za-z]+) ([0-9]{4})", review.search_date.strip())
    if found and found[2].lower() in _MONTHS:
        month = _MONTHS.index(found[2].lower()) + 1
        return date(int(found[3]), month, int(found[1])).isoformat()
    raise UsageError(
        f'--date: the search date of the review ("{review.search_date}") is no day. Give one.'
    )

"""What a manuscript cites, as references for reference managers."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.exchange.references.formats import FORMATS
from ketameta.exchange.references.reference import Reference
from ketameta.manuscript.reference_styles import TITLE_WANTED
from ketameta.manuscript.works import ARTICLE, BOOK, DATASET, SOFTWARE, TRIAL, Work, split_name

_KINDS = {
    ARTICLE: "article",
    BOOK: "book",
    SOFTWARE: "software",
    DATASET: "dataset",
    TRIAL: "registration",
}


def references_text(works: Sequence[Work], form: str) -> str:
    """The works as the text of a file; `form` is a key of `exchange.references.formats.FORMATS`."""
    return FORMATS[form].write([reference_of(work) for work in works])


def reference_of(work: Work) -> Reference:
    """A work as a reference; one without a title says that it has to be looked up."""
    return Reference(
        kind=_KINDS[work.kind],
        authors=tuple(", ".join(filter(None, split_name(name))) for name in work.authors),
        year="" if work.year is None else str(work.year),
        title=work.title or TITLE_WANTED,
        journal=work.container,
        volume=work.volume,
        issue=work.issue,
        pages=work.pages,
        doi=work.doi,
        pmid=work.pmid,
        url="" if work.doi else work.url,
        key=work.key,
        version=work.version,
        authors_complete=work.authors_complete,
    )

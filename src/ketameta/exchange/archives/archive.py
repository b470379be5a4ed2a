"""The archive: tables, their description, records, results and licence; always the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ketameta.exchange.analysis_data import analysis_data
from ketameta.exchange.archives.descriptions import (
    About,
    checksums,
    citation_file,
    codebook,
    data_package,
    ro_crate,
)
from ketameta.exchange.archives.pooled_table import pooled_table
from ketameta.exchange.archives.record_tables import record_tables
from ketameta.exchange.data_set import DataSet
from ketameta.exchange.delimited_writing import to_csv
from ketameta.records.study import Study
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.json_codec import to_json

RESULTS_FORMAT = "ketameta.archive/1"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold, so that it depends on nothing."""
_PLAIN_FILE = 0o100644 << 16

_README = """\
# {title}

{description}

Version {version}, {date}. Licence: see LICENSE. How to cite: see CITATION.cff.

## What is here

| File | Content |
|---|---|
| data/studies.csv | a row per study |
| data/arms.csv | a row per arm of a study |
| data/results.csv | a row per result and arm, each with the document it was read in |
| data/effects.csv | a row per study and question: the effect yi with its variance vi |
| data/pooled.csv | a row per question: the pooled result |
| datapackage.json | all files, with columns, types, units and keys of the tables (Frictionless) |
| ro-crate-metadata.json | all files, for repositories (RO-Crate 1.1) |
| results.json | every answer in full precision, with subgroups and sensitivity analyses |
{listed}
| SHA256SUMS | checksums: `sha256sum --check SHA256SUMS` |

## How to read it

Effects are on the analysis scale: the logarithm for ratios. Group 1 is the tested treatment. Empty
cells are missing. A text that begins with = + - @ carries an apostrophe in front, so that no
spreadsheet runs it; take exactly one away to get the text. To pool a question again:

    ketameta pool --data data/effects.csv --measure GEN --by question

Where pooled.csv names `score` as the method of the interval, the answer comes from the counts
(events_1, n_1, events_2, n_2) instead of yi and vi, which say nothing where nobody was affected.

## Codebook

{codebook}
"""


REVIEW = {
    "review.yaml": "what the review asks, and how",
    "certainty.yaml": "how certain each answer is, as decided by the team, with the reasons",
    "prisma.yaml": "what the team states for PRISMA 2020: searches, screening, funding",
    "results.lock.json": "every number of the review as last accepted",
}
"""Files beside a review, by name, with what they hold; only the first must be there."""
RECORDS = {
    "": "the study records that all of this was made of, excluded reports and vocabulary",
    "claims": "claims of others, compared with these results",
    "corrections": "what was corrected in the records, by whom and why",
    "extractions": "what two people extracted independently, and what was agreed",
}
"""Folders of records, with what they hold."""


@dataclass(frozen=True, slots=True)
class ArchivedResults:
    """`results.json`: the answers in full precision."""

    format: str
    review: str
    ketameta: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """Files that go into the archive as they are.

    Attributes
    ----------
    licence
        Of the data.
    review
        By name in `REVIEW`.
    records
        By path within the folder of records.
    """

    licence: bytes
    review: Mapping[str, bytes]
    records: Mapping[str, bytes]


def evidence_archive(
    studies: Sequence[Study], answers: Sequence[Answer], documents: Documents, about: About
) -> bytes:
    """The bytes of the zip archive; equal input gives equal bytes.

    Parameters
    ----------
    studies
        Every study record.
    answers
        The answers of the review.
    documents
        Licence, review and records, as they lie in their folder.
    about
        The deposit in words.
    """
    effects = replace(analysis_data(answers, name="effects", title=about.title), name="effects")
    effects = replace(effects, label="Effects of the studies behind each answer")
    tables: dict[str, tuple[DataSet, bytes]] = {
        f"data/{data.name}.csv": (data, to_csv(data).content)
        for data in (*record_tables(studies), effects, pooled_table(answers))
    }
    results = ArchivedResults(RESULTS_FORMAT, about.name, about.version, tuple(answers))
    readme = _README.format(
        title=about.title,
        description=about.description,
        version=about.version,
        date=about.date,
        listed="\n".join(_listed(documents)),
        codebook=codebook([(path, data) for path, (data, _) in tables.items()]),
    )
    files: dict[str, bytes] = {path: raw for path, (_, raw) in tables.items()}
    files |= {
        "README.md": readme.encode(),
        "LICENSE": documents.licence,
        "CITATION.cff": citation_file(about).encode(),
        "results.json": to_json(results).encode(),
        **documents.review,
    }
    files |= {f"records/{path}": raw for path, raw in documents.records.items()}
    files = dict(sorted(files.items()))
    files["datapackage.json"] = data_package(tables, files, about).encode()
    files = dict(sorted(files.items()))
    files["ro-crate-metadata.json"] = ro_crate(files, about).encode()
    files["SHA256SUMS"] = checksums(dict(sorted(files.items()))).encode()
    return _zipped(dict(sorted(files.items())))


def _listed(documents: Documents) -> Iterator[str]:
    """Lines of the README on the files that are there as they were."""
    for name, what in REVIEW.items():
        if name in documents.review:
            yield f"| {name} | {what} |"
    folders = {path.partition("/")[0] for path in documents.records}
    for name, what in RECORDS.items():
        if not name or name in folders:
            yield f"| records/{name}{'/' if name else ''} | {what} |"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, raw in files.items():
            entry = zipfile.ZipInfo(path, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            entry.external_attr = _PLAIN_FILE
            archive.writestr(entry, raw)
    return out.getvalue()

"""kit.json: what a kit was made of and the hash of each file, so that edits are never lost."""

from __future__ import annotations

from pathlib import Path

from ketameta.reports.folder_record import FolderRecord
from ketameta.reports.provenance import software_versions

FORMAT = "ketameta.manuscript/1"
KIT = FolderRecord("kit.json", FORMAT, "kit")


def record_text(folder: Path, digest: str) -> str:
    """The record of a finished kit.

    Parameters
    ----------
    digest
        The hash of the records and the review.
    """
    return KIT.text(folder, {"inputs": digest, "software": dict(software_versions())})

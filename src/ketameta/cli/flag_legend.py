"""What the flags of a table mean, in one paragraph below it."""

from __future__ import annotations

from collections.abc import Iterable

from ketameta.appraisal.catalog import FLAGS
from ketameta.cli.document import Paragraph


def flag_legend(codes: Iterable[str]) -> tuple[Paragraph, ...]:
    """The titles of the flags used, in the order of the catalog; empty without flags."""
    used = set(codes)
    entries = [f"{code} {kind.title}" for code, kind in FLAGS.items() if code in used]
    return (Paragraph(f"Flags: {' · '.join(entries)}.", tone="quiet"),) if entries else ()

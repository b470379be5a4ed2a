"""Where the numbers of a result were read, as a line that a report can show."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.questions.candidates import documents
from ketameta.records.provenance import Source
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.records.vocabulary import Verification
from ketameta.synthesis.answer import SourceLine


def result_source(evidence: Evidence, study: Study, index: tuple[int, int]) -> SourceLine:
    """Source of the result at a place of a record.

    Parameters
    ----------
    index
        Positions of the outcome in the record and of the result in the outcome.
    """
    i, j = index
    result = study.outcomes[i].results[j]
    used = documents(study, result)
    main, ref = used[0], result.source
    line, _ = evidence.get(study.id).document.locate(("outcomes", i, "results", j))
    # The records' own place, not the path shown in messages: that depends on where one stands.
    folder = evidence.folder.resolve().name
    return SourceLine(
        document="; ".join(document.document for document in used),
        locator=ref.locator,
        address=main.url or (f"https://doi.org/{main.doi}" if main.doi else None),
        verification=_weakest(used, derived=ref.derivation is not None),
        derivation=ref.derivation,
        file=f"{folder}/{study.substance}/{study.id}.yaml",
        line=line,
    )


def _weakest(used: Sequence[Source], *, derived: bool) -> str:
    """The weakest level; "derived" is said beside the level of what it was derived from."""
    levels = [document.level for document in used]
    read = [level for level in levels if level is not Verification.DERIVED]
    if not read:
        return str(Verification.DERIVED)
    weakest = max(read, key=list(Verification).index)
    return f"derived from {weakest}" if derived or len(read) < len(levels) else str(weakest)

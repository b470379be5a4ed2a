"""Where the numbers of a result were read, as a line that a report can show."""

from __future__ import annotations

from ketameta.questions.candidates import documents, result_level
from ketameta.records.store import Evidence
from ketameta.records.study import Study
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
        verification=result_level(study, result),
        derivation=ref.derivation,
        file=f"{folder}/{study.substance}/{study.id}.yaml",
        line=line,
    )

"""One control arm in several comparisons of a record."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.records.findings import Finding
from ketameta.records.integrity.comparisons import same_occasion
from ketameta.records.results import ContrastData, Result
from ketameta.records.study import Outcome
from ketameta.records.yaml_reader import Path_

HINT = "Give all but one `secondary_to` it, or enter the counts or means of all arms as one result."


def check(outcome: Outcome, where: Path_) -> Iterator[Finding]:
    """Contrasts of one occasion that share people on either side, and none stands behind."""
    standing = [
        (j, result, result.data)
        for j, result in enumerate(outcome.results)
        if isinstance(result.data, ContrastData) and result.secondary_to is None
    ]
    seen: list[tuple[Result, ContrastData]] = []
    for j, result, data in standing:
        for before, earlier in seen:
            shared = sorted(_arms(data) & _arms(earlier))
            if shared and same_occasion(result, before):
                side = "control" if set(shared) <= set(data.control) else "experimental"
                message = (
                    f"{' and '.join(shared)} would be counted twice: another contrast of this "
                    f"outcome and time has the same people."
                )
                yield Finding("R153", (*where, "results", j, "data", side), message, HINT)
                break
        seen.append((result, data))


def _arms(data: ContrastData) -> set[str]:
    return {*data.experimental, *data.control}

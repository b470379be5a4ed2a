"""One label per row, unique within the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from numpy.typing import ArrayLike

from ketameta.errors import DataError
from ketameta.measures.columns import label_column
from ketameta.measures.estimates import Caution


def row_labels(
    columns: Mapping[str, ArrayLike], labels: Sequence[str] | None, k: int
) -> tuple[list[str], list[Caution]]:
    """Labels as given, else from a label column, else "1", "2", ...; repeated ones are numbered.

    Raises
    ------
    DataError
        When there is not one label per row.
    """
    given = [str(x) for x in labels] if labels is not None else label_column(columns)
    names = given if given is not None else [str(i + 1) for i in range(k)]
    if len(names) != k:
        raise DataError(f"labels: {len(names)} labels for {k} rows. Give one label per row.")
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if not repeated:
        return names, []
    taken, unique = set(names), list[str]()
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        label = name if seen[name] == 1 else f"{name} ({seen[name]})"
        while label != name and label in taken:
            seen[name] += 1
            label = f"{name} ({seen[name]})"
        taken.add(label)
        unique.append(label)
    message = (
        f"{', '.join(repeated)}: several rows with one label. Rows that share participants are "
        "not independent."
    )
    return unique, [Caution("labels_repeated", message)]

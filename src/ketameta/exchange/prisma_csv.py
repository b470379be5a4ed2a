"""The flow diagram as the CSV of the PRISMA2020 package and its web form, read and written.

Haddaway NR, Page MJ, Pritchard CC, McGuinness LA. Campbell Systematic Reviews 2022;18:e1230.
doi:10.1002/cl2.1230.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from ketameta.appraisal.prisma.flow import FlowDiagram, Number
from ketameta.errors import DataError
from ketameta.questions.prisma import Flow, Identified, Reason, Screening

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")

# data, node, box, text; NA where the diagram draws a title or a second line of a box.
LINES = (
    ("NA", "node4", "prevstud", "Previous studies"),
    ("previous_studies", "node5", "box1", "Studies included in previous version of review"),
    ("previous_reports", "NA", "box1", "Reports of studies included in previous version of review"),
    ("NA", "node6", "newstud", "Identification of new studies via databases and registers"),
    ("database_results", "node7", "box2", "Databases"),
    ("database_specific_results", "NA", "box2", "Specific databases"),
    ("register_results", "NA", "box2", "Registers"),
    ("register_specific_results", "NA", "box2", "Specific registers"),
    ("NA", "node16", "othstud", "Identification of new studies via other methods"),
    ("website_results", "node17", "box11", "Websites"),
    ("website_specific_results", "NA", "box11", "Specific websites"),
    ("organisation_results", "NA", "box11", "Organisations"),
    ("organisation_specific_results", "NA", "box11", "Specific organisations"),
    ("citations_results", "NA", "box11", "Citation searching"),
    ("duplicates", "node8", "box3", "Duplicate records"),
    ("excluded_automatic", "NA", "box3", "Records marked as ineligible by automation tools"),
    ("excluded_other", "NA", "box3", "Records removed for other reasons"),
    ("records_screened", "node9", "box4", "Records screened"),
    ("records_excluded", "node10", "box5", "Records excluded"),
    ("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval"),
    ("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved"),
    ("other_sought_reports", "node18", "box12", "Reports sought for retrieval"),
    ("other_notretrieved_reports", "node19", "box13", "Reports not retrieved"),
    ("dbr_assessed", "node13", "box8", "Reports assessed for eligibility"),
    ("dbr_excluded", "node14", "box9", "Reports excluded"),
    ("other_assessed", "node20", "box14", "Reports assessed for eligibility"),
    ("other_excluded", "node21", "box15", "Reports excluded"),
    ("new_studies", "node15", "box10", "New studies included in review"),
    ("new_reports", "NA", "box10", "Reports of new included studies"),
    ("total_studies", "node22", "box16", "Total studies included in review"),
    ("total_reports", "NA", "box16", "Reports of total included studies"),
    ("identification", "node1", "identification", "Identification"),
    ("screening", "node2", "screening", "Screening"),
    ("included", "node3", "included", "Included"),
)
REASONS = ("dbr_excluded", "other_excluded")
SPECIFIC = {
    "database_results": "database_specific_results",
    "register_results": "register_specific_results",
    "website_results": "website_specific_results",
    "organisation_results": "organisation_specific_results",
}
"""Lines with the names behind a number: "MEDLINE, 120; Embase, 80".

Later versions of the package have the first two. The others are ours, so that no name is lost; the
package passes over lines that it does not know, and they are written only where there is a name.
"""
OURS = (SPECIFIC["website_results"], SPECIFIC["organisation_results"])
UNKNOWN = "NA"
PLACEHOLDER = re.compile(r"(database|register) ?\d+", re.IGNORECASE)
"""Names in the template of the package, which stand for none."""
RESULTS = {
    "Databases": "database_results",
    "Registers": "register_results",
    "Websites": "website_results",
    "Organisations": "organisation_results",
}
"""Lines of the numbers, by what the flow diagram calls the places."""
TITLES = ("NA", "identification", "screening", "included")
NO_NUMBER = ("", "NA", "xxx")
LARGEST = 10_000_000
_REASON = re.compile(r"\s*(?P<reason>.+?)\s*,\s*(?P<n>[0-9]{1,8}|NA|xxx)\s*$")


def prisma_csv(diagram: FlowDiagram) -> str:
    """The diagram as CSV; NA where no number was kept."""
    numbers = _numbers(diagram)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for data, node, box, text in LINES:
        if data in OURS and data not in numbers:
            continue
        n = "0" if data in TITLES else numbers.get(data, "NA")
        writer.writerow((data, node, box, text, text, text, "NA", n))
    return out.getvalue()


def _numbers(d: FlowDiagram) -> dict[str, str]:
    removed = dict(d.removed)
    plain: dict[str, Number] = {
        "previous_studies": d.previous_studies,
        "previous_reports": d.previous_reports,
        **{line: _sum(d, kind) for kind, line in RESULTS.items()},
        "citations_results": _sum(d, "Citation searching"),
        "duplicates": removed["Duplicate records"],
        "excluded_automatic": removed["Marked as ineligible by automation tools"],
        "excluded_other": removed["Removed for other reasons"],
        "records_screened": d.databases.screened,
        "records_excluded": d.databases.excluded,
        "dbr_sought_reports": d.databases.sought,
        "dbr_notretrieved_reports": d.databases.not_retrieved,
        "dbr_assessed": d.databases.assessed,
        "other_sought_reports": d.other.sought,
        "other_notretrieved_reports": d.other.not_retrieved,
        "other_assessed": d.other.assessed,
        "new_studies": d.new_studies,
        "new_reports": d.new_reports,
        "total_studies": d.total_studies,
        "total_reports": d.total_reports,
    }
    texts = {key: "NA" if n is None else str(n) for key, n in plain.items()}
    for key, column in zip(REASONS, (d.databases, d.other), strict=True):
        reasons = "; ".join(f"{reason.replace(';', ',')}, {n}" for reason, n in column.reasons)
        texts[key] = reasons or "NA"
    return texts | _specific(d)


def _specific(d: FlowDiagram) -> dict[str, str]:
    """The names behind each number: "MEDLINE, 120; Embase, NA"."""
    names: dict[str, list[str]] = {}
    for kind, name, n in d.identified:
        line = SPECIFIC.get(RESULTS.get(kind, ""))
        if line is not None:
            text = f"{name.replace(';', ',')}, {UNKNOWN if n is None else n}"
            names.setdefault(line, []).append(text)
    return {line: "; ".join(parts) for line, parts in names.items()}


def _sum(d: FlowDiagram, kind: str) -> Number:
    numbers = [n for k, _, n in d.identified if k == kind]
    if not numbers or None in numbers:
        return None
    return sum(n for n in numbers if n is not None)


def read_prisma_csv(text: str, source: str) -> Flow:
    """The flow in a CSV of the PRISMA2020 package; rows it adds itself are left alone.

    Raises
    ------
    DataError
        For a missing column, a number that is none, or a reason without one, with its line.
    """
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    if not rows or not {"data", "n"} <= set(rows[0]):
        raise DataError(
            f"{source}:1: no columns data and n. Export the table from the PRISMA2020 web form."
        )
    at, n_at = rows[0].index("data"), rows[0].index("n")
    found: dict[str, str] = {}
    known = {data for data, *_ in LINES}
    for line, row in enumerate(rows[1:], start=2):
        if len(row) <= max(at, n_at):
            raise DataError(f"{source}:{line}: too few cells. Every row needs a data and an n.")
        name, value = row[at].strip(), row[n_at].strip()
        if name in known and name not in TITLES:
            if name not in SPECIFIC.values():
                _check(name, value, f"{source}:{line}")
            found[name] = value
    return _flow(found)


def _check(name: str, value: str, where: str) -> None:
    if value in NO_NUMBER:
        return
    if name in REASONS:
        for part in value.split(";"):
            if part.strip() and not _REASON.match(part):
                raise DataError(f'{where}: "{part.strip()}" is not "reason, number". Give both.')
    elif not value.isdecimal() or int(value) > LARGEST:
        raise DataError(f'{where}: {name} is "{value}", not a whole number. Correct it.')


def _flow(found: Mapping[str, str]) -> Flow:
    def number(name: str) -> Number:
        text = found.get(name, "")
        return int(text) if text.isdecimal() else None

    def place(kind: str) -> tuple[Identified, ...]:
        line = RESULTS[kind]
        names = found.get(SPECIFIC[line], "")
        return _places(names, number(line), kind) if {line, SPECIFIC[line]} & found.keys() else ()

    def column(prefix: str, name: str) -> Screening:
        first = prefix == "dbr"
        return Screening(
            screened=number("records_screened") if first else None,
            excluded=number("records_excluded") if first else None,
            sought=number(f"{prefix}_sought_reports"),
            not_retrieved=number(f"{prefix}_notretrieved_reports"),
            assessed=number(f"{prefix}_assessed"),
            reasons=_reasons(found.get(name, "")),
        )

    return Flow(
        previous_studies=number("previous_studies"),
        previous_reports=number("previous_reports"),
        databases=place("Databases"),
        registers=place("Registers"),
        websites=place("Websites"),
        organisations=place("Organisations"),
        citations=number("citations_results"),
        duplicates=number("duplicates"),
        automation=number("excluded_automatic"),
        removed_otherwise=number("excluded_other"),
        databases_and_registers=column("dbr", "dbr_excluded"),
        other_methods=column("other", "other_excluded"),
        new_studies=number("new_studies"),
        new_reports=number("new_reports"),
        total_studies=number("total_studies"),
        total_reports=number("total_reports"),
    )


def _places(text: str, total: Number, kind: str) -> tuple[Identified, ...]:
    """The places by name; as one, named as written, where their numbers do not give the total.

    Parameters
    ----------
    kind
        Names the place where none is named.
    """
    parts = [part.strip() for part in text.split(";") if part.strip() not in ("", "0", *NO_NUMBER)]
    found = [_REASON.match(part) for part in parts]
    if all(m and m["n"] in NO_NUMBER and PLACEHOLDER.fullmatch(m["reason"]) for m in found):
        return () if total is None else (Identified(name=kind, n=total),)
    places = tuple(
        Identified(name=m["reason"], n=int(m["n"]) if m["n"].isdecimal() else None)
        for m in found
        if m
    )
    numbers = [place.n for place in places]
    whole = None if None in numbers else sum(n for n in numbers if n is not None)
    if len(places) == len(parts) and (total is None or whole == total):
        return places
    return (Identified(name="; ".join(parts), n=total),)


def _reasons(text: str) -> tuple[Reason, ...]:
    found = (_REASON.match(part) for part in text.split(";"))
    return tuple(
        Reason(reason=match["reason"], n=int(match["n"]))
        for match in found
        if match and match["n"].isdecimal()
    )

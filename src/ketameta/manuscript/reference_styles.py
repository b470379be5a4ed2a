"""References as text: Vancouver (ICMJE) and APA (7th edition)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ketameta.manuscript.works import DATASET, SOFTWARE, Work, split_name

TITLE_WANTED = "[title to be looked up]"
VANCOUVER_NAMES = 6
"""Authors that are named before "et al" (ICMJE)."""
APA_NAMES = 20

_MEDIUM = {SOFTWARE: "computer program", DATASET: "data set"}


def vancouver(work: Work) -> str:
    """As the ICMJE asks: "Woolf B. On estimating ... . Annals. 1955;19(4):251-253. doi:..."."""
    parts = [_sentence(_vancouver_names(work)), _sentence(_titled(work))]
    year = "" if work.year is None else str(work.year)
    if work.container:
        parts.append(f"{work.container}.")
    where = _located(work)
    parts.append(_sentence(f"{year};{where}" if year and where else year or where))
    if work.kind in _MEDIUM and work.version:
        parts.append(f"Version {work.version}.")
    parts.append(f"doi:{work.doi}" if work.doi else work.url)
    return " ".join(part for part in parts if part)


def apa(work: Work) -> str:
    """As the APA asks: "Woolf, B. (1955). On estimating ... . Annals, 19(4), 251-253. https..."."""
    year = "n.d." if work.year is None else str(work.year)
    authors = _apa_names(work)
    title = _titled(work)
    if work.kind in _MEDIUM and work.version:
        title = f"{title.removesuffix(f' [{_MEDIUM[work.kind]}]')} (Version {work.version})"
        title = f"{title} [{_MEDIUM[work.kind].capitalize()}]"
    start = f"{_sentence(authors)} ({year})." if authors else ""
    parts = [start, _sentence(title) if authors else f"{title} ({year})."]
    if work.container:
        volume = work.volume + (f"({work.issue})" if work.issue else "")
        where = ", ".join(filter(None, (work.container, volume, work.pages)))
        parts.append(_sentence(where))
    parts.append(work.address)
    return " ".join(part for part in parts if part)


STYLES: Mapping[str, Callable[[Work], str]] = {"vancouver": vancouver, "apa": apa}


def short(work: Work) -> str:
    """As in running text: "Woolf 1955", "Hartung and Knapp 2001", "Page et al. 2021"."""
    names = [split_name(author)[0] for author in work.authors]
    year = "" if work.year is None else f" {work.year}"
    if not names:
        return f"{work.title}{year}"
    if len(names) == 2 and work.authors_complete:
        return f"{names[0]} and {names[1]}{year}"
    more = " et al." if len(names) > 2 or not work.authors_complete else ""
    return f"{names[0]}{more}{year}"


def _titled(work: Work) -> str:
    title = work.title or TITLE_WANTED
    return f"{title} [{_MEDIUM[work.kind]}]" if work.kind in _MEDIUM else title


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _vancouver_names(work: Work) -> str:
    names = list(work.authors[:VANCOUVER_NAMES])
    if len(work.authors) > VANCOUVER_NAMES or not work.authors_complete:
        names.append("et al")
    return ", ".join(names)


def _located(work: Work) -> str:
    where = work.volume + (f"({work.issue})" if work.issue else "")
    if work.pages:
        where = f"{where}:{work.pages}" if where else work.pages
    return where


def _apa_names(work: Work) -> str:
    names = [_apa_name(author) for author in work.authors[:APA_NAMES]]
    if not work.authors_complete:
        return f"{', '.join(names)}, et al."
    if len(work.authors) > APA_NAMES:
        return f"{', '.join(names[:-1])}, ... {_apa_name(work.authors[-1])}"
    return _joined(names)


def _joined(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)


def _apa_name(author: str) -> str:
    family, initials = split_name(author)
    if not initials:
        return family
    dotted = " ".join(f"{letter}." for letter in initials.replace("-", ""))
    return f"{family}, {dotted}"

"""Writes the README's tables from the catalogs: `make docs`. A stale table fails a test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ketameta.appraisal.catalog import FLAGS
from ketameta.cli.app import COMMANDS
from ketameta.cli.json_keys import JSON_KEYS
from ketameta.cli.usual_names import COEFFICIENTS, OMNIBUS, USUAL_NAMES
from ketameta.exchange.tabular import READERS
from ketameta.figures.catalog import FIGURES
from ketameta.measures.catalog import MEASURES
from ketameta.pooling.catalog import INTERVAL_METHODS, PREDICTION_METHODS, TAU2_METHODS, Catalog
from ketameta.records.rules import RULES

README = Path(__file__).resolve().parents[2] / "README.md"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in rows]
    return "\n".join(lines)


def _methods(what: str, catalog: Catalog[Callable[..., object]]) -> str:
    rows = [
        (f"`{m.code}`", m.name, m.summary, f"{m.reference}" + (f", doi:{m.doi}" if m.doi else ""))
        for m in catalog.values()
    ]
    return table((what, "name", "in short", "reference"), rows)


def _commands() -> str:
    return table(
        ("command", "what it does"),
        [(f"`ketameta {name}`", entry.summary) for name, entry in COMMANDS.items()],
    )


def _json() -> str:
    """One line per command and key; the command stands at its first key only."""
    rows = [
        (f"`{command}`" if i == 0 else "", f"`{keys}`", meaning)
        for command, lines in JSON_KEYS.items()
        for i, (keys, meaning) in enumerate(lines)
    ]
    usual = [*USUAL_NAMES.values(), *OMNIBUS, "sigma2"]
    rows.append(
        (
            "every command",
            f"`{', '.join(usual)}`",
            "the names of metafor's objects, beside ours and with the same value: "
            + ", ".join(f"{usual} is {ours}" for ours, usual in USUAL_NAMES.items()),
        )
    )
    rows.append(("models", f"`{', '.join(COEFFICIENTS)}`", "lists over the coefficients"))
    return table(("command", "key", "meaning"), rows)


def _measures() -> str:
    rows = [
        (f"`{m.code}`", m.name, ", ".join(f"`{c}`" for c in m.columns), m.reference)
        for m in MEASURES.values()
    ]
    return table(("code", "measure", "columns", "reference"), rows)


def _flags() -> str:
    rows = [
        (f"`{f.code}`", f.title, f.scope, f.severity, f.meaning, f.reference)
        for f in FLAGS.values()
    ]
    return table(("code", "flag", "on a", "severity", "meaning", "reference"), rows)


def _rules() -> str:
    rows = [(f"`{r.code}`", str(r.severity), r.summary) for r in RULES.values()]
    return table(("code", "severity", "a record must hold to"), rows)


def _formats() -> str:
    rows = [
        (kind.title, kind.summary, ", ".join(f"`.{ext}`" for ext in kind.formats))
        for kind in FIGURES.values()
    ]
    seen = dict.fromkeys(reader.name for reader in READERS.values())
    read = [
        (name, ", ".join(f"`{ext}`" for ext, reader in READERS.items() if reader.name == name))
        for name in seen
    ]
    figures = table(("figure", "what it shows", "files"), rows)
    return f"{figures}\n\n{table(('`--data` reads', 'by extension'), read)}"


SECTIONS: dict[str, Callable[[], str]] = {
    "commands": _commands,
    "json": _json,
    "measures": _measures,
    "tau2": lambda: _methods("`--tau2`", TAU2_METHODS),
    "intervals": lambda: _methods("`--ci`", INTERVAL_METHODS),
    "predictions": lambda: _methods("`--prediction`", PREDICTION_METHODS),
    "flags": _flags,
    "rules": _rules,
    "formats": _formats,
}


def filled(text: str) -> str:
    """The README with every generated table as the catalogs say now."""
    for name, made in SECTIONS.items():
        pattern = re.compile(f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        body = f"{made()}\n"
        text, count = pattern.subn(lambda m, body=body: m[1] + body + m[2], text)
        if count != 1:
            raise SystemExit(f"README.md: there is no place for the table of {name}.")
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")

"""Topics of `ketameta explain` for the rules of `ketameta lint-text`."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.cli.topic import Topic
from ketameta.manuscript.overclaims.rules import LINT_RULES


def lint_topics() -> Iterator[Topic]:
    """Every rule."""
    for rule in LINT_RULES.values():
        facts = (
            ("Instead", rule.suggestion),
            ("Applied by", "ketameta lint-text"),
            ("Can be waived", f"yes, by `ketameta: allow {rule.code} why` in a comment"),
            ("Reference", rule.reference),
        )
        yield Topic("rule of lint-text", rule.code, rule.title, (rule.why,), facts)

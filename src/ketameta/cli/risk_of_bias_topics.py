"""The tools of risk of bias as topics of `ketameta explain`."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.risk_of_bias.tool import Domain, Tool
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.cli.topic import Topic


def risk_of_bias_topics() -> Iterator[Topic]:
    """Every tool, and every domain of every tool; `D1` finds the domain in all of them."""
    for tool in TOOLS.values():
        yield _tool(tool)
        for domain in tool.domains:
            yield _domain(tool, domain)


def _tool(tool: Tool) -> Topic:
    listed = "; ".join(f"{domain.id} {domain.short}" for domain in tool.domains)
    facts = (
        ("About", tool.about),
        ("Domains", listed),
        ("Levels", ", ".join(tool.levels)),
        ("Overall", tool.overall_rule),
        ("Remark", tool.note),
        ("Shown by", "ketameta rob"),
        ("Reference", tool.reference),
    )
    meaning = (
        f"{tool.title}. The answers to its questions lead to a proposal per domain; a rater "
        "adopts it, or judges otherwise and says why.",
    )
    return Topic("risk-of-bias tool", tool.name, tool.title, meaning, facts)


def _domain(tool: Tool, domain: Domain) -> Topic:
    asked = tuple(
        (question.id, _question(question.text, question.asked)) for question in domain.questions
    )
    rules = "; ".join(
        f"{rule.level} if {rule.condition.replace(' ', ' and ')}"
        for table in domain.tables
        for rule in table
    )
    part = " The worst of its tables decides." if len(domain.tables) > 1 else ""
    meaning = (
        f"Domain {domain.id} of {tool.name}. The first line of a table that holds decides.{part}",
    )
    facts = (*asked, ("Rules", rules), ("Reference", tool.reference))
    code = f"{tool.name} {domain.id}"
    return Topic("domain of risk of bias", code, domain.title, meaning, facts, aliases=(domain.id,))


def _question(text: str, asked: tuple[str, ...]) -> str:
    conditions = (condition.replace(" ", " and ") for condition in asked)
    return f"{text} (if {' or '.join(conditions)})" if asked else text

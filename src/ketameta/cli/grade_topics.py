"""Topics of `ketameta explain` for the domains and levels of GRADE."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ketameta.appraisal.grade import (
    design,
    imprecision,
    inconsistency,
    indirectness,
    publication_bias,
    risk_of_bias,
    upgrades,
)
from ketameta.appraisal.grade.rating import MEANINGS, SYMBOLS
from ketameta.cli.topic import Topic, prose
from ketameta.questions.certainty import Domain, Level

RULES: dict[Domain, Callable[..., object]] = {
    Domain.RISK_OF_BIAS: risk_of_bias.risk_of_bias,
    Domain.INCONSISTENCY: inconsistency.inconsistency,
    Domain.INDIRECTNESS: indirectness.indirectness,
    Domain.IMPRECISION: imprecision.imprecision,
    Domain.PUBLICATION_BIAS: publication_bias.publication_bias,
    Domain.LARGE_EFFECT: upgrades.upgrades,
    Domain.DOSE_RESPONSE: upgrades.upgrades,
    Domain.OPPOSING_CONFOUNDING: upgrades.upgrades,
}
_SERIES = "Guyatt et al. 2011, J Clin Epidemiol, doi:10.1016/j.jclinepi."
REFERENCES = {
    Domain.RISK_OF_BIAS: f"{_SERIES}2010.07.017",
    Domain.INCONSISTENCY: f"{_SERIES}2011.03.017",
    Domain.INDIRECTNESS: f"{_SERIES}2011.04.014",
    Domain.IMPRECISION: "Zeng et al. 2022, J Clin Epidemiol, doi:10.1016/j.jclinepi.2022.07.014",
    Domain.PUBLICATION_BIAS: f"{_SERIES}2011.01.011",
    Domain.LARGE_EFFECT: f"{_SERIES}2011.06.004",
    Domain.DOSE_RESPONSE: f"{_SERIES}2011.06.004",
    Domain.OPPOSING_CONFOUNDING: f"{_SERIES}2011.06.004",
}


def grade_topics() -> Iterator[Topic]:
    """The domains with their rules, the start, and what each certainty means."""
    for domain, rule in RULES.items():
        facts = (("Shown by", "ketameta grade QUESTION"), ("Reference", REFERENCES[domain]))
        yield Topic("domain of GRADE", str(domain), "", (domain.meaning, *prose(rule)), facts)
    start = ("Where the rating of an answer starts.", *prose(design.start))
    reference = "Balshem et al. 2011, J Clin Epidemiol, doi:10.1016/j.jclinepi.2010.07.015"
    yield Topic("domain of GRADE", "start", "", start, (("Reference", reference),))
    for name, meaning in MEANINGS.items():
        facts = (("Symbols", SYMBOLS[name]), ("Reference", reference))
        yield Topic("certainty", f"{name} certainty", "", (meaning,), facts, aliases=())
    for level in Level:
        yield Topic("level of a GRADE domain", str(level), "", (level.meaning,))

"""A small checklist for case series and single groups.

After Murad et al. 2018, BMJ Evid Based Med 23:60-63, doi:10.1136/bmjebm-2017-110853, and the
checklist for case series of the Joanna Briggs Institute; questions in our own words, levels ours.

What was confirmed against what
    The four domains and the eight questions that ours shorten: table 1 of Murad et al., as the
    journal prints it.
Our own reading
    Two questions per domain, without those on challenge and on dose; that outcomes were fixed
    before (4.2); every level, and that two failures make a domain high.
"""

from __future__ import annotations

from ketameta.appraisal.risk_of_bias.tool import (
    CONCERNS,
    HIGH,
    LOW,
    NO_INFORMATION,
    Domain,
    Question,
    Rule,
    Table,
    Tool,
    any_of,
)

NO = "N/PN"
YES = "Y/PY"


def _both(first: str, second: str) -> Table:
    """Low where both are fine, high where neither is, some concerns where one fails."""
    return (
        *any_of(HIGH, f"{first}={NO} {second}={NO}"),
        *any_of(CONCERNS, f"{first}={NO} {second}={YES}", f"{first}={YES} {second}={NO}"),
        *any_of(HIGH, f"{first}={NO} {second}=NI", f"{first}=NI {second}={NO}"),
        *any_of(NO_INFORMATION, f"{first}=NI", f"{second}=NI"),
        Rule(LOW, f"{first}={YES} {second}={YES}"),
    )


SELECTION = Domain(
    "D1",
    "Selection: who is in the series",
    "selection",
    (
        Question("1.1", "Is it clear who could be included?"),
        Question("1.2", "Were all who qualified included, one after the other?"),
    ),
    (_both("1.1", "1.2"),),
)
ASCERTAINMENT = Domain(
    "D2",
    "Ascertainment: treatment and outcome",
    "ascertainment",
    (
        Question("2.1", "Is it certain what treatment each person received?"),
        Question("2.2", "Was the outcome established in a valid way, the same for all?"),
    ),
    (_both("2.1", "2.2"),),
)
CAUSALITY = Domain(
    "D3",
    "Causality: what else could explain the result",
    "causality",
    (
        Question("3.1", "Are other explanations ruled out (time, other treatment, hope)?"),
        Question("3.2", "Was follow-up long enough, and the outcome known for nearly all?"),
    ),
    (
        (
            Rule(HIGH, f"3.1={NO}"),
            Rule(HIGH, f"3.1=NI 3.2={NO}"),
            Rule(CONCERNS, f"3.1={YES} 3.2={NO}"),
            *any_of(NO_INFORMATION, "3.1=NI", "3.2=NI"),
            Rule(LOW, f"3.1={YES} 3.2={YES}"),
        ),
    ),
)
REPORTING = Domain(
    "D4",
    "Reporting: is it enough to judge, and complete",
    "reporting",
    (
        Question("4.1", "Are people and treatment described well enough to repeat it?"),
        Question("4.2", "Were the outcomes fixed before, and are all of them reported?"),
    ),
    (_both("4.1", "4.2"),),
)

SINGLE_ARM = Tool(
    "single-arm checklist",
    "Checklist for case series and single groups",
    "what happened in the group, read as an effect of the treatment",
    (LOW, CONCERNS, NO_INFORMATION, HIGH),
    (SELECTION, ASCERTAINMENT, CAUSALITY, REPORTING),
    "The worst domain decides. Without a comparison, 3.1 can hardly be answered yes, so that the "
    "overall judgement of a change as an effect is nearly always high.",
    "Murad et al. 2018, doi:10.1136/bmjebm-2017-110853; Joanna Briggs Institute, checklist for "
    "case series",
    "The published checklist has eight questions and no levels; this is a shorter form of it with "
    "levels of our own, for description, not for pooling.",
)

"""RoB 2 for trials that randomised people to parallel groups, effect of assignment.

Sterne et al. 2019, BMJ 366:l4898, doi:10.1136/bmj.l4898; decision rules of the guidance of 22
August 2019. The questions are restated in our own words.

What was confirmed against what (the guidance itself was not at hand)
    Numbers, meaning, allowed answers and order of the 22 questions, and every line of the five
    domain tables: two public transcriptions of the guidance that agree with each other
    (github.com/ychan-git/rob2-rocket, web/rob2_knowledge.json, tables 3 to 14; and
    github.com/InfinityBowman/corates, packages/shared/src/checklists/rob2); domain 1 also the
    criteria printed in PMC8191126, table 2, which settle the one line that the first of them
    leaves out (1.1 N or PN, 1.2 Y or PY). The test walks every combination of answers through
    tables written from these, not from this module.
Our own reading
    The wording. The overall rule stops where the guidance asks for a judgement (see `OVERALL`).
"""

from __future__ import annotations

from ketameta.appraisal.risk_of_bias.tool import (
    CONCERNS,
    DEFINITE,
    HIGH,
    LOW,
    Domain,
    Question,
    Rule,
    Tool,
    any_of,
)

LEVELS = (LOW, CONCERNS, HIGH)
REFERENCE = "Sterne et al. 2019, BMJ 366:l4898, doi:10.1136/bmj.l4898; guidance of 22 August 2019"
OVERALL = (
    "Low if every domain is low, high if any domain is high, some concerns otherwise. The guidance "
    "also calls a result high where some concerns in several domains together lower confidence a "
    "lot: that is for the rater to say, with a reason."
)

RANDOMISATION = Domain(
    "D1",
    "Bias arising from the randomisation process",
    "randomisation",
    (
        Question("1.1", "Was the order of allocation produced by chance?"),
        Question("1.2", "Was the next allocation hidden until a person was enrolled and assigned?"),
        Question("1.3", "Do the groups differ at the start as if chance had not worked?", "N"),
    ),
    (
        (
            Rule(HIGH, "1.2=N/PN"),
            Rule(HIGH, "1.2=NI 1.3=Y/PY"),
            Rule(CONCERNS, "1.2=NI 1.3=N/PN/NI"),
            Rule(CONCERNS, "1.2=Y/PY 1.1=N/PN"),
            Rule(CONCERNS, "1.2=Y/PY 1.1=Y/PY/NI 1.3=Y/PY"),
            Rule(LOW, "1.2=Y/PY 1.1=Y/PY/NI 1.3=N/PN/NI"),
        ),
    ),
)

AWARE = (
    Rule(HIGH, "2.3=Y/PY 2.4=Y/PY/NI 2.5=N/PN/NI"),
    Rule(CONCERNS, "2.3=Y/PY 2.4=Y/PY/NI 2.5=Y/PY"),
    Rule(CONCERNS, "2.3=Y/PY 2.4=N/PN"),
    Rule(CONCERNS, "2.3=NI"),
    Rule(LOW, "2.3=N/PN/NA"),
)
"""Part 1 of domain 2: did knowing the allocation change what people received?"""

ANALYSED = (
    Rule(HIGH, "2.6=N/PN/NI 2.7=Y/PY/NI"),
    Rule(CONCERNS, "2.6=N/PN/NI 2.7=N/PN"),
    Rule(LOW, "2.6=Y/PY"),
)
"""Part 2 of domain 2: were people analysed in the group that chance put them in?"""

AWARE_QUESTIONS = (
    Question("2.1", "Did participants know which treatment they received?", "N"),
    Question("2.2", "Did those who treated them know it?", "N"),
)
AFTER_AWARE = (
    Question(
        "2.3",
        "Did people receive something else than intended because it was a trial?",
        "N",
        ("2.1=Y/PY/NI", "2.2=Y/PY/NI"),
    ),
    Question("2.4", "Is that likely to have changed the outcome?", "N", ("2.3=Y/PY",)),
    Question("2.5", "Was it the same in both groups?", "Y", ("2.4=Y/PY/NI",)),
    Question("2.6", "Was the analysis right for the effect of being assigned to a treatment?"),
    Question(
        "2.7",
        "Could it matter much that people were not analysed in the group they were assigned to?",
        "N",
        ("2.6=N/PN/NI",),
    ),
)
DEVIATIONS = Domain(
    "D2",
    "Bias due to deviations from the intended treatments (effect of assignment)",
    "deviations",
    (*AWARE_QUESTIONS, *AFTER_AWARE),
    (AWARE, ANALYSED),
)

MISSING_TABLE = (
    Rule(HIGH, "3.2=N/PN 3.3=Y/PY/NI 3.4=Y/PY/NI"),
    Rule(CONCERNS, "3.2=N/PN 3.3=Y/PY/NI 3.4=N/PN"),
    Rule(LOW, "3.2=N/PN 3.3=N/PN"),
    Rule(LOW, "3.2=Y/PY/NA"),
)
AFTER_MISSING = (
    Question("3.3", "Could being missing depend on the true value?", "N", ("3.2=N/PN",)),
    Question("3.4", "Is it likely that it did?", "N", ("3.3=Y/PY/NI",)),
)
MISSING = Domain(
    "D3",
    "Bias due to missing outcome data",
    "missing data",
    (
        Question("3.1", "Is the outcome known for all, or nearly all, who were randomised?"),
        Question(
            "3.2",
            "Is there evidence that what is missing did not bias the result?",
            "Y",
            ("3.1=N/PN/NI",),
            DEFINITE,
        ),
        *AFTER_MISSING,
    ),
    (MISSING_TABLE,),
)

MEASURED = (
    *any_of(HIGH, "4.1=Y/PY", "4.2=Y/PY", "4.5=Y/PY/NI"),
    Rule(CONCERNS, "4.5=N/PN"),
    Rule(CONCERNS, "4.2=NI"),
    Rule(LOW, "4.2=N/PN 4.4=N/PN/NA"),
)
HOW_MEASURED = (
    Question("4.1", "Was the way of measuring the outcome unsuitable?", "N"),
    Question(
        "4.2", "Could the outcome have been measured or looked for differently in the groups?", "N"
    ),
)
COMPARABLE = "4.1=N/PN/NI 4.2=N/PN/NI"
"""Neither an unsuitable nor a differing measurement has settled the domain."""


def after_assessors(aware: str) -> tuple[Question, Question]:
    """The questions after the one, of this number, on whether assessors knew the treatment."""
    return (
        Question(
            "4.4",
            "Could knowing the treatment have changed what was recorded?",
            "N",
            (f"{aware}=Y/PY/NI",),
        ),
        Question("4.5", "Is it likely that it did?", "N", ("4.4=Y/PY/NI",)),
    )


MEASUREMENT = Domain(
    "D4",
    "Bias in measuring the outcome",
    "measurement",
    (
        *HOW_MEASURED,
        Question(
            "4.3", "Did those who assessed the outcome know the treatment?", "N", (COMPARABLE,)
        ),
        *after_assessors("4.3"),
    ),
    (MEASURED,),
)

REPORTED_QUESTIONS = (
    Question(
        "5.1", "Does the analysis follow a plan that was final before unblinded data could be seen?"
    ),
    Question(
        "5.2",
        "Is the number likely picked, for its result, from several eligible ways to measure?",
        "N",
    ),
    Question(
        "5.3",
        "Is the number likely picked, for its result, from several eligible ways to analyse?",
        "N",
    ),
)
REPORTED = Domain(
    "D5",
    "Bias in selecting the reported result",
    "reporting",
    REPORTED_QUESTIONS,
    (
        (
            *any_of(HIGH, "5.2=Y/PY", "5.3=Y/PY"),
            *any_of(CONCERNS, "5.2=NI", "5.3=NI", "5.1=N/PN/NI"),
            Rule(LOW, "5.1=Y/PY 5.2=N/PN 5.3=N/PN"),
        ),
    ),
)

ROB2 = Tool(
    "RoB 2",
    "RoB 2, individually randomised parallel-group trials",
    "the effect of being assigned to a treatment, in one result",
    LEVELS,
    (RANDOMISATION, DEVIATIONS, MISSING, MEASUREMENT, REPORTED),
    OVERALL,
    REFERENCE,
    "The variant for the effect of adhering to a treatment is not offered.",
)

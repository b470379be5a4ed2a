"""RoB 2 for randomised crossover trials: a domain on periods and carry-over.

After the variant of RoB 2 of 18 March 2021 (riskofbias.info); Sterne et al. 2019,
doi:10.1136/bmj.l4898.
"""

from __future__ import annotations

from ketameta.appraisal.risk_of_bias.tool import (
    CONCERNS,
    HIGH,
    LOW,
    Domain,
    Question,
    Rule,
    Tool,
    any_of,
)
from ketameta.appraisal.risk_of_bias.tools.rob2 import (
    DEVIATIONS,
    LEVELS,
    MEASUREMENT,
    MISSING,
    OVERALL,
    RANDOMISATION,
    REFERENCE,
    REPORTED_QUESTIONS,
)

PERIODS = Domain(
    "DS",
    "Bias arising from period and carry-over effects",
    "periods",
    (
        Question("S.1", "Did about as many people receive the treatments in either order?"),
        Question("S.2", "Did the analysis allow for effects of the period?", "Y", ("S.1=N/PN/NI",)),
        Question(
            "S.3",
            "Was there time for the first treatment to wear off before the second was judged?",
        ),
    ),
    (
        (
            Rule(HIGH, "S.3=N/PN"),
            Rule(CONCERNS, "S.3=NI"),
            Rule(CONCERNS, "S.3=Y/PY S.2=N/PN/NI"),
            Rule(LOW, "S.3=Y/PY S.2=Y/PY/NA"),
        ),
    ),
)

REPORTED = Domain(
    "D5",
    "Bias in selecting the reported result",
    "reporting",
    (
        *REPORTED_QUESTIONS,
        Question(
            "5.4",
            "Is only one period reported because a carry-over was found in the data?",
            "N",
        ),
    ),
    (
        (
            *any_of(HIGH, "5.2=Y/PY", "5.3=Y/PY", "5.4=Y/PY"),
            *any_of(CONCERNS, "5.2=NI", "5.3=NI", "5.4=NI", "5.1=N/PN/NI"),
            Rule(LOW, "5.1=Y/PY 5.2=N/PN 5.3=N/PN 5.4=N/PN"),
        ),
    ),
)

ROB2_CROSSOVER = Tool(
    "RoB 2 crossover",
    "RoB 2, crossover trials",
    "the effect of being assigned to a treatment, in one result that uses both periods",
    LEVELS,
    (RANDOMISATION, PERIODS, DEVIATIONS, MISSING, MEASUREMENT, REPORTED),
    OVERALL,
    f"{REFERENCE}; variant for crossover trials of 18 March 2021, riskofbias.info",
    "The table of domain DS and question 5.4 are our reading of the variant, not its words: check "
    "them against the guidance before publication.",
)

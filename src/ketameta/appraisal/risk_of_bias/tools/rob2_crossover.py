"""RoB 2 for randomised crossover trials: a domain on periods and carry-over.

After the variant of RoB 2 of 18 March 2021 (riskofbias.info); Sterne et al. 2019,
doi:10.1136/bmj.l4898. For two treatments in two periods.

What was confirmed against what (the guidance itself was not at hand)
    Questions S.1 to S.3 and 5.4, where 1.3, 2.1, 2.2 and 4.2 are worded for periods, and the
    tables of domains S (figure 2) and 5 (figure 7): the public transcription in
    github.com/ychan-git/rob2-rocket (web/rob2_knowledge_crossover.json, web/algorithm.js), whose
    author says that both figures were checked by eye. Its answers are those of this module.
Our own reading
    The wording, and that a second public transcription (github.com/ProgramDoc/TheRubricGenerator),
    with four other questions in domain S, is not that of the variant.
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
from ketameta.appraisal.risk_of_bias.tools import rob2
from ketameta.appraisal.risk_of_bias.tools.rob2 import (
    LEVELS,
    MISSING,
    OVERALL,
    REFERENCE,
    REPORTED_QUESTIONS,
)

RANDOMISATION = rob2.RANDOMISATION.reworded(
    {"1.3": "Do the groups differ, when the first period starts, as if chance had not worked?"}
)
DEVIATIONS = rob2.DEVIATIONS.reworded(
    {
        "2.1": "Did participants know in each period which treatment they received?",
        "2.2": "Did those who treated them know it in each period?",
    }
)
MEASUREMENT = rob2.MEASUREMENT.reworded(
    {
        "4.2": "Could the outcome have been measured or looked for differently under the two "
        "treatments of a sequence?"
    }
)

PERIODS = Domain(
    "DS",
    "Bias arising from period and carry-over effects",
    "periods",
    (
        Question("S.1", "Were about as many people allocated to either order of the treatments?"),
        Question("S.2", "Did the analysis allow for effects of the period?", "Y", ("S.1=N/PN/NI",)),
        Question(
            "S.3",
            "Had effects of the first treatment time to wear off before the outcome of the second "
            "period?",
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
            "Is a result from both periods wanted but not given because carry-over was found?",
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
    "The tables agree with a public transcription of the variant; the guidance itself was not at "
    "hand. The variant for the effect of adhering to a treatment is not offered.",
)

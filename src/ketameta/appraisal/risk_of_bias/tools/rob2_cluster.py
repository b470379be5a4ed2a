"""RoB 2 for trials that randomised clusters: a domain on who was found and recruited, and when.

After the variant of RoB 2 of 18 March 2021 (riskofbias.info); Sterne et al. 2019,
doi:10.1136/bmj.l4898.
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
)
from ketameta.appraisal.risk_of_bias.tools.rob2 import (
    AFTER_ASSESSORS,
    AFTER_AWARE,
    AFTER_MISSING,
    ANALYSED,
    AWARE,
    HOW_MEASURED,
    LEVELS,
    MEASURED,
    MISSING_TABLE,
    OVERALL,
    RANDOMISATION,
    REFERENCE,
    REPORTED,
)

RECRUITMENT = Domain(
    "D1b",
    "Bias arising from when people were identified or recruited into the clusters",
    "recruitment",
    (
        Question("1b.1", "Were all people identified and recruited before clusters were drawn?"),
        Question(
            "1b.2",
            "Is it likely that knowing a cluster's treatment decided who was recruited?",
            "N",
            ("1b.1=N/PN/NI",),
        ),
        Question(
            "1b.3", "Do people differ between the groups as if recruitment had differed?", "N"
        ),
    ),
    (
        (
            Rule(HIGH, "1b.2=Y/PY"),
            Rule(HIGH, "1b.2=NI 1b.3=Y/PY"),
            Rule(CONCERNS, "1b.2=NI 1b.3=N/PN/NI"),
            Rule(CONCERNS, "1b.2=N/PN/NA 1b.3=Y/PY"),
            Rule(LOW, "1b.2=N/PN/NA 1b.3=N/PN/NI"),
        ),
    ),
)

DEVIATIONS = Domain(
    "D2",
    "Bias due to deviations from the intended treatments (effect of assignment)",
    "deviations",
    (
        Question("2.1a", "Did participants know that they were in a trial?", "N"),
        Question("2.1b", "Did they know which treatment they received?", "N", ("2.1a=Y/PY/NI",)),
        Question("2.2", "Did those who treated them know it?", "N"),
        Question(
            "2.3",
            "Did people receive something else than intended because it was a trial?",
            "N",
            ("2.1b=Y/PY/NI", "2.2=Y/PY/NI"),
        ),
        *AFTER_AWARE[1:],
    ),
    (AWARE, ANALYSED),
)

MISSING = Domain(
    "D3",
    "Bias due to missing outcome data",
    "missing data",
    (
        Question("3.1a", "Is the outcome known for all, or nearly all, clusters?"),
        Question("3.1b", "Is it known for all, or nearly all, people within the clusters?"),
        Question(
            "3.2",
            "Is there evidence that what is missing did not bias the result?",
            "Y",
            ("3.1a=N/PN/NI", "3.1b=N/PN/NI"),
            DEFINITE,
        ),
        *AFTER_MISSING,
    ),
    (MISSING_TABLE,),
)

MEASUREMENT = Domain(
    "D4",
    "Bias in measuring the outcome",
    "measurement",
    (
        *HOW_MEASURED,
        Question(
            "4.3a",
            "Did those who assessed the outcome know that there was a trial?",
            "N",
            ("4.2=N/PN/NI",),
        ),
        Question("4.3", "Did they know the treatment?", "N", ("4.3a=Y/PY/NI",)),
        *AFTER_ASSESSORS,
    ),
    (MEASURED,),
)

ROB2_CLUSTER = Tool(
    "RoB 2 cluster",
    "RoB 2, cluster-randomised trials",
    "the effect of a cluster being assigned to a treatment, in one result",
    LEVELS,
    (RANDOMISATION, RECRUITMENT, DEVIATIONS, MISSING, MEASUREMENT, REPORTED),
    OVERALL,
    f"{REFERENCE}; variant for cluster-randomised trials of 18 March 2021, riskofbias.info",
    "Domain D1 is the variant's domain 1a and asks about clusters. The table of domain D1b is our "
    "reading of the variant, not its words: check it against the guidance before publication.",
)

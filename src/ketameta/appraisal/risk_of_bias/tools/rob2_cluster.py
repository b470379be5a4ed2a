"""RoB 2 for trials that randomised clusters: a domain on who was found and recruited, and when.

After the variant of RoB 2 of 18 March 2021 (riskofbias.info); Sterne et al. 2019,
doi:10.1136/bmj.l4898. For parallel groups of clusters: stepped wedges have time trends besides.

What was confirmed against what (the guidance itself was not at hand)
    Numbers, meaning, conditions and allowed answers, and the tables of domains 1a, 1b, 3, 4 and 5:
    one public transcription (github.com/ProgramDoc/TheRubricGenerator,
    backend/rob_tools/rob2_cluster.py, which names pages of the variant); where the variant leaves
    the main tool alone also what `rob2` was confirmed against.
Our own reading
    The wording. In domain 2 that transcription calls deviations unlikely to matter (2.4 N or PN)
    low; we keep the "some concerns" of the main tool, because riskofbias.info says that the
    questions of this domain were ordered to agree with it. In domain 1b people recruited before
    clusters were drawn (1b.1 Y or PY) are low whatever 1b.3 says: the transcription has it so,
    and who comes into a cluster cannot follow an allocation that does not exist yet.
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
    AFTER_AWARE,
    AFTER_MISSING,
    ANALYSED,
    AWARE,
    COMPARABLE,
    HOW_MEASURED,
    LEVELS,
    MEASURED,
    MISSING_TABLE,
    OVERALL,
    REFERENCE,
    REPORTED,
    after_assessors,
)

RANDOMISATION = Domain(
    "D1a",
    "Bias arising from the randomisation process",
    "randomisation",
    (
        Question("1a.1", "Was the order of allocation of the clusters produced by chance?"),
        Question(
            "1a.2", "Was the next allocation hidden until a cluster was enrolled and assigned?"
        ),
        Question("1a.3", "Do the groups differ at the start as if chance had not worked?", "N"),
    ),
    (
        (
            Rule(HIGH, "1a.2=N/PN"),
            Rule(HIGH, "1a.2=NI 1a.3=Y/PY"),
            Rule(CONCERNS, "1a.2=NI"),
            Rule(CONCERNS, "1a.1=N/PN"),
            Rule(CONCERNS, "1a.3=Y/PY"),
            Rule(LOW, "1a.2=Y/PY 1a.1=Y/PY/NI 1a.3=N/PN/NI"),
        ),
    ),
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
            Rule(LOW, "1b.1=Y/PY"),
            Rule(HIGH, "1b.2=Y/PY"),
            Rule(HIGH, "1b.2=NI 1b.3=Y/PY"),
            Rule(CONCERNS, "1b.2=NI 1b.3=N/PN/NI"),
            Rule(CONCERNS, "1b.2=N/PN 1b.3=Y/PY"),
            Rule(LOW, "1b.2=N/PN 1b.3=N/PN/NI"),
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
        Question("3.1a", "Is the outcome known for all clusters that recruited people?"),
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
            (COMPARABLE,),
        ),
        Question("4.3b", "Did they know the treatment?", "N", ("4.3a=Y/PY/NI",)),
        *after_assessors("4.3b"),
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
    "The tables agree with one public transcription of the variant, but for 2.4, where they keep "
    "to the main tool; the guidance itself was not at hand. For parallel groups of clusters, not "
    "for stepped wedges. The variant for the effect of adhering to a treatment is not offered.",
)

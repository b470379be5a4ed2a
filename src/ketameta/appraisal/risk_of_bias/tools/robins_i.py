"""ROBINS-I for studies whose groups were not formed by chance, effect of assignment.

Sterne et al. 2016, BMJ 355:i4919, doi:10.1136/bmj.i4919. The tool describes each level in words
and leaves the judgement to the rater; the tables here are our restatement of those words. Version
2 of the tool, which has algorithms, is another tool and not offered.

What was confirmed against what (the guidance itself was not at hand)
    Numbers, conditions and allowed answers of the questions, and what each level means in each
    domain and overall: the public transcription in github.com/ProgramDoc/TheRubricGenerator; low
    and moderate in domains 1 to 3 also as printed in PMC6353237 (a Cochrane protocol). The test
    reads the levels off these words, for every combination of answers without "no information".
Our own reading
    The wording, and all that the words leave open:

    - A domain is "no information" where its level hangs on questions answered so, and has its
      level where it does not. The words reserve "no information" for reports that are silent
      altogether. In 1.2 and 1.3 it leads the way of a no.
    - Adjusting for what treatment can change (1.6) is serious.
    - In domain 2 an uncorrected selection or late start (2.5) is serious; that little time is
      missing, or that the hazard ratio is constant, is for the rater to say.
    - Deviations that are not both unbalanced and harmful (4.2) are moderate, not low.
    - That missing data differ only slightly (domain 5, moderate) is not among the answers: the
      proposal is low or serious there.
    - 6.1 answered PN stands for the "minimally influenced" of moderate, 7.1 to 7.3 answered PN
      for the absence of the "clear evidence" that low needs.
    - Overall, every domain is a key domain where information is lacking.
"""

from __future__ import annotations

from ketameta.appraisal.risk_of_bias.tool import (
    CRITICAL,
    DEFINITE,
    LOW,
    MODERATE,
    NO_INFORMATION,
    SERIOUS,
    Domain,
    Question,
    Rule,
    Tool,
    any_of,
)

_BASELINE = ("1.2=N/PN/NI", "1.3=N/PN/NI")
CONFOUNDING = Domain(
    "D1",
    "Bias due to confounding",
    "confounding",
    (
        Question("1.1", "Could the groups differ in what decides the outcome?", "N", (), DEFINITE),
        Question(
            "1.2",
            "Did the analysis split a person's time by the treatment received?",
            "",
            ("1.1=Y/PY",),
        ),
        Question(
            "1.3",
            "Were stops or changes of treatment likely related to what decides the outcome?",
            "",
            ("1.2=Y/PY",),
        ),
        Question("1.4", "Did the analysis adjust for all important confounders?", "Y", _BASELINE),
        Question("1.5", "Were these measured validly?", "Y", ("1.4=Y/PY",)),
        Question(
            "1.6",
            "Did it adjust for something that the treatment itself could change?",
            "N",
            _BASELINE,
        ),
        Question(
            "1.7",
            "Did the analysis adjust for all important confounders, also those changing in time?",
            "Y",
            ("1.3=Y/PY",),
        ),
        Question("1.8", "Were these measured validly?", "Y", ("1.7=Y/PY",)),
    ),
    (
        (
            Rule(LOW, "1.1=N/PN"),
            *any_of(SERIOUS, "1.4=N/PN", "1.5=N/PN", "1.6=Y/PY", "1.7=N/PN", "1.8=N/PN"),
            *any_of(NO_INFORMATION, "1.4=NI", "1.5=NI", "1.6=NI", "1.7=NI", "1.8=NI"),
            Rule(MODERATE, "1.4=Y/PY 1.5=Y/PY 1.6=N/PN"),
            Rule(MODERATE, "1.7=Y/PY 1.8=Y/PY"),
        ),
    ),
)

_RELATED = "2.1=Y/PY 2.2=Y/PY 2.3=Y/PY"
SELECTION = Domain(
    "D2",
    "Bias in selecting participants into the study",
    "selection",
    (
        Question(
            "2.1",
            "Were people, or their data, taken by something seen after treatment began?",
            "N",
        ),
        Question("2.2", "Is that related to the treatment?", "N", ("2.1=Y/PY",)),
        Question("2.3", "Is that related to the outcome?", "N", ("2.2=Y/PY",)),
        Question("2.4", "Do follow-up and treatment begin together for most people?"),
        Question(
            "2.5", "Did the analysis correct for such selection?", "Y", (_RELATED, "2.4=N/PN")
        ),
    ),
    (
        (
            Rule(SERIOUS, "2.5=N/PN"),
            Rule(MODERATE, "2.5=Y/PY"),
            *any_of(NO_INFORMATION, "2.5=NI", "2.1=NI", "2.2=NI", "2.3=NI", "2.4=NI"),
            Rule(LOW, "2.4=Y/PY"),
        ),
    ),
)

CLASSIFICATION = Domain(
    "D3",
    "Bias in classifying treatments",
    "classification",
    (
        Question("3.1", "Were the groups clearly defined?"),
        Question("3.2", "Was what defines them recorded when treatment began?"),
        Question("3.3", "Could the outcome have decided into which group people were put?", "N"),
    ),
    (
        (
            *any_of(SERIOUS, "3.1=N/PN", "3.3=Y/PY"),
            *any_of(NO_INFORMATION, "3.1=NI", "3.2=NI", "3.3=NI"),
            Rule(MODERATE, "3.2=N/PN"),
            Rule(LOW, "3.2=Y/PY"),
        ),
    ),
)

DEVIATIONS = Domain(
    "D4",
    "Bias due to deviations from the intended treatments (effect of assignment)",
    "deviations",
    (
        Question("4.1", "Did treatment deviate from what usual practice would bring?", "N"),
        Question(
            "4.2", "Did that differ between the groups and change the outcome?", "N", ("4.1=Y/PY",)
        ),
    ),
    (
        (
            Rule(SERIOUS, "4.2=Y/PY"),
            *any_of(NO_INFORMATION, "4.1=NI", "4.2=NI"),
            Rule(MODERATE, "4.2=N/PN"),
            Rule(LOW, "4.1=N/PN"),
        ),
    ),
)

_INCOMPLETE = ("5.1=N/PN", "5.2=Y/PY", "5.3=Y/PY")
MISSING = Domain(
    "D5",
    "Bias due to missing data",
    "missing data",
    (
        Question("5.1", "Is the outcome known for all, or nearly all, people?"),
        Question("5.2", "Were people left out because their treatment was not known?", "N"),
        Question("5.3", "Were people left out because other data were missing?", "N"),
        Question(
            "5.4",
            "Are numbers and reasons of what is missing alike in the groups?",
            "Y",
            _INCOMPLETE,
        ),
        Question("5.5", "Is there evidence that the result does not hang on it?", "Y", _INCOMPLETE),
    ),
    (
        (
            Rule(SERIOUS, "5.4=N/PN 5.5=N/PN"),
            *any_of(LOW, "5.4=Y/PY", "5.5=Y/PY"),
            Rule(NO_INFORMATION, "5.4=N/PN/NI"),
            *any_of(NO_INFORMATION, "5.1=NI", "5.2=NI", "5.3=NI"),
            Rule(LOW, "5.1=Y/PY 5.2=N/PN 5.3=N/PN"),
        ),
    ),
)

MEASUREMENT = Domain(
    "D6",
    "Bias in measuring the outcome",
    "measurement",
    (
        Question("6.1", "Could knowing the treatment have changed what was recorded?", "N"),
        Question("6.2", "Did those who assessed the outcome know the treatment?", "N"),
        Question("6.3", "Was the outcome assessed in the same way in both groups?"),
        Question("6.4", "Are errors in measuring related to the treatment?", "N"),
    ),
    (
        (
            *any_of(SERIOUS, "6.3=N/PN", "6.4=Y/PY", "6.1=Y/PY 6.2=Y/PY"),
            *any_of(NO_INFORMATION, "6.3=NI", "6.4=NI"),
            *any_of(NO_INFORMATION, "6.1=Y/PY/PN/NI 6.2=NI", "6.1=NI 6.2=Y/PY"),
            Rule(MODERATE, "6.1=PN 6.2=Y/PY"),
            Rule(LOW, "6.3=Y/PY"),
        ),
    ),
)

REPORTED = Domain(
    "D7",
    "Bias in selecting the reported result",
    "reporting",
    tuple(
        Question(number, f"Is the number likely picked, for its result, from several {what}?", "N")
        for number, what in (
            ("7.1", "ways to measure"),
            ("7.2", "ways to analyse"),
            ("7.3", "groups of people"),
        )
    ),
    (
        (
            *any_of(SERIOUS, "7.1=Y/PY", "7.2=Y/PY", "7.3=Y/PY"),
            *any_of(NO_INFORMATION, "7.1=NI", "7.2=NI", "7.3=NI"),
            *any_of(MODERATE, "7.1=PN", "7.2=PN", "7.3=PN"),
            Rule(LOW, "7.1=N 7.2=N 7.3=N"),
        ),
    ),
)

ROBINS_I = Tool(
    "ROBINS-I",
    "ROBINS-I, studies of interventions without randomisation",
    "the effect of being assigned to a treatment, in one result, against a randomised trial of "
    "the same question",
    (LOW, MODERATE, NO_INFORMATION, SERIOUS, CRITICAL),
    (CONFOUNDING, SELECTION, CLASSIFICATION, DEVIATIONS, MISSING, MEASUREMENT, REPORTED),
    "The worst domain decides; no information counts between moderate and serious, because it is "
    "the overall judgement only where nothing points to serious or critical.",
    "Sterne et al. 2016, BMJ 355:i4919, doi:10.1136/bmj.i4919",
    "The published tool has no algorithm: these tables restate its descriptions of the levels. "
    "They never propose critical, nor moderate for missing data that differ slightly; that is for "
    "the rater to say, with a reason. In domain 7, N needs a registered plan, PN is the answer "
    "without one; in 6.1, PN stands for a small influence at most.",
)

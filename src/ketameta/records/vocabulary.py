"""The words a study record may use, each with its meaning.

The JSON Schema, `ketameta check` and the documentation are all generated from these classes.
Most values are the words a reader would say, so a record can be read without a code book.
"""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A vocabulary word that carries its meaning in `meaning`."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Word:
        word = str.__new__(cls, value)
        word._value_ = value
        word.meaning = meaning
        return word


class Verification(Word):
    """How far a value was verified; listed from the strongest to the weakest."""

    PRIMARY_FULL_TEXT = "primary full text", "Read in the body of the paper that reports the study."
    REGISTRY = "registry", "Read in a trial registry entry or its posted results."
    PRIMARY_ABSTRACT = "primary abstract", "Read in the abstract of the paper itself."
    SECONDARY_REVIEW = "secondary review", "Read in another article about the study."
    PRESS = "press", "Read in a press release, news item or company page."
    DERIVED = "derived", "Computed from other values; the arithmetic stands beside it."
    IMPORT = "unverified import", "Taken from a table by machine; nobody has compared it yet."
    RECOLLECTION = "unverified recollection", "Remembered, not seen anywhere. Never pooled."


class Status(Word):
    """What a record may be used for."""

    INCLUDED = "included", "Results may enter a synthesis."
    NARRATIVE = "narrative", "Described, never pooled; `status_reason` says why."
    AWAITING = "awaiting data", "Eligible and finished; usable numbers have not been extracted."
    ONGOING = "ongoing", "Registered, running or ended without results seen."


class Substance(Word):
    """The substance whose use is treated."""

    ALCOHOL = "alcohol", "Alcohol use disorder, hazardous drinking or alcohol withdrawal."
    OPIOID = "opioid", "Heroin, fentanyl, prescription opioids; use disorder or withdrawal."
    COCAINE = "cocaine", "Cocaine or crack cocaine."
    CANNABIS = "cannabis", "Cannabis."
    TOBACCO = "tobacco", "Tobacco or nicotine."
    METHAMPHETAMINE = "methamphetamine", "Methamphetamine."
    BENZODIAZEPINE = "benzodiazepine", "Benzodiazepines and z-drugs."
    MIXED = "mixed", "Several substances, not separable."


class YesNo(Word):
    """An answer where silence is an answer too."""

    YES = "yes", "Stated."
    NO = "no", "Stated that it is not so."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class DesignType(Word):
    """Study design."""

    PARALLEL = "parallel", "Groups compared side by side."
    CROSSOVER = "crossover", "Each participant receives every condition in turn."
    FACTORIAL = "factorial", "Two or more interventions crossed with each other."
    NON_RANDOMISED = "non-randomised controlled", "A comparison group, not shown to be random."
    BEFORE_AFTER = "before-after", "Different patients before and after a change of practice."
    SINGLE_ARM = "single arm", "One group, followed from a baseline, no comparison group."
    CASE_SERIES = "case series", "Several patients described, no comparison group."
    CASE_REPORT = "case report", "One patient described."


class Blinded(Word):
    """Who did not know the allocation, as stated by the study."""

    PARTICIPANTS = "participants", "The participants."
    PROVIDERS = "care providers", "Those who gave the treatment, therapists included."
    ASSESSORS = "outcome assessors", "Those who assessed the outcome."
    INVESTIGATORS = "investigators", "The investigators."
    NOBODY = "nobody", "Open label."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class Role(Word):
    """The part an arm plays in the comparison of interest."""

    EXPERIMENTAL = "experimental", "The ketamine treatment under test."
    CONTROL = "control", "What it is compared with."
    OTHER = "other", "Another arm that is not part of the comparison of interest."


class ControlType(Word):
    """What a control arm received in place of the tested ketamine treatment."""

    INERT_PLACEBO = "inert placebo", "Saline or another substance without effects to notice."
    ACTIVE_PLACEBO = "active placebo", "A drug chosen to be felt, such as midazolam."
    LOW_DOSE = "low-dose ketamine", "Ketamine at a dose meant to be too low to work."
    FEWER_SESSIONS = "fewer sessions", "The same ketamine treatment, given less often."
    OTHER_PROCEDURE = "same ketamine, other procedure", "Ketamine without the tested procedure."
    ACTIVE_TREATMENT = "active treatment", "Another treatment expected to work."
    USUAL_CARE = "usual care", "Conventional treatment, no placebo."
    NONE = "none", "No treatment in its place."


class Enantiomer(Word):
    """Which form of ketamine."""

    RACEMIC = "racemic", "Racemic ketamine."
    ESKETAMINE = "esketamine", "S-ketamine."
    NOT_STATED = "not stated", "Ketamine, form not stated in any source read so far."
    NOT_KETAMINE = "not ketamine", "The arm received no ketamine."


class Route(Word):
    """Route of administration."""

    INTRAVENOUS = "intravenous", "Into a vein."
    INTRAMUSCULAR = "intramuscular", "Into a muscle."
    SUBCUTANEOUS = "subcutaneous", "Under the skin."
    INTRANASAL = "intranasal", "Into the nose."
    SUBLINGUAL = "sublingual", "Under the tongue."
    ORAL = "oral", "Swallowed."
    OTHER = "other", "Another route, named in the arm's notes."
    NONE = "none", "Nothing was administered."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class DoseUnit(Word):
    """Unit of a dose."""

    MG_PER_KG = "mg/kg", "Milligrams per kilogram of body weight, per session."
    MG = "mg", "Milligrams, per session or administration."
    MG_PER_KG_HOUR = "mg/kg/h", "Milligrams per kilogram and hour, continuous infusion."


class PsychotherapyType(Word):
    """The psychological treatment an arm received beside the drug."""

    NONE = "none", "Stated or evident that there was none."
    EDUCATION = "education", "Information or education only."
    COUNSELLING = "counselling", "Counselling without a named method."
    MET = "motivational enhancement", "Motivational enhancement therapy or interviewing."
    MBRP = "mindfulness-based relapse prevention", "MBRP or a manual built on it."
    MINDFULNESS = "mindfulness", "Mindfulness practice other than relapse prevention."
    EXISTENTIAL = "existential", "Ketamine psychedelic therapy, existentially oriented."
    CBT = "cognitive behavioural", "Cognitive behavioural therapy."
    LINKAGE = "linkage to care", "Help to enter or stay in treatment."
    COMBINED = "combined", "Several of these; the description names them."
    OTHER = "other", "Another method; the description names it."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class Depression(Word):
    """How the study's eligibility dealt with depression."""

    REQUIRED = "required", "Only people with depression could take part."
    EXCLUDED = "excluded", "People with current depression could not take part."
    ALLOWED = "allowed", "Stated that depression was neither required nor excluded."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class Construct(Word):
    """What an outcome measures."""

    ABSTINENCE = "abstinence", "No use of the substance over a stated period."
    RELAPSE = "relapse", "Return to use, as the study defines it."
    DAYS_ABSTINENT = "days abstinent", "Percentage or number of days without use."
    HEAVY_DAYS = "heavy drinking days", "Days of heavy drinking."
    CONSUMPTION = "consumption", "Amount of the substance used."
    CRAVING = "craving", "Craving or urge to use."
    WITHDRAWAL = "withdrawal", "Severity of withdrawal symptoms."
    MOTIVATION = "motivation to quit", "Motivation or readiness to change."
    INITIATION = "treatment initiation", "Start of, or transition to, a maintenance medication."
    RETENTION = "retention", "Still in treatment or in the study."
    DROPOUT = "dropout", "Left treatment or the study early."
    DEPRESSION = "depression", "Depressive symptoms, response or remission."
    ANXIETY = "anxiety", "Anxiety symptoms."
    QUALITY_OF_LIFE = "quality of life", "Quality of life or well-being."
    CARDIOVASCULAR = "cardiovascular effects", "Blood pressure, heart rate and alike."
    DISSOCIATION = "dissociation", "Dissociative or psychotomimetic effects."
    NAUSEA = "nausea", "Nausea or vomiting."
    SEDATION = "sedation", "Sedation or oversedation."
    URINARY = "urinary symptoms", "Urinary or bladder symptoms."
    ANY_ADVERSE = "any adverse event", "Any adverse event."
    REMOVAL = (
        "removal because of an adverse event",
        "Taken out of treatment or study because of an adverse event.",
    )
    SERIOUS_ADVERSE = "serious adverse event", "Serious adverse events."
    MISUSE = "ketamine misuse", "Use of ketamine outside the treatment."
    READMISSION = "readmission", "Admission to hospital again."
    INTUBATION = "intubation", "Mechanical ventilation."
    ICU_DAYS = "intensive care days", "Days in intensive care."
    CO_MEDICATION = "other medication", "Amount of other medication needed, e.g. benzodiazepines."
    OTHER = "other", "Another outcome; the definition names it."


class Better(Word):
    """Which direction of an outcome is good for the participant."""

    HIGHER = "higher", "More is better (days abstinent, abstinence)."
    LOWER = "lower", "Less is better (craving, relapse)."


class Phase(Word):
    """Where in the study a result was measured."""

    BASELINE = "baseline", "Before treatment."
    DURING = "during treatment", "While treatment was going on."
    END = "end of treatment", "At the end of the treatment or of the trial's treatment phase."
    FOLLOW_UP = "follow-up", "After the end of treatment."


class Ascertainment(Word):
    """How an outcome was established."""

    SELF_REPORT = "self-report", "Said by the participant."
    URINE = "urine", "Urine test."
    BREATH = "breath", "Breath test."
    BLOOD = "blood", "Blood test."
    CLINICIAN = "clinician-rated", "Rated by a clinician."
    RECORDS = "records", "Taken from hospital or registry records."
    LABORATORY = "laboratory", "Observed behaviour in a laboratory session."
    BIOCHEMICAL = "biochemically verified", "Verified by a test that the source does not name."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class Assessment(Word):
    """The occasion at which an outcome was assessed."""

    SCHEDULED = "scheduled", "At a visit, stay or assessment planned as part of the study."
    TELEPHONE = "telephone", "By telephone, after the scheduled visits."
    RECORDS = "records", "From records, without seeing the participant."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class RiskOfBiasTool(Word):
    """A tool to assess the risk of bias of a result."""

    ROB2 = "RoB 2", "Randomised trials with parallel groups (version of 22 August 2019)."
    ROB2_CROSSOVER = "RoB 2 crossover", "Randomised crossover trials (variant of RoB 2, 2021)."
    ROB2_CLUSTER = "RoB 2 cluster", "Trials that randomised groups of people (variant, 2021)."
    ROBINS_I = "ROBINS-I", "Studies of interventions with a comparison that is not random (2016)."
    SINGLE_ARM = "single-arm checklist", "Case series and groups without a comparison."


class Signal(Word):
    """Answer to a signalling question about risk of bias."""

    YES = "Y", "Yes; a source says so."
    PROBABLY_YES = "PY", "Probably yes; what a source says makes it likely."
    PROBABLY_NO = "PN", "Probably no; what a source says makes it unlikely."
    NO = "N", "No; a source says that it is not so."
    NO_INFORMATION = "NI", "No information in any source read so far."
    NOT_APPLICABLE = "NA", "The question does not arise after the answers before it."


class Direction(Word):
    """What a source says about a comparison without giving numbers that can be pooled."""

    FAVOURS_EXPERIMENTAL = "favours experimental", "Better with the tested treatment."
    FAVOURS_CONTROL = "favours control", "Better with the control."
    NEITHER = "neither side said to do better", "The source calls the groups alike, in words."
    WITHIN_GROUP = "change within group", "A change over time, without comparison."
    NOT_REPORTED = "not reported", "Measured, but no result was seen."


class AnalysisPopulation(Word):
    """Which participants an analysis counts."""

    ALL_RANDOMISED = "all randomised", "Everybody randomised or enrolled (intention to treat)."
    MODIFIED = "modified", "All randomised who met a stated condition, e.g. received a dose."
    COMPLETERS = "completers", "Only those with data."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class UnknownAre(Word):
    """How people whose outcome is not known stand in the numbers of a result."""

    NOBODY = "nobody", "The outcome of everybody is known."
    LEFT_OUT = "left out", "They are not counted in n."
    WITH_EVENT = "counted with the event", "They are counted in n, as if they had the event."
    WITHOUT_EVENT = "counted without the event", "They are counted in n, as if without the event."
    MODELLED = "imputed or modelled", "Imputed values or a model stand in for their outcomes."
    NOT_STATED = "not stated", "Not stated in any source read so far."


class ContrastMeasure(Word):
    """Effect measure of a comparison as the source reports it."""

    OR = "OR", "Odds ratio."
    RR = "RR", "Risk ratio."
    HR = "HR", "Hazard ratio."
    RD = "RD", "Risk difference."
    MD = "MD", "Mean difference."
    SMD = "SMD", "Standardised mean difference."
    RATIO_OF_MEANS = "ROM", "Ratio of means."

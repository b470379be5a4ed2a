"""The catalog of rules of `ketameta check`.

A new rule is a line here (or in a tuple of its own, added to `RULES`), a check that yields its
`Finding`, and a case in the tests that breaks it.
"""

from __future__ import annotations

from ketameta.records.findings import Finding, Rule, error, note, warning
from ketameta.records.problems import Problem
from ketameta.records.yaml_reader import Document

__all__ = ["RULES", "Finding", "Rule", "located"]

_YAML = "YAML 1.2.2, https://yaml.org/spec/1.2.2/"
_FORMAT = "Form of the records: studies/README.md and `ketameta schema study`"
_REVIEW = "Form of a review: reports/README.md and `ketameta schema review`"
_CLAIM_FORMAT = "Form of a claim: studies/README.md and `ketameta schema claim`"
_CHAPTER = "Cochrane Handbook for Systematic Reviews of Interventions, chapter"
_COLLECTING = f"{_CHAPTER} 5 (collecting data)"
_EFFECTS = f"{_CHAPTER} 6 (effect measures), https://training.cochrane.org/handbook"
_DESIGNS = f"{_CHAPTER} 23 (variants on randomised trials)"
_BIAS = f"{_CHAPTER} 8 (risk of bias in a randomised trial); RoB 2, doi:10.1136/bmj.l4898"
_GRIM = "Brown and Heathers 2017, the GRIM test, doi:10.1177/1948550616673876"
_DUPLICATES = "von Elm et al. 2004, duplicate publication, doi:10.1001/jama.291.8.974"

_FORM = (
    error("R001", "The file is valid YAML and has the form of a record.", _YAML),
    error("R002", "The JSON Schemas beside the records are those of this version.", _FORMAT),
    error("R003", "What a review names exists, and its ids are unique.", _REVIEW),
    error("R004", "What a review asks can be answered from the records.", _REVIEW),
    error("R010", "Id, file name and folder agree.", _FORMAT),
    warning("R011", "The first line names the schema for editors.", _FORMAT),
    error("R012", "Every status but `included` has a reason.", _FORMAT),
    error("R013", "A YAML file among the records stands where it is read.", _FORMAT),
)
_REFERENCES = (
    error("R020", "Arms, sources and results that are referred to exist.", _FORMAT),
    error("R021", "Ids are unique within the record.", _FORMAT),
    error("R022", "Control arms, and only they, have a control type.", _FORMAT),
    error("R023", "`field_sources` names fields that are filled in.", _FORMAT),
    error("R024", "A derived value shows its arithmetic.", _COLLECTING),
    error("R025", "Design and arms agree.", _DESIGNS),
    error("R026", "Results do not stand behind each other in a circle.", _FORMAT),
    error("R027", "No arm is on both sides of a comparison.", _FORMAT),
    error("R040", "DOI, PMID, PMCID and registry numbers are well formed.", _FORMAT),
)
_NUMBERS = (
    error("R030", "Events are not more than people.", _EFFECTS),
    error("R031", "No more people analysed than randomised.", _COLLECTING),
    warning("R032", "The arms add up to the number enrolled.", _COLLECTING),
    error("R033", "Scores lie within the range of the instrument.", _COLLECTING),
    error("R034", "A confidence interval contains its estimate.", _EFFECTS),
    warning("R035", "A confidence interval is symmetric on its scale.", _EFFECTS),
    error("R036", "A percentage fits a whole number of people.", _GRIM, waivable=True),
    error("R037", "Minimum, quartiles and maximum are in order.", _EFFECTS),
    warning(
        "R038",
        "A dose of ketamine is at most 2.5 mg/kg, 200 mg or 1.6 mg/kg/h (the highest among the "
        "records), an infusion at most 480 minutes, sessions at least 1, a spread of age above 0.",
        _COLLECTING,
    ),
    warning("R039", "The label of a time and its weeks agree.", _COLLECTING),
)
_BETWEEN = (
    error("R050", "Ids are unique among all records.", _FORMAT),
    error("R051", "The same participants are not in two included records.", _DUPLICATES),
    error("R052", "No report is both a record and excluded.", _FORMAT),
)
_WAIVERS = (
    error("R060", "A waiver names a rule that can be waived.", _FORMAT),
    warning("R061", "A waiver covers something.", _FORMAT, waivable=False),
)

_CLAIMS = (
    error("R090", "Name, sources and facts of a claim agree.", _CLAIM_FORMAT),
    error("R091", "Studies, outcomes, arms and questions that a claim names exist.", _CLAIM_FORMAT),
    warning("R092", "A verdict rests on the evidence of today.", _CLAIM_FORMAT, waivable=False),
    warning("R093", "A verdict on a claim has been drafted.", _CLAIM_FORMAT, waivable=False),
)

_CORRECTIONS = (
    error("R080", "What a correction put into a record still stands.", _COLLECTING),
    warning("R081", "A correction has been applied.", _COLLECTING, waivable=False),
)

_RISK_OF_BIAS = (
    error("R070", "A risk-of-bias assessment fits its tool, and says why it departs.", _BIAS),
)

_GRIMMER = "Anaya 2016, GRIMMER, doi:10.7287/peerj.preprints.2400v1; Allard 2018, analytic form"
_DEBIT = "Heathers and Brown 2019, DEBIT: a simple consistency test for binary data"
_VARIANCE = "Bhatia and Davis 2000, A better bound on the variance, Am Math Monthly 107:353-357"
_SD_SE = "Gøtzsche et al. 2007, data extraction errors, doi:10.1001/jama.298.4.430"
_STATCHECK = "Nuijten et al. 2016, statcheck, doi:10.3758/s13428-015-0664-2"
_P_FROM_CI = "Altman and Bland 2011, P value from a confidence interval, doi:10.1136/bmj.d2304"
_BASELINES = "Carlisle 2017, non-random sampling in 5087 trials, doi:10.1111/anae.13938"
_SHARED = f"{_CHAPTER} 23.3.4 (more than two groups)"
_REFERENCE_G = (
    "Harrer et al. 2025, flagEffectSizes of metapsyTools, from trials of psychotherapy, "
    "doi:10.1101/2025.11.12.25340062"
)
_INTEGRITY = (
    warning("R100", "A mean of whole-number scores fits the number of people (GRIM).", _GRIM),
    warning("R101", "A standard deviation of whole numbers fits mean and n (GRIMMER).", _GRIMMER),
    warning("R102", "A standard deviation of 0 and 1 fits mean and n (DEBIT).", _DEBIT),
    warning("R110", "A standard deviation is possible within the range.", _VARIANCE),
    warning("R111", "A standard deviation is not a standard error.", _SD_SE),
    warning("R112", "Standard deviation, standard error, interval and n agree.", _SD_SE),
    error("R120", "A P value lies above 0 and not above 1.", _STATCHECK),
    warning("R121", "A P value fits its test, interval, counts or means.", _STATCHECK),
    warning("R122", "A P value is on the same side of 0.05 as its test or data.", _STATCHECK),
    warning("R123", "A reported ratio or difference fits the counts.", _EFFECTS),
    warning("R124", "A reported difference fits the means.", _EFFECTS),
    warning("R125", "A standard error fits its confidence interval.", _P_FROM_CI),
    warning("R130", "A percentage in the text fits the count beside it.", _GRIM),
    warning("R131", "No more people analysed than enrolled.", _COLLECTING),
    warning("R132", "Counts are those that their derivation works out.", _COLLECTING),
    warning("R140", "Randomised groups differ at baseline no more than by chance.", _BASELINES),
    warning("R141", "Randomised groups are not more alike than by chance.", _BASELINES),
    warning("R145", "Numbers point the way that the source says.", _COLLECTING),
    warning("R150", "A report or registration stands in one record.", _DUPLICATES),
    warning("R151", "No two results have exactly the same numbers.", _DUPLICATES),
    warning("R152", "No two records share a control group.", _SHARED),
    warning("R153", "No people are in two comparisons at once.", _SHARED),
    warning("R155", "Identifiers, addresses and registries name the same thing.", _FORMAT),
    note(
        "R160",
        "A standardised difference is within a reference, which is only shown.",
        _REFERENCE_G,
    ),
)

_GRADE = "Guyatt et al. 2011 and later, the GRADE guidelines, doi:10.1016/j.jclinepi.2010.07.015"
_CERTAINTY = (
    error("R084", "certainty.yaml has its form and names what exists.", _REVIEW),
    warning(
        "R085", "A decision on certainty rests on the inputs of today.", _GRADE, waivable=False
    ),
    warning("R086", "A decision other than proposed gives its reason.", _GRADE, waivable=False),
    warning("R087", "A person has decided on every domain.", _GRADE, waivable=False),
    warning("R088", "No decision on certainty argues with a P value.", _GRADE, waivable=False),
)

_PRISMA = (
    error(
        "R089",
        "prisma.yaml has its form and names items that exist.",
        "Page et al. 2021, the PRISMA 2020 statement, doi:10.1136/bmj.n71",
    ),
)

_ALL = (
    *(*_FORM, *_REFERENCES, *_NUMBERS, *_BETWEEN, *_WAIVERS),
    *(*_CORRECTIONS, *_RISK_OF_BIAS, *_CERTAINTY, *_PRISMA, *_CLAIMS, *_INTEGRITY),
)
RULES: dict[str, Rule] = {rule.code: rule for rule in sorted(_ALL, key=lambda rule: rule.code)}
"""By code. Those below R100 are about form and plain arithmetic, the others about integrity."""


def located(finding: Finding, document: Document) -> Problem:
    """A finding as a problem of a file, with the severity of its rule."""
    line, column = document.locate(finding.where)
    field = ".".join(str(step) for step in finding.where)
    severity = RULES[finding.code].severity
    return Problem(
        document.path, line, column, field, finding.message, finding.hint, finding.code, severity
    )

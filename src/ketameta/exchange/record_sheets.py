"""The sheets of a workbook of study records: which column is which field of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ketameta.records import vocabulary as words
from ketameta.records.vocabulary import Word

Kind = Literal["text", "whole", "number", "words", "flag"]
ARM_KINDS = ("events", "means", "changes")
"""Kinds of data with one row per arm."""
KINDS = (*ARM_KINDS, "single events", "single means", "contrast", "paired", "statement")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its name, where in the record its value belongs, and what may stand in it.

    Attributes
    ----------
    name
        Name in the header row.
    path
        Dotted path below the place that a row describes.
    meaning
        Comment on the header cell.
    kind
        Text, whole number, number, several words joined by "; ", or true/false.
    choices
        The only values allowed.
    required
        Whether a record cannot do without it.
    """

    name: str
    path: str
    meaning: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    required: bool = False


def _word(
    name: str, path: str, meaning: str, kind: type[Word], *, required: bool = True
) -> SheetColumn:
    return SheetColumn(name, path, meaning, "text", tuple(str(word) for word in kind), required)


def _source(prefix: str = "", path: str = "") -> tuple[SheetColumn, ...]:
    start, name = (f"{path}." if path else ""), (f"{prefix}_" if prefix else "")
    return (
        SheetColumn(
            f"{name}source",
            f"{start}source.ref",
            "Key of the document on the sheet Sources in which this was read.",
            required=True,
        ),
        SheetColumn(
            f"{name}locator",
            f"{start}source.locator",
            "Where in the document: abstract, table, figure, page.",
            required=True,
        ),
    )


STUDY = SheetColumn("study", "", "Id of the study, as on the sheet Studies.", required=True)

STUDIES = (
    SheetColumn("id", "id", "first-author-year in lower case, e.g. doe-2020.", required=True),
    _word("status", "status", "What the record may be used for.", words.Status),
    SheetColumn("status_reason", "status_reason", "Needed for every status but included."),
    _word("substance", "substance", "The substance whose use is treated.", words.Substance),
    SheetColumn(
        "authors", "citation.authors", "Doe JA; Roe R (all, in order).", "words", required=True
    ),
    SheetColumn("year", "citation.year", "Year of publication.", "whole", required=True),
    SheetColumn("title", "citation.title", "Title as published.", required=True),
    SheetColumn("journal", "citation.journal", "Journal, or registry."),
    SheetColumn("volume", "citation.volume", "Volume."),
    SheetColumn("issue", "citation.issue", "Issue."),
    SheetColumn("pages", "citation.pages", "Pages."),
    SheetColumn("doi", "citation.doi", "DOI without an address in front."),
    SheetColumn("pmid", "citation.pmid", "PubMed number."),
    SheetColumn("pmcid", "citation.pmcid", "PubMed Central number, PMC..."),
    SheetColumn("url", "citation.url", "Address, where there is no DOI."),
    *_source("citation", "citation"),
    SheetColumn("registry", "registrations.0.registry", "ClinicalTrials.gov, EudraCT, ISRCTN ..."),
    SheetColumn("registration", "registrations.0.id", "Number in that registry."),
    _word("design", "design.type", "Design.", words.DesignType),
    SheetColumn("country", "design.country", "Country or countries.", required=True),
    SheetColumn("setting_years", "design.setting_years", "Years of recruitment."),
    _word("randomised", "design.randomised", "Allocation by chance.", words.YesNo),
    SheetColumn("allocation", "design.allocation", "How people were allocated."),
    SheetColumn(
        "blinded",
        "design.blinded",
        "Who was blinded, several joined by ; : " + "; ".join(str(word) for word in words.Blinded),
        "words",
        required=True,
    ),
    SheetColumn("centres", "design.centres", "Number of centres.", "whole"),
    SheetColumn("enrolled_n", "design.enrolled_n", "Number randomised or enrolled.", "whole"),
    SheetColumn("analysed_n", "design.analysed_n", "Number in the main analysis.", "whole"),
    SheetColumn("follow_up_weeks", "design.follow_up_weeks", "Longest follow-up.", "number"),
    SheetColumn("team", "design.team", "Research team, the same words for all its studies."),
    *_source("design", "design"),
    SheetColumn("diagnosis", "population.diagnosis", "In the paper's terms.", required=True),
    _word("treatment_seeking", "population.treatment_seeking", "Sought treatment.", words.YesNo),
    SheetColumn("setting", "population.setting", "Inpatients, outpatients ..."),
    SheetColumn("eligibility", "population.eligibility", "Who could take part, shortened."),
    *_source("population", "population"),
)
SOURCES = (
    STUDY,
    SheetColumn("key", "", "Short name of the document, e.g. paper.", required=True),
    SheetColumn("document", "document", "What was read.", required=True),
    SheetColumn("url", "url", "Address, https://..."),
    SheetColumn("doi", "doi", "DOI of the document."),
    _word("level", "level", "How far reading it verifies a value.", words.Verification),
)
ARMS = (
    STUDY,
    SheetColumn("arm", "id", "Short name, e.g. ketamine.", required=True),
    SheetColumn("label", "label", "Name in tables and plots.", required=True),
    _word("role", "role", "Part in the comparison.", words.Role),
    _word(
        "control_type", "control_type", "For control arms only.", words.ControlType, required=False
    ),
    SheetColumn("drug", "drug", "What was given.", required=True),
    _word("enantiomer", "enantiomer", "Which form of ketamine.", words.Enantiomer),
    SheetColumn("dose", "dose.amount", "Dose per session.", "number"),
    _word("dose_unit", "dose.unit", "Unit of the dose.", words.DoseUnit, required=False),
    SheetColumn("dose_details", "dose_details", "Dose in words, where it has parts or varies."),
    SheetColumn("infusion_minutes", "infusion_minutes", "Length of the infusion.", "number"),
    _word("route", "route", "Route of administration.", words.Route),
    SheetColumn("sessions", "sessions", "Number of administrations.", "whole"),
    _word("psychotherapy", "psychotherapy.type", "Beside the drug.", words.PsychotherapyType),
    SheetColumn("psychotherapy_details", "psychotherapy.description", "What it was."),
    SheetColumn("n_randomised", "n_randomised", "People randomised to the arm.", "whole"),
    SheetColumn("notes", "notes", "Anything else about the arm."),
    *_source(),
)
OUTCOMES = (
    STUDY,
    SheetColumn("outcome", "id", "Short name, e.g. abstinence-6-months.", required=True),
    _word("construct", "construct", "What the outcome measures.", words.Construct),
    SheetColumn("definition", "definition", "The study's own definition.", required=True),
    _word("better", "better", "Which direction is good.", words.Better),
    SheetColumn("instrument", "instrument", "Key of an instrument in vocabulary.yaml."),
    SheetColumn("unit", "unit", "Unit, for outcomes without an instrument."),
    SheetColumn("minimum", "minimum", "Lowest possible score.", "number"),
    SheetColumn("maximum", "maximum", "Highest possible score.", "number"),
    SheetColumn("steps_per_point", "steps_per_point", "1 where scores are whole numbers.", "whole"),
    SheetColumn("ascertainment", "ascertainment", "How it was established; several by ;", "words"),
    _word("primary", "primary", "Named as primary by the study.", words.YesNo, required=False),
)
RESULT = (
    SheetColumn("result_id", "id", "Needed only where notes or questions point at it."),
    SheetColumn("time_label", "time.label", "Time point as the source names it.", required=True),
    SheetColumn("weeks", "time.weeks", "Weeks after the start of treatment.", "number"),
    _word("phase", "time.phase", "Where in the study.", words.Phase),
    _word("assessment", "assessment", "Occasion.", words.Assessment, required=False),
    _word("population", "population", "Who is counted.", words.AnalysisPopulation, required=False),
    _word(
        "unknown_are", "unknown_are", "People without an outcome.", words.UnknownAre, required=False
    ),
    SheetColumn("kind", "data.kind", "Which kind of numbers.", choices=KINDS, required=True),
    *_source(),
    SheetColumn("derivation", "source.derivation", "The arithmetic, if a value was computed."),
    SheetColumn("notes", "notes", "What a user of these numbers must know."),
)
"""Columns that are the same on every row of a result."""
NUMBERS = (
    SheetColumn("n", "n", "People analysed.", "whole"),
    SheetColumn("events", "events", "People with the event.", "whole"),
    SheetColumn("unknown", "unknown", "People whose outcome is not known.", "whole"),
    SheetColumn("mean", "mean", "Mean, as printed.", "number"),
    SheetColumn("sd", "sd", "Standard deviation, as printed.", "number"),
    SheetColumn("se", "se", "Standard error.", "number"),
    SheetColumn("ci_low", "ci_low", "Lower 95 % confidence limit.", "number"),
    SheetColumn("ci_high", "ci_high", "Upper 95 % confidence limit.", "number"),
    SheetColumn("median", "median", "Median.", "number"),
    SheetColumn("q1", "q1", "First quartile.", "number"),
    SheetColumn("q3", "q3", "Third quartile.", "number"),
    SheetColumn("minimum", "minimum", "Smallest observed value.", "number"),
    SheetColumn("maximum", "maximum", "Largest observed value.", "number"),
)
"""Columns of one arm, or of the only group."""
COMPARISON = (
    _word("measure", "measure", "Contrast: measure.", words.ContrastMeasure, required=False),
    SheetColumn("experimental", "experimental", "Contrast, statement: tested arms; by ;", "words"),
    SheetColumn("control", "control", "Contrast, statement: control arms; by ;", "words"),
    SheetColumn("estimate", "estimate", "Contrast: estimate as printed, not logged.", "number"),
    SheetColumn("p", "p", "P value as printed, e.g. <0.001."),
    _word("direction", "direction", "Statement: what is said.", words.Direction, required=False),
    SheetColumn("text", "text", "Statement: in your own words."),
)
"""Columns of comparisons as the source reports them."""
RESULTS = (
    STUDY,
    SheetColumn("outcome", "", "Short name, as on the sheet Outcomes.", required=True),
    SheetColumn("result", "", "1 for the first time point of the outcome, 2 ...", "whole"),
    SheetColumn("arm", "", "Short name of the arm, as on the sheet Arms; a row per arm."),
    *RESULT,
    *NUMBERS,
    *COMPARISON,
)
NOTES = (
    STUDY,
    SheetColumn("about", "about", "The field or outcome that the note is about.", required=True),
    SheetColumn("text", "text", "The note, in your own words.", required=True),
    SheetColumn("contradiction", "contradiction", "true where sources disagree.", "flag"),
    SheetColumn("refs", "refs", "Keys of the documents; several by ;", "words"),
)
MISSING = (
    STUDY,
    SheetColumn("what", "what", "The value that is missing.", required=True),
    SheetColumn("where", "where", "Where it can be found.", required=True),
)
OTHER = (
    STUDY,
    SheetColumn("field", "", "Place in the record, e.g. arms.0.dose_details.", required=True),
    SheetColumn(
        "kind",
        "",
        "text, number, flag, list or nothing.",
        choices=("text", "number", "flag", "list", "nothing"),
        required=True,
    ),
    SheetColumn("value", "", "The value; lists as JSON."),
)
SHEETS: dict[str, tuple[SheetColumn, ...]] = {
    "Studies": STUDIES,
    "Sources": SOURCES,
    "Arms": ARMS,
    "Outcomes": OUTCOMES,
    "Results": RESULTS,
    "Notes": NOTES,
    "Missing": MISSING,
    "Other fields": OTHER,
}


def numbers_path(kind: str, arm: str) -> str:
    """Where the columns `NUMBERS` of a row belong, below the result."""
    if kind in ARM_KINDS:
        return f"data.arms.{arm}"
    return "data.value" if kind == "single means" else "data"

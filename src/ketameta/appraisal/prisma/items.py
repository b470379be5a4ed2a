"""The items of PRISMA 2020 in our own words, and who can answer each.

Page MJ, McKenzie JE, Bossuyt PM, et al. BMJ 2021;372:n71. doi:10.1136/bmj.n71.
"""

from __future__ import annotations

from dataclasses import dataclass

TOOL, TEAM, AUTHOR = "filled from the records", "stated by the team", "to be written"


@dataclass(frozen=True, slots=True)
class Item:
    """One item.

    Attributes
    ----------
    number, section, topic
        As in the statement.
    asks
        What is to be reported, in our own words.
    by
        Who answers: the tool from its records, the team in prisma.yaml, or the author's text.
    place
        Anchor in the report where the tool's answer stands; "" where it gives none.
    """

    number: str
    section: str
    topic: str
    asks: str
    by: str
    place: str = ""


ITEMS = (
    Item("1", "Title", "Title", "Say that it is a systematic review.", AUTHOR),
    Item("2", "Abstract", "Abstract", "An abstract by PRISMA 2020 for Abstracts.", AUTHOR),
    Item("3", "Introduction", "Rationale", "Why the review, given what is known.", AUTHOR),
    Item("4", "Introduction", "Objectives", "The questions of the review.", AUTHOR, "questions"),
    Item(
        "5",
        "Methods",
        "Eligibility",
        "Which studies count, and how they are grouped.",
        TEAM,
        "methods",
    ),
    Item("6", "Methods", "Sources", "Every source searched and when it was last.", TEAM),
    Item("7", "Methods", "Search", "The full search strategy of every source.", TEAM),
    Item("8", "Methods", "Selection", "How studies were selected, by how many people.", TEAM),
    Item("9", "Methods", "Data collection", "How data were collected, by how many people.", TEAM),
    Item(
        "10a",
        "Methods",
        "Outcomes",
        "Outcomes sought, and which result was taken.",
        TOOL,
        "methods",
    ),
    Item(
        "10b",
        "Methods",
        "Other variables",
        "Other variables, and what was assumed.",
        TOOL,
        "studies",
    ),
    Item("11", "Methods", "Risk of bias", "How risk of bias was judged, by how many people.", TEAM),
    Item("12", "Methods", "Effect measures", "Effect measures of every outcome.", TOOL, "methods"),
    Item("13a", "Methods", "Synthesis", "Which studies enter which synthesis.", TOOL, "methods"),
    Item("13b", "Methods", "Synthesis", "How data were prepared and converted.", TOOL, "methods"),
    Item(
        "13c", "Methods", "Synthesis", "How results are tabulated and displayed.", TOOL, "methods"
    ),
    Item("13d", "Methods", "Synthesis", "Models, heterogeneity, software.", TOOL, "methods"),
    Item(
        "13e", "Methods", "Synthesis", "How causes of heterogeneity were explored.", TOOL, "methods"
    ),
    Item("13f", "Methods", "Synthesis", "Sensitivity analyses.", TOOL, "methods"),
    Item(
        "14",
        "Methods",
        "Missing results",
        "How bias from missing results was judged.",
        TOOL,
        "methods",
    ),
    Item("15", "Methods", "Certainty", "How certainty was judged.", TEAM, "methods"),
    Item(
        "16a", "Results", "Selection", "Numbers at each stage, with a flow diagram.", TOOL, "flow"
    ),
    Item(
        "16b",
        "Results",
        "Selection",
        "Near misses, each with its reason.",
        TOOL,
        "excluded-reports",
    ),
    Item(
        "17", "Results", "Characteristics", "Each study and its characteristics.", TOOL, "studies"
    ),
    Item("18", "Results", "Risk of bias", "Judgements of each study.", TOOL, "risk-of-bias"),
    Item("19", "Results", "Single studies", "Numbers and effect of each study.", TOOL, "questions"),
    Item(
        "20a",
        "Results",
        "Syntheses",
        "Studies and risk of bias in each synthesis.",
        TOOL,
        "questions",
    ),
    Item("20b", "Results", "Syntheses", "Estimates, precision, heterogeneity.", TOOL, "questions"),
    Item("20c", "Results", "Syntheses", "What explains heterogeneity.", TOOL, "questions"),
    Item("20d", "Results", "Syntheses", "Sensitivity analyses.", TOOL, "questions"),
    Item(
        "21",
        "Results",
        "Missing results",
        "Bias from missing results in each synthesis.",
        TOOL,
        "evidence-map",
    ),
    Item("22", "Results", "Certainty", "Certainty of each outcome.", TOOL, "certainty"),
    Item("23a", "Discussion", "Discussion", "Results in the light of other evidence.", AUTHOR),
    Item("23b", "Discussion", "Discussion", "Limits of the evidence.", AUTHOR, "against"),
    Item("23c", "Discussion", "Discussion", "Limits of the review's methods.", AUTHOR),
    Item("23d", "Discussion", "Discussion", "What follows for practice, policy, research.", AUTHOR),
    Item("24a", "Other", "Registration", "Register and number, or that there is none.", TEAM),
    Item("24b", "Other", "Protocol", "Where the protocol is, or that there is none.", TEAM),
    Item("24c", "Other", "Amendments", "Changes to registration or protocol.", TEAM),
    Item("25", "Other", "Support", "Funding and the funders' part.", TEAM),
    Item("26", "Other", "Interests", "Competing interests.", TEAM),
    Item(
        "27",
        "Other",
        "Availability",
        "Data, code and materials, and where they are.",
        TOOL,
        "provenance",
    ),
)
NUMBERS = tuple(item.number for item in ITEMS)

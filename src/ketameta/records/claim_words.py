"""The words a claim file may use, each with its meaning."""

from __future__ import annotations

from ketameta.records.vocabulary import Word


class ClaimText(Word):
    """A kind of public text in which a claim was met; five texts were read, none is named."""

    ALCOHOL_PAGE = "A", "A clinic's page on alcohol."
    DIRECTORY_GUIDE = "B", "A guide on addiction in a directory of clinics."
    DISORDER_PAGE = "C", "A page on alcohol use disorder."
    THERAPY_PAGE = "D", "A page on ketamine-assisted psychotherapy."
    OTHER_ALCOHOL_PAGE = "E", "Another clinic's page on alcohol."


class ClaimKind(Word):
    """What sort of claim it is, which decides how it can be tested."""

    OUTCOME = "outcome", "What treatment does; results of trials can answer it."
    FACT = "fact", "A citation or a figure, which can be looked up."
    SAFETY = "safety", "Harms, or that there are none; counts of events can answer it."
    PRACTICE = "practice", "How treatment is given; set beside what the trials did."
    MECHANISM = "mechanism", "How ketamine works; outside what pooled trials can show."


class Verdict(Word):
    """What the evidence on record makes of a claim."""

    SUPPORTED = "supported", "Every part of the claim is borne out by the evidence on record."
    SMALL = (
        "supported but small or uncontrolled",
        "What is on record points the way the claim says, but rests on few people, on single "
        "studies, on results in words, or on studies without a placebo group.",
    )
    OUTDATED = "outdated", "It was right once; a newer figure has replaced it."
    HALF_TRUE = (
        "half-true",
        "One part of the claim is borne out and another is not, or results differ.",
    )
    MISATTRIBUTED = "misattributed", "The study it leans on is about something else."
    CONTRADICTED = (
        "contradicted",
        "What is on record says the opposite; where that is small or uncontrolled evidence, it is "
        "said beside the word.",
    )
    NO_EVIDENCE = (
        "no evidence",
        "Nothing on record shows it: there is no result, or none that tells one direction from "
        "the other. That is not evidence of the opposite.",
    )
    OUTSIDE = (
        "outside what pooled trials can show",
        "A statement about how ketamine works. Trials of treatment cannot judge it, so it is not "
        "judged here.",
    )


class Bearing(Word):
    """What a documented fact means for the part of the claim that it is set beside."""

    SUPPORTS = "supports", "It says what the claim says."
    IN_PART = "supports in part", "It says so for some people, or under conditions."
    AGAINST = "speaks against", "It says something else."
    BACKGROUND = "background", "A reader should know it; it decides nothing."


class Share(Word):
    """Which arms a rule on arms looks at, and what it asks of them."""

    ROUTE = "route", "The arm received ketamine by one of the routes named."
    MINUTES = "minutes", "One infusion lasted between the two numbers of minutes."
    SESSIONS = "sessions", "The number of administrations lies between the two numbers."
    VARIED = "varied dose", "The dose had a range, or was raised, within the arm."

"""The fields that a table of study results can fill, and the names that people give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketameta.exchange.record_sheets import Kind


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field: its name in mapping files, its meaning, its kind, and headers that mean it."""

    name: str
    meaning: str
    kind: Kind = "text"
    headers: tuple[str, ...] = ()


def _arms(name: str, meaning: str, kind: Kind) -> tuple[ImportField, ...]:
    return tuple(ImportField(f"{name}_{i}", f"{meaning}, group {i}", kind) for i in (1, 2))


_FIELDS = (
    ImportField(
        "study",
        "Study: author and year, or a label",
        headers=(
            *("study", "study id", "studyid", "study name", "slab", "label", "trial", "author"),
            *("authors year", "author year", "first author", "reference", "studie", "autor"),
            *("etude", "auteur", "estudio", "studio", "autore", "estudo", "onderzoek", "studies"),
        ),
    ),
    ImportField("authors", "Authors, joined by ;", "words", ("authors", "all authors", "autoren")),
    ImportField(
        "year",
        "Year of publication",
        "whole",
        (
            *("year", "publication year", "pub year", "study year", "jahr", "annee", "ano"),
            *("anno", "jaar", "ar"),
        ),
    ),
    ImportField("title", "Title", headers=("title", "titel", "titre", "titulo", "titolo")),
    ImportField("journal", "Journal", headers=("journal", "zeitschrift", "revue", "revista")),
    ImportField("doi", "DOI", headers=("doi",)),
    ImportField("pmid", "PubMed number", headers=("pmid", "pubmed", "pubmed id")),
    ImportField(
        "registration",
        "Registry number",
        headers=("registration", "nct", "nct number", "trial registration", "registry id"),
    ),
    ImportField(
        "substance",
        "Substance whose use is treated: alcohol, opioid ...",
        headers=("substance", "substanz", "drug of abuse", "sustancia"),
    ),
    ImportField("design", "Design: parallel, crossover ...", headers=("design", "study design")),
    ImportField("country", "Country", headers=("country", "land", "pays", "pais", "paese")),
    ImportField("randomised", "Randomised: yes, no", headers=("randomised", "randomized", "rct")),
    ImportField("blinded", "Who was blinded, joined by ;", "words", ("blinded", "blinding")),
    ImportField("diagnosis", "Diagnosis", headers=("diagnosis", "diagnose", "population")),
    ImportField(
        "outcome",
        "Outcome in words",
        headers=("outcome", "outcome name", "outcome type", "endpoint", "endpunkt", "desenlace"),
    ),
    ImportField("construct", "What it measures: abstinence, craving ...", headers=("construct",)),
    ImportField("better", "Which direction is good: higher, lower", headers=("better",)),
    ImportField("instrument", "Key of the instrument in vocabulary.yaml"),
    ImportField(
        "time_label",
        "Time point in words",
        headers=("time", "time point", "timepoint", "time label", "follow up", "zeitpunkt"),
    ),
    ImportField(
        "weeks", "Weeks after the start of treatment", "number", ("weeks", "time weeks", "week")
    ),
    ImportField("phase", "Phase: end of treatment, follow-up ...", headers=("phase",)),
    ImportField("arm_1", "Name of group 1, the tested treatment"),
    ImportField("arm_2", "Name of group 2, the control"),
    ImportField(
        "control_type",
        "What group 2 received: inert placebo, active placebo ...",
        headers=("control type", "control_type", "comparator type"),
    ),
    *_arms("n_randomised", "People randomised", "whole"),
    *_arms("events", "People with the event", "whole"),
    *_arms("n", "People analysed", "whole"),
    *_arms("mean", "Mean", "number"),
    *_arms("sd", "Standard deviation", "number"),
    *_arms("se", "Standard error", "number"),
    ImportField("measure", "Measure of a reported effect: OR, RR, HR, MD ..."),
    ImportField(
        "estimate",
        "Reported effect as printed, ratios not logged",
        "number",
        ("estimate", "effect", "effect estimate", "or", "rr", "hr", "odds ratio", "risk ratio"),
    ),
    ImportField(
        "ci_low",
        "Lower confidence limit of the effect",
        "number",
        ("ci low", "ci lower", "lower ci", "lci", "lower limit", "ci start", "ll", "lower"),
    ),
    ImportField(
        "ci_high",
        "Upper confidence limit of the effect",
        "number",
        ("ci high", "ci upper", "upper ci", "uci", "upper limit", "ci end", "ul", "upper"),
    ),
    ImportField("p", "P value as printed", headers=("p", "p value", "pvalue", "p wert")),
    ImportField(
        "locator",
        "Where in the report: Table 2, page 5",
        headers=("locator", "page", "source in paper", "seite", "table"),
    ),
)
FIELDS: Mapping[str, ImportField] = {field.name: field for field in _FIELDS}

STATISTICS: Mapping[str, tuple[str, ...]] = {
    "n_randomised": ("randomised", "randomized", "randomisiert", "allocated"),
    "events": (
        *("events", "event", "cases", "responders", "ereignisse", "ereignis", "evenements"),
        *("evenement", "eventos", "evento", "eventi", "gebeurtenissen", "handelser"),
    ),
    "n": (
        *("n", "total", "totaln", "size", "participants", "patients", "people", "sample", "anzahl"),
        *("patienten", "effectif", "numero", "aantal", "antal", "ntotal", "subjects"),
    ),
    "mean": (
        *("mean", "m", "avg", "average", "mittelwert", "mw", "moyenne", "media", "gemiddelde"),
        *("medelvarde", "promedio", "medie"),
    ),
    "sd": (
        *("sd", "std", "stdev", "stddev", "standardabweichung", "sds", "ds", "desviacion"),
        *("standaardafwijking", "deviation", "ecart", "desvio"),
    ),
    "se": ("se", "sem", "standardfehler"),
    "arm": ("arm", "condition", "group", "gruppe", "groupe", "grupo", "name", "intervention"),
}
"""Words for each number of a group, in several languages; without accents, in lower case."""

FIRST = (
    *("1", "treatment", "treat", "trt", "exp", "experimental", "experiment", "int"),
    *("intervention", "interventions", "ket", "ketamine", "ketamin", "esketamine", "active"),
    *("verum", "behandlung", "traitement", "tratamiento", "intervencion", "trattamento"),
    *("interventionsgruppe", "ketamingruppe", "tratamento", "behandeling", "case"),
)
SECOND = (
    *("2", "control", "controls", "ctrl", "ctl", "con", "placebo", "pbo", "plc", "comparator"),
    *("comparison", "saline", "midazolam", "kontrolle", "kontrollgruppe", "kontroll", "temoin"),
    *("controle", "placebogruppe", "vergleich", "controlo", "controllo", "vehicle"),
)
LETTERS = {"e": 1, "t": 1, "i": 1, "k": 1, "c": 2, "p": 2}
"""Single letters that stand for a group behind a statistic: n.e, mean.c, nT."""

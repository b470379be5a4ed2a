"""A record from an entry of ClinicalTrials.gov: what the entry says, marked as read there."""

from __future__ import annotations

import re
from typing import Any

from ketameta.authoring.registry_arms import arms_of
from ketameta.authoring.registry_json import Node
from ketameta.authoring.registry_people import BASELINE, baseline_of
from ketameta.authoring.registry_results import Results, results_of

SOURCE = "registry"
ADDRESS = "https://clinicaltrials.gov/study/"
_MODELS = {
    "PARALLEL": "parallel",
    "CROSSOVER": "crossover",
    "FACTORIAL": "factorial",
    "SINGLE_GROUP": "single arm",
}
_BLINDED = {
    "PARTICIPANT": "participants",
    "CARE_PROVIDER": "care providers",
    "INVESTIGATOR": "investigators",
    "OUTCOMES_ASSESSOR": "outcome assessors",
}
_SUBSTANCES = {
    "alcohol": r"alcohol|drink",
    "opioid": r"opioid|opiate|heroin|fentanyl",
    "cocaine": r"cocaine",
    "cannabis": r"cannabis|marijuana",
    "tobacco": r"tobacco|nicotine|smok",
    "methamphetamine": r"methamphetamine",
    "benzodiazepine": r"benzodiazepine",
}


def cited(locator: str, **more: Any) -> dict[str, Any]:
    """A reference to a field of the entry."""
    return {"ref": SOURCE, "locator": locator, **more}


def registry_record(study: Node) -> dict[str, Any]:
    """The record that an entry of ClinicalTrials.gov makes.

    Every value has the level `registry` and the module it stands in. What needs a judgement (which
    direction is good, what an outcome measures, the dose) is left out and listed under `missing`.
    """
    protocol = study.at("protocolSection")
    number = protocol.text("identificationModule", "nctId")
    arms, gaps = arms_of(study)
    results = results_of(study, [arm["id"] for arm in arms])
    record: dict[str, Any] = {}
    if substance := _substance(protocol):
        record["substance"] = substance
    record |= {
        "citation": _citation(protocol, number),
        "registrations": _registrations(protocol, number),
        "sources": {SOURCE: _source(protocol, number)},
        "funding": _funding(protocol),
        "design": _design(protocol, len(arms)),
        "population": _population(study),
        "arms": arms,
    }
    if results.outcomes:
        record["outcomes"] = results.outcomes
    record["missing"] = _missing(protocol, gaps, results, number)
    return record


def _citation(protocol: Node, number: str) -> dict[str, Any]:
    identification = protocol.at("identificationModule")
    sponsor = protocol.text("sponsorCollaboratorsModule", "leadSponsor", "name")
    title = identification.text("officialTitle") or identification.text("briefTitle") or number
    return {
        "authors": [sponsor or "Sponsor not named"],
        "authors_complete": False,
        "short_label": number,
        "year": None,
        "title": title,
        "journal": "ClinicalTrials.gov",
        "url": f"{ADDRESS}{number}",
        "source": cited("identificationModule"),
    }


def _registrations(protocol: Node, number: str) -> list[dict[str, Any]]:
    status = protocol.at("statusModule")
    state = status.text("overallStatus").replace("_", " ").lower()
    note = f"Status {state}" if state else "Status not stated"
    if date := status.text("statusVerifiedDate"):
        note += f", verified {date}"
    found = [{"registry": "ClinicalTrials.gov", "id": number, "note": note}]
    others = protocol.each("identificationModule", "secondaryIdInfos")
    known = [o.text("id") for o in others if o.text("type") == "EUDRACT_NUMBER"]
    found += [{"registry": "EudraCT", "id": name} for name in known if name]
    return found


def _source(protocol: Node, number: str) -> dict[str, Any]:
    date = protocol.text("statusModule", "lastUpdatePostDateStruct", "date")
    version = f", version posted {date}" if date else ""
    return {
        "document": f"ClinicalTrials.gov entry {number} as JSON{version}",
        "url": f"{ADDRESS}{number}",
        "level": "registry",
    }


def _funding(protocol: Node) -> dict[str, Any]:
    module = protocol.at("sponsorCollaboratorsModule")
    names = [module.text("leadSponsor", "name")]
    names += [item.text("name") for item in module.each("collaborators")]
    return {
        "funders": [name for name in names if name],
        "conflict_of_interest": "not stated",
        "source": cited("sponsorCollaboratorsModule"),
    }


def _design(protocol: Node, arms: int) -> dict[str, Any]:
    module, status = protocol.at("designModule"), protocol.at("statusModule")
    allocation = module.text("designInfo", "allocation")
    model = _MODELS.get(module.text("designInfo", "interventionModel"), "")
    if model == "parallel" and allocation == "NON_RANDOMIZED":
        model = "non-randomised controlled"
    if arms == 1 and model in ("", "parallel"):
        model = "single arm"
    countries = [
        place.text("country") for place in protocol.each("contactsLocationsModule", "locations")
    ]
    centres = len([name for name in countries if name])
    started, ended = (
        status.text("startDateStruct", "date"),
        status.text("completionDateStruct", "date"),
    )
    design: dict[str, Any] = {"type": model} if model else {}
    design["country"] = ", ".join(dict.fromkeys(n for n in countries if n)) or "not stated"
    if started:
        design["setting_years"] = f"{started} to {ended}" if ended else f"from {started}"
    randomised = {"RANDOMIZED": "yes", "NON_RANDOMIZED": "no", "NA": "no"}
    design["randomised"] = randomised.get(allocation, "not stated")
    design["blinded"] = _blinded(module)
    if centres:
        design["centres"] = centres
    design |= _ending(status)
    people = module.count("enrollmentInfo", "count")
    if people is not None:
        actual = module.text("enrollmentInfo", "type") == "ACTUAL"
        design["enrolled_n" if actual else "planned_n"] = people
    design["source"] = cited("designModule")
    places = {"country": "contactsLocationsModule", "setting_years": "statusModule"}
    places |= {"centres": "contactsLocationsModule, number of locations"}
    places |= {"stopped_early": "statusModule", "stopping_reason": "statusModule, whyStopped"}
    design["field_sources"] = {k: cited(v) for k, v in places.items() if k in design}
    return design


def _ending(status: Node) -> dict[str, Any]:
    if status.text("overallStatus") != "TERMINATED":
        return {"stopped_early": "not stated"}
    why = status.text("whyStopped")
    return {"stopped_early": "yes", **({"stopping_reason": why} if why else {})}


def _blinded(module: Node) -> list[str]:
    masking = module.at("designInfo", "maskingInfo")
    who = [_BLINDED[w.text()] for w in masking.each("whoMasked") if w.text() in _BLINDED]
    if who:
        return list(dict.fromkeys(who))
    return ["nobody"] if masking.text("masking") == "NONE" else ["not stated"]


def _population(study: Node) -> dict[str, Any]:
    protocol = study.at("protocolSection")
    conditions = [item.text() for item in protocol.each("conditionsModule", "conditions")]
    population: dict[str, Any] = {
        "diagnosis": "; ".join(c for c in conditions if c) or "not stated",
        "treatment_seeking": "not stated",
    }
    eligibility = protocol.at("eligibilityModule")
    age: dict[str, Any] = {}
    for name, field in (("minimum", "minimumAge"), ("maximum", "maximumAge")):
        found = re.fullmatch(r"([0-9]{1,3}) Years?", eligibility.text(field))
        if found:
            age[name] = int(found[1])
    people = baseline_of(study)
    age = {**people.pop("age", {}), **age}
    if age:
        population["age"] = age
    population |= people
    if criteria := eligibility.text("eligibilityCriteria"):
        population["eligibility"] = criteria
    population["source"] = cited("conditionsModule")
    places = {"eligibility": "eligibilityModule", "female": BASELINE}
    population["field_sources"] = {k: cited(v) for k, v in places.items() if k in population}
    for name in age:
        allowed = name in ("minimum", "maximum")
        module = "eligibilityModule" if allowed else f"{BASELINE}, Age, Continuous"
        population["field_sources"][f"age.{name}"] = cited(module)
    if not population["field_sources"]:
        del population["field_sources"]
    return population


def _substance(protocol: Node) -> str:
    """The substance that the conditions name, if they name exactly one."""
    text = " ".join(item.text() for item in protocol.each("conditionsModule", "conditions"))
    found = [name for name, words in _SUBSTANCES.items() if re.search(words, text, re.IGNORECASE)]
    return found[0] if len(found) == 1 else ""


def _missing(
    protocol: Node, gaps: list[str], results: Results, number: str
) -> list[dict[str, str]]:
    where = f"{ADDRESS}{number}"
    listed = [*gaps, *results.missing]
    for kind, name in (("primaryOutcomes", "Primary"), ("secondaryOutcomes", "Secondary")):
        for item in protocol.each("outcomesModule", kind):
            title = item.text("measure", longest=200)
            if title and not results.measured:
                frame = item.text("timeFrame", longest=120)
                listed.append(f"{name} outcome without posted results: {title} ({frame})")
    listed.append("Papers about the trial, and whether the entry agrees with them")
    return [{"what": what, "where": where} for what in listed]

"""Importers against files as other programs write them; where they are from: data/README.md."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.exchange.reviews import files

from ketameta.authoring.registry import registry_record
from ketameta.authoring.registry_groups import arms_by_group
from ketameta.authoring.registry_json import read_registry
from ketameta.errors import DataError, UsageError
from ketameta.exchange.prisma_csv import read_prisma_csv
from ketameta.exchange.references.eppi import read_eppi
from ketameta.exchange.references.formats import READABLE, read_references
from ketameta.exchange.reviews.analyses import Judgement
from ketameta.exchange.reviews.metapsy import from_metapsy
from ketameta.exchange.reviews.package import read_package
from ketameta.exchange.reviews.recomputation import recomputed
from ketameta.exchange.reviews.revman_reading import from_revman
from ketameta.exchange.reviews.rm5 import read_rm5
from ketameta.exchange.tabular import read_table
from ketameta.measures.arms import Means
from ketameta.measures.continuous import standardised_mean_difference

DATA = Path(__file__).parent / "data"


def test_random_effects_are_those_that_revman_computed() -> None:
    symptoms, sinusitis = read_rm5(DATA / "rm5" / "random-effects.rm5").analyses
    assert (symptoms.id, symptoms.measure, symptoms.method, symptoms.random) == (
        *("1.4", "RR", "MH"),
        True,
    )
    assert list(symptoms.subgroups) == ["positive", "negative", "untested"]
    assert symptoms.rows[6].study == "El-Daher 1991"
    found = recomputed(symptoms)
    # 20 studies: effect, two limits, weight; the total and 3 subgroups: 8 numbers each; the test
    # for subgroup differences: 2.
    assert (found.compared, found.differences, found.stale) == (20 * 4 + 4 * 8 + 2, (), ())
    assert found.values["tau2"] == pytest.approx(0.06791603062321944, rel=1e-12)
    # Four of eight trials without events on either side: zeros there are no stale results.
    found = recomputed(sinusitis)
    assert (found.compared, found.differences, found.stale) == (4 * 4 + 8, (), ())
    assert found.values["effect"] == pytest.approx(0.4821397994481986, rel=1e-12)


def test_posted_results_of_a_registry_entry() -> None:
    record = registry_record(read_registry(DATA / "clinicaltrials" / "NCT03722472.json"))
    assert [arm["n_randomised"] for arm in record["arms"]] == [23, 25]
    outcomes = {outcome["id"]: outcome["results"][0] for outcome in record["outcomes"]}
    assert list(outcomes) == [
        *("local-injection-site-reactogenicity", "systemic-reactogenicity"),
        *("completed", "serious-adverse-events"),
    ]
    assert outcomes["systemic-reactogenicity"]["data"]["arms"] == {
        "single-vial-id93-gla-se": {"events": 9, "n": 23},
        "two-vial-id93-gla-se": {"events": 12, "n": 25},
    }
    assert outcomes["completed"]["data"]["arms"]["two-vial-id93-gla-se"]["events"] == 22
    gaps = "\n".join(gap["what"] for gap in record["missing"])
    # 100 per cent of 23 people is not 100 people, and geometric means are not means.
    assert "IgG Antibody Response Rate: reported as number" in gaps
    assert "Magnitude: reported as geometric mean" in gaps
    assert "results of Two-vial Presentation ID93 + GLA-SE are those of the arm Two-vial" in gaps
    assert "BMI <18 or >35" in record["population"]["eligibility"]


@pytest.mark.parametrize(
    ("groups", "arms", "expected"),
    [
        (["ketamine (Group)", "PLACEBO"], ["Ketamine", "Placebo"], [0, 1]),
        (["Total", "Ketamine infusion"], ["Ketamine", "Placebo"], [None, 0]),
        (["Ketamine then placebo"], ["Ketamine", "Placebo"], [None]),
        (["Ketamine site A", "Ketamine site B"], ["Ketamine", "Placebo"], [None, None]),
        (["Ketamine plus therapy given"], ["Ketamine", "Ketamine plus therapy"], [1]),
        (["Ketamine 0.5 mg"], ["Ketamine 0.5 mg/kg", "Ketamine 0.1 mg/kg"], [0]),
        (["Ketamine 0.5", "Ketamine 0.8"], ["Ketamine", "Placebo"], [None, None]),
        (["", "+"], ["Ketamine", "-"], [None, None]),
    ],
)
def test_groups_are_arms_only_where_titles_leave_no_doubt(
    groups: list[str], arms: list[str], expected: list[int | None]
) -> None:
    ids = {label: f"arm {i}" for i, label in enumerate(arms)}
    found = arms_by_group({str(i): title for i, title in enumerate(groups)}, ids)
    assert [found.get(str(i)) for i in range(len(groups))] == [
        None if i is None else f"arm {i}" for i in expected
    ]


def test_metapsy_as_european_spreadsheets_save_it() -> None:
    path = DATA / "metapsy" / "semicolons.csv"
    table, told = from_metapsy(read_table(path))
    assert told == []
    assert table.columns["arm_1"] == ("HNC", "NFPP NFPP brief", "Level 4", "BPT")
    assert table.columns["arm_2"][:3] == ("wl", "wl", "wl")
    assert table.columns["data_kind"] == ("means", "means", "means", "events")
    assert table.columns["weeks"] == (None, None, None, 12.0)
    stated = list(csv.DictReader(io.StringIO(path.read_text("utf-8")), delimiter=";"))
    columns = {
        name: [float(str(c)) for c in cells[:3]]
        for name, cells in table.columns.items()
        if name[-2:] in ("_1", "_2") and not name.startswith(("arm", "events"))
    }
    one, two = (Means(*(columns[f"{name}_{i}"] for name in ("mean", "sd", "n"))) for i in (1, 2))
    effects, _ = standardised_mean_difference(one, two, variance="RevMan")
    for i, g in enumerate(effects):
        # metapsyTools turns the sign: lower is better there. Its J is RevMan's.
        assert -g == pytest.approx(float(stated[i][".g"].replace(",", ".")), rel=1e-12)


def test_codes_with_their_arms_and_passages() -> None:
    review = read_eppi(DATA / "eppi" / "report.json")
    (item,) = review.references
    assert item.reference.authors == ("Nobody, Nirmala", "Else, Stephanie W. Y", "Third, Ben")
    assert (item.reference.year, item.reference.doi, item.reference.kind) == ("2020", "", "other")
    first, unknown, bare = item.codes
    assert first.path == ("Data Extraction", "Substance", "Alcohol")
    assert first.text == (
        'arm Ketamine; detoxified; Page 12: "adults with a di agnosis of alcohol use disorder"'
    )
    assert (unknown.path, bare.text) == (("5215229",), "")
    assert any("stand as numbers: 1" in note for note in review.notes)
    assert any("outcomes with effects are not read: 1" in note for note in review.notes)


def test_the_flow_with_databases_by_name_and_placeholders() -> None:
    flow = read_prisma_csv((DATA / "prisma" / "PRISMA.csv").read_text("utf-8"), "PRISMA.csv")
    assert [(p.name, p.n) for p in flow.databases] == [
        *(("CENTRAL", 80), ("Embase", 220), ("MEDLINE", 200)),
    ]
    # "WHO ICTRP. 59" is no name and number: the sum of the registers stands, under both names.
    both = "ClinicalTrials.gov, 67; WHO ICTRP. 59"
    assert [(p.name, p.n) for p in flow.registers] == [(both, 126)]
    assert [r.n for r in flow.databases_and_registers.reasons] == [17, 16]
    assert flow.other_methods.reasons == ()  # "Reason1, xxx; Reason2, xxx"


# Columns of version 2, since September 2024.
OVERALL = """Analysis group,Analysis number,Analysis name,Analysis group name,Data source,\
Data source eligibility,Data type,Log-scale data,Outcome,Intervention grouping,\
Experimental intervention,Control intervention,Subgroup by,Filter criteria,\
Experimental group label,Control group label,Statistical method,Effect measure,\
Unit of effect measure,Analysis model,Heterogeneity estimator,Tau² CI,Subgroup estimates,\
Overall estimates,Test for subgroup differences,Prediction interval,Swap event and non-event,\
CI method,CI/PI level,Sort by,Graph label (left),Graph label (right),Graph scale,\
Show risk of bias,Experimental cases,Experimental N,Control cases,Control N,Mean,CI start,CI end,\
PI start,PI end,Heterogeneity Tau²,Tau² CI start,Tau² CI end,Heterogeneity Chi²,\
Heterogeneity df,Heterogeneity P,Heterogeneity I²,Effect Z,Effect T,Effect P,Subgroup Chi²,\
Subgroup df,Subgroup P,Subgroup I²,ID"""


def test_data_packages_of_version_2(tmp_path: Path) -> None:
    line = dict.fromkeys(OVERALL.split(","), "0.0")
    # metafor 3.8-1: rma(measure = "OR", method = "REML", test = "knha", level = 90)
    line |= {
        "Analysis group": "1",
        "Analysis number": "1",
        "Data type": "Dichotomous",
        "Log-scale data": "TRUE",
        "Statistical method": "Inverse variance",
        "Effect measure": "Odds Ratio",
        "Analysis model": "Random effects",
        "Heterogeneity estimator": "Restricted maximum-likelihood (REML)",
        "CI method": "HKSJ",
        "CI/PI level": "90%",
        "Overall estimates": "TRUE",
        "Mean": "0.868278",
        "CI start": "0.765255",
        "CI end": "0.985171",
        "Effect T": "2.17303",
        "Heterogeneity Tau²": "0.0147433",
    }
    for name in ("Heterogeneity Chi²", "Heterogeneity df", "Heterogeneity I²"):
        line[name] = ""
    parts = files.package_files()
    overall = next(iter(parts))
    parts[overall] = OVERALL + "\n" + ",".join(line.values()) + "\n"
    parts["CD1/study-data/CD1-risk-of-bias.csv"] = (
        "Study,Domain (judgement): Blinding (performance bias): All outcomes,"
        "Domain (support): Blinding (performance bias): All outcomes\nCDP 1976,High risk,None\n"
    )
    package = read_package(files.zipped(tmp_path / "CD1.zip", parts))
    (death,) = package.analyses
    assert (death.level, death.study_level) == (0.9, 0.9)
    assert (death.estimator, death.interval, death.overall.values["z"]) == (
        *("REML", "hksj"),
        "2.17303",
    )
    assert package.judgements == (
        Judgement("CDP 1976", "Blinding (performance bias)", "High risk", "None"),
    )
    found = recomputed(death)
    assert [d for d in found.differences if d.place == "total"] == []
    assert found.values["z"] == pytest.approx(2.17303, abs=1e-5)


# Columns of study-results.csv in data packages of version 2, which RevMan also imports.
RESULTS = """Study,Outcome,Data type,Effect measure,Arm,Reference arm,Sample size,Cases,Mean,SD,\
SE,Variance,CI level,CI start,CI end,Exp mean,Exp CI start,Exp CI end,t-test,z-test,P value,\
Covariance method,Covariance,Other arm 1,Other arm 2,Correlation arm 1,Correlation arm 2,\
Correlation,Other mean,Other SE,Other variance,Other CI level,Other CI start,Other CI end,\
Other exp mean,Other exp CI start,Other exp CI end,Other t-test,Other z-test,Other P value,\
Footnotes"""


def results(*rows: dict[str, str]) -> str:
    names = RESULTS.split(",")
    lines = [",".join(row.get(name, "") for name in names) for row in rows]
    return "\ufeff" + "\n".join([RESULTS, *lines]) + "\n"


def test_study_results_of_revman(tmp_path: Path) -> None:
    path = tmp_path / "CD1-study-results.csv"
    cured, pain = {"Outcome": "Cure"}, {"Outcome": "Pain"}
    hazard = {"Outcome": "Death", "Effect measure": "Hazard Ratio", "Arm": "K"}
    rows = (
        {"Study": "Doe 2001", **cured, "Arm": "Ketamine", "Cases": "7", "Sample size": "20"},
        {"Study": "Doe 2001", **cured, "Arm": "Placebo", "Cases": "3", "Sample size": "21"},
        {"Study": "Doe 2001", **pain, "Arm": "Ketamine", "Mean": "4.5", "Variance": "4"},
        {"Study": "Doe 2001", **pain, "Arm": "Placebo", "Mean": "6.0", "SD": "2.5"},
        {"Study": "Roe 2002", **hazard, "Reference arm": "P", "Mean": "-0.5", "SE": "0.2"},
        # ln 0.6065 = -0.5; (ln 0.8976 - ln 0.4098) / (2 x 1.959964) = 0.2
        {"Study": "Poe 2003", **hazard, "Reference arm": "P", "Exp mean": "0.6065",
         "Exp CI start": "0.4098", "Exp CI end": "0.8976", "CI level": "95%"},
        # (1.1449 + 0.5) / (2 x 1.644854) = 0.5
        {"Study": "Noe 2004", **hazard, "Effect measure": "MD", "Reference arm": "P",
         "Mean": "0.32", "CI start": "-0.5", "CI end": "1.1449", "CI level": "90",
         "Other mean": "9"},
        {"Study": "Moe 2005", **hazard, "Reference arm": "P", "Mean": "0.1"},
    )  # fmt: skip
    path.write_text(results(*rows), encoding="utf-8")
    table, told = from_revman(read_table(path))
    found = {
        (study, outcome): row
        for row, (study, outcome) in enumerate(
            zip(table.columns["study"], table.columns["outcome"], strict=True)
        )
    }

    def numbers(study: str, outcome: str, *names: str) -> list[object]:
        return [table.columns[name][found[study, outcome]] for name in names]

    names = ("events_1", "n_1", "events_2", "n_2")
    assert numbers("Doe 2001", "Cure", *names) == [7, 20, 3, 21]
    assert numbers("Doe 2001", "Pain", "mean_1", "sd_1", "mean_2", "sd_2") == [4.5, 2, 6, 2.5]
    assert numbers("Roe 2002", "Death", "measure", "yi", "sei") == ["HR", -0.5, 0.2]
    expected = [pytest.approx(value, abs=1e-4) for value in (-0.5, 0.2)]
    assert numbers("Poe 2003", "Death", "yi", "sei") == expected
    assert numbers("Noe 2004", "Death", "measure", "sei") == ["MD", pytest.approx(0.5, abs=1e-4)]
    assert ("Moe 2005", "Death") not in found
    assert [line.split(": ", 2)[2] for line in told if "Noe" in line or "Moe" in line] == [
        "Death: a second contrast (columns Other ...) was not read.",
        "Death: a contrast without standard error or interval of its own.",
    ]


COVIDENCE = """Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,\
Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags
"Ketamine, a trial","Doe, J.; van den Berg, Anna","Two
lines",1990,,Journal of Trials,26,4,136-140,107520452. Language: English,\
10.1000/J.1,6535,#1581,Doe 1990,Exclusion reason: Wrong study design; ,SRH
=Untitled,,,,,,,,,,,6536,#1582,,,
"""


def test_references_that_covidence_exports(tmp_path: Path) -> None:
    path = tmp_path / "review_1_excluded_csv.csv"
    path.write_text(COVIDENCE, encoding="utf-8-sig")
    first, second = read_references(path).references
    assert first.authors == ("Doe, J.", "van den Berg, Anna")
    assert (first.year, first.journal, first.pages) == ("1990", "Journal of Trials", "136-140")
    assert (first.doi, first.place) == ("10.1000/j.1", "Covidence #1581")
    assert first.note == "Exclusion reason: Wrong study design"
    assert (second.kind, second.title, second.authors) == ("other", "=Untitled", ())
    # R's write.csv after read.csv makes other names of the same columns.
    changed = COVIDENCE.replace("Covidence #", "Covidence..").replace("Published Y", "Published.Y")
    path.write_text(changed, encoding="utf-8")
    assert read_references(path).references == (first, second)
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="is no export of references from Covidence"):
        read_references(path)
    with pytest.raises(UsageError, match=r"Covidence reads RIS, not CSV\. Write \.ris\."):
        READABLE["covidence"].write([first])

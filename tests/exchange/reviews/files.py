"""Review files written for these tests.

Data: Fleiss 1993, Stat Methods Med Res 2:121-145, doi:10.1177/096228029300200202 (aspirin after
myocardial infarction; mental health treatment). Stated results: what RevMan 5.0.23 computed for
the aspirin trials (Mantel-Haenszel, fixed effect).
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

# study, year, events and people of both groups, odds ratio, limits, weight
ASPIRIN = [
    ("MRC-1", 1974, 49, 615, 67, 624, "0.7197141500975687", "0.4889745274989256",
     "1.0593362817898602", "3.176490004091248"),
    ("CDP", 1976, 44, 758, 64, 771, "0.6807598039215687", "0.45739090373983604",
     "1.0132119087766858", "3.1016891143394365"),
    ("MRC-2", 1979, 102, 832, 126, 850, "0.8028701891715591", "0.6064528819242718",
     "1.062902922672345", "5.675380442715663"),
    ("GASP", 1979, 32, 317, 38, 309, "0.8007386888273315", "0.4862610363759706",
     "1.318597213882381", "1.795484618258711"),
    ("PARIS", 1980, 85, 810, 52, 406, "0.7981432360742705", "0.5525633542165779",
     "1.1528680293941878", "3.2176243566716805"),
    ("AMIS", 1980, 246, 2267, 219, 2257, "1.1327364047365673", "0.9346646778747347",
     "1.3727829808793592", "10.153491219997628"),
    ("ISIS-2", 1988, 1570, 8587, 1720, 8600, "0.8949693601254097", "0.8294175772940908",
     "0.965701930475584", "72.87984024392564"),
]  # fmt: skip
TOTAL = {
    "EFFECT_SIZE": "0.8968655609130709",
    "CI_START": "0.8405144008917793",
    "CI_END": "0.9569947088336491",
    "CHI2": "9.946055983220074",
    "DF": "6",
    "I2": "39.67458045558399",
    "TAU2": "0.0",
    "Z": "3.287633061337987",
}
# study, mean, SD and people of both groups
MENTAL = [
    ("Davis", 5.0, 4.7, 13, 6.5, 3.8, 13),
    ("Florell", 4.9, 1.71, 30, 6.1, 2.3, 50),
    ("Gruen", 22.5, 3.44, 35, 24.9, 10.65, 35),
    ("Hart", 12.5, 1.47, 20, 12.3, 1.66, 20),
    ("Wilson", 6.5, 0.76, 8, 7.38, 1.41, 8),
]
HEAD = '<?xml version="1.0" encoding="{encoding}"?>\n'


def identity(name: str) -> str:
    return "STD-" + name.replace("-", "_x002d_")


def attributes(values: dict[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in values.items())


def dichotomous(
    total: dict[str, str] | None = None, rows: list[tuple[object, ...]] | None = None
) -> str:
    data = ""
    for name, _, a, n1, c, n2, effect, low, high, weight in rows or ASPIRIN:  # type: ignore[misc]
        said = {
            "EFFECT_SIZE": effect,
            "CI_START": low,
            "CI_END": high,
            "WEIGHT": weight,
            "EVENTS_1": a,
            "TOTAL_1": n1,
            "EVENTS_2": c,
            "TOTAL_2": n2,
            "ESTIMABLE": "YES",
            "STUDY_ID": identity(str(name)),
        }
        data += f"<DICH_DATA {attributes({k: str(v) for k, v in said.items()})}/>\n"
    settings = {"EFFECT_MEASURE": "OR", "METHOD": "MH", "RANDOM": "NO", "TOTALS": "YES", "NO": "1"}
    return (
        f"<DICH_OUTCOME {attributes({**settings, **(TOTAL if total is None else total)})}>"
        "<NAME>Death after myocardial infarction</NAME>"
        f"<GROUP_LABEL_1>Aspirin</GROUP_LABEL_1><GROUP_LABEL_2>Control</GROUP_LABEL_2>{data}"
        "</DICH_OUTCOME>"
    )


def continuous(*, stated: str = "", random: str = "NO", measure: str = "SMD") -> str:
    data = "".join(
        f'<CONT_DATA MEAN_1="{m1}" SD_1="{s1}" TOTAL_1="{n1}" MEAN_2="{m2}" SD_2="{s2}" '
        f'TOTAL_2="{n2}" EFFECT_SIZE="{stated}" CI_START="{stated}" CI_END="{stated}" '
        f'STUDY_ID="{identity(name)}"/>'
        for name, m1, s1, n1, m2, s2, n2 in MENTAL
    )
    return (
        f'<CONT_OUTCOME EFFECT_MEASURE="{measure}" METHOD="IV" RANDOM="{random}" NO="2" '
        f'TOTALS="YES" EFFECT_SIZE="{stated}" CI_START="{stated}" CI_END="{stated}" '
        f'CHI2="{stated}" Z="{stated}"><NAME>Length of stay</NAME>{data}</CONT_OUTCOME>'
    )


def rm5(*outcomes: str, encoding: str = "UTF-8") -> bytes:
    studies = "".join(
        f'<STUDY ID="{identity(str(row[0]))}" NAME="{row[0]}" YEAR="{row[1]}"/>' for row in ASPIRIN
    )
    text = (
        HEAD.format(encoding=encoding)
        + '<COCHRANE_REVIEW REVMAN_VERSION="5"><COVER_SHEET><TITLE>Examples</TITLE></COVER_SHEET>'
        + f"<STUDIES_AND_REFERENCES><STUDIES>{studies}</STUDIES></STUDIES_AND_REFERENCES>"
        + '<ANALYSES_AND_DATA><COMPARISON NO="1"><NAME>Treatment versus control</NAME>'
        + "".join(outcomes or (dichotomous(), continuous()))
        + "</COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>"
    )
    return text.encode(encoding)


SETTINGS = (
    "Analysis group,Analysis number,Analysis name,Analysis group name,Data type,Log-scale data,"
    "Experimental group label,Control group label,Statistical method,Effect measure,"
    "Analysis model,Subgroup estimates,Overall estimates,Swap event and non-event,Study CI,"
    "Estimate CI,Mean,CI start,CI end,Heterogeneity Tau²,Heterogeneity Chi²,Heterogeneity df,"
    "Heterogeneity I²,Effect Z\n"
)
ROWS = (
    "Analysis group,Analysis number,Analysis name,Subgroup,Applicability,Study,Study year,"
    "GIV Mean,GIV SE,Experimental mean,Experimental SD,Experimental cases,Experimental N,"
    "Control mean,Control SD,Control cases,Control N,O-E,Variance,Weight,Mean,CI start,CI end,"
    "Footnotes\n"
)


def package_files() -> dict[str, str]:
    """A version 1 package: unused fields 0.0; the second analysis was never computed."""
    total = (
        f"{TOTAL['EFFECT_SIZE']},{TOTAL['CI_START']},{TOTAL['CI_END']},0.0,{TOTAL['CHI2']},6,"
        f"{TOTAL['I2']},{TOTAL['Z']}"
    )
    settings = (
        "1,1,Death,Aspirin versus control,Dichotomous,TRUE,Aspirin,Control,Mantel-Haenszel,"
        f"Odds Ratio,Fixed effect,FALSE,TRUE,FALSE,95%,95%,{total}\n"
        "1,2,Length of stay,Treatment versus control,Continuous,FALSE,Treatment,Control,"
        "Inverse variance,Std. Mean Difference,Fixed effect,FALSE,TRUE,FALSE,95%,95%,"
        "0.0,0.0,0.0,0.0,0.0,0,0.0,0.0\n"
        "1,3,Hazard of death,Aspirin versus control,Contrast level,TRUE,Aspirin,Control,"
        "Inverse variance,Hazard Ratio,Random effects,FALSE,TRUE,FALSE,95%,95%,,,,,,,,\n"
    )
    rows = "".join(
        f"1,1,Death,,,{name},{year},0.0,0.0,0.0,0.0,{a},{n1},0.0,0.0,{c},{n2},0.0,0.0,{weight},"
        f"{effect},{low},{high},\n"
        for name, year, a, n1, c, n2, effect, low, high, weight in ASPIRIN
    )
    rows += "".join(
        f"1,2,Length of stay,,,{name},,0.0,0.0,{m1},{s1},0.0,{n1},{m2},{s2},0.0,{n2},0.0,0.0,"
        "0.0,0.0,0.0,0.0,\n"
        for name, m1, s1, n1, m2, s2, n2 in MENTAL
    )
    # exp(-0.5) = 0.6065, exp(-0.5 -/+ 1.959964 * 0.2) = 0.4098, 0.8976
    rows += "1,3,Hazard,,,ACME,2001,-0.5,0.2,0,0,0,40,0,0,0,41,0,0,100,0.6065,0.4098,0.8976,\n"
    risk = (
        "Study,Random sequence generation (judgement): Allocation,"
        "Random sequence generation (support): Allocation\n"
        "MRC-1 1974,Low risk,Computer list\n"
    )
    return {
        "CD1/analysis-data/CD1-overall-estimates-and-settings.csv": SETTINGS + settings,
        "CD1/analysis-data/CD1-data-rows.csv": ROWS + rows,
        "CD1/analysis-data/CD1-subgroup-estimates.csv": "Analysis group,Analysis number\n",
        "CD1/study-data/CD1-risk-of-bias.csv": risk,
        "CD1/study-data/CD1-included-studies.ris": "TY  - JOUR\nER  - \n",
    }


def zipped(path: Path, files: dict[str, str]) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, "\ufeff" + text)
    path.write_bytes(buffer.getvalue())
    return path

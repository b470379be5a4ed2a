"""`ketameta import table`: records to complete, each number with the cell it came from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from ketameta.records.yaml_reader import read_yaml

Run = Callable[..., Any]

HEAD = ("Study", "Year", "N ketamine", "Mean ketamine", "SD ketamine")
HEAD += ("N placebo", "Mean placebo", "SD placebo", "Remark")
ROWS = (
    ("Krupitsky et al.", 1997, 20, "14.30", 3.1, 19, 17, 2.9, "x"),
    ("Ærø", 2007, 11, 10.5, 2, 12, 11.5, 2.2, None),
)
SAID = {
    "substance": "alcohol",
    "design": "parallel",
    "country": "Norway",
    "diagnosis": "Alcohol dependence",
    "outcome": "Craving, 0 to 100",
    "construct": "craving",
    "better": "lower",
    "weeks": "4",
    "phase": "end of treatment",
    "arm_1": "Ketamine",
    "arm_2": "Saline",
    "control_type": "inert placebo",
    "title": "A trial",
}


@pytest.fixture
def trials(in_folder: Path) -> Path:
    book = Workbook()
    book.active.title = "Table 1"
    for row in (HEAD, *ROWS):
        book.active.append(row)
    book.save("trials.xlsx")
    return Path("trials.xlsx")


def words(said: dict[str, str]) -> list[str]:
    return [word for name, value in said.items() for word in ("--set", f"{name}={value}")]


def test_a_complete_table_makes_records_that_pass_check(run: Run, trials: Path) -> None:
    done = run("import", "table", trials, *words(SAID), "--yes", "--to", "new")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == [
        "new/alcohol/krupitsky-1997.yaml",
        "new/alcohol/aero-2007.yaml",
    ]
    data: Any = read_yaml(Path("new/alcohol/krupitsky-1997.yaml")).data
    assert data["status"] == "awaiting data"
    assert data["sources"] == {
        "import": {"document": "Table trials.xlsx", "level": "unverified import"}
    }
    (result,) = data["outcomes"][0]["results"]
    assert result["data"]["arms"] == {
        "ketamine": {"n": 20, "mean": Decimal("14.30"), "sd": Decimal("3.1")},
        "saline": {"n": 19, "mean": 17, "sd": Decimal("2.9")},
    }
    assert str(result["data"]["arms"]["ketamine"]["mean"]) == "14.30"
    assert result["source"] == {
        "ref": "import",
        "locator": "Table 1, row 2 (D2, C2, E2, G2, F2, H2)",
    }
    assert "Remark" in done.stderr


def test_what_the_table_does_not_say_is_listed_not_guessed(run: Run, trials: Path) -> None:
    done = run("import", "table", trials, "--set", "substance=alcohol", "--yes", "--to", "new")
    assert done.exit_code == 1
    data: Any = read_yaml(Path("new/alcohol/krupitsky-1997.yaml")).data
    assert "type" not in data["design"]
    assert [item["what"] for item in data["missing"]][:3] == ["All authors", "Title", "Design"]
    assert (
        "trials.xlsx:Table 1:row 2: new/alcohol/krupitsky-1997.yaml:16: design.type: is required "
        "but missing. Add the field. (and in 1 more place)"
    ) in done.stderr


def test_a_guess_is_not_used_unless_confirmed(run: Run, trials: Path) -> None:
    done = run("import", "table", trials, *words(SAID), "--to", "new")
    assert done.exit_code == 2
    assert "N ketamine" in done.stderr
    assert "this is a guess. Accept it with --yes" in done.stderr
    assert not Path("new").exists()


def test_a_map_is_written_edited_and_used(run: Run, trials: Path) -> None:
    done = run("import", "table", trials, "--write-map", "map.yaml", *words(SAID))
    assert done.exit_code == 0, done.stderr
    text = Path("map.yaml").read_text()
    assert "  n_1: N ketamine\n" in text
    assert "unused: [Remark]\n" in text
    Path("map.yaml").write_text(text.replace("  n_1: N ketamine", "  n_1: N placebo"))
    assert run("import", "table", trials, "--write-map", "map.yaml").exit_code == 2
    used = run("import", "table", trials, "--map", "map.yaml", "--to", "new")
    assert used.exit_code == 0, used.stderr
    data: Any = read_yaml(Path("new/alcohol/krupitsky-1997.yaml")).data
    assert data["outcomes"][0]["results"][0]["data"]["arms"]["ketamine"]["n"] == 19


def test_events_effects_and_rows_without_numbers(run: Run, in_folder: Path) -> None:
    Path("t.csv").write_text(
        "study,ai,n1i,ci,n2i,measure,estimate,ci_low,ci_high\n"
        "Doe 2001,3,20,5,21,,,,\nRoe 2002,,20,,21,OR,0.50,0.2,1.25\nPoe 2003,,,,,,,,\n"
    )
    done = run("import", "table", "t.csv", *words(SAID), "--yes", "--to", "new")
    assert done.exit_code == 1
    assert "t.csv:4: poe-2003: neither events, means nor an effect" in done.stderr
    doe, roe = (
        read_yaml(Path(f"new/alcohol/{name}.yaml")).data["outcomes"][0]["results"][0]["data"]  # type: ignore[index]
        for name in ("doe-2001", "roe-2002")
    )
    assert doe == {
        "kind": "events",
        "arms": {"ketamine": {"events": 3, "n": 20}, "saline": {"events": 5, "n": 21}},
    }
    assert roe == {
        "kind": "contrast",
        "experimental": ["ketamine"],
        "control": ["saline"],
        "measure": "OR",
        "estimate": Decimal("0.50"),
        "ci_low": Decimal("0.2"),
        "ci_high": Decimal("1.25"),
        "n": {"ketamine": 20, "saline": 21},
    }


def test_rows_of_one_study_become_outcomes_and_times(run: Run, in_folder: Path) -> None:
    Path("t.csv").write_text(
        "study;outcome;weeks;ai;n1i;ci;n2i\n"
        "Doe 2001;Relapse;4;3;20;5;21\nDoe 2001;Relapse;12;6;20;9;21\n"
        "Doe 2001;Dropout;4;1;20;2;21\n"
    )
    said = {k: v for k, v in SAID.items() if k not in ("outcome", "weeks")}
    done = run("import", "table", "t.csv", *words(said), "--yes", "--to", "new")
    assert done.exit_code == 0, done.stderr
    data: Any = read_yaml(Path("new/alcohol/doe-2001.yaml")).data
    assert [(o["id"], len(o["results"])) for o in data["outcomes"]] == [
        ("relapse", 2),
        ("dropout", 1),
    ]
    assert len(data["arms"]) == 2


def test_a_row_with_a_year_and_no_study_is_named_by_its_cell(run: Run, trials: Path) -> None:
    book = load_workbook(trials)
    book.active["A3"] = None
    book.save(trials)
    done = run("import", "table", trials, *words(SAID), "--yes", "--to", "new")
    assert (done.exit_code, Path("new").exists()) == (3, False)
    assert "trials.xlsx:Table 1!A3: column Study: the study has no name." in done.stderr


def test_nothing_is_overwritten(run: Run, trials: Path) -> None:
    (Path("new") / "alcohol").mkdir(parents=True)
    mine = Path("new/alcohol/aero-2007.yaml")
    mine.write_text("mine")
    done = run("import", "table", trials, *words(SAID), "--yes", "--to", "new")
    assert done.exit_code == 2
    assert "new/alcohol/aero-2007.yaml: exists, and imports overwrite nothing." in done.stderr
    assert [path.name for path in Path("new/alcohol").iterdir()] == ["aero-2007.yaml"]
    assert mine.read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "further", "code", "message"),
    [
        ("Study,n1i\nA 2001,twenty\n", (), 3, 't.csv:2: column n1i: "twenty" is not a number.'),
        ("Study,n1i\nA 2001,20.5\n", (), 3, "t.csv:2: column n1i: must be a whole number"),
        ("Study,n1i\nA 2001,1\n,2\n", (), 3, "t.csv:3: column Study: the study has no name."),
        ("Study,Year\nA,2001\n,2002\n", (), 3, "t.csv:3: column Study: the study has no name."),
        ("Study,n1i\n—,1\n", (), 3, 't.csv:2: column Study: no id can be made of the name "—".'),
        (
            "Study,ai,n1i\nA 2001,52,40\n",
            (),
            3,
            "t.csv:2: column ai: 52 events among 40 people. Correct",
        ),
        ("Study,ai,n1i\nA 2001,-1,40\n", (), 3, "t.csv:2: column ai: -1 events; there cannot be"),
        ("x,n1i\n1,1\n", (), 2, "no column is the study"),
        ("Study,n1i\nA,1\n", ("--set", "substance=gin"), 3, "the substance is gin"),
        ("Study,n1i\nA,1\n", ("--set", "substnce=gin"), 2, 'Did you mean "substance"?'),
        ("Study,n1i\nA,1\n", ("--set", "substance"), 2, "is not FIELD=VALUE"),
        ("Study,n1i\n../../etc,1\n", (), 1, "new/alcohol/etc.yaml"),
    ],
)
def test_what_cannot_be_imported_is_said(
    run: Run, in_folder: Path, content: str, further: tuple[str, ...], code: int, message: str
) -> None:
    Path("t.csv").write_text(content)
    words_ = ("import", "table", "t.csv", "--set", "substance=alcohol", *further, "--yes")
    done = run(*words_, "--to", "new")
    assert (done.exit_code, message in done.stderr) == (code, True), done.stderr


def test_names_in_other_letters_get_ids_of_their_own(run: Run, in_folder: Path) -> None:
    names = ("漢字研究 😀", "Иванов 2001", "Петров 2001", "Иванов 2001", "Иванов A", "Петров A")
    rows = "".join(f"{name},craving {i},{i}\n" for i, name in enumerate(names))
    Path("t.csv").write_text(f"Study,outcome,n1i\n{rows}", encoding="utf-8")
    words_ = ("import", "table", "t.csv", "--set", "substance=alcohol", "--yes", "--to", "new")
    done = run(*words_)
    assert [Path(line).stem for line in done.stdout.splitlines()] == [
        *("study-1", "study-2", "study-3", "a", "a-2")
    ]
    said = (
        't.csv:2: "漢字研究 😀" has no Latin letters, of which ids are made, so its id is study-1.'
    )
    assert said in done.stderr
    record = read_yaml(Path("new/alcohol/study-2.yaml")).data
    assert record["citation"]["authors"] == ["Иванов"]
    assert record["citation"]["year"] == 2001


def test_outcomes_and_arms_in_other_letters_stay_apart(run: Run, in_folder: Path) -> None:
    Path("t.csv").write_text(
        "Study,outcome,arm_1,arm_2,ai,n1i,ci,n2i\n"
        "Doe 2001,渇望,ケタミン,プラセボ,1,10,2,10\nDoe 2001,断酒,ケタミン,プラセボ,3,10,4,10\n",
        encoding="utf-8",
    )
    words_ = ("import", "table", "t.csv", "--set", "substance=alcohol", "--yes", "--to", "new")
    assert run(*words_).exit_code == 1
    record = read_yaml(Path("new/alcohol/doe-2001.yaml")).data
    assert [(one["id"], len(one["results"])) for one in record["outcomes"]] == [
        ("outcome-1", 1),
        ("outcome-2", 1),
    ]
    assert [one["id"] for one in record["arms"]] == ["arm-1", "arm-2"]


def test_a_row_that_is_there_twice_makes_one_result_and_is_told(run: Run, in_folder: Path) -> None:
    row = "Doe 2001,1,10,2,10\n"
    Path("t.csv").write_text(f"Study,ai,n1i,ci,n2i\n{row}Roe 2002,1,10,2,10\n{row}")
    words_ = ("import", "table", "t.csv", "--set", "substance=alcohol", "--yes", "--to", "new")
    done = run(*words_)
    assert "t.csv:4: doe-2001: the same row as t.csv:2. No second result was made." in done.stderr
    record = read_yaml(Path("new/alcohol/doe-2001.yaml")).data
    assert len(record["outcomes"][0]["results"]) == 1

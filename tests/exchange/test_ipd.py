"""Individual participant data: arms by hand, by pandas, and the traps of missing codes."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import statsmodels

from ketameta.errors import DataError, UsageError
from ketameta.exchange.ipd import ArmSummary, summarise
from ketameta.exchange.ipd_contrasts import contrasts
from ketameta.exchange.ipd_outcomes import IpdColumns
from ketameta.exchange.tabular import Table, read_table

# Two arms, two visits. Week 4, ketamine: 10, 14 and a refusal; placebo: 20, 22, 27.
PEOPLE = pd.DataFrame(
    {
        "id": [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6],
        "group": [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2],
        "week": [0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4],
        "score": [30, 28, 32, 31, 29, 33, 10, 14, -9, 20, 22, 27],
        "used": [1, 1, 1, 1, 1, 1, 0, 0, 9, 1, 0, 1],
    }
).astype(float)


@pytest.fixture
def spss(tmp_path: Path) -> Table:
    path = tmp_path / "trial.sav"
    pyreadstat.write_sav(
        PEOPLE,
        str(path),
        missing_ranges={"score": [-9], "used": [9]},
        variable_value_labels={
            "group": {1.0: "Ketamine", 2.0: "Placebo"},
            "score": {-9.0: "refused"},
            "used": {0.0: "abstinent", 1.0: "used", 9.0: "not known"},
        },
    )
    return read_table(path)


def plain(frame: pd.DataFrame, path: Path) -> Table:
    frame.to_csv(path, index=False)
    return read_table(path)


def test_means_by_hand_and_the_declared_code_is_never_a_number(spss: Table) -> None:
    found = summarise(spss, IpdColumns("group", "score", "week", "id")).arms
    # ketamine: (10 + 14) / 2 = 12, SD sqrt((4 + 4) / 1) = 2.828427...
    # placebo: 69 / 3 = 23, SD sqrt((9 + 1 + 16) / 2) = sqrt(13)
    assert found[2:] == (
        ArmSummary(
            "score", "4", "Ketamine", 3, 2, {"-9 (refused)": 1}, None, 12, math.sqrt(8), 12, 10, 14
        ),
        ArmSummary("score", "4", "Placebo", 3, 3, {}, None, 23, math.sqrt(13), 22, 20, 27),
    )
    assert [arm.time for arm in found] == ["0", "0", "4", "4"]


@pytest.mark.parametrize("event", ["1", "1.0", "used", "USED"])
def test_events_by_code_or_label(spss: Table, event: str) -> None:
    found = summarise(spss, IpdColumns("group", "used", "week", event_values=(event,))).arms
    assert [(arm.events, arm.n, arm.people, dict(arm.absent)) for arm in found] == [
        (3, 3, 3, {}),
        (3, 3, 3, {}),
        (0, 2, 3, {"9 (not known)": 1}),
        (2, 3, 3, {}),
    ]


def test_a_code_that_only_looks_missing_is_counted_and_said(tmp_path: Path) -> None:
    path = tmp_path / "trial.sav"
    labels = {"score": {-9.0: "Missing"}}
    pyreadstat.write_sav(PEOPLE, str(path), variable_value_labels=labels)
    table = read_table(path)
    columns = IpdColumns("group", "score", "week", "id")
    summary = summarise(table, columns)
    assert summary.arms[2].mean == 5
    assert summary.notes[0].endswith(
        ': column score: 1 x -9 is called "Missing", not declared missing, and was counted. If it '
        "is: --missing -9"
    )
    for said in ("-9", "missing"):
        again = summarise(table, IpdColumns("group", "score", "week", "id", missing=(said,)))
        assert again.arms[2].mean == 12
        assert again.arms[2].absent == {f"{said} (said to be missing)": 1}
        assert again.notes == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((3, 10, -9, -9, 27), "-9 occurs 2 times and lies outside the other values (3 to 27)"),
        ((3, 10, 99, 27), "99 occurs once and lies outside the other values (3 to 27)"),
        ((3, 999, 88, 27), "88 occurs once and lies outside the other values (3 to 27)"),
        ((0.5, 1.5, 9999, 0.7), "9999 occurs once"),
        ((-12, 4, -99, 5), "-99 occurs once and lies outside the other values (-12 to 5)"),
        ((-12, 4, -9, 5), ""),  # may be a change from baseline
        ((3, 10, 9, 8), ""),
        ((20, 80, 88, 85), ""),  # an age
        ((60, 99, 140, 88), ""),
        ((-9, -9), ""),
    ],
)
def test_a_code_far_from_all_measurements_is_counted_and_named(
    tmp_path: Path, values: tuple[float, ...], said: str
) -> None:
    frame = pd.DataFrame({"g": ["a", *"b" * (len(values) - 1)], "y": values})
    table = plain(frame, tmp_path / "t.csv")
    summary = summarise(table, IpdColumns("g", "y", person=None))
    assert sum(arm.n for arm in summary.arms) == len(values)
    notes = [note for note in summary.notes if "--missing" in note]
    assert bool(notes) == bool(said)
    assert any(f"t.csv: column y: {said}" in note for note in notes) == bool(said)
    codes = tuple(note.rpartition(" ")[2] for note in notes)
    again = summarise(table, IpdColumns("g", "y", missing=codes))
    assert not any("--missing" in note for note in again.notes)
    assert sum(arm.missing for arm in again.arms) == sum(v in map(float, codes) for v in values)


def test_a_labelled_value_is_no_code_and_a_column_of_events_is_looked_at_too(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.sav"
    frame = pd.DataFrame({"g": [1.0, 1, 2, 2], "y": [0.0, 1, 9, -9], "z": [0.0, 1, 9, 1]})
    labels = {"y": {-9.0: "below the scale"}}
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    table = read_table(path)
    assert not any("--missing" in note for note in summarise(table, IpdColumns("g", "y")).notes)
    summary = summarise(table, IpdColumns("g", "z", event_values=("1",)))
    assert summary.notes[-1].endswith(
        "t.sav: column z: 9 occurs once and was counted as no event. If it means missing: "
        "--missing 9"
    )
    for columns in (
        IpdColumns("g", "z", event_values=("9",)),
        IpdColumns("g", "z", event_values=("1",), missing=("9",)),
    ):
        assert not any("--missing" in note for note in summarise(table, columns).notes)


def test_stata_missing_letters_are_listed_by_label(tmp_path: Path) -> None:
    frame = PEOPLE.astype({"score": object})
    frame.loc[8, "score"] = "b"
    path = tmp_path / "trial.dta"
    pyreadstat.write_dta(
        frame,
        str(path),
        missing_user_values={"score": ["b"]},
        variable_value_labels={"score": {"b": "lost"}},
    )
    found = summarise(read_table(path), IpdColumns("group", "score", "week", "id")).arms
    assert found[2].absent == {".b (lost)": 1}
    assert found[2].mean == 12


@pytest.mark.parametrize(
    ("file", "arm", "outcome"),
    [
        ("sandbox/regression/tests/griliches76.dta", "rns", "iq"),
        ("sandbox/regression/tests/griliches76.dta", "mrt", "lw"),
        ("datasets/macrodata/macrodata.dta", "quarter", "realgdp"),
    ],
)
def test_real_stata_files_give_what_pandas_gives(file: str, arm: str, outcome: str) -> None:
    path = Path(statsmodels.__file__).parent / file
    if not path.exists():
        pytest.skip("statsmodels came without this file")
    frame = pd.read_stata(path, convert_categoricals=False)
    if frame[outcome].dtype == "float32":  # the decimals that were typed, not those stored
        frame[outcome] = frame[outcome].astype(str)
    frame[outcome] = frame[outcome].astype("float64")
    table = read_table(path)
    expected = frame.groupby(arm)[outcome].agg(["size", "count", "mean", "std", "median", "min"])
    found = {arm.arm: arm for arm in summarise(table, IpdColumns(arm, outcome)).arms}
    assert len(found) == len(expected)
    for name, row in expected.iterrows():
        got = found[f"{name:g}"]  # type: ignore[str-format]
        assert (got.people, got.n) == (row["size"], row["count"])
        numbers = [got.mean, got.sd, got.median, got.minimum]
        assert numbers == pytest.approx(row.tolist()[2:], rel=1e-12)


def test_single_precision_gives_the_decimals_that_were_typed() -> None:
    folder = Path(statsmodels.__file__).parent / "datasets" / "macrodata"
    if not (folder / "macrodata.dta").exists():
        pytest.skip("statsmodels came without this file")
    typed = pd.read_csv(folder / "macrodata.csv")
    table = read_table(folder / "macrodata.dta")
    for name in ("realgdp", "cpi", "unemp", "pop"):
        assert table.columns[name] == tuple(typed[name])


def test_csv_with_gaps_says_what_stood_in_their_place(tmp_path: Path) -> None:
    frame = PEOPLE[PEOPLE["week"] == 4].astype(object)
    frame["score"] = [10, "NA", "", 20, ".", 27]
    found = summarise(plain(frame, tmp_path / "t.csv"), IpdColumns("group", "score")).arms
    assert [dict(arm.absent) for arm in found] == [{"NA": 1, "empty": 1}, {".": 1}]
    assert [(arm.n, arm.mean) for arm in found] == [(1, 10), (2, 23.5)]
    assert found[0].sd is None


def test_an_arm_without_any_outcome_is_there_with_n_0(tmp_path: Path) -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b"], "y": [None, None, 3.0]})
    found = summarise(plain(frame, tmp_path / "t.csv"), IpdColumns("g", "y")).arms
    assert (found[0].people, found[0].n, found[0].missing, found[0].mean) == (2, 0, 2, None)


@pytest.mark.parametrize(
    ("change", "columns", "message"),
    [
        ({}, IpdColumns("grup", "score"), 'no column "grup". Did you mean "group"?'),
        ({}, IpdColumns("group", "score", "week", "no"), 'there is no column "no"'),
        (
            {},
            IpdColumns("group", "used", event_values=("7",)),
            '"7" never occurs. Values: 0, 1, 9.',
        ),
        (
            {},
            IpdColumns("group", "score", person="id"),
            "Name the column of the time point with --time",
        ),
        (
            {"group": "x"},
            IpdColumns("group", "score", "week", "id"),
            "crossover trials need paired",
        ),
        ({"score": "ten"}, IpdColumns("group", "score"), '"ten" is not a number'),
        ({"id": ""}, IpdColumns("group", "score", "week", "id"), "column id: is empty"),
    ],
)
def test_what_cannot_be_summarised_is_said(
    tmp_path: Path, change: dict[str, str], columns: IpdColumns, message: str
) -> None:
    frame = PEOPLE.astype(object)
    for name, value in change.items():
        frame.loc[7, name] = value
    with pytest.raises((DataError, UsageError)) as caught:
        summarise(plain(frame, tmp_path / "t.csv"), columns)
    assert message in str(caught.value)


def test_people_without_an_arm_are_told(tmp_path: Path) -> None:
    frame = pd.DataFrame({"g": ["a", None, "b"], "y": [1, 2, 3]})
    summary = summarise(plain(frame, tmp_path / "t.csv"), IpdColumns("g", "y"))
    assert [arm.people for arm in summary.arms] == [1, 1]
    assert "1 rows have no arm and are not counted (line 3" in summary.notes[0]


def test_comparisons_have_the_columns_that_data_knows(spss: Table) -> None:
    summary = summarise(spss, IpdColumns("group", "score", "week", "id"))
    rows = contrasts(summary, study="trial")
    assert len(rows) == 2
    assert rows[1] == {
        "study": "trial",
        "outcome": "score",
        "time_label": "4",
        "arm_1": "Ketamine",
        "arm_2": "Placebo",
        "n_1": 2,
        "mean_1": 12,
        "sd_1": math.sqrt(8),
        "missing_1": 1,
        "n_2": 3,
        "mean_2": 23,
        "sd_2": math.sqrt(13),
        "missing_2": 0,
    }
    turned = contrasts(summary, study="trial", control="Ketamine")
    assert (turned[1]["arm_1"], turned[1]["mean_1"]) == ("Placebo", 23)
    with pytest.raises(UsageError, match=r'no arm is called "Plcebo"\. Did you mean "Placebo"'):
        contrasts(summary, study="trial", control="Plcebo")

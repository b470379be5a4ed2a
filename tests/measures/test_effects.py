"""The table: column names, missing and impossible values, labels, nothing silently dropped."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.errors import DataError, KetametaError, UsageError
from ketameta.measures.catalog import MEASURES, measure
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates

TRIALS: dict[str, Any] = {
    "study": ["A", "B", "C"],
    "events_1": [4, 6, 3],
    "n_1": [123, 306, 231],
    "events_2": [11, 29, 11],
    "n_2": [139, 303, 220],
}


def test_metafor_names_and_cells_give_the_same() -> None:
    other = {
        "slab": TRIALS["study"],
        "ai": TRIALS["events_1"],
        "bi": [119, 300, 228],
        "ci": TRIALS["events_2"],
        "di": [128, 274, 209],
    }
    ours, theirs = effects("OR", TRIALS), effects("or", other)
    assert ours.estimates.y.tolist() == theirs.estimates.y.tolist()
    assert ours.estimates.labels == theirs.estimates.labels == ("A", "B", "C")
    assert ours.estimates.n is not None
    assert theirs.estimates.n is not None
    assert ours.estimates.n.tolist() == theirs.estimates.n.tolist() == [262, 609, 451]


def test_a_data_frame_will_do() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(TRIALS)
    assert effects("RR", frame).estimates.y.tolist() == effects("RR", TRIALS).estimates.y.tolist()


def test_text_that_spells_numbers_is_read() -> None:
    text = {name: [str(x) for x in values] for name, values in TRIALS.items()}
    assert effects("RR", text).estimates.y.tolist() == effects("RR", TRIALS).estimates.y.tolist()


@pytest.mark.parametrize("gap", [None, float("nan"), "", "NA", " . "])
def test_missing_rows_are_listed(gap: object) -> None:
    table = effects("OR", TRIALS | {"n_1": [123, gap, 231], "events_2": [11, gap, 11]})
    assert table.estimates.labels == ("A", "C")
    assert table.rows.tolist() == [0, 2]
    (row,) = table.excluded
    assert (row.label, row.reason, row.row) == ("B", "missing: n_1, events_2", 1)


def test_every_row_is_an_estimate_or_a_reason() -> None:
    columns = TRIALS | {"events_1": [0, None, 3], "events_2": [0, 29, 11]}
    table = effects("OR", columns)
    assert sorted([*table.rows.tolist(), *(row.row for row in table.excluded)]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n_1": [123, -306, 231]}, "B: n_1 is -306; it cannot be below 0"),
        ({"events_1": [4, 307, 3]}, "B: events_1 is 307 but n_1 is only 306"),
        ({"events_2": [11, 29, float("inf")]}, "C: events_2 is inf. Give a finite number"),
        ({"n_2": ["139", "many", "220"]}, "column 'n_2', row 2: 'many' is not a number"),
        ({"n_2": [139, 303]}, "lengths differ"),
        ({"n_2": [[139, 303, 220]]}, "2 dimensions"),
        ({"study": ["A", "B"]}, "2 labels for 3 rows"),
    ],
)
def test_impossible_values_stop_with_the_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError) as error:
        effects("OR", TRIALS | change)
    assert said in str(error.value)


def test_all_problems_at_once() -> None:
    with pytest.raises(DataError) as error:
        effects("OR", TRIALS | {"n_1": [-1, -1, 231], "events_2": [11, 29, 999]})
    assert str(error.value).count("\n") >= 2


@pytest.mark.parametrize("gone", ["events_1", "n_2"])
def test_an_absent_column_is_named(gone: str) -> None:
    columns = {name: values for name, values in TRIALS.items() if name != gone}
    with pytest.raises(UsageError, match=f"Not found: {gone}"):
        effects("OR", columns)


def test_two_names_for_one_column() -> None:
    with pytest.raises(UsageError, match="two names for events_1"):
        effects("OR", TRIALS | {"ai": [1, 2, 3]})


def test_repeated_labels_are_told_apart_and_said() -> None:
    table = effects("OR", TRIALS | {"study": ["A", "A", "C"]})
    assert table.estimates.labels == ("A", "A (2)", "C")
    assert [c.code for c in table.estimates.cautions] == ["labels_repeated"]
    table = effects("OR", TRIALS | {"study": ["A", "A", "A (2)"]})
    assert table.estimates.labels == ("A", "A (3)", "A (2)")


def test_no_rows() -> None:
    table = effects("OR", {name: [] for name in TRIALS})
    assert table.estimates.k == 0
    assert table.excluded == ()


def test_generic_from_standard_errors() -> None:
    table = effects("GEN", {"yi": [0.1, 0.2, 0.3], "sei": [0.5, 0.0, None], "n": [9, 9, 9]})
    assert table.estimates.v.tolist() == [0.25]
    assert [row.reason for row in table.excluded] == [
        "vi (the square of sei) is 0, and must be above 0",
        "missing: vi",
    ]


@pytest.mark.parametrize("code", ["OR", "SMD"])
@pytest.mark.parametrize("spread", ["vi", "sei"])
def test_a_reported_variance_of_0_is_the_reason_not_the_missing_counts(
    code: str, spread: str
) -> None:
    columns = {"study": ["E", "F", "G"], "yi": [0.3, 0.2, None], spread: [0, 0.1, 0]}
    table = effects(code, columns)
    assert table.estimates.labels == ("F",)
    first, second = table.excluded
    assert (first.label, first.reason) == ("E", "vi (the square of sei) is 0, and must be above 0")
    assert second.reason.startswith("missing: ")


def test_variance_option() -> None:
    columns = {"m1i": 3, "sd1i": 2, "n1i": 10, "m2i": 1, "sd2i": 2, "n2i": 10}
    assert effects("SMD", columns).estimates.v < effects("SMD", columns, variance="UB").estimates.v
    with pytest.raises(UsageError, match="On offer: LS, LS2, UB, RevMan"):
        effects("SMD", columns, variance="XX")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n1i": 1}, "n_1 is 1: a standard deviation needs at least two people"),
        ({"n2i": 0}, "n_2 is 0: nobody was analysed"),
        ({"sd1i": 0, "sd2i": 0}, "sd_1 and sd_2 are 0, so the estimate would have no variance"),
    ],
)
@pytest.mark.parametrize("code", ["MD", "SMD"])
def test_degenerate_arms_are_listed(code: str, change: dict[str, Any], reason: str) -> None:
    columns = {"m1i": 3, "sd1i": 2, "n1i": 10, "m2i": 1, "sd2i": 2, "n2i": 10}
    table = effects(code, columns | change)
    assert table.estimates.k == 0
    assert table.excluded[0].reason.startswith(reason)


def test_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean SMD"):
        measure("SMDD")


ODD = st.sampled_from([None, "", "x", "7", -1, 0, 1, 2, 0.5, 1e308, float("inf"), float("nan")])


@given(
    st.sampled_from(sorted(MEASURES)),
    st.lists(st.lists(ODD, min_size=12, max_size=12), max_size=4),
    st.sampled_from([(), ("yi", "sei"), ("estimate", "ci_low", "ci_high", "ci_level")]),
)
def test_hostile_values_never_give_nan_or_a_traceback(
    code: str, rows: list[list[object]], reported: tuple[str, ...]
) -> None:
    names = dict.fromkeys((*measure(code).columns, *reported))
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    try:
        table = effects(code, columns)
    except KetametaError:
        return
    assert np.isfinite(table.estimates.y).all()
    assert (table.estimates.v > 0).all()
    assert table.estimates.k + len(table.excluded) == len(rows)


def test_very_large_standardised_differences_are_questioned() -> None:
    columns = {
        "study": ["A", "B"],
        "m1i": [3, 3],
        "sd1i": [2, 0.4],
        "n1i": 20,
        "m2i": [1, 1],
        "sd2i": [2, 0.4],
        "n2i": 20,
    }
    (caution,) = effects("SMD", columns).estimates.cautions
    assert caution.code == "very_large_smd"
    assert caution.message.startswith("B: ")
    assert effects("MD", columns).estimates.cautions == ()


def test_freeman_tukey_comes_with_its_warning() -> None:
    cautions = effects("PFT", {"events": [3], "n": [20]}).estimates.cautions
    assert [caution.code for caution in cautions] == ["freeman_tukey"]


def test_estimates_need_labels_of_their_own() -> None:
    with pytest.raises(DataError, match="the same label"):
        EffectEstimates.from_arrays("MD", [1.0, 2.0], [1.0, 1.0], labels=["A", "A"])


def test_counts_that_are_not_whole_are_kept_and_named() -> None:
    columns = {"study": ["E", "F"], "ai": [3.6, 6], "n1i": [20, 30], "ci": [5, 9], "n2i": [20, 30]}
    estimates = effects("OR", columns).estimates
    # By hand: the odds are 3.6 / 16.4 and 5 / 15.
    assert estimates.y[0] == pytest.approx(math.log(3.6 * 15 / (16.4 * 5)), rel=1e-14)
    (caution,) = estimates.cautions
    assert caution.code == "fractional_counts"
    assert caution.message.startswith("E: counts that are not whole")
    assert effects("OR", columns | {"ai": [4, 6]}).estimates.cautions == ()


def test_impossible_values_are_listed_in_the_order_of_the_rows() -> None:
    columns = {"ai": [3, 9, -1], "n1i": [5, 5, 5], "ci": [-2, 1, 1], "n2i": [5, 5, 5]}
    with pytest.raises(DataError) as caught:
        effects("OR", columns, labels=["A", "B", "C"])
    assert [line[0] for line in str(caught.value).splitlines()] == ["A", "B", "C"]

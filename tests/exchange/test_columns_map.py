"""Which column is which: guessed from the headers of the programs people come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketameta.errors import DataError, UsageError
from ketameta.exchange.columns_map import guessed, map_text, read_map
from ketameta.exchange.import_fields import FIELDS
from ketameta.exchange.tabular import read_table

MEANS = ("n_1", "n_2", "mean_1", "mean_2", "sd_1", "sd_2")
EVENTS = ("events_1", "events_2", "n_1", "n_2")


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        # metafor, meta, RevMan's XML, the Cochrane data package, Metapsy
        ("m1i sd1i n1i m2i sd2i n2i", "mean_1 sd_1 n_1 mean_2 sd_2 n_2"),
        ("ai n1i ci n2i", "events_1 n_1 events_2 n_2"),
        ("event.e n.e event.c n.c", "events_1 n_1 events_2 n_2"),
        ("n.e mean.e sd.e n.c mean.c sd.c", "n_1 mean_1 sd_1 n_2 mean_2 sd_2"),
        ("EVENTS_1 TOTAL_1 EVENTS_2 TOTAL_2", "events_1 n_1 events_2 n_2"),
        ("Experimental cases|Experimental N|Control cases|Control N", "events_1 n_1 events_2 n_2"),
        (
            "mean_arm1 sd_arm1 n_arm1 mean_arm2 sd_arm2 n_arm2",
            "mean_1 sd_1 n_1 mean_2 sd_2 n_2",
        ),
        ("event_arm1 totaln_arm1 event_arm2 totaln_arm2", "events_1 n_1 events_2 n_2"),
        ("condition_arm1 condition_arm2", "arm_1 arm_2"),
        # people
        ("N ketamine|Mean (ketamine)|SD ketamine|N placebo", "n_1 mean_1 sd_1 n_2"),
        ("MeanControl SDControl nTreatment", "mean_2 sd_2 n_1"),
        ("Author|Year|DOI|Lower CI|Upper CI|OR", "study year doi ci_low ci_high estimate"),
        # other languages
        ("Studie|Jahr|Anzahl Kontrolle|Mittelwert Behandlung", "study year n_2 mean_1"),
        ("Étude|Année|Moyenne traitement|Écart type témoin", "study year mean_1 sd_2"),
        ("Estudio|Año|Media tratamiento|Eventos placebo", "study year mean_1 events_2"),
        ("Ereignisse Ketamingruppe|Ereignisse Placebogruppe", "events_1 events_2"),
    ],
)
def test_headers_are_understood(headers: str, fields: str) -> None:
    names = headers.split("|") if "|" in headers else headers.split()
    assert {column: field for field, column in guessed(names).columns.items()} == dict(
        zip(names, fields.split(), strict=True)
    )


@pytest.mark.parametrize("name", ["ci", "weight", "I2", "comments", "n", "mean", "Q1", ""])
def test_what_is_not_clear_is_not_guessed(name: str) -> None:
    assert guessed([name]).columns == {}


def test_no_field_is_filled_twice_and_no_column_used_twice() -> None:
    found = guessed(["n1i", "n_1", "N treatment", "Study", "author"]).columns
    assert found == {"study": "Study", "n_1": "n_1"}


def test_a_written_map_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('Study,"N: ket, all","#n2i",ai,Notes\nA,1,2,3,x\n')
    table = read_table(path)
    mapping = guessed(table.columns)
    text = map_text(mapping, table)
    (tmp_path / "map.yaml").write_text(text)
    assert read_map(tmp_path / "map.yaml", table) == mapping
    for field in FIELDS:
        assert f" {field}:" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns:\n  studie: Study\n", 'map.yaml:2: no field "studie". Did you mean "study"?'),
        ("columns:\n  study: Sudy\n", 't.csv has no column "Sudy". Did you mean "Study"?'),
        ("colums: {}\n", "map.yaml:1: colums: columns, values and unused are expected."),
        ("columns: [a]\n", "map.yaml:1: columns: columns, values and unused are expected."),
        ("columns: {a: b\n", "map.yaml:"),
        ("columns: !!python/object:os.system x\n", "map.yaml:1"),
    ],
)
def test_a_wrong_map_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "t.csv").write_text("Study,n\nA,1\n")
    (tmp_path / "map.yaml").write_text(text)
    with pytest.raises((UsageError, DataError)) as caught:
        read_map(tmp_path / "map.yaml", read_table(tmp_path / "t.csv"))
    assert message in str(caught.value).replace(f"{tmp_path}/", "")

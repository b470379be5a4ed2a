"""`ketameta plot`: every kind in a file, its words, groups, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

from ketameta.cli.plot_kinds import PLOTTED
from ketameta.cli.plot_options import GOES_WITH, NETWORKS, PlotOptions

Run = Callable[..., Result]
Write = Callable[[str | bytes], Path]

HEADER = "study,events_1,n_1,events_2,n_2,year,drug\n"
ROWS = (
    "A,13,27,3,28,2019,x\n",
    "B,14,17,15,23,2020,x\n",
    "C,13,26,6,27,2007,y\n",
    "D,73,111,24,100,1997,y\n",
    "E,5,40,6,38,2001,y\n",
)
TABLE = HEADER + "".join(ROWS)
ARMS = (
    "study,treatment,events,n\n"
    "1,a,10,50\n1,b,15,50\n2,a,12,60\n2,c,20,60\n3,b,9,40\n3,c,14,40\n4,a,5,30\n4,b,8,30\n"
)
WORDS = ("--measure", "OR")
FURTHER = {
    "bubble": ("--moderator", "year"),
    "tornado": ("--vary", "events_1=4:20"),
    "cumulative": ("--order", "year"),
    "multiverse": ("--without", "drug"),
    "funnel": ("--trim-fill",),
    "gosh": ("--highlight", "C"),
    "prior-posterior": ("--prior", "half-normal:1"),
    "selection": ("--weight-function", "half-normal"),
    "network-forest": ("--smaller-is-better", "--reference", "b"),
}


@pytest.mark.parametrize("kind", PLOTTED)
def test_every_kind_of_a_table(run: Run, table: Write, kind: str) -> None:
    path = table(ARMS if kind in NETWORKS else TABLE)
    words = ("--data", path, *WORDS, *FURTHER.get(kind, ()), "-o", "out.svg")
    result = run("plot", kind, *words)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "out.svg\n"
    text = Path("out.svg").read_text(encoding="utf-8")
    said = re.search(r"<desc[^>]*>([^<]+)</desc>", text)
    assert said is not None
    assert result.stderr.strip().endswith(".")
    assert said[1].replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'") in result.stderr


@pytest.mark.parametrize("kind", ["funnel", "leave-one-out", "labbe", "multiverse"])
def test_a_question_of_the_review(run: Run, small_root: Path, kind: str) -> None:
    result = run("plot", kind, "abstinence", "-o", "out.png")
    assert result.exit_code == 0, result.stderr
    assert Path("out.png").read_bytes().startswith(b"\x89PNG")


def test_a_moderator_of_a_question_is_a_column_too(run: Run, small_root: Path) -> None:
    result = run("plot", "bubble", "abstinence", "--moderator", "nosuch", "-o", "out.svg")
    assert result.exit_code == 2
    assert 'there is no column "nosuch"' in result.stderr
    for name in ("dose", "sessions", "weeks"):
        result = run("plot", "bubble", "abstinence", "--moderator", name, "-o", "out.svg")
        assert "there is no column" not in result.stderr
        assert result.exit_code in (0, 3), result.stderr


def test_a_resolution_can_be_asked_for(run: Run, table: Write) -> None:
    words = ("plot", "radial", "--data", table(TABLE), *WORDS)
    assert run(*words, "-o", "r.tiff", "--dpi", "100").exit_code == 0
    with Image.open("r.tiff") as image:
        assert image.info["dpi"] == (100, 100)
        assert image.width == 600  # 432 points at 100 to the inch
    result = run(*words, "-o", "r.png", "--dpi", "9")
    assert result.exit_code == 2
    assert "36<=x<=1200" in result.stderr


def test_groups_get_a_file_each(run: Run, table: Write) -> None:
    words = ("--data", table(TABLE), *WORDS, "--by", "drug", "--title", "Trials")
    result = run("plot", "baujat", *words, "-o", "b.svg")
    assert result.stdout.split() == ["b-x.svg", "b-y.svg"]
    assert "Trials, drug: y" in Path("b-y.svg").read_text(encoding="utf-8")
    assert not Path("b.svg").exists()


def test_the_legend_is_printed_for_the_manuscript(run: Run, table: Write) -> None:
    words = ("--data", table(TABLE), *WORDS, "-o", "r.svg")
    assert "Galbraith (1988)." in run("plot", "radial", *words, "--legend").stdout


def test_a_varied_column_moves_the_result_as_another_table_would(run: Run, table: Write) -> None:
    one = HEADER + ROWS[0] + ROWS[2]
    words = ("--data", table(one), *WORDS, "--tau2", "EE", "-o", "t.svg", "--vary", "events_2=2:9")
    said = run("plot", "tornado", *words).stderr
    ends = re.search(r"2 assumptions together\) goes from ([\d.]+) to ([\d.]+)", said)
    assert ends is not None
    for value, text in ((2, ends[2]), (9, ends[1])):
        rows = [f"A,13,27,{value},28,1,x\n", f"C,13,26,{value},27,1,y\n"]
        pooled = run("pool", "--data", table(HEADER + "".join(rows)), *WORDS, "--tau2", "EE",
                     "--format", "json")  # fmt: skip
        shown = re.search(r'"display": \{\s*"estimate": ([\d.]+)', pooled.stdout)
        assert shown is not None
        assert float(shown[1]) == pytest.approx(float(text), abs=0.006)


def test_a_row_without_the_correlation_takes_the_middle_of_its_range(
    run: Run, table: Write
) -> None:
    head = "study,mean_1,sd_1,mean_2,sd_2,n,r\n"
    rows = "A,10,3,8,3,20,.5\nB,12,4,9,4,30,{}\nC,9,2,8.5,2,15,.6\n"
    words = ("--measure", "SMCC", "-o", "t.svg", "--vary", "r=.2:.8")
    gap = run("plot", "tornado", "--data", table(head + rows.format("")), *words).stderr
    full = run("plot", "tornado", "--data", table(head + rows.format(".5")), *words).stderr
    assert gap.replace("Written", "Unchanged") == full  # to the last byte of the picture
    assert "Tornado diagram of 4 assumptions" in gap
    drawn = Path("t.svg").read_text(encoding="utf-8")
    assert all(f">{study}: r" in drawn for study in "ABC")
    ends = re.search(r"3 assumptions together\) goes from ([\d.]+) to ([\d.]+)", gap)
    assert ends is not None
    assert float(ends[1]) < float(ends[2])


def test_rows_without_the_moderator_are_named(run: Run, table: Write) -> None:
    path = table(HEADER + "".join(ROWS[:4]) + "E,5,40,6,38,,y\n")
    result = run("plot", "bubble", "--data", path, *WORDS, "--moderator", "year", "-o", "b.svg")
    assert result.exit_code == 0
    assert "trials.csv:6: E: missing: year. It is not drawn." in result.stderr


REFUSED = [
    (("radial",), "Missing option"),
    (("funel", "-o", "f.svg"), "funel"),
    (("radial", "-o", "r.jpg"), "r.jpg: the name must end in one of svg, pdf, png"),
    (("radial", "-o", "no/r.svg"), "the folder no does not exist"),
    (("radial", "-o", "r.svg", "--order", "year"), "--order: goes with plot cumulative."),
    (("bubble", "-o", "r.svg"), "plot bubble: no moderator."),
    (("bubble", "-o", "r.svg", "--moderator", "drug"), "drug"),
    (("tornado", "-o", "r.svg"), "plot tornado: nothing is varied."),
    (("tornado", "-o", "r.svg", "--vary", "r"), "--vary: 'r' is no column with a range."),
    (("tornado", "-o", "r.svg", "--vary", "r=2:1"), "--vary: 2 to 1 is no range."),
    (("tornado", "-o", "r.svg", "--vary", "rr=0:1"), "--vary 'rr=0:1': there is no column 'rr'."),
    (("tornado", "-o", "r.svg", "--vary", "r=0:1"), "--vary 'r=0:1': OR does not use r, so"),
    (
        ("tornado", "-o", "r.svg", "--vary", "events_1=-1:9"),
        "--vary 'events_1=-1:9': events_1 (events in group 1) lies at 0 or above.",
    ),
    (("gosh", "-o", "r.svg", "--highlight", "Z"), '--highlight: there is no study "Z".'),
    (("cumulative", "-o", "r.svg", "--order", "yeer"), 'there is no column "yeer".'),
    (("network", "-o", "r.svg"), "there is no column of treatments"),
]


@pytest.mark.parametrize(("words", "message"), REFUSED)
def test_refusals_say_what_to_do(
    run: Run, table: Write, words: tuple[str, ...], message: str
) -> None:
    result = run("plot", *words, "--data", table(TABLE), *WORDS)
    assert result.exit_code in (2, 3)
    assert message.casefold() in result.stderr.casefold()
    assert result.stdout == ""
    assert not Path("r.svg").exists()


@pytest.mark.parametrize("kind", ["influence", "baujat", "profile", "qq", "limit", "copas"])
def test_one_study_is_refused_in_words_where_nothing_can_be_drawn(
    run: Run, table: Write, kind: str
) -> None:
    path = table(HEADER + ROWS[0])
    result = run("plot", kind, "--data", path, *WORDS, "-o", "r.svg")
    assert result.exit_code == 3
    assert re.search(r"(two|three) (studies )?or more", result.stderr)


def test_every_option_knows_its_kinds() -> None:
    assert set(GOES_WITH) == set(PlotOptions.__dataclass_fields__)
    assert {kind for kinds in GOES_WITH.values() for kind in kinds} <= set(PLOTTED)


def test_every_kind_is_explained_offline(run: Run) -> None:
    for kind in PLOTTED:
        text = run("explain", kind).stdout
        assert f"ketameta plot {kind}" in text

"""Every picture of the catalog: reachable, in words, the same bytes twice, and fit for a page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from importlib import import_module
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

from ketameta.cli.app import COMMANDS
from ketameta.cli.plot_kinds import PLOTTERS
from ketameta.errors import UsageError
from ketameta.figures import colours
from ketameta.figures.catalog import FIGURES
from ketameta.figures.colour_vision import MACHADO, colour_distance
from ketameta.figures.picture import Picture
from ketameta.figures.saving import picture_bytes, save_picture, svg_text
from ketameta.figures.theme import contrast

from .samples import MAKERS, picture, trials

DIAGNOSTICS = [kind for kind in FIGURES.values() if kind.command == "plot"]
NAMES = [kind.name for kind in DIAGNOSTICS]
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
FORBIDDEN = ("significan", "no effect was", "no difference was", "nan", "None")


def test_every_figure_is_reached_by_a_command() -> None:
    assert all(kind.command in COMMANDS for kind in FIGURES.values())
    assert list(PLOTTERS) == NAMES
    for place in PLOTTERS.values():
        module, name = place.split(":")
        assert callable(getattr(import_module(f"ketameta.cli.{module}"), name))


def test_every_figure_of_the_catalog_is_drawn_here() -> None:
    assert sorted(MAKERS) == sorted(NAMES)


@pytest.mark.parametrize("kind", DIAGNOSTICS, ids=lambda kind: kind.name)
def test_every_figure_has_its_parts(kind: object) -> None:
    for part in ("title", "summary", "reference", "formats"):
        assert getattr(kind, part), part
    assert re.search(r"\(\d{4}\), doi:10\.", getattr(kind, "reference"))  # noqa: B009
    assert "Parameters" in (kind.drawer().__doc__ or "")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_says_in_words_what_it_shows(name: str) -> None:
    found = picture(name, 7)
    assert found.name == name
    assert re.search(r"\d", found.alt)
    assert found.alt.endswith(".")
    assert len(re.findall(r"\.(?= [A-Z])", found.alt.replace("et al. ", ""))) == 0, found.alt
    assert len(found.legend) > 150
    assert found.legend.endswith(").")
    for words in (found.alt, found.legend):
        assert not any(word in words for word in FORBIDDEN), words
        assert "  " not in words


def test_words_of_hostile_names_are_one_line() -> None:
    found = picture("baujat", 7, hostile=True)
    assert found.alt.isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_svg_is_named_small_and_refers_only_to_itself(name: str) -> None:
    text = svg_text(picture(name, 7))
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (title.text, desc.text) == (picture(name, 7).title, picture(name, 7).alt)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert all(one is not None and one.startswith(str(root.get("id"))) for one in ids)
    used = set(re.findall(r"url\(#([^)]+)\)", text))
    used |= {str(e.get(LINK))[1:] for e in root.iter() if str(e.get(LINK, "")).startswith("#")}
    assert used <= set(ids)
    assert "http" not in text.replace("http://www.w3.org", "")
    assert len(text.encode()) < 40_000


def test_pictures_of_one_page_share_no_id() -> None:
    texts = [svg_text(picture(name, 7)) for name in ("funnel", "radial", "baujat")]
    texts.append(svg_text(picture("funnel", 2)))
    ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in texts]
    assert all(ids)
    for one, other in combinations(ids, 2):
        assert not one & other


def test_text_of_an_svg_can_be_searched_and_needs_no_particular_font() -> None:
    text = svg_text(picture("leave-one-out", 7))
    assert ">Author 3 1992</text>" in text
    assert "font-family: 'DejaVu Sans', Verdana, sans-serif" in text


# Embedding fonts in PDF files takes a second each.
SAME = [
    ("funnel", "pdf"),
    ("funnel", "eps"),
    ("gosh", "svg"),
    ("gosh", "png"),
    ("net-heat", "svg"),
    ("radial", "png"),
    ("radial", "tiff"),
]


@pytest.mark.parametrize(("name", "kind"), SAME)
def test_two_runs_give_the_same_bytes(name: str, kind: str) -> None:
    again: Picture = MAKERS[name](trials(7))
    first, second = (picture_bytes(one, kind, dpi=60) for one in (picture(name, 7), again))
    assert first == second
    assert b"CreationDate" not in first


def test_files_carry_the_words(tmp_path: Path) -> None:
    found = picture("funnel", 7)
    pdf = save_picture(found, tmp_path / "f.pdf").read_bytes()
    assert b"/Creator (ketameta)" in pdf
    with Image.open(save_picture(found, tmp_path / "f.png", dpi=80)) as image:
        assert image.info["Title"] == found.title
        assert image.info["Description"] == found.alt
    svg = save_picture(found, tmp_path / "f.svg").read_text(encoding="utf-8")
    assert svg.startswith("<?xml")
    assert 'aria-labelledby="ketameta-funnel-title"' in svg


def test_other_formats_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="svg, pdf, png, tiff, eps"):
        save_picture(picture("funnel", 7), tmp_path / "f.jpg")


def test_tiff_is_as_journals_ask_for_it(tmp_path: Path) -> None:
    found = picture("funnel", 7)
    path = save_picture(found, tmp_path / "f.tiff", dpi=600)
    with Image.open(path) as image:
        assert image.mode == "RGB"  # no transparency
        assert image.info["compression"] == "tiff_lzw"
        assert image.info["dpi"] == (600, 600)
        assert image.width == pytest.approx(600 * 432 / 72, abs=1)  # 432 points, by hand
        assert image.getpixel((0, 0)) == (255, 255, 255)
        assert image.tag_v2[269] == found.title  # type: ignore[attr-defined]
        assert image.tag_v2[270] == found.alt  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["funnel", "prior-posterior", "gosh"])
def test_eps_has_its_words_no_time_and_no_complaint(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = picture(name, 7)
    text = picture_bytes(found, "eps").decode("ascii")
    assert not caplog.records
    head = text.partition("%%EndComments")[0]
    assert head.startswith("%!PS-Adobe-3.0 EPSF-3.0")
    assert "%%Title: " + found.title.encode("ascii", "replace").decode() in head
    said = " ".join(line[2:] for line in head.splitlines() if line.startswith("% "))
    assert said == " ".join(found.alt.encode("ascii", "replace").decode().split())
    assert "CreationDate" not in text
    assert all(len(line) <= 255 for line in head.splitlines())
    assert text.endswith("showpage\n")


def test_outlines_and_texts_stand_out_on_white() -> None:
    assert all(contrast(colour, "#ffffff") >= 3.0 for colour in colours.OUTLINES)
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in colours.TEXTS)
    assert all(contrast(colours.INK, shade) >= 4.5 for shade in colours.CONTOURS)


@pytest.mark.parametrize("vision", ["normal", *MACHADO])
def test_colours_that_mean_something_are_told_apart_by_everybody(vision: str) -> None:
    for one, other in combinations(colours.MEANINGFUL, 2):
        assert colour_distance(one, other, vision) >= 40.0, (one, other)


def test_green_and_red_come_together_for_those_who_confuse_them() -> None:
    pair = ("#4daf4a", "#e41a1c")
    normal = colour_distance(*pair)
    assert colour_distance(*pair, "deuteranopia") < 0.6 * normal
    assert colour_distance(*pair, "tritanopia") > 0.8 * normal


def test_lab_distance_by_hand() -> None:
    # White is L* 100, black 0; #777777 has Y = 0.1845, so L* = 116 * 0.1845^(1/3) - 16 = 50.0.
    assert colour_distance("#ffffff", "#000000") == pytest.approx(100.0, abs=0.02)
    assert colour_distance("#777777", "#000000") == pytest.approx(50.0, abs=0.1)
    for vision in MACHADO:  # greys stay grey
        assert colour_distance("#777777", "#000000", vision) == pytest.approx(50.0, abs=0.3)

"""Files: same input, same bytes; titles and descriptions inside; plain refusals."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from ketameta.errors import UsageError
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.save import FORMATS, save, svg, write_forest

from .builders import Trial, answer, ketamine_answer

PLOT = layout(ketamine_answer())
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("kind", FORMATS)
def test_two_runs_give_the_same_bytes(kind: str, tmp_path: Path) -> None:
    first = save(PLOT, tmp_path / f"first.{kind}", dpi=80).read_bytes()
    again = layout(ketamine_answer())
    assert save(again, tmp_path / f"second.{kind}", dpi=80).read_bytes() == first


@pytest.mark.parametrize("svg_text", ["path", "real"])
def test_svg_names_and_describes_itself(svg_text: str) -> None:
    document = svg(PLOT, svg_text=svg_text)
    root = ET.fromstring(document)
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert title.text == "Abstinence at the longest follow-up"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")
    assert desc.text == PLOT.description
    assert "2026" not in document.replace(PLOT.description, "")
    assert not re.search(r"<dc:date>", document)


def test_real_text_can_be_searched_and_outlines_need_no_font() -> None:
    real, paths = svg(PLOT, svg_text="real"), svg(PLOT, svg_text="path")
    assert ">Krupitsky 1997</text>" in real
    assert "font-family: 'DejaVu Sans', Verdana, sans-serif" in real
    assert "<text" not in paths
    assert "font-family" not in paths


def test_labels_cannot_break_the_document(tmp_path: Path) -> None:
    trials = [Trial('<script>&"', 0.1, 0.3), Trial("\x00\ud800]]>", 0.2, 0.3)]
    plot = layout(answer(trials))
    for text in ("real", "path"):
        ET.fromstring(svg(plot, svg_text=text))
    page = save(plot, tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<script" not in page


def test_pdf_and_png_carry_the_title(tmp_path: Path) -> None:
    pdf = save(PLOT, tmp_path / "plot.pdf").read_bytes()
    assert b"/Title (Abstinence at the longest follow-up)" in pdf
    assert b"CreationDate" not in pdf
    with Image.open(save(PLOT, tmp_path / "plot.png", dpi=80)) as image:
        assert image.info["Title"] == "Abstinence at the longest follow-up"
        assert image.info["Description"] == PLOT.description
        assert "Software" not in image.info


def test_writing_takes_the_style_and_returns_the_path(tmp_path: Path) -> None:
    path = write_forest(ketamine_answer(), tmp_path / "jama.svg", style="jama", svg_text="real")
    assert ">Source</text>" in path.read_text(encoding="utf-8")


def test_other_formats_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="svg, pdf, png, tiff, eps, html"):
        save(PLOT, tmp_path / "plot.jpg")
    with pytest.raises(UsageError, match="Use path or real"):
        save(PLOT, tmp_path / "plot.svg", svg_text="none")


def test_the_description_tells_every_row_and_the_sentence_the_answer() -> None:
    assert PLOT.alt.startswith(
        "Abstinence at the longest follow-up: random-effects meta-analysis of 5 studies, "
        "455 participants: odds ratio 3.53 (95% CI 1.40 to 8.88), where above 1 favours ketamine; "
        "95% prediction interval "
    )
    assert PLOT.alt.endswith("I² 53%.")
    assert "\n" not in PLOT.alt
    for row in PLOT.rows:
        assert row.label in PLOT.description
    assert "Dakwar 2019: odds ratio 7.74 (95% CI 1.88 to 31.87), weight " in PLOT.description


def test_one_and_no_study_are_said_in_words() -> None:
    one = layout(answer([Trial("Only 2020", 0.0, 0.5)]))
    assert one.summary == (
        "one study, not pooled: Only 2020: odds ratio 1.00 (95% CI 0.38 to 2.66), "
        "where above 1 favours ketamine."
    )
    assert layout(answer([])).summary == "no usable study."


def test_forest_plots_are_written_as_tiff_and_eps_too(tmp_path: Path) -> None:
    with Image.open(save(PLOT, tmp_path / "plot.tiff", dpi=100)) as image:
        assert (image.mode, image.info["compression"]) == ("RGB", "tiff_lzw")
    eps = save(PLOT, tmp_path / "plot.eps").read_bytes()
    assert eps.startswith(b"%!PS-Adobe-3.0 EPSF-3.0")
    assert eps == save(PLOT, tmp_path / "again.eps").read_bytes()

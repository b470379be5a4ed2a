"""A report and a manuscript on records that mean harm, or that merely have very long words."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser
from tests.browser.chromium import collisions, sideways
from tests.browser.hostile_review import FIELDS, NASTY, hostile_root, nasty
from tests.figures.builders import Trial, answer

from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.save import svg
from ketameta.manuscript.kit import build_kit
from ketameta.reports.build import build_report

pytestmark = pytest.mark.browser

OPEN_EVERYTHING = "() => document.querySelectorAll('details').forEach(d => { d.open = true })"
STRANGE_ELEMENTS = """
() => [...document.querySelectorAll('*')]
  .filter(e => e.matches('img, iframe, object, embed, form, base, link')
    || [...e.attributes].some(a => a.name.startsWith('on')
      || (['href', 'src', 'xlink:href'].includes(a.name)
        && !/^(#|https?:|data:image|mailto:)/.test(a.value))))
  .map(e => e.outerHTML.slice(0, 100))
"""
FORBIDDEN_IN_SVG = ("script", "foreignObject", "image", "a", "iframe")
RAW_HTML = re.compile(r"(?<!\\)<(img|script|/script|/style)", re.IGNORECASE)


@dataclass(frozen=True)
class Made:
    """Folders with everything that is written."""

    report: Path
    kit: Path

    def files(self, kind: str) -> list[Path]:
        """All files of a kind."""
        return sorted(p for root in (self.report, self.kit) for p in root.rglob(f"*.{kind}"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("hostile")
    root = hostile_root(folder)
    build_report(root, folder / "report")
    build_kit(root, folder / "kit")
    return Made(folder / "report", folder / "kit")


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_runs_and_nothing_breaks_out_of_the_page(
    chromium: Browser, made: Made, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    address = (made.report / "index.html").as_uri()
    page.goto(address)
    page.evaluate(OPEN_EVERYTHING)
    page.wait_for_timeout(100)
    assert page.title() == "A small review"
    assert requests == [address]
    assert complaints == []
    assert page.evaluate(STRANGE_ELEMENTS) == []
    said = " ".join(page.locator("body").inner_text().split())
    assert [field for field in FIELDS if " ".join(nasty(field).split()) not in said] == []
    assert sideways(page) == 0
    assert collisions(page) == []
    context.close()


def test_the_data_of_the_explorer_keep_every_letter(made: Made) -> None:
    page = (made.report / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<script[^>]*id="explorer-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(zlib.decompress(base64.b64decode(found[1])))
    titles = [title for _, title, _ in data["questions"][0]["sets"]]
    assert nasty("set") in titles


def test_the_page_holds_its_own_scripts_and_no_other(made: Made) -> None:
    page = (made.report / "index.html").read_text(encoding="utf-8")
    assert page.lower().count("<script") == page.lower().count("</script") == 2
    assert page.lower().count("<style") == page.lower().count("</style")
    assert "{{7*7}}" in page


def test_drawings_hold_no_script_and_ask_for_nothing(made: Made) -> None:
    files = made.files("svg")
    assert len(files) > 3
    for path in files:
        for element in ET.parse(path).iter():
            assert _local(element.tag) not in FORBIDDEN_IN_SVG, path.name
            for key, value in element.attrib.items():
                assert not _local(key).startswith("on"), path.name
                if _local(key) == "href":
                    assert value.startswith("#"), path.name


def test_drawings_with_real_text_keep_every_letter() -> None:
    trials = [Trial(nasty("label"), 0.2, 0.3), Trial("Other 2001", 0.4, 0.3)]
    plot = layout(answer(trials, sets={nasty("set"): (0, 1)}))
    drawing = ET.fromstring(svg(plot, svg_text="real"))
    words = [element.text or "" for element in drawing.iter() if _local(element.tag) == "text"]
    drawn = "".join("".join(words).split()).lower()
    assert "".join(nasty("label").split()).lower() in drawn
    assert "".join(nasty("set").split()).lower() in drawn


def test_markdown_shows_markup_as_letters(made: Made) -> None:
    for path in made.files("md"):
        text = path.read_text(encoding="utf-8")
        assert RAW_HTML.search(text) is None, path.name
    assert "owned" in (made.report / "summary.md").read_text(encoding="utf-8")


def test_tables_as_csv_keep_every_letter(made: Made) -> None:
    cells = {
        cell
        for path in made.files("csv")
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        for cell in row
    }
    whole = "\n".join(cells)
    wanted = ("title", "document", "arm", "definition", "set", "claim", "reason")
    assert [field for field in wanted if nasty(field) not in whole] == []


def test_word_files_hold_text_and_no_field_link_or_picture_of_a_record(made: Made) -> None:
    files = made.files("docx")
    said = "\n".join(text for path in files for text in _words(path))
    assert nasty("title") in said
    assert nasty("reason") in said
    for path in files:
        with zipfile.ZipFile(path) as parts:
            for name in parts.namelist():
                if name.endswith(".rels"):
                    assert b"owned" not in parts.read(name), path.name
                if name.endswith(".xml"):
                    ET.fromstring(parts.read(name))
                    assert b"<script" not in parts.read(name), path.name


def test_the_numbers_as_json_keep_every_letter(made: Made) -> None:
    found = (made.report / "results.json").read_text(encoding="utf-8")
    assert json.dumps(nasty("arm"), ensure_ascii=False)[1:-1] in found
    json.loads(found)


def test_the_text_tries_every_door() -> None:
    for door in ("<img", "onerror=", "{{7*7}}", "</script>", "]]>", "&#x3c;", "</style>", "$"):
        assert door in NASTY


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _words(path: Path) -> Iterator[str]:
    word = docx.Document(str(path))
    yield from (paragraph.text for paragraph in word.paragraphs)
    for table in word.tables:
        for row in table.rows:
            yield from (cell.text for cell in row.cells)

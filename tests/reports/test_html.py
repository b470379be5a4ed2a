"""The page as text: safe, self-contained, complete, in order."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from tests.records.real import ROOT
from tests.reports import real_report as report
from tests.reports.small_review import TRIALS, Trial, write_root

from ketameta.appraisal.catalog import FLAGS
from ketameta.reports.document import Document, document
from ketameta.reports.html import TEMPLATES, html_report, packed
from ketameta.reports.inputs import read_inputs
from ketameta.reports.number_lines import NumberLine
from ketameta.reports.study_cards import StudyCard

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} {% raw %} </style><script>alert(2)</script>"
VOID = {"meta", "link", "img", "br", "hr", "input", "path", "line", "rect", "circle", "polygon"}
LARGEST = 1_500_000
DATA = {"type": "text/plain", "id": "explorer-data"}
"""The only script that is not run: what the other one looks up."""


class Page(HTMLParser):
    """Tags with attributes, text, and whether every tag that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def real_document() -> Document:
    return report.real_document()


@pytest.fixture(scope="module")
def real_text() -> str:
    return report.real_page()


@pytest.fixture(scope="module")
def real(real_text: str) -> Page:
    return Page(real_text)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    trial = Trial("adams-2001", title=HOSTILE, note=HOSTILE, document=HOSTILE)
    root = write_root(tmp_path_factory.mktemp("hostile"), (trial, *TRIALS[1:]))
    review = root / "reports" / "small" / "review.yaml"
    text = review.read_text(encoding="utf-8")
    review.write_text(text.replace("title: Abstinence\n", f"title: '{HOSTILE}'\n"), "utf-8")
    return html_report(document(read_inputs(root)))


def test_what_a_record_says_is_shown_and_never_run(hostile: str) -> None:
    page = Page(hostile)
    assert not page.of("img", "iframe", "object", "embed", "link", "form")
    assert page.of("script") == [DATA, {}]
    shown = " ".join("".join(page.text).split())
    assert shown.count(HOSTILE) >= 6  # title, note, document, question in contents and headings
    assert "49" not in re.findall(r"onerror=alert\(1\)> (\S+)", shown)
    assert not page.unbalanced
    assert not page.open


def test_no_attribute_runs_anything(hostile: str, real: Page) -> None:
    for page in (Page(hostile), real):
        for _, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on")]
            href = attributes.get("href") or "#"
            assert re.match(r"#|https?://", href), href


def test_the_page_needs_nothing_else(real: Page, real_text: str) -> None:
    policy = next(
        a["content"] for a in real.of("meta") if a.get("http-equiv") == "Content-Security-Policy"
    )
    script = re.findall(r"<script>(.*?)</script>", real_text, re.S)
    parts = [(TEMPLATES / name).read_text("utf-8") for name in ("folds.js", "explorer.js")]
    assert script == ["".join(parts)]
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'"
    )
    assert real.of("script") == [DATA, {}]
    assert not real.of("link", "img", "iframe")
    assert not [a for _, a in real.tags if "src" in a or "srcset" in a]
    assert "@import" not in real_text
    assert not re.findall(r"url\((?!#)", real_text)  # pictures point within themselves
    assert not re.findall(r'<(?:use|image)[^>]* href="(?!#|data:image/png;)', real_text)


def test_the_page_is_small_enough_to_mail(real_text: str) -> None:
    assert len(real_text.encode()) < LARGEST


def test_every_tag_closes_and_every_name_is_used_once(real: Page) -> None:
    assert not real.unbalanced
    assert not real.open
    ids = [a["id"] for _, a in real.tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_every_place_that_is_pointed_at_exists(real: Page) -> None:
    ids = {a["id"] for _, a in real.tags if "id" in a}
    for _, attributes in real.tags:
        href = attributes.get("href") or ""
        if href.startswith("#"):
            assert href[1:] in ids, href
        for name in ("aria-labelledby", "aria-describedby"):
            for target in (attributes.get(name) or "").split():
                assert target in ids, target


def test_headings_never_skip_a_level(real: Page) -> None:
    levels = [int(tag[1]) for tag, _ in real.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(now - before <= 1 for before, now in pairwise(levels))


def test_tables_have_captions_and_headers_have_scopes(real: Page) -> None:
    assert len(real.of("table")) == len(real.of("caption"))
    assert all(a.get("scope") in ("col", "row", "colgroup", "rowgroup") for a in real.of("th"))


def test_the_page_has_every_part(real: Page, real_document: Document) -> None:
    ids = {a["id"] for _, a in real.tags if "id" in a}
    parts = {"in-brief", "against", "at-a-glance", "questions", "studies", "cards"}
    assert ids >= parts | {"excluded-reports", "flags", "methods", "provenance"}
    assert ids >= {f"question-{q.id}" for q in real_document.questions}
    assert ids >= {f"study-{card.id}" for card in real_document.cards}
    assert ids >= {f"flag-{code}" for code in FLAGS}


def test_every_study_is_on_one_side_of_every_question(real_document: Document) -> None:
    everyone = sorted(card.id for card in real_document.cards)
    for section, answer in zip(real_document.questions, real_document.answers, strict=True):
        used = [row.study for row in answer.main.rows]
        left = [study.study for group in section.left_out for study in group.studies]
        assert sorted([*used, *left]) == everyone


def _lines(card: StudyCard) -> list[NumberLine]:
    return [line for outcome in card.outcomes for line in outcome.lines]


def test_every_number_stands_with_its_place_in_a_record(real_document: Document) -> None:
    for card in real_document.cards:
        for line in _lines(card):
            name, number = line.place.rsplit(":", 1)
            text = (ROOT / name).read_text(encoding="utf-8").splitlines()
            assert re.match(r"\s+- |\s+(id|time|data):", text[int(number) - 1]), line.place


def test_numbers_that_are_used_say_where(real_document: Document) -> None:
    for answer in real_document.answers:
        for row in answer.main.rows:
            card = next(c for c in real_document.cards if c.id == row.study)
            used = [line for line in _lines(card) if answer.question.id in dict(line.questions)]
            assert [line.place for line in used] == [f"{row.source.file}:{row.source.line}"]


def test_file_names_do_not_depend_on_the_machine(real_text: str) -> None:
    assert str(ROOT) not in real_text
    assert str(Path.home()) not in real_text


def test_data_of_the_explorer_are_packed_and_unpacked_without_loss() -> None:
    text = '{"a":"</script><b>\u2028é🙂"}'
    assert re.fullmatch(r"[A-Za-z0-9+/]+=*", packed(text))
    assert zlib.decompress(base64.b64decode(packed(text))).decode() == text

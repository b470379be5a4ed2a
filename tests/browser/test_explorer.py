"""Ticking studies in a browser: the page shows what the engine says, or says that it cannot."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.chromium import collisions
from tests.browser.explorer_pages import explorer_page
from tests.reports.real_report import real_inputs

from ketameta.appraisal.answers import flag_analysis
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult
from ketameta.reports.explorer.universe import Universe, universe
from ketameta.synthesis.answer import Analysis
from ketameta.tables.formatting import AnswerText, percent_text, variance_text

pytestmark = pytest.mark.browser

SEED = 20_261_122
ANSWER = real_inputs().answers[0]


@pytest.fixture
def page(chromium: Browser, report: Path) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    context.close()


def tick(page: Page, found: Universe, mask: int) -> None:
    """Set every box to what the mask says, first off and then on: conflicts untick each other."""
    for on in (False, True):
        for i in range(len(found.rows)):
            box = page.locator(f"#explore-row-{i}")
            if bool(mask >> i & 1) == on and box.is_checked() != on:
                box.click()


def pooled(found: Universe, mask: int, tau2: str, interval: str) -> PooledResult:
    rows = [found.rows[i] for i in found.members(mask)]
    choices = real_inputs().review.choices
    return pool(
        EffectEstimates.from_arrays(
            found.answer.question.measure, [r.y for r in rows], [r.v for r in rows]
        ),
        PoolingChoices(tau2, interval, choices.prediction, float(choices.level) / 100),
    )


def engine(found: Universe, mask: int, tau2: str, interval: str) -> str:
    result = pooled(found, mask, tau2, interval)
    return AnswerText.of(found.answer).with_interval(result.estimate, result.interval)


def flags_of(found: Universe, mask: int) -> set[str]:
    """Codes of the flags on the pool of the ticked rows."""
    rows = tuple(found.rows[i] for i in found.members(mask))
    ticked = Analysis("ticked", "Ticked", rows, pooled(found, mask, "REML", "hksj"))
    inputs = real_inputs()
    return {f.code for f in flag_analysis(ticked, inputs.evidence, inputs.review.thresholds).flags}


def test_random_ticks_show_what_the_engine_says(page: Page) -> None:
    found, chance = universe(ANSWER), random.Random(SEED)
    tickable = [
        m for m in range(1, 1 << len(found.rows)) if found.allowed(m) and len(found.members(m)) > 1
    ]
    for mask in chance.sample(tickable, 12):
        tick(page, found, mask)
        assert (
            f": {engine(found, mask, 'REML', 'hksj')};"
            in page.locator("#explorer-estimate").inner_text()
        )
        squares = page.locator(".explorer .km-study rect.km-square").count()
        assert squares == len(found.members(mask))
        effect = page.locator(".explorer .km-overall .km-effect").inner_text()
        assert effect == engine(found, mask, "REML", "hksj")
        result, spread = pooled(found, mask, "REML", "hksj"), page.locator(".explorer-found dd")
        ahead = page.locator(".explorer .km-prediction .km-effect").inner_text()
        assert ahead == AnswerText.of(ANSWER).interval(result.prediction)
        said = " ".join(spread.all_inner_texts())
        assert f"τ² = {variance_text(result.heterogeneity.tau2)}" in said
        i2 = percent_text(result.heterogeneity.i2, result.heterogeneity.i2_interval)
        assert f"I² = {i2};" in said
        assert f"Q = {result.heterogeneity.q:.2f}, df {result.heterogeneity.q_df}" in said
        shown = page.locator(".explorer > #explorer .flag-list .flag").all_inner_texts()
        assert set(shown) == flags_of(found, mask)


@pytest.mark.parametrize(("tau2", "interval"), [("DL", "wald"), ("PM", "hksj"), ("EE", "wald")])
def test_other_methods_are_looked_up_for_the_named_sets(
    page: Page, tau2: str, interval: str
) -> None:
    found = universe(ANSWER)
    page.locator("#explore-tau2").select_option(tau2)
    page.locator("#explore-interval").select_option(interval)
    for named in found.sets:
        if len(found.members(named.mask)) < 2:
            continue
        page.locator("#explore-set").select_option(named.id)
        shown = page.locator("#explorer-estimate").inner_text()
        assert f": {engine(found, named.mask, tau2, interval)};" in shown


def test_methods_that_do_not_fit_together_cannot_be_chosen(page: Page) -> None:
    page.locator("#explore-interval").select_option("hksj")
    page.locator("#explore-tau2").select_option("EE")
    assert page.locator("#explore-interval").input_value() == "wald"
    assert page.locator("#explore-interval option[value=hksj]").is_disabled()
    found = universe(ANSWER)
    shown = page.locator("#explorer-estimate").inner_text()
    assert f": {engine(found, found.main.mask, 'EE', 'wald')};" in shown
    page.locator("#explore-tau2").select_option("DL")
    assert page.locator("#explore-interval option[value=hksj]").is_enabled()


def test_what_was_not_computed_is_said_with_the_line_that_computes_it(page: Page) -> None:
    found = universe(ANSWER)
    page.locator("#explore-tau2").select_option("DL")
    members = found.members(found.main.mask)
    tick(page, found, found.main.mask & ~(1 << members[0]) & ~(1 << members[1]))
    assert page.locator(".explorer-found.unknown").is_visible()
    assert page.locator("#explorer-estimate").count() == 0
    line = page.locator("#explorer-command").inner_text()
    mask = found.main.mask & ~(1 << members[0]) & ~(1 << members[1])
    narrowest = min(
        (s for s in found.sets if s.mask & mask == mask), key=lambda s: s.mask.bit_count()
    )
    parts = [f"ketameta pool {ANSWER.question.id}"]
    parts += [f"--set {narrowest.id}"] if narrowest.id != "main" else []
    parts += [f"--without {found.rows[i].study}" for i in found.members(narrowest.mask & ~mask)]
    assert line == " ".join([*parts, "--tau2 DL --ci hksj"])


def test_two_results_of_the_same_people_untick_each_other(page: Page) -> None:
    found = universe(ANSWER)
    assert found.conflicts
    one, two = found.conflicts[0]
    page.locator(f"#explore-row-{two}").click()
    assert page.locator(f"#explore-row-{two}").is_checked()
    assert not page.locator(f"#explore-row-{one}").is_checked()


@pytest.mark.parametrize("question", ["abstinence-longest", "relapse-hazard"])
def test_sets_that_tick_the_same_results_keep_their_names(page: Page, question: str) -> None:
    answer = next(a for a in real_inputs().answers if a.question.id == question)
    sets = [s for s in universe(answer).sets if s.mask]
    assert len({s.mask for s in sets}) < len(sets)
    page.locator("#explore-question").select_option(question)
    for named in sets:
        page.locator("#explore-set").select_option(named.id)
        assert page.locator("#explore-set").input_value() == named.id
        line = page.locator("#explorer-command").inner_text()
        part = "" if named.id == "main" else f" --set {named.id}"
        assert line == f"ketameta pool {question}{part}"
        page.reload()
        assert page.locator("#explore-set").input_value() == named.id
        assert page.locator("#explorer-notice").count() == 0


@pytest.mark.parametrize(("tau2", "computed"), [("REML", True), ("DL", False)])
def test_a_view_that_no_set_holds_says_why_there_is_no_command(
    page: Page, tau2: str, computed: bool
) -> None:
    found = universe(ANSWER)
    page.locator("#explore-tau2").select_option(tau2)
    nowhere = [
        mask
        for mask in range(1, 1 << len(found.rows))
        if found.allowed(mask) and all(s.mask & mask != mask for s in found.sets)
    ]
    two = [mask for mask in nowhere if mask.bit_count() == 2]
    assert two
    for mask in two:
        tick(page, found, mask)
        assert page.locator("#explorer-command").count() == 0
        assert "no set of studies" in page.locator("#explorer-no-command").inner_text()
        assert (page.locator("#explorer-estimate").count() == 1) == computed


def test_where_from_opens_the_number_of_the_row(page: Page) -> None:
    for i in range(len(universe(ANSWER).rows)):
        row = page.locator(".explorer tbody tr").nth(i)
        effect = row.locator(".km-effect").inner_text()
        row.get_by_role("link", name="where from").click()
        step = page.locator(":target .value")
        assert step.is_visible()
        assert step.inner_text() == f"OR {effect}"


def test_the_address_keeps_the_view(page: Page, chromium: Browser) -> None:
    found = universe(ANSWER)
    tick(page, found, 0b10011)
    page.locator("#explore-tau2").select_option("PM")
    shown = page.locator(".explorer").inner_text()
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    again = context.new_page()
    again.goto(page.url)
    assert again.locator(".explorer").inner_text() == shown
    context.close()


def test_a_link_to_a_number_from_outside_arrives_at_it(chromium: Browser, report: Path) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    found = universe(ANSWER)
    page.goto(f"{report.as_uri()}#{found.anchor(len(found.rows) - 1)}")
    page.locator("#explorer-estimate").wait_for()
    assert abs(page.evaluate("document.querySelector(':target').getBoundingClientRect().top")) < 60
    context.close()


@pytest.mark.parametrize(
    "fragment",
    [
        "explore/nothing/1/a/b",
        "explore/abstinence-longest/zz",
        "explore/%E0%A4%A",
        "explore/",
        "explore/abstinence-longest/110011/REML/hksj",
        "explore/abstinence-longest/1100/REML/hksj",
        "explore/abstinence-longest/none/EE/hksj",
        "explore/abstinence-longest/none/REML/nothing",
        "explore/abstinence-longest/dakwar-2019-abstinence-w5+dakwar-2019-abstinence-w26/REML/hksj",
    ],
)
def test_an_address_that_does_not_fit_shows_the_main_analysis_and_says_so(
    chromium: Browser, report: Path, fragment: str
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{report.as_uri()}#{fragment}")
    assert errors == []
    assert page.locator("#explorer-estimate").is_visible()
    assert page.locator("#explorer-notice").is_visible()
    assert page.locator("#explore-set").input_value() == "main"
    assert page.locator("#explore-tau2").input_value() == "REML"
    assert ticked(page) == list(universe(ANSWER).members(universe(ANSWER).main.mask))
    page.locator("#explore-row-0").click()
    assert page.locator("#explorer-notice").count() == 0
    context.close()


def test_a_link_keeps_its_studies_when_others_come_and_says_when_one_is_gone(
    chromium: Browser, tmp_path: Path
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    files = {k: tmp_path / f"{k}.html" for k in (3, 4)}
    for k, file in files.items():
        file.write_text(explorer_page(k).html, encoding="utf-8")
    page.goto(files[3].as_uri())
    page.locator("#explore-row-0").click()
    shown = page.locator("#explorer-estimate").inner_text()
    page.goto(f"{files[4].as_uri()}#{page.url.partition('#')[2]}")
    assert ticked(page) == [1, 2]
    assert page.locator("#explorer-estimate").inner_text() == shown
    assert page.locator("#explorer-notice").count() == 0
    page.locator("#explore-row-3").click()
    page.goto(f"{files[3].as_uri()}#{page.url.partition('#')[2]}")
    assert page.locator("#explorer-notice").is_visible()
    assert ticked(page) == [0, 1, 2]
    context.close()


def ticked(page: Page) -> list[int]:
    boxes = page.locator(".explorer tbody input[type=checkbox]")
    return [i for i in range(boxes.count()) if boxes.nth(i).is_checked()]


@pytest.mark.parametrize(
    ("key", "attribute"), [("substance", "substance"), ("control", "control_type")]
)
def test_a_substance_or_control_unticks_its_own_studies_and_ticks_them_again(
    page: Page, key: str, attribute: str
) -> None:
    found = universe(ANSWER)
    values = list(dict.fromkeys(getattr(row, attribute) for row in found.rows))
    assert len(values) > 1
    main = found.members(found.main.mask)
    for place, value in enumerate(values):
        box = page.locator(f"#explore-{key}-{place}")
        of = [i for i, row in enumerate(found.rows) if getattr(row, attribute) == value]
        others = [i for i in main if i not in of]
        first = [
            i
            for i in of
            if found.rows[i].study not in {found.rows[j].study for j in of[: of.index(i)]}
        ]
        page.locator("#explore-back").click()
        assert ticked(page) == list(main)
        if not box.is_checked():
            box.click()
        assert ticked(page) == sorted({*others, *first})
        box.click()
        assert ticked(page) == others
        assert not box.is_checked()
        box.click()
        assert ticked(page) == sorted({*others, *first})
        assert box.is_checked()


def test_on_a_phone_an_effect_stands_beside_the_name_of_its_study(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    row = page.locator(".explorer tbody tr").first
    name, effect = row.locator("th").bounding_box(), row.locator(".km-effect").bounding_box()
    assert name
    assert effect
    assert effect["y"] < name["y"] + name["height"] / 2
    assert effect["x"] >= name["x"] + name["width"]


def test_choices_begin_with_a_capital_but_for_statistics_named_by_a_letter(page: Page) -> None:
    words = page.locator(".explorer-controls option, .explorer-controls fieldset label")
    shown = [text.strip() for text in words.all_inner_texts()]
    assert len(shown) > 10
    assert [text for text in shown if text[:2].isalpha() and text[0].islower()] == []


def test_every_question_can_be_shown_at_every_width(page: Page) -> None:
    questions = page.locator("#explore-question option:not([disabled])").evaluate_all(
        "options => options.map(o => o.value)"
    )
    assert questions == [a.question.id for a in real_inputs().answers if universe(a).rows]
    for width in (375, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for question in questions:
            page.locator("#explore-question").select_option(question)
            wider = page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider == 0
        assert collisions(page) == []


def test_without_javascript_the_part_says_where_to_look(chromium: Browser, report: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#explorer-off").is_visible()
    assert not page.locator("#explorer").is_visible()
    context.close()


def test_a_change_keeps_the_focus_and_is_announced(page: Page) -> None:
    box = page.locator("#explore-row-0")
    box.focus()
    page.keyboard.press("Space")
    assert page.evaluate("() => document.activeElement.id") == "explore-row-0"
    assert "ticked" in (page.locator(".explorer [aria-live]").text_content() or "")


def test_one_button_opens_every_fold_and_closes_them_again(page: Page) -> None:
    folds = page.locator("main details")
    button = page.locator("#folds")
    button.click()
    assert folds.evaluate_all("all => all.every((fold) => fold.open)")
    button.click()
    assert folds.evaluate_all("all => all.every((fold) => !fold.open)")

"""Overclaims: every rule finds its sentence and leaves the careful one alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records.real import ROOT

from ketameta.errors import DataError, UsageError
from ketameta.manuscript.overclaims.documents import document, read_document
from ketameta.manuscript.overclaims.hidden_elements import hidden_elements
from ketameta.manuscript.overclaims.linting import Overclaim, lint
from ketameta.manuscript.overclaims.rules import LINT_RULES
from ketameta.manuscript.overclaims.sentences import sentences

OVERCLAIMS = {
    "L01": (
        "Ketamine significantly reduced drinking.",
        "The effect was not statistically significant.",
        "An insignificant change was seen.",
        "Results were highly\nsignificant in both arms.",
    ),
    "L02": (
        "There was no difference between the groups (P = 0.40, 95% CI 0.8 to 1.4).",
        "We found no significant effect on craving.",
        "Ketamine did not improve abstinence.",
        "The groups showed no effect.",
        "Ketamine was ineffective.",
        "Ketamine does not increase adverse events.",
    ),
    "L03": (
        "One infusion was equally effective.",
        "Ketamine is as good as naltrexone.",
        "Both arms had comparable efficacy.",
    ),
    "L04": (
        "There was a trend towards fewer relapses.",
        "The result approached statistical significance.",
        "It was marginally significant.",
    ),
    "L05": (
        "This proves that ketamine works.",
        "It is a proven treatment.",
        "The trial definitively settles the matter.",
    ),
    "L06": (
        "Ketamine eliminates withdrawal.",
        "Ketamine cures addiction.",
        "Ketamine eliminates cravings.",
        "It is the cure for alcoholism.",
    ),
    "L07": (
        "Ketamine is safe.",
        "Infusions are safe and effective.",
        "It is harmless and has no side effects.",
        "Treatment was well tolerated.",
    ),
    "L08": (
        "In this case series ketamine reduced craving.",
        "The uncontrolled study shows that infusions led to abstinence.",
    ),
    "L09": ("At six months 70% of patients were abstinent.", "Only 27 % relapsed."),
    "L10": (
        "The odds ratio was 3.50.",
        "The pooled effect (SMD = -0.62) favoured ketamine.",
        "Cohen's d was 0.8.",
    ),
    "L11": (
        "Patients stay sober for up to two years.",
        "Drinking fell by up to 80%, a lasting effect.",
    ),
    "L12": (
        "Ketamine patients had a 58% lower risk of relapse.",
        "Ketamine doubled the chances of abstinence.",
        "They were three times more likely to stay sober.",
    ),
    "L13": ("The ketamine arm was statistically superior.",),
    "L14": (
        "This breakthrough changes psychiatry.",
        "A groundbreaking therapy.",
        "Ketamine produced dramatic relief.",
        "Promising results were reported.",
    ),
    "L15": ("Craving decreased by 40 points from baseline.",),
    "L16": ("Ketamine lowered craving (p < 0.05).", "Abstinence was higher, P = .03."),
    "L17": (
        "With an odds ratio of 3.5 (95% CI 1.2 to 9.0) they were 3.5 times more likely to quit.",
    ),
    "L18": ("We guarantee sobriety.", "The therapy works for everyone."),
    "L19": ("Ketamine is an effective treatment.", "Infusions have been shown to be effective."),
    "L20": (
        "We demonstrate the clear superiority of ketamine.",
        "The trials clearly show a benefit.",
        "There is strong evidence that ketamine helps.",
    ),
    "L21": ("Ketamine was superior to placebo.", "It was more effective than naltrexone."),
    "L22": (
        "Ketamine stops craving.",
        "The drug causes abstinence.",
        "Abstinence was brought about by new synapses.",
    ),
    "L23": (
        "Ketamine should be offered to all patients.",
        "We recommend ketamine.",
        "These results support its routine use.",
    ),
    "L24": (
        "Everyone who drinks can benefit.",
        "It works regardless of the substance.",
    ),
    "L25": (
        "Less craving means that people stay sober.",
        "Since motivation rose, relapses will become rare.",
    ),
    "L26": ("One infusion is enough.", "The benefits are permanent.", "It works at once."),
}

CAREFUL = (
    "The odds ratio was 3.50 (95% CI 0.91 to 13.55; 95% prediction interval 0.26 to 46.50).",
    "The interval includes both benefit and harm: the direction is open.",
    "Abstinence was reported by 13 of 27 people (48%) with ketamine and 3 of 28 (11%) without.",
    "Whether ketamine is safe is not known.",
    "The dashed line is the line of no effect.",
    "An interval that includes 1 does not show that there is no difference.",
    "Never say that a result is significant because P is below 0.05.",
    "The test of excess significance looks at the number of small P values.",
    "The significance level was 0.05 in the protocols.",
    "We are very uncertain about what ketamine does to craving.",
    "Ketamine may increase abstinence; certainty is low.",
    "Craving fell more with ketamine than with placebo, by 8.6 points (95% CI 2.1 to 15.1).",
    "In this case series craving was lower after the infusions; there was no control group.",
    "Cochran's Q was 8.75 (df 3, P = 0.03).",
    "No serious adverse event was recorded among 17 people (97.5% upper limit 20%).",
    "Follow-up lasted up to two years.",
    "Doses went up to 0.8 mg/kg.",
    "If 24 of 100 people are abstinent without ketamine, this means 53 of 100 with it.",
    "Risk of relapse was 58% lower, from 24 of 100 to 10 of 100 people.",
    "The abstract says that relapse did not differ.",
    "Non-inferiority was judged against a margin of 10 percentage points.",
    "Burden of proof lies with those who claim an effect.",
    "It is a proof of concept trial.",
    "Most people improved, but so may people without treatment.",
    "It is safe to run the command again.",
    "The secure server heals itself; security is not the cure for everything.",
    'A clinic calls ketamine "a proven, safe cure" and "a breakthrough".',
    "The 95% confidence interval of the weight is 34% wide.",
    "Studies carry 66% of the weight.",
    "I² was 64% (0% to 97%).",
    "Participants were asked to prove their age.",
    "Recruitment proved difficult.",
    "Ketamine will not cure addiction, and one clinic says so.",
    "We cannot recommend ketamine on this basis.",
    "None of the trials shows that ketamine prevents relapse.",
    "More trials are needed before ketamine should be offered to patients.",
    "Midazolam hides the treatment better than saline.",
    "Was ketamine superior to placebo?",
    "Compared with saline, ketamine may result in fewer days of heavy drinking.",
    "The true effect could be anywhere from a halving to a doubling of relapse.",
    "Write `significant` in code and nobody minds.",
    "See [significantly better](https://example.org/significant-proof) minds.".replace(
        "significantly better", "the paper"
    ),
)


def codes(text: str, kind: str = ".md") -> list[str]:
    return [one.code for one in lint(document(text, "text", kind))]


def test_every_rule_has_examples() -> None:
    assert list(OVERCLAIMS) == list(LINT_RULES)
    assert len(LINT_RULES) == 26


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in OVERCLAIMS.items() for text in texts]
)
def test_a_rule_finds_its_overclaim(code: str, text: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize("text", CAREFUL)
def test_careful_words_are_left_alone(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Although no trial looked at it, ketamine stops craving.", ["L22", "L06"]),
        ("Nobody knows why; ketamine stops craving.", ["L22", "L06"]),
        ("No trial shows that ketamine stops craving.", []),
    ],
)
def test_a_denial_reaches_as_far_as_its_clause(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_every_rule_says_why_and_what_to_write_instead() -> None:
    assert all(rule.why and rule.suggestion for rule in LINT_RULES.values())


def test_careful_words_in_one_text_are_left_alone() -> None:
    assert codes(" ".join(CAREFUL)) == []


def test_line_and_column_are_those_of_the_words() -> None:
    text = "# Title\n\nSome words, and then\nit was  significant.\n"
    (one,) = lint(document(text, "a.md"))
    assert (one.file, one.line, one.column, one.text) == ("a.md", 4, 9, "significant")
    windows = lint(document(text.replace("\n", "\r\n"), "a.md"))
    assert [(w.line, w.column) for w in windows] == [(4, 9)]


def test_sentences_end_at_stops_but_not_at_abbreviations_and_decimals() -> None:
    text = "Dr. Smith et al. 2019 found 3.5 vs. 2.1 here. Next one! - item\n- item two\n\nLast"
    assert [s.text for s in sentences(text)] == [
        "Dr. Smith et al. 2019 found 3.5 vs. 2.1 here.",
        "Next one!",
        "- item",
        "- item two",
        "Last",
    ]
    assert all(text[s.start :].startswith(s.text) for s in sentences(text))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            ".md",
            "```\nketamine is safe\n```\n\n<!-- it is safe -->\n\n## References\n\nIt is safe.",
        ),
        (".md", "---\ntitle: Ketamine is safe\n---\n\nText.\n"),
        (".html", "<p>Fine</p><script>'is safe'</script><!-- is safe --><p title='is safe'>x</p>"),
        (".html", "<p>A clinic: <q>it is safe</q></p><blockquote>is safe</blockquote>"),
        (".html", "<p>Doe wrote <cite>Ketamine is safe: a trial</cite> in 2001.</p>"),
        (".html", "<blockquote>a <blockquote>b</blockquote> is safe</blockquote>"),
        (".html", "<p data-reported>The authors: <b>it is safe</b>, they wrote</p>"),
        (".html", '<td class="x" data-reported="yes" title="a > b">it is safe</td>'),
        (".html", "<script>if (a < b) { 'it is safe' } '<q>'</script>"),
        (".md", "Doe wrote <cite>Ketamine is safe</cite> in 2001."),
        (".html", "<td>A case series</td><td>Removed because of an event</td>"),
        (".j2", "{# it is safe #}{{ 'is safe' }}{% if 'is safe' %}<p>Fine.</p>{% endif %}"),
        (".tex", "Fine. % it is safe\n\\begin{verbatim}\nit is safe\n\\end{verbatim}\n"),
        (".yaml", "title: Ketamine is safe\nclaim: it is safe\n# it is safe\nnotes: Fine words.\n"),
        (".yaml", "data: {kind: statement, direction: x, text: It did not differ at all.}\n"),
        (".txt", "# it is safe\nFine, see https://example.org/it-is-safe\n"),
    ],
)
def test_what_is_no_prose_of_the_author_is_left_alone(kind: str, text: str) -> None:
    assert codes(text, kind) == []


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        (".md", "| a | b |\n|---|---|\n| x | Ketamine is safe |\n", (3, 16)),
        (".html", "<p>\n <b>Ketamine</b> <i>is safe</i></p>", (2, 21)),
        (".tex", "\\section{Results}\nKetamine \\emph{is safe}.", (2, 16)),
        (".yaml", "a: 1\nnotes: >-\n  Ketamine\n  is safe.\n", (4, 3)),
        (".yaml", "a: Zürich — τ² “x”\nb: Ketamine is safe\n", (2, 13)),
        (".yaml", 'notes: [{about: x, text: "Ketamine is safe"}]', (1, 36)),
    ],
)
def test_prose_within_markup_keeps_its_place(kind: str, text: str, place: tuple[int, int]) -> None:
    found = lint(document(text, "x", kind))
    assert [(one.code, (one.line, one.column)) for one in found] == [("L07", place)]


WAIVED = [
    (".md", "<!-- ketameta: allow L07 the register says so -->\nKetamine\nis safe.\n"),
    (".yaml", "# ketameta: allow L07 the register says so\nnotes: Ketamine is safe.\n"),
    (".yaml", "notes: Ketamine is safe.  # ketameta: allow L07 the register says so\n"),
    (".tex", "Ketamine is safe. % ketameta: allow L07 the register says so\n"),
    (".html", "<!-- ketameta: allow-file L07 a page of quotations --><p>x</p>\n\nIt is safe."),
]


@pytest.mark.parametrize(("kind", "text"), WAIVED)
def test_a_waiver_with_a_reason_keeps_the_words(kind: str, text: str) -> None:
    assert codes(text, kind) == []
    assert codes(text.replace("ketameta: allow", "ketameta: disallow"), kind) == ["L07"]


def test_a_waiver_covers_one_paragraph_and_one_rule() -> None:
    text = "<!-- ketameta: allow L07 said so -->\nIt is safe.\n\nIt is safe. It is proven.\n"
    assert codes(text) == ["L07", "L05"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!-- ketameta: allow L07 -->\nIt is safe.", ["L00", "L07"]),
        ("<!-- ketameta: allow L07 no use -->\nFine.", ["L00"]),
        ("<!-- ketameta: allow L77 no rule -->\nFine.", ["L00"]),
        ("Write ketameta: allow L07 why in a comment.", []),
    ],
)
def test_a_waiver_without_a_reason_or_a_use_is_a_finding(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_word_file_is_read_with_its_tables(tmp_path: Path) -> None:
    from docx import Document

    word = Document()
    word.add_paragraph("Fine.")
    word.add_paragraph("Ketamine is safe.")
    word.add_table(1, 1).rows[0].cells[0].text = "It is proven."
    path = tmp_path / "a.docx"
    word.save(str(path))
    assert [one.code for one in lint(read_document(path))] == ["L07", "L05"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    for name, content, error, words in (
        ("a.pdf", b"x", UsageError, "texts are read as"),
        ("a.md", b"\xff\xfe\xfa", DataError, "not UTF-8"),
        ("a.docx", b"no zip", DataError, "not a Word file"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(error, match=words):
            read_document(tmp_path / name)
    with pytest.raises(UsageError, match="cannot be opened"):
        read_document(tmp_path / "missing.md")


def test_a_long_hostile_text_is_read_in_time() -> None:
    text = "(" * 5000 + "`" * 5000 + " odds " * 3000 + '"' * 4001 + "<" * 5000 + "[a](" * 3000
    assert isinstance(lint(document(text, "x")), tuple)


def own_texts() -> list[Path]:
    """Every text of this project that readers see."""
    names = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "studies/README.md"]
    folders = ("reports", "studies", "src/ketameta/reports/templates")
    found = [ROOT / name for name in names]
    for folder in folders:
        for kind in ("*.md", "*.yaml", "*.j2"):
            found += sorted((ROOT / folder).rglob(kind))
    return [path for path in found if not {"output", "manuscript", "schema"} & set(path.parts)]


def test_our_own_texts_claim_no_more_than_the_numbers() -> None:
    paths = list(dict.fromkeys(own_texts()))
    assert len(paths) > 70
    found: list[Overclaim] = [one for path in paths for one in lint(read_document(path))]
    assert [f"{one.file}:{one.line}: {one.code} {one.text}" for one in found] == []


@pytest.mark.parametrize(
    "text",
    [
        "<p><q>it works</q> and it is safe</p>",
        "<blockquote>a <blockquote>b</blockquote></blockquote> it is safe",
        "<p>it is safe <q>it works</p>",  # never closed
        "<p data-reported-by='x'>it is safe</p>",
        "<p class='data-reported'>it is safe</p>",
        "<p data-reported>a</p><p>it is safe</p>",
        "<span data-reported><span>a</span></span> it is safe",
    ],
)
def test_own_words_beside_those_of_others_are_looked_at(text: str) -> None:
    assert [one.code for one in lint(document(text, "page", ".html"))] == ["L07"]


def test_hostile_nesting_takes_no_longer() -> None:
    text = "<q>" * 60_000 + "<q it is safe" + "</q>" * 30_000
    assert len(list(hidden_elements(text))) > 0

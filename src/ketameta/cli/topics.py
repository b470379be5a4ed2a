"""Everything `ketameta explain` can explain, gathered from the catalogs."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from ketameta.appraisal.catalog import FLAGS, FlagKind
from ketameta.cli.analysis_topics import analysis_topics
from ketameta.cli.glossary import GLOSSARY
from ketameta.cli.grade_topics import grade_topics
from ketameta.cli.lint_topics import lint_topics
from ketameta.cli.risk_of_bias_topics import risk_of_bias_topics
from ketameta.cli.topic import Topic, prose
from ketameta.errors import UsageError
from ketameta.figures.catalog import FIGURES
from ketameta.measures.catalog import MEASURES, Measure
from ketameta.measures.zero_cells import RULES as ZERO_CELL_RULES
from ketameta.notation import formulas
from ketameta.pooling import catalog as pooling
from ketameta.pooling.presets import (
    GUARDS,
    I2_FORMS,
    PRESETS,
    Q_CENTRES,
    SMD_FORMS,
    ZERO_CELL_FORMS,
    Preset,
)
from ketameta.questions.contrasts import ContrastClass
from ketameta.records import vocabulary
from ketameta.records.claim_words import Verdict
from ketameta.records.rules import RULES


def topics() -> tuple[Topic, ...]:
    """Every topic, by kind and in the order of the catalogs."""
    methods = (*_methods(), *_zero_cells(), *_presets(), *analysis_topics())
    shown = (*_figures(), *GLOSSARY_TOPICS, *grade_topics(), *risk_of_bias_topics())
    return (*_flags(), *_rules(), *_measures(), *methods, *shown, *_verdicts(), *lint_topics())


def find(code: str) -> tuple[Topic, ...]:
    """The topics with this code, or this word of the records; several kinds may share one.

    Raises
    ------
    UsageError
        When there is none, with the nearest codes.
    """
    wanted = _key(code)
    main, words = topics(), tuple(_words())
    found = tuple(t for t in main if wanted and wanted in map(_key, (t.code, t.name, *t.aliases)))
    # A measure is also a word of the records; its own entry says it better.
    found += tuple(t for t in words if wanted == _key(t.code) and t.code not in MEASURES)
    if found:
        return found
    everything = [*main, *words]
    known = {_key(name): name for topic in everything for name in (topic.code, *topic.aliases)}
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.6)
    named = [t.code for t in everything if wanted and wanted in _key(t.name)][:5]
    close = list(dict.fromkeys([*(known[n] for n in near), *named]))
    hint = f"Did you mean {' or '.join(close)}?" if close else "Run ketameta explain for a list."
    raise UsageError(f'explain: nothing is called "{code}". {hint}')


def _key(code: str) -> str:
    plain = code.strip().casefold().replace("²", "2").replace("τ", "tau").replace("χ", "chi")
    return plain.replace(" ", "").replace("_", "").replace("-", "")


def _flags() -> Iterator[Topic]:
    for flag in FLAGS.values():
        yield _flag(flag)


def _flag(flag: FlagKind) -> Topic:
    facts = (("Severity", flag.severity), ("Reference", flag.reference))
    kind = f"flag on a {flag.scope}"
    return Topic(kind, flag.code, flag.title, (flag.meaning,), facts, flag.threshold)


def _rules() -> Iterator[Topic]:
    for rule in RULES.values():
        waivable = "yes, with a reason in `waivers` of the record" if rule.waivable else "no"
        facts = (
            ("Severity", str(rule.severity)),
            ("Applied by", "ketameta check"),
            ("Can be waived", waivable),
            ("Reference", rule.reference),
        )
        yield Topic("rule of check", rule.code, "", (rule.summary,), facts)


def _measures() -> Iterator[Topic]:
    for entry in MEASURES.values():
        yield Topic(
            "effect measure",
            entry.code,
            entry.name,
            (entry.summary, *prose(entry.compute())),
            _measure_facts(entry),
        )


def _measure_facts(entry: Measure) -> tuple[tuple[str, str], ...]:
    zero = "" if entry.zero_add is None else f"{entry.zero_add:g} added by the zero-cell rule"
    return (
        ("Formula", formulas.MEASURES.get(entry.code, "")),
        ("Columns", ", ".join(entry.columns)),
        ("Pooled as", entry.analysis_label),
        ("Zero cells", zero),
        ("Variances", ", ".join(entry.variances)),
        ("Reference", entry.reference),
    )


_KINDS = {
    "TAU2_METHODS": ("estimator of tau²", "--tau2", formulas.TAU2),
    "INTERVAL_METHODS": ("confidence interval", "--ci", formulas.INTERVALS),
    "PREDICTION_METHODS": ("prediction interval", "--prediction", formulas.PREDICTIONS),
    "TAU2_INTERVAL_METHODS": ("interval of tau²", "--tau2-ci", {}),
    "COMMON_EFFECT_METHODS": ("common-effect method", "--method", {}),
    "COMMON_RATE_METHODS": ("common-effect method for rates", "--method", {}),
}
"""What the catalogs of pooling hold: the kind in words, the option, and formulas."""


def _methods() -> Iterator[Topic]:
    """Every catalog of pooling, those without an entry in `_KINDS` included."""
    found = [name for name in vars(pooling) if name.endswith("_METHODS")]
    for name in [*_KINDS, *(name for name in found if name not in _KINDS)]:
        kind = name.removesuffix("S").replace("_", " ").lower()
        words, option, formula = _KINDS.get(name, (kind, "", {}))
        for method in getattr(pooling, name).values():
            yield _method(method, words, option, formula.get(method.code, ""))


def _method(method: Any, kind: str, option: str, formula: str) -> Topic:
    doi = f", doi:{method.doi}" if method.doi else ""
    facts = (
        ("Formula", formula),
        ("Also called", ", ".join(method.aliases)),
        ("Chosen by", _chosen(option, method.code)),
        ("Reference", f"{method.reference}{doi}"),
    )
    meaning = (method.summary, *prose(method.function))
    return Topic(kind, method.code, method.name, meaning, facts, aliases=method.aliases)


def _chosen(option: str, code: str) -> str:
    """How the method is asked for; methods on counts by name and measure (MH-OR)."""
    if option == "--method":
        name, measure = code.split("-")
        return f"--method {name.lower()} --measure {measure}"
    return f"{option} {code}" if option else ""


def _zero_cells() -> Iterator[Topic]:
    for code, meaning in ZERO_CELL_RULES.items():
        text = f"{meaning[:1].upper()}{meaning[1:]}."
        yield Topic("zero-cell rule", code, "", (text,), (("Chosen by", f"--zero-cells {code}"),))


def _presets() -> Iterator[Topic]:
    """The programs whose way of pooling has a name."""
    for entry in PRESETS.values():
        unsure = (f"Not confirmed: {' '.join(entry.uncertain)}",) if entry.uncertain else ()
        meaning = (entry.summary, *unsure)
        facts = _preset_facts(entry)
        yield Topic("preset", entry.code, entry.name, meaning, facts, aliases=entry.aliases)


def _preset_facts(entry: Preset) -> tuple[tuple[str, str], ...]:
    ahead = entry.prediction
    limits = pooling.TAU2_INTERVAL_METHODS[entry.tau2_interval].name
    return (
        ("tau2", f"{entry.tau2} ({pooling.TAU2_METHODS[entry.tau2].name}); interval: {limits}"),
        ("Interval", f"{entry.interval} ({pooling.INTERVAL_METHODS[entry.interval].name})"),
        ("But", GUARDS[entry.guard]),
        (
            "Prediction",
            f"{ahead} ({pooling.PREDICTION_METHODS[ahead].name})" if ahead else "none",
        ),
        ("I2", I2_FORMS[entry.i2]),
        ("Q", f"around {Q_CENTRES[entry.q_centre]}"),
        ("Zero cells", ZERO_CELL_FORMS[entry.zero_cells]),
        ("SMD", SMD_FORMS[entry.smd]),
        ("Also called", ", ".join(entry.aliases)),
        ("Chosen by", f"--preset {entry.code}"),
        ("Source", entry.source),
    )


GLOSSARY_TOPICS = tuple(
    Topic("statistic", entry.code, entry.name, entry.meaning, (), aliases=entry.aliases)
    for entry in GLOSSARY
)


def _figures() -> Iterator[Topic]:
    for kind in FIGURES.values():
        drawn = kind.command if kind.command == kind.name else f"{kind.command} {kind.name}"
        facts = (
            ("Drawn by", f"ketameta {drawn}"),
            ("Files", ", ".join(f".{extension}" for extension in kind.formats)),
            ("Reference", kind.reference),
        )
        yield Topic("figure", kind.name, kind.title, (kind.summary,), facts)


def _verdicts() -> Iterator[Topic]:
    for verdict in Verdict:
        facts = (("Shown by", "ketameta claims"),)
        yield Topic("verdict on a claim", str(verdict), "", (verdict.meaning,), facts)


def _words() -> Iterator[Topic]:
    """Words of the study records, which are explained but too many to list."""
    classes: Sequence[type[vocabulary.Word]] = [
        value
        for value in (*vars(vocabulary).values(), ContrastClass)
        if isinstance(value, type) and issubclass(value, vocabulary.Word) and list(value)
    ]
    for words in classes:
        said = (inspect.getdoc(words) or "").split("\n")[0].rstrip(".")
        for word in words:
            yield Topic("word of the records", str(word), said, (word.meaning,))

"""What to say about a preset: what is not confirmed of it, and what a command does not follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketameta.cli.data_samples import Samples
from ketameta.pooling.presets import GUARDS, Q_CENTRES, Preset
from ketameta.sensitivity.preset_estimates import estimates_without_counts

WITH_TABLES = ("OR", "RR", "RD")

_POINTS = (
    "these numbers follow from the estimates and their variances alone",
    "these numbers are no interval of a mean",
)
WHY_NOT: Mapping[str, tuple[str, str]] = {
    "regress": (
        "a regression has no Mantel-Haenszel estimate to take Q around",
        "the rule is about the interval of one mean, and a regression has several coefficients",
    ),
    "common tau2": (
        "a tau2 that groups share comes from a regression, which has no such estimate",
        "the rule is about one mean with a tau2 of its own",
    ),
    "influence": (
        "its formulas hold for inverse-variance weights and a tau2 of their own",
        "it uses the standard error behind the interval, which the rule replaces afterwards",
    ),
    "baujat": _POINTS,
    "subsets": (
        "all subsets are pooled at once from estimates and variances",
        "subsets are shown without intervals",
    ),
    "permutation": (
        "an estimate whose sign is changed has no table behind it",
        "the test uses the statistic and not the interval",
    ),
    "fragility": (
        "the changed tables are pooled all at once from estimates and variances",
        "the index follows one interval from change to change",
    ),
    "funnel": _POINTS,
    "radial": _POINTS,
    "labbe": _POINTS,
    "drapery": _POINTS,
    "profile": _POINTS,
    "qq": _POINTS,
}
"""Where a program's rules have no meaning: for Q around Mantel-Haenszel, and for the guard.

Keys are commands and kinds of `ketameta sensitivity`; the others do all that the program does.
"""


def preset_notes(program: Preset, *, effects_only: bool) -> Iterator[str]:
    """What is not confirmed about the program, and that a command has a model of its own.

    Parameters
    ----------
    effects_only
        The command takes nothing but the effect sizes.
    """
    name = f"--preset {program.code}"
    for text in program.uncertain:
        yield f"{name}: {text}"
    if effects_only:
        yield f"{name}: makes the effect sizes; the model is this command's own."


def not_followed(program: Preset, samples: Samples, what: str) -> Iterator[str]:
    """Which of the program's rules have no meaning here, and why.

    Parameters
    ----------
    what
        The command, or the kind of sensitivity analysis.
    """
    if what not in WHY_NOT:
        yield from _without_counts(program, samples)
        return
    name = f"--preset {program.code}"
    of_q, of_guard = WHY_NOT[what]
    if program.q_centre != "IV" and samples.measure.code in WITH_TABLES:
        yield (
            f"{name}: here Q is taken around {Q_CENTRES['IV']}, not around "
            f"{Q_CENTRES[program.q_centre]}: {of_q}."
        )
    if program.guard:
        yield f"{name}: not followed here that {GUARDS[program.guard]}: {of_guard}."


def _without_counts(program: Preset, samples: Samples) -> Iterator[str]:
    """Which studies keep the program from taking Q around the Mantel-Haenszel estimate."""
    if program.q_centre == "IV" or samples.measure.code not in WITH_TABLES:
        return
    tables = [sample.rows.computed for sample in samples.samples if sample.rows is not None]
    labels = dict.fromkeys(label for table in tables for label in estimates_without_counts(table))
    if labels:
        yield (
            f"--preset {program.code}: Q is taken around {Q_CENTRES['IV']} wherever "
            f"{' or '.join(labels)} is pooled, as there are no counts."
        )

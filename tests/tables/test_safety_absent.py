"""Tables of harms without a row, or without a harm, say why."""

from __future__ import annotations

from dataclasses import replace

from ketameta.synthesis.safety import Harm, HarmComparison, Safety
from ketameta.tables.safety import safety_tables


def compared(label: str, *, why_not: str = "") -> HarmComparison:
    """3 of 10 against 2 of 10; no number of it is read here."""
    return HarmComparison(
        study=label.lower(),
        label=label,
        construct="dropout",
        definition="left the trial",
        time="week 12",
        contrast_class="ketamine against placebo",
        control_type="inert placebo",
        ketamine=(3, 10),
        control=(2, 10),
        difference=0.1,
        score=(-0.3, 0.5),
        newcombe=(-0.3, 0.5),
        odds_ratio=None,
        exact=None,
        mid_p=None,
        pooled=not why_not,
        why_not=why_not,
    )


NOTHING = Harm("dropout", (), (), (), None, (), ())
NAUSEA = replace(NOTHING, construct="nausea")


def notes(name: str, *harms: Harm, silent: tuple[str, ...] = ()) -> tuple[str, ...]:
    table = safety_tables(Safety(harms, silent, 0.95))[name]
    assert not table.rows
    return table.notes


def test_every_table_without_a_row_names_the_harm() -> None:
    for name in ("risks", "compared", "pooled", "groups", "words", "missing"):
        (said,) = notes(name, NOTHING)
        assert "dropout" in said, name
        assert "nausea" in " ".join(notes(name, NOTHING, NAUSEA)), name


def test_nothing_pooled_has_its_reason() -> None:
    (said,) = notes("pooled", NOTHING)
    assert said.startswith("Not pooled: dropout; no study on record gives counts")
    (said,) = notes("pooled", replace(NOTHING, comparisons=(compared("Adams 2001"),)))
    assert said == (
        "Not pooled: dropout; only one study compares groups (Adams 2001), and pooling takes two."
    )
    left = replace(NOTHING, comparisons=(compared("Adams 2001", why_not="A crossover."),))
    (said,) = notes("pooled", left)
    assert said == "Not pooled: dropout; no comparison takes part (Adams 2001: a crossover)."


def test_harms_with_one_reason_are_named_together() -> None:
    (said,) = notes("pooled", NOTHING, NAUSEA)
    assert said.startswith("Not pooled: dropout, nausea; no study")


def test_silent_studies_stay_named() -> None:
    (said,) = notes("missing", NOTHING, silent=("adams-2001",))
    assert "adams-2001" in said

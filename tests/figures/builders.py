"""Answers made from arrays, as a synthesis would make them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.synthesis.answer import (
    Analysis,
    Answer,
    ArmNumbers,
    Flag,
    QuestionLine,
    RowRiskOfBias,
    SourceLine,
    StudyRow,
    Subgroup,
    SubgroupTest,
)

Z = 1.959963984540054
SOURCE = SourceLine("A paper", "table 2", None, "primary abstract", None, "a.yaml", 1)


@dataclass(frozen=True)
class Trial:
    """One study as a test describes it."""

    label: str
    y: float
    se: float
    experimental: ArmNumbers = field(default_factory=lambda: ArmNumbers("Ketamine"))
    control: ArmNumbers = field(default_factory=lambda: ArmNumbers("Control"))
    control_type: str = "inert placebo"
    group: str = ""
    how: str = "Reported OR, standard error from its 95 % interval."
    flags: tuple[Flag, ...] = ()

    def row(self, number: int) -> StudyRow:
        sizes = (self.experimental.n, self.control.n)
        return StudyRow(
            study=f"study-{number}",
            label=self.label,
            substance=self.group,
            design="parallel",
            randomised="yes",
            contrast_class="ketamine versus control",
            control_type=self.control_type,
            time_label="6 months",
            weeks=26.0,
            outcome="abstinence",
            experimental=self.experimental,
            control=self.control,
            how=self.how,
            y=self.y,
            v=self.se**2,
            low=self.y - Z * self.se,
            high=self.y + Z * self.se,
            n=None if None in sizes else sum(n for n in sizes if n is not None),
            source=SOURCE,
            flags=self.flags,
        )


def two_by_two(label: str, a: int, n1: int, c: int, n2: int, **more: object) -> Trial:
    """A trial from events and people, with its log odds ratio (no empty cells)."""
    b, d = n1 - a, n2 - c
    return Trial(
        label,
        math.log(a * d / (b * c)),
        math.sqrt(1 / a + 1 / b + 1 / c + 1 / d),
        ArmNumbers("Ketamine", events=a, n=n1),
        ArmNumbers("Control", events=c, n=n2),
        **more,  # type: ignore[arg-type]
    )


def analysis(
    rows: Sequence[StudyRow], *, measure: str, title: str = "All", tau2: str = "REML"
) -> Analysis:
    """The rows pooled."""
    if not rows:
        return Analysis(title, title, (), None)
    labels = [f"{i}" for i in range(len(rows))]
    estimates = EffectEstimates.from_arrays(
        measure, [row.y for row in rows], [row.v for row in rows], labels=labels
    )
    return Analysis(title, title, tuple(rows), pool(estimates, tau2=tau2))


def answer(
    trials: Sequence[Trial],
    *,
    measure: str = "OR",
    better: str = "higher",
    groups: Sequence[str] = (),
    sets: dict[str, Sequence[int]] | None = None,
    tau2: str = "REML",
) -> Answer:
    """An answer; `groups` splits by `Trial.group`, `sets` names other analyses by study number."""
    rows = [trial.row(i) for i, trial in enumerate(trials)]
    subgroups = tuple(
        Subgroup(name, analysis([r for r in rows if r.substance == name], measure=measure))
        for name in groups
    )
    return Answer(
        question=QuestionLine(
            id="abstinence",
            title="Abstinence at the longest follow-up",
            text="Does ketamine help people to stop?",
            measure=measure,
            better=better,
            outcome="abstinence",
            time="longest",
        ),
        main=analysis(rows, measure=measure, tau2=tau2),
        subgroups=subgroups,
        subgroup_test=SubgroupTest("substance", 1.23, 2, 0.5406) if groups else None,
        sensitivity=tuple(
            analysis([rows[i] for i in members], measure=measure, title=title)
            for title, members in (sets or {}).items()
        ),
    )


def flags(*codes: str) -> tuple[Flag, ...]:
    """Flags as appraisal raises them."""
    from ketameta.appraisal.catalog import FLAGS

    return tuple(Flag(code, FLAGS[code].severity, f"{code} found here.") for code in codes)


def ketamine_trials() -> tuple[Trial, ...]:
    """Five comparisons of the shape met in practice: four with counts, one reported."""
    return (
        two_by_two(
            "Krupitsky 1997", 73, 111, 24, 100,
            control_type="usual care", group="alcohol", flags=flags("NP", "NR", "OL", "SR", "SC"),
        ),
        two_by_two(
            "Dakwar 2020", 14, 17, 15, 23,
            control_type="active placebo", group="alcohol", flags=flags("SM", "AP", "SC"),
        ),
        Trial(
            "Grabski 2022", -math.log(0.8), math.log(2.10 / 0.31) / (2 * Z),
            ArmNumbers("Ketamine", n=48), ArmNumbers("Placebo", n=48),
            group="alcohol", flags=flags("IP", "SR", "DC"),
            how="Reported OR, standard error from its 95 % interval; relapse was turned round.",
        ),
        two_by_two(
            "Krupitsky 2007", 13, 26, 6, 27,
            control_type="fewer sessions", group="opioid",
            flags=flags("SM", "LD", "NP", "OL", "SC", "UV"),
        ),
        two_by_two(
            "Dakwar 2019", 13, 27, 3, 28,
            control_type="active placebo", group="cocaine", flags=flags("SM", "AP", "SF", "SC"),
        ),
    )  # fmt: skip


def ketamine_answer() -> Answer:
    """The trials above by substance, with an empty group and other analyses."""
    return answer(
        ketamine_trials(),
        groups=("alcohol", "opioid", "cocaine", "cannabis"),
        sets={
            "Randomised only": (1, 2, 3, 4),
            "Placebo-controlled only": (1, 2, 4),
            "Verified in the full text of the primary source": (4,),
            "Biochemically verified abstinence": (),
        },
    )


def normal_trials(k: int, *, spread: float = 0.4) -> tuple[Trial, ...]:
    """k studies on a fixed lattice of effects and standard errors (no random numbers)."""
    return tuple(
        Trial(
            f"Author {chr(65 + i % 26)}{i // 26 or ''} {1990 + i % 36}",
            0.5 + spread * math.sin(2.4 * i),
            0.12 + 0.5 * ((i * 7) % 11) / 11,
            ArmNumbers("Ketamine", events=10 + i, n=30 + 2 * i),
            ArmNumbers("Control", events=5 + i % 7, n=29 + i),
            flags=flags("SM") if i % 3 == 0 else (),
        )
        for i in range(k)
    )


def assessed(plain: Answer, *tools: str) -> Answer:
    """The same answer, its studies assessed with these tools in turn ("" for not at all)."""
    from ketameta.appraisal.risk_of_bias.tools import TOOLS

    def judged(number: int) -> RowRiskOfBias | None:
        name = tools[number % len(tools)]
        if not name:
            return None
        tool = TOOLS[name]
        levels = [tool.levels[(number + i) % len(tool.levels)] for i in range(len(tool.domains))]
        domains = tuple((d.id, level) for d, level in zip(tool.domains, levels, strict=True))
        return RowRiskOfBias(name, tool.worst(tuple(levels)), domains, "one rating")

    def fill(one: Analysis) -> Analysis:
        rows = tuple(replace(r, risk_of_bias=judged(int(r.study.split("-")[1]))) for r in one.rows)
        return replace(one, rows=rows)

    return replace(
        plain,
        main=fill(plain.main),
        subgroups=tuple(replace(s, analysis=fill(s.analysis)) for s in plain.subgroups),
        sensitivity=tuple(fill(a) for a in plain.sensitivity),
    )

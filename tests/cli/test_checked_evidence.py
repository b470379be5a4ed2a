"""`check` reads records and answers questions once, although claims and certainty need both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import Result

from ketameta.appraisal import answers
from ketameta.records import store

Run = Callable[..., Result]

CLAIM = """\
id: K01
title: A claim
claim: A claim
found_in: [A]
kinds: [outcome]
needs: A trial.
parts:
  - says: A claim
    test: {kind: pooled, question: abstinence}
"""


@pytest.mark.parametrize("words", [(), ("--no-cache",)])
def test_nothing_is_read_or_answered_twice(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    claim = small_root / "studies/claims/K01.yaml"
    claim.parent.mkdir()
    claim.write_text(CLAIM)
    claim.write_text(CLAIM + run("claims", "K01", "--enter").stdout.replace("by: ''", "by: AB"))
    decided = small_root / "reports/ketamine/certainty.yaml"
    decided.write_text("non_randomised_start: low\nquestions: []\n")
    done: list[str] = []

    def watch(module: ModuleType, name: str) -> None:
        work = getattr(module, name)

        def watched(first: Any, *rest: Any, **named: Any) -> Any:
            done.append(str(getattr(first, "id", first)))
            return work(first, *rest, **named)

        monkeypatch.setattr(module, name, watched)

    watch(store, "load_evidence")
    watch(answers, "answer_question")
    assert run("check", *words).exit_code == 0
    assert {"abstinence", "craving", str(small_root / "studies")} <= set(done)
    assert len(done) == len(set(done))

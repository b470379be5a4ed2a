"""Asking the questions of a new record on the terminal, one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from ketameta.cli.asking import asked
from ketameta.cli.output import Output

if TYPE_CHECKING:
    from ketameta.authoring.drafts import Draft
    from ketameta.authoring.prompts import Prompt
    from ketameta.records.study import Vocabulary

HELP, BACK, LATER = "?", "<", "-"
ELSE = "say it with --set FIELD=VALUE, or answer on a terminal"
NO_BREAK = "\u00a0"
KEYS = (
    "Enter takes what stands in [brackets], or leaves an optional field out. "
    "? explains, < goes back, - leaves a field for later, Ctrl-C stops and keeps every answer."
)


class BackError(Exception):
    """The question before is to be asked again."""


def ask_everything(draft: Draft, vocabulary: Vocabulary | None, output: Output) -> None:
    """Ask until every question has an answer; the draft is kept after each one.

    Raises
    ------
    click.Abort
        On Ctrl-C.
    NobodyAnswersError
        At the end of the input.
    """
    from ketameta.authoring.interview import next_prompt
    from ketameta.authoring.prompts import spelled

    section = ""
    taken_back: dict[str, Any] = {}
    output.say(fill(KEYS, output.prose))
    while (prompt := next_prompt(draft.answers, vocabulary)) is not None:
        if prompt.section != section:
            section = prompt.section
            output.say(f"\n{section}\n{'-' * len(section)}")
        if taken_back.get(prompt.key) is not None:
            prompt = replace(prompt, default=spelled(taken_back[prompt.key]))
        try:
            draft.answers[prompt.key] = _answer(prompt, draft, vocabulary, output)
        except BackError:
            taken_back |= _step_back(draft, output)
            section = ""
        draft.keep()


def _step_back(draft: Draft, output: Output) -> dict[str, Any]:
    """Take the last answer back; it is offered again when the question comes."""
    last = next(reversed(draft.answers))
    if last == "ask.id":
        output.say("This is the first question.")
        return {}
    return {last: draft.answers.pop(last)}


def _answer(prompt: Prompt, draft: Draft, vocabulary: Vocabulary | None, output: Output) -> Any:
    from ketameta.authoring.accepting import accepted
    from ketameta.authoring.prompts import UnclearAnswerError

    _show_words(prompt, output)
    while True:
        said = _typed(prompt)
        if said == HELP:
            _explain(prompt, output)
        elif said == BACK:
            raise BackError
        elif _left_out(said, prompt):
            return None
        elif not said and not prompt.default:
            later = ", - to leave it for later" if prompt.may_wait else ""
            output.say(f"  An answer is needed here; ? explains{later}.")
        else:
            try:
                value = accepted(prompt, said or prompt.default, draft.answers, vocabulary)
                if prompt.key == "citation.doi" and value is not None:
                    _refuse_known(str(value), draft)
                return value
            except UnclearAnswerError as unclear:
                output.say(f"  {unclear}")


def _refuse_known(doi: str, draft: Draft) -> None:
    """Refuse a DOI that another record has: the study would stand there twice."""
    from ketameta.authoring.doi import record_with_doi
    from ketameta.authoring.prompts import UnclearAnswerError
    from ketameta.cli.workspace import shown

    if place := record_with_doi(draft.path.parent.parent, doi):
        raise UnclearAnswerError(
            f"{doi}: stands in {shown(Path(place))} already. Complete that record, or correct the "
            "DOI."
        )


def _left_out(said: str, prompt: Prompt) -> bool:
    later = said == LATER and prompt.may_wait
    return later or (not said and not prompt.default and prompt.optional)


def _typed(prompt: Prompt) -> str:
    """A line of input; on a terminal with its history and completion, which need both streams."""
    shown = f" [{prompt.default}]" if prompt.default else " (optional)" if prompt.optional else ""
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    with _completing([word for word, _ in prompt.words] if terminal else []):
        return asked(f"{prompt.text}{shown}", instead=ELSE, default="", err=not terminal)


def _show_words(prompt: Prompt, output: Output) -> None:
    if prompt.words:
        words = [
            f"{i} {word}".replace(" ", NO_BREAK) for i, (word, _) in enumerate(prompt.words, 1)
        ]
        listed = fill("   ".join(words), output.prose, initial_indent="  ", subsequent_indent="  ")
        output.say(listed.replace(NO_BREAK, " "))


def _explain(prompt: Prompt, output: Output) -> None:
    if prompt.help:
        output.say(fill(prompt.help, output.prose, initial_indent="  ", subsequent_indent="  "))
    for word, meaning in prompt.words:
        said = f"{word}: {meaning}"
        output.say(fill(said, output.prose, initial_indent="    ", subsequent_indent="      "))
    if not prompt.help and not prompt.words:
        output.say("  Answer y or n.")


@contextmanager
def _completing(words: list[str]) -> Iterator[None]:
    """Tab completes the words, where Python has a library for it."""
    try:
        import readline
    except ImportError:
        yield
        return

    def complete(text: str, state: int) -> str | None:
        near = [word for word in words if word.startswith(text.lstrip())]
        return near[state] if state < len(near) else None

    before: Callable[[str, int], str | None] | None = readline.get_completer()
    readline.set_completer(complete)
    readline.set_completer_delims(",;")
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before)

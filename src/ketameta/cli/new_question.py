"""`ketameta new question`: another question, added to a review."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from ketameta.cli.asking import asked
from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError

WEEKS = re.compile(r"([0-9]+) ?(?:-|to) ?([0-9]+)(?: weeks)?$")


@click.command(
    "question",
    epilog="""\b
Examples:
  ketameta new question
  ketameta new question craving-soon --construct craving --better lower
  ketameta new question craving-soon --time 2-6 --measure SMD --dry-run
""",
)
@click.argument("question", metavar="[ID]", required=False)
@click.option("--title", help="Heading in reports and plots.")
@click.option("--text", help="The question in a sentence.")
@click.option(
    "--construct",
    "constructs",
    multiple=True,
    metavar="WORD",
    help="What counts as its outcome; `not WORD` for the opposite. Repeat, the preferred one "
    "first.",
)
@click.option("--better", metavar="WORD", help="Which direction is good: higher or lower.")
@click.option("--measure", metavar="CODE", help="Effect measure, e.g. OR, SMD, MD.")
@click.option("--time", metavar="TIME", help="longest, end of treatment, or weeks such as 2-6.")
@click.option(
    "--sensitivity", multiple=True, metavar="SET", help="A sensitivity set of the review. Repeat."
)
@click.option("--dry-run", is_flag=True, help="Show the review as it would be; write nothing.")
@review_option
@everywhere
@click.pass_context
def new_question(
    ctx: click.Context,
    *,
    question: str | None,
    title: str | None,
    text: str | None,
    constructs: tuple[str, ...],
    better: str | None,
    measure: str | None,
    time: str | None,
    sensitivity: tuple[str, ...],
    dry_run: bool,
    review_file: Path | None,
) -> int:
    """A question, added to review.yaml.

    What the options do not say is asked for. The whole review is checked before anything is
    written, and its comments stay. Afterwards: ketameta pool ID.
    """
    from ketameta.authoring.new_question import with_question
    from ketameta.whole_files import update_whole

    output, workspace = Output.here(), Workspace.of(ctx)
    path = workspace.review_file(review_file)
    if not dry_run:
        workspace.refuse_borrowed(review_file, found=path, option="--review FILE")
    if not path.is_file():
        raise UsageError(f"{shown(path)}: no such file. A review is a review.yaml.")
    said: dict[str, Any] = {
        "id": question or _asked("Id, e.g. craving-week-4", "ketameta new question ID"),
        "title": title or _asked("Title", "--title"),
        "text": text or _asked("The question in a sentence", "--text"),
        "outcomes": _outcomes(constructs or (_asked("What it measures", "--construct"),)),
        "better": better or _asked("Which direction is good (higher, lower)", "--better"),
        "measure": measure or _asked("Effect measure (OR, RR, MD, SMD ...)", "--measure"),
        "time": _time(time or _asked("Time (longest, end of treatment, or weeks 2-6)", "--time")),
    }
    if sensitivity:
        said["sensitivity"] = list(sensitivity)
    new = with_question(path.read_bytes(), said, shown(path))
    if dry_run:
        output.result(new)
        return FINE
    update_whole(path, lambda old: with_question(old, said, shown(path)))
    output.result(str(shown(path)))
    output.say(f"Added. Answer it with: ketameta pool {said['id']}")
    return FINE


def _asked(text: str, option: str) -> str:
    return asked(text, instead=f"say it with {option}")


def _outcomes(words: tuple[str, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for word in words:
        opposite = word.startswith("not ")
        entry: dict[str, Any] = {"construct": word.removeprefix("not ").strip()}
        found.append({**entry, "invert": True} if opposite else entry)
    return found


def _time(said: str) -> Any:
    if weeks := WEEKS.match(said):
        return {"minimum": int(weeks[1]), "maximum": int(weeks[2])}
    return said

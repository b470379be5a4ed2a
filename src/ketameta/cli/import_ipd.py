"""`ketameta import ipd`: individual participant data, summarised to arms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import OUT, everywhere, format_option
from ketameta.cli.output import Output
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.exchange.ipd import ArmSummary

_TITLES = {
    "outcome": "Outcome",
    "time": "Time",
    "arm": "Arm",
    "people": "People",
    "n": "n",
    "missing": "Missing",
    "events": "Events",
    "mean": "Mean",
    "sd": "SD",
    "median": "Median",
    "minimum": "Min",
    "maximum": "Max",
    "absent": "Missing as",
}
_TEXT = ("outcome", "time", "arm", "absent")


@click.command(
    "ipd",
    epilog="""\b
Examples:
  ketameta import ipd trial.sav --arm group --outcome madrs --time week
  ketameta import ipd trial.dta --arm arm --outcome relapsed --event-value 1
  ketameta import ipd trial.sav --arm group --outcome madrs -o arms.csv
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--arm", required=True, metavar="COLUMN", help="Column of the arm.")
@click.option(
    "--outcome", required=True, multiple=True, metavar="COLUMN", help="Column of an outcome."
)
@click.option("--time", metavar="COLUMN", help="Column of the time point.")
@click.option("--id", "person", metavar="COLUMN", help="Column of the person; finds repeats.")
@click.option(
    "--event-value",
    "event_values",
    multiple=True,
    metavar="VALUE",
    help="Code or label that counts as the event; without it the outcome is a measurement.",
)
@click.option(
    "--missing",
    multiple=True,
    metavar="VALUE",
    help="Code or label that stands for a missing outcome, where the file does not declare it.",
)
@click.option(
    "--range",
    "plausible",
    nargs=2,
    type=float,
    metavar="LOW HIGH",
    help="Measurements that are possible; any other stops the command.",
)
@click.option("--control", metavar="ARM", help="Arm to compare with in --out.  [default: the last]")
@click.option("--study", metavar="LABEL", help="Name of the study in --out.  [default: FILE's]")
@format_option("table", "json", "csv", "md")
@click.option(
    *OUT,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write comparisons of arms, for --data of other commands; its ending says the format.",
)
@click.option("--force", is_flag=True, help="Replace FILE of --out if it exists.")
@everywhere
def import_ipd(
    file: Path,
    arm: str,
    outcome: tuple[str, ...],
    time: str | None,
    person: str | None,
    event_values: tuple[str, ...],
    missing: tuple[str, ...],
    plausible: tuple[float, float] | None,
    control: str | None,
    study: str | None,
    style: str,
    out: Path | None,
    force: bool,
) -> int:
    """Summarise individual participant data to arms.

    FILE has one row per person, or per person and time. For each arm and time: people, how many
    have an outcome, who is missing under which declared code, and mean, SD and range, or events.
    Values that SPSS, Stata or SAS files declare missing are never taken for numbers; others that
    look like a code for missing (-9, 99, 888 ...) are counted and named.
    """
    from ketameta.cli.saving import check_place, save_table
    from ketameta.exchange.ipd import summarise
    from ketameta.exchange.ipd_contrasts import contrasts
    from ketameta.exchange.ipd_outcomes import IpdColumns
    from ketameta.exchange.tabular import read_table
    from ketameta.exchange.writing import writer_for

    if out is not None:
        writer_for(out)
        check_place(out, file)
    if plausible is not None and (event_values or not plausible[0] < plausible[1]):
        raise UsageError(
            "--range: is for measurements, LOW before HIGH, as in --range 0 60. Correct it, or "
            "leave out --event-value."
        )
    output = Output.here()
    table = read_table(file)
    found = [
        summarise(table, IpdColumns(arm, name, time, person, event_values, missing, plausible))
        for name in outcome
    ]
    for note in dict.fromkeys((*table.notes, *(note for one in found for note in one.notes))):
        output.say(note)
    arms = [summary for one in found for summary in one.arms]
    if out is not None:
        label = study or Path(table.source).stem
        rows = [row for one in found for row in contrasts(one, study=label, control=control)]
        save_table(rows, out, force=force, output=output)
    _deliver(arms, style, output)
    return FINE


def _deliver(arms: list[ArmSummary], style: str, output: Output) -> None:
    from ketameta.cli.machine_formats import to_csv, to_json

    if style == "json":
        output.result(to_json([_as_row(arm) | {"absent": dict(arm.absent)} for arm in arms]))
        return
    rows = [_as_row(arm) for arm in arms]
    if style == "csv":
        output.result(to_csv(rows))
        return
    from ketameta.cli.markdown import to_markdown
    from ketameta.cli.reading import statistics_grid
    from ketameta.cli.terminal import to_terminal

    shown = {
        key: title
        for key, title in _TITLES.items()
        if key in ("arm", "people", "n", "missing")
        or any(row[key] not in (None, "") for row in rows)
    }
    blocks = [statistics_grid(rows, shown, text=_TEXT)]
    output.result(to_markdown(blocks) if style == "md" else to_terminal(blocks, output))


def _as_row(arm: ArmSummary) -> dict[str, Any]:
    row = {key: getattr(arm, key) for key in _TITLES if key != "absent"}
    row["absent"] = "; ".join(f"{count} x {reason}" for reason, count in arm.absent.items())
    return row

"""`ketameta import ipd`: individual participant data, summarised to arms."""

from __future__ import annotations

from collections.abc import Mapping
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
_ADJUSTED = {
    "outcome": "Outcome",
    "time_label": "Time",
    "arm_1": "Arm",
    "arm_2": "Compared with",
    "n_1": "n",
    "n_2": "n there",
    "yi": "Difference",
    "sei": "SE",
    "df": "df",
    "adjusted_for": "Adjusted for",
}
_TEXT = ("outcome", "time", "arm", "absent", "time_label", "arm_1", "arm_2", "adjusted_for")
_ALWAYS = ("arm", "people", "n", "missing")


@click.command(
    "ipd",
    epilog="""\b
Examples:
  ketameta import ipd trial.sav --arm group --outcome madrs --time week
  ketameta import ipd trial.dta --arm arm --outcome relapsed --event-value 1
  ketameta import ipd trial.sav --arm group --outcome madrs -o arms.csv
  ketameta import ipd trial.sav --arm group --outcome madrs --adjust madrs_0
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
@click.option(
    "--adjust",
    "covariates",
    multiple=True,
    metavar="COLUMN",
    help="Covariate, such as the outcome at baseline: give differences adjusted for it.",
)
@click.option(
    "--control",
    metavar="ARM",
    help="Arm to compare with in --out and --adjust.  [default: the last]",
)
@click.option("--study", metavar="LABEL", help="Name of the study.  [default: FILE's]")
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
    covariates: tuple[str, ...],
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

    With --adjust the result is the difference of each arm from the control arm at the same values
    of the covariates (analysis of covariance), with its standard error.
    """
    from ketameta.cli.saving import check_place, save_table
    from ketameta.exchange.ipd import summarise
    from ketameta.exchange.ipd_adjusted import adjusted_contrasts
    from ketameta.exchange.ipd_contrasts import contrasts
    from ketameta.exchange.ipd_outcomes import IpdColumns
    from ketameta.exchange.tabular import read_table
    from ketameta.exchange.writing import writer_for

    if out is not None:
        writer_for(out)
        check_place(out, file)
    if control is not None and out is None and not covariates:
        raise UsageError("--control: is for --out and --adjust. Add one of them, or leave it out.")
    if plausible is not None and (event_values or not plausible[0] < plausible[1]):
        raise UsageError(
            "--range: is for measurements, LOW before HIGH, as in --range 0 60. Correct it, or "
            "leave out --event-value."
        )
    output = Output.here()
    table = read_table(file)
    asked = [
        IpdColumns(arm, name, time, person, event_values, missing, plausible) for name in outcome
    ]
    found = [summarise(table, columns) for columns in asked]
    notes = [*table.notes, *(note for one in found for note in one.notes)]
    label = study or Path(table.source).stem
    rows: list[dict[str, Any]] = []
    if covariates:
        for columns in asked:
            more, told = adjusted_contrasts(
                table, columns, covariates, study=label, control=control
            )
            rows += more
            notes += told
    elif out is not None:
        rows = [row for one in found for row in contrasts(one, study=label, control=control)]
    for note in dict.fromkeys(notes):
        output.say(note)
    if out is not None:
        save_table(rows, out, force=force, output=output)
    if covariates:
        _deliver(rows, _ADJUSTED, style, output)
        return FINE
    arms = [summary for one in found for summary in one.arms]
    if style == "json":
        from ketameta.cli.machine_formats import to_json

        output.result(to_json([_as_row(arm) | {"absent": dict(arm.absent)} for arm in arms]))
        return FINE
    _deliver([_as_row(arm) for arm in arms], _TITLES, style, output)
    return FINE


def _deliver(
    rows: list[dict[str, Any]], titles: Mapping[str, str], style: str, output: Output
) -> None:
    from ketameta.cli.machine_formats import to_csv, to_json

    if style in ("json", "csv"):
        output.result(to_json(rows) if style == "json" else to_csv(rows))
        return
    from ketameta.cli.markdown import to_markdown
    from ketameta.cli.reading import statistics_grid
    from ketameta.cli.terminal import to_terminal

    shown = {
        key: title
        for key, title in titles.items()
        if key in _ALWAYS or any(row[key] not in (None, "") for row in rows)
    }
    blocks = [statistics_grid(rows, shown, text=_TEXT)]
    output.result(to_markdown(blocks) if style == "md" else to_terminal(blocks, output))


def _as_row(arm: ArmSummary) -> dict[str, Any]:
    row = {key: getattr(arm, key) for key in _TITLES if key != "absent"}
    row["absent"] = "; ".join(f"{count} x {reason}" for reason, count in arm.absent.items())
    return row

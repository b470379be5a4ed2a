"""`ketameta convert`: what a report gives, turned into what a measure needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ketameta.cli.conversion_table import CONVERSIONS, PRESET, Conversion, Parameter
from ketameta.cli.failures import FINE
from ketameta.cli.lazy_group import help_where_alone, refuse_unknown
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.result_options import Delivery, result_options

FORMS = ("table", "json", "csv")
_SAME_UNDER_ALL = Parameter(
    PRESET,
    "Name of a program. Changes nothing here: no program is known to convert otherwise.",
    text=True,
)


class Conversions(click.Group):
    """One command for each line of `CONVERSIONS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        return list(CONVERSIONS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one conversion."""
        conversion = CONVERSIONS.get(cmd_name)
        return None if conversion is None else _command(conversion)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The conversion named first; an unknown name gets the nearest one."""
        refuse_unknown(ctx, args, CONVERSIONS, "conversion")
        return super().resolve_command(ctx, args)


@click.group(
    "convert",
    cls=Conversions,
    invoke_without_command=True,
    epilog="""\b
Examples:
  ketameta convert median --median 12 --q1 8 --q3 17 --n 40
  ketameta convert percent --percent 37.5 --n 16 --format json
  ketameta convert sd --data groups.csv --format csv
\b
Every conversion takes its options as columns of --data FILE as well. --preset
changes convert smd alone: programs do not differ in the others.
""",
)
@everywhere
@click.pass_context
def convert(ctx: click.Context) -> int:
    """Convert reported numbers, with the assumptions made.

    The value is printed with everything that had to be supposed, so that a sensitivity analysis
    can vary it. `ketameta convert median --help` shows the options of one conversion.
    """
    return help_where_alone(ctx)


def _command(conversion: Conversion) -> click.Command:
    def run(
        data: Path | None, by: str | None, study: str | None, delivery: Delivery, **given: Any
    ) -> int:
        from ketameta.cli.convert_results import Request, converted, deliver_conversion

        output = delivery.output(data)
        if not any(parameter.name == PRESET for parameter in conversion.parameters):
            _no_difference(given.pop(PRESET), output)
        explicit = {name for name in given if _was_said(name)}
        request = Request(conversion, given, explicit, data, by, study)
        deliver_conversion(conversion, converted(request), delivery.style, output)
        return FINE

    run.__doc__ = f"{conversion.summary}\n\n{conversion.text}"
    function = everywhere(_table_options(result_options(*FORMS)(run)))
    if all(parameter.name != PRESET for parameter in conversion.parameters):
        function = _option(_SAME_UNDER_ALL)(function)
    for parameter in reversed(conversion.parameters):
        function = _option(parameter)(function)
    epilog = f"\b\nExample:\n  {conversion.example}\n"
    return click.command(conversion.code, epilog=epilog)(function)


def _no_difference(name: str | None, output: Output) -> None:
    """Say that a preset is known and changes nothing; UsageError for an unknown one."""
    from ketameta.pooling.presets import preset

    if name is not None:
        text = "changes nothing here, as no program is known to convert these numbers otherwise."
        output.say(f"--preset {preset(name).code}: {text}")


def _was_said(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is not click.core.ParameterSource.DEFAULT


def _table_options(function: Any) -> Any:
    data = click.option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Table with one row per conversion, its columns named as the options.",
    )
    by = click.option(
        "--by", metavar="COLUMN", help="Combine the rows of each value of this column."
    )
    study = click.option(
        "--study", metavar="COLUMN", help="Column of row labels.  [default: study]"
    )
    return data(by(study(function)))


def _option(parameter: Parameter) -> Any:
    if parameter.flag:
        return click.option(parameter.option, parameter.name, is_flag=True, help=parameter.help)
    kind: Any = float
    if parameter.choices:
        kind = click.Choice(parameter.choices, case_sensitive=False)
    elif parameter.text:
        kind = str
    metavar = None if parameter.choices else "TEXT" if parameter.text else "NUMBER"
    return click.option(
        parameter.option,
        parameter.name,
        type=kind,
        default=parameter.default,
        show_default=parameter.default is not None,
        multiple=parameter.repeated,
        metavar=metavar,
        help=parameter.help,
    )

"""`ketameta claims`: what the evidence makes of what public texts say about ketamine."""

from __future__ import annotations

from pathlib import Path

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.result_options import FORMATS, Delivery, result_options
from ketameta.cli.signing import sign_option
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  ketameta claims
  ketameta claims K06
  ketameta claims --verdict half-true --format csv
  ketameta claims --strict
  ketameta claims K06 --enter
  ketameta claims K06 --sign "Jane Doe"
"""
)
@click.argument("claim_id", metavar="[ID]", required=False)
@click.option("--verdict", metavar="V", help="Only claims with this verdict, e.g. half-true.")
@click.option(
    "--strict", is_flag=True, help="Exit code 1 while a verdict is stale or computed only."
)
@click.option(
    "--enter",
    is_flag=True,
    help="Instead: the lines with which a verdict on ID is drafted, to paste into its file.",
)
@sign_option("the drafted verdict on ID")
@result_options(*FORMATS)
@review_option
@everywhere
@click.pass_context
def claims(
    ctx: click.Context,
    claim_id: str | None,
    *,
    verdict: str | None,
    strict: bool,
    enter: bool,
    signer: str | None,
    review_file: Path | None,
    delivery: Delivery,
) -> int:
    """Put claims about ketamine on trial.

    Each claim that public texts make is split into parts, each part is tested against the records
    and the answers of the review, and a verdict is computed from what the parts come to. It is
    entered as a draft, or another one with a reason; when a number behind it moves it goes stale
    and says so. A first and a second person confirm it with --sign. Without ID all claims are
    listed; with it one is shown in full, every number with the line of its record.
    """
    from ketameta.cli.claims_forms import ClaimsForms

    if enter and claim_id is None:
        raise UsageError("claims: --enter is for one claim. Name it: ketameta claims K06 --enter")
    if signer is not None and (claim_id is None or enter):
        raise UsageError(
            "claims: --sign is for one claim, and without --enter. For example: ketameta claims "
            'K06 --sign "Jane Doe"'
        )
    if claim_id is not None and verdict is not None:
        raise UsageError(
            f"claims: --verdict narrows the list, and {claim_id} is one claim. Leave one out."
        )
    forms = ClaimsForms.of(Workspace.of(ctx), review_file, Output.here())
    if claim_id is not None and enter:
        forms.enter(claim_id, delivery)
        return FINE
    if claim_id is not None and signer is not None:
        forms.sign(claim_id, signer, Workspace.of(ctx))
        return FINE
    shown = forms.chosen(claim_id, verdict)
    if claim_id is not None:
        forms.one(shown[0], delivery)
    else:
        forms.all(shown, delivery)
    unsettled = any(item.state in ("stale", "computed") for item in shown)
    return FINDINGS if strict and (unsettled or forms.broken) else FINE

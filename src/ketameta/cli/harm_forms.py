"""Harms in every form that `ketameta safety` offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ketameta.cli.output import Output
from ketameta.cli.part_delivery import Parts, deliver_parts, draw_part, is_figure
from ketameta.cli.result_options import Delivery, form_of
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError
from ketameta.figures.figure_kind import ENDINGS
from ketameta.nearest import nearest_hint
from ketameta.reports.safety_part import SafetyPart, safety_part_of
from ketameta.synthesis.safety import Safety, safety


@dataclass(frozen=True, slots=True)
class Harms:
    """What was asked for."""

    part: SafetyPart
    output: Output

    @classmethod
    def of(
        cls, workspace: Workspace, review_file: Path | None, output: Output, construct: str | None
    ) -> Harms:
        """Read the records; UsageError for a harm that is not looked for."""
        found = safety(workspace.evidence(output), workspace.review(review_file))
        if construct is not None:
            found = _only(found, construct)
        return cls(safety_part_of(found), output)

    def write(self, table: str, style: str, out: Path | None, *, force: bool) -> None:
        """As tables, or as a figure where the name of the file asks for one."""
        if out is not None and is_figure(out):
            draw_part(self.part.picture, out, self.output, force=force)
            return
        parts = Parts(
            "safety", "Harms", self.part.sentences, self.part.tables, ("risks", "compared")
        )
        form = form_of(style, out, others=ENDINGS)
        deliver_parts([parts], table, Delivery(form, out, force))


def _only(found: Safety, construct: str) -> Safety:
    wanted = construct.strip().lower()
    names = [harm.construct for harm in found.harms]
    fitting = [n for n in names if n == wanted] or [n for n in names if wanted in n]
    if not wanted or not fitting:
        hint = nearest_hint(wanted, names, listing=f"Known are {', '.join(names)}.")
        raise UsageError(f"--construct: no harm is called {construct!r}. {hint}")
    harms = tuple(harm for harm in found.harms if harm.construct in fitting)
    return replace(found, harms=harms, silent=())

"""What `ketameta prisma` writes, in every form."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from ketameta.cli.output import Output
from ketameta.cli.result_options import form_of
from ketameta.cli.saving import check_place, output_to, save
from ketameta.cli.table_delivery import deliver_table
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import DataError, UsageError
from ketameta.exchange.prisma_csv import prisma_csv, read_prisma_csv
from ketameta.figures.figure_kind import ENDINGS
from ketameta.questions.prisma import FILE, load_prisma
from ketameta.reports.methods_text import methods_text
from ketameta.reports.prisma_part import PrismaPart, prisma_part
from ketameta.tables.prisma import checklist_table, short_checklist, sums_table

LARGEST = 1_000_000
PLACES = (
    "questions",
    "methods",
    "studies",
    "flow",
    "excluded-reports",
    "risk-of-bias",
    "evidence-map",
    "certainty",
    "against",
    "provenance",
)
"""Anchors of the report that items of the checklist point to."""


@dataclass(frozen=True, slots=True)
class PrismaForms:
    """PRISMA 2020 of one review."""

    part: PrismaPart
    output: Output

    @classmethod
    def of(cls, workspace: Workspace, review_file: Path | None, output: Output) -> PrismaForms:
        """Read the review, what its team states, and the records."""
        from ketameta.appraisal.answers import answer_review

        path = workspace.review_file(review_file)
        review, evidence = workspace.review(review_file), workspace.evidence(output)
        stated = load_prisma(path.parent, shown_as=shown(path.parent / FILE))
        answers = answer_review(review, evidence)
        methods = methods_text(review, evidence, answers)
        return cls(prisma_part(stated, evidence, answers, methods, places=PLACES), output)

    def flow(self, out: Path | None, *, force: bool) -> None:
        """The diagram as a figure, or as CSV."""
        if out is not None and out.suffix.lower() in ENDINGS:
            from ketameta.cli.plot_files import save_drawn
            from ketameta.figures.prisma_flow import prisma_flow_figure

            diagram = self.part.diagram
            save_drawn(lambda: prisma_flow_figure(diagram), out, force=force, output=self.output)
            return
        if out is not None and out.suffix.lower() not in (".csv", ""):
            raise UsageError(f"{out}: the name must end in {', '.join(ENDINGS)} or .csv.")
        output_to(out, "csv", None, force=force).result(prisma_csv(self.part.diagram))

    def check(self, style: str) -> bool:
        """Every sum; whether one does not hold."""
        deliver_table(sums_table(self.part.sums), style, self.output)
        return bool(self.part.broken)

    def checklist(self, style: str, out: Path | None, *, force: bool) -> bool:
        """The checklist; whether an item is missing."""
        form = form_of(style, out)
        table = short_checklist if form == "table" else checklist_table
        deliver_table(table(self.part.items), form, output_to(out, form, None, force=force))
        return any(item.state == "missing" for item in self.part.items)


def imported(file: Path, out: Path | None, *, force: bool) -> None:
    """The flow in a CSV file, as YAML.

    Raises
    ------
    UsageError
        When there is no such file.
    DataError
        When it is not such a CSV, with its line.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise UsageError(f"{file}: cannot be opened ({reason}). Check the path.") from None
    if len(raw) > LARGEST:
        raise DataError(f"{file}: larger than a flow diagram can be. Check the file.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{file}: is not UTF-8 text. Save it as UTF-8.") from None
    yaml = _yaml(read_prisma_csv(text, str(file)).model_dump(exclude_none=True))
    if out is None:
        Output.here().result(yaml)
        return
    check_place(out)
    Output.here().say(save(out, yaml, force=force))


def _yaml(flow: object) -> str:
    from ruamel.yaml import YAML

    writer, buffer = YAML(), io.StringIO()
    writer.dump({"flow": _plain(flow)}, buffer)
    return "# Flow of a review, read from the CSV of a PRISMA 2020 flow diagram.\n" + (
        buffer.getvalue()
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item not in ((), {}, None)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value

"""`ketameta new study`: a record, asked for question by question or taken from a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ketameta.cli.asking import NobodyAnswersError, asked
from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.authoring.drafts import Draft


@click.command(
    "study",
    epilog="""\b
Examples:
  ketameta new study
  ketameta new study doe-2020 --resume
  ketameta new study --from-reference doe.ris --set substance=alcohol
  ketameta new study --from-registry NCT01234567.json
  ketameta new study doe-2020 --set substance=alcohol --set citation.year=2020
""",
)
@click.argument("study", metavar="[ID]", required=False)
@click.option(
    "--from-reference",
    "reference",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the citation from a bibliography with one entry (.ris, .bib, .json of CSL).",
)
@click.option(
    "--from-registry",
    "registry",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the entry and its posted results from JSON of ClinicalTrials.gov (API v2).",
)
@click.option("--doi", metavar="DOI", help="DOI of the paper; refused if a record has it already.")
@click.option(
    "--set", "values", multiple=True, metavar="FIELD=VALUE", help="The value of one field. Repeat."
)
@click.option("--ask", is_flag=True, help="Ask for what --set, --doi or a reference do not say.")
@click.option("--resume", is_flag=True, help="Go on with an entry that was left unfinished.")
@everywhere
@click.pass_context
def new_study(
    ctx: click.Context,
    *,
    study: str | None,
    reference: Path | None,
    registry: Path | None,
    doi: str | None,
    values: tuple[str, ...],
    ask: bool,
    resume: bool,
) -> int:
    """A study record, asked for or taken from a file.

    Without further options every field is asked for, with the allowed words and their meaning,
    and each answer is checked at once. ID is first-author-year, e.g. doe-2020. Answers are kept in
    studies/.drafts after each question: Ctrl-C ends the entry, --resume goes on with it.

    With --set, --doi or a file nothing is asked. What is known is written, every other field
    stands in the record as a comment that explains it, and gaps are listed under `missing`.
    Nothing is ever overwritten. Exit code 1: the record was written and is incomplete.
    """
    output, workspace = Output.here(), Workspace.of(ctx)
    workspace.refuse_borrowed()
    given = _Given(reference, registry, doi, values)
    if resume and given.any:
        raise UsageError("--resume goes on with a draft. Leave the other options out.")
    if given.any:
        record = given.record(workspace, study, output)
        if not ask:
            return _write(record, workspace, output)
        if registry is not None:
            raise UsageError("--ask does not go with --from-registry. Complete the file instead.")
        study = str(record["id"])
        draft = _fresh(workspace, study)
        draft.answers |= given.answers(record)
    else:
        draft = _draft(workspace, study, resume, output)
    return _interview(draft, workspace, output)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the command line says about the study."""

    reference: Path | None
    registry: Path | None
    doi: str | None
    values: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether it says anything."""
        return bool(self.reference or self.registry or self.doi or self.values)

    def record(self, workspace: Workspace, study: str | None, output: Output) -> dict[str, Any]:
        """The record as far as it is known."""
        from ketameta.authoring.doi import record_with_doi, typed_doi
        from ketameta.authoring.drafts import check_id
        from ketameta.authoring.new_record import begun, usual_id, with_values

        if self.reference and self.registry:
            raise UsageError("--from-reference and --from-registry exclude each other.")
        known = self._known(output)
        if self.doi:
            known.setdefault("citation", {})["doi"] = typed_doi(self.doi, "--doi")
        known = with_values(known, self.values)
        citation = known.get("citation", {})
        doi = citation.get("doi")
        if doi and (place := record_with_doi(workspace.folder, doi)):
            raise UsageError(
                f"{doi}: stands in {shown(Path(place))} already. Complete that record."
            )
        authors = citation.get("authors") or [""]
        usual = known.pop("id", None) or usual_id(authors[0], citation.get("year"))
        name = study or usual
        if not name:
            raise UsageError("the study has no id. Give one, e.g. ketameta new study doe-2020 ...")
        check_id(name)
        return begun(name, known)

    def _known(self, output: Output) -> dict[str, Any]:
        if self.registry is not None:
            from ketameta.authoring.registry import registry_record
            from ketameta.authoring.registry_json import read_registry

            entry = registry_record(read_registry(self.registry))
            return {"id": entry["registrations"][0]["id"].lower(), **entry}
        if self.reference is not None:
            from ketameta.authoring.bibliography import reference_record

            entry, notes = reference_record(self.reference)
            for note in notes:
                output.say(note)
            return entry
        return {}

    @staticmethod
    def answers(record: dict[str, Any]) -> dict[str, Any]:
        """The answers that a record gives to questions of the interview."""
        from ketameta.exchange.record_paths import dotted, leaves

        own = {"ask.id": record["id"]}
        kept = {k: v for k, v in record.items() if k in ("substance", "citation", "design")}
        found = {dotted(path): value for path, value in leaves(kept) if "source" not in path}
        return {**own, **{k: v for k, v in found.items() if v is not None}}


def _fresh(workspace: Workspace, study: str) -> Draft:
    from ketameta.authoring.drafts import check_unused, draft_of

    check_unused(workspace.folder, study)
    draft = draft_of(workspace.folder, study)
    if draft.answers:
        raise UsageError(
            f"{shown(draft.path)}: an entry that was left unfinished. Go on with --resume, or "
            "delete the file."
        )
    return draft


def _draft(workspace: Workspace, study: str | None, resume: bool, output: Output) -> Draft:
    from ketameta.authoring.drafts import check_unused, draft_of, drafts_in

    folder = workspace.folder
    if resume:
        left = drafts_in(folder)
        if study is None and len(left) != 1:
            raise UsageError(f"--resume: say which of these: {', '.join(left) or 'none is there'}.")
        draft = draft_of(folder, study or left[0])
        if not draft.answers:
            raise UsageError(f"--resume: there is no draft of {draft.study}. Leave --resume out.")
        check_unused(folder, draft.study)
        output.say(f"{len(draft.answers)} answers are kept.")
        return draft
    if study is None:
        return _asked_id(workspace, output)
    return _begun(workspace, study)


def _begun(workspace: Workspace, study: str) -> Draft:
    draft = _fresh(workspace, study)
    draft.answers["ask.id"] = study
    return draft


def _asked_id(workspace: Workspace, output: Output) -> Draft:
    """The draft under an id that is asked for until it can be one and is not taken."""
    while True:
        study = asked(
            "Id of the study, e.g. doe-2020",
            instead="say it with ketameta new study ID, and the fields with --set FIELD=VALUE",
        )
        try:
            return _begun(workspace, study)
        except UsageError as refused:
            output.say(f"  {refused}")


def _interview(draft: Draft, workspace: Workspace, output: Output) -> int:
    from ketameta.authoring.answered import record_of, with_gaps
    from ketameta.cli.new_interview import ask_everything
    from ketameta.records.loading import load
    from ketameta.records.places import VOCABULARY
    from ketameta.records.study import Vocabulary

    vocabulary, _ = load(workspace.folder / VOCABULARY, Vocabulary)
    try:
        draft.keep()
        ask_everything(draft, vocabulary, output)
    except (click.Abort, KeyboardInterrupt, NobodyAnswersError) as stopped:
        output.say(
            f"\nEvery answer is kept in {shown(draft.path)}. To go on: ketameta new study "
            f"{draft.study} --resume"
        )
        if isinstance(stopped, NobodyAnswersError):
            raise
        raise click.Abort from None
    record = with_gaps(record_of(draft.answers), draft.answers)
    code = _write(record, workspace, output)
    draft.drop()
    return code


def _write(record: dict[str, Any], workspace: Workspace, output: Output) -> int:
    """Write the record and say what check finds in it."""
    from ketameta.authoring.new_record import write_record
    from ketameta.cli.check_cache import checked_all
    from ketameta.counting import counted

    path = write_record(record, workspace.folder)
    output.result(str(shown(path)))
    found = checked_all(workspace, [path], cached=False).problems
    for problem in found:
        output.say(str(problem))
    if found:
        things = counted(len(found), "thing")
        output.say(f"{things} still to complete. Edit the file, then: ketameta check")
    return FINDINGS if found else FINE

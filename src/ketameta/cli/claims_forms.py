"""What `ketameta claims` writes, in every form."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ketameta.appraisal.claims.trial import JudgedClaim, judge_all
from ketameta.cli.claim_bench import claim_bench
from ketameta.cli.claim_document import claim_document
from ketameta.cli.output import Output
from ketameta.cli.result_options import Delivery
from ketameta.cli.signing import write_signature
from ketameta.cli.table_delivery import deliver_table, table_rows
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError
from ketameta.records.claim_files import FOLDER, load_claims
from ketameta.records.claim_words import Verdict
from ketameta.records.problems import did_you_mean
from ketameta.tables.claims import claim_numbers_table, claims_table
from ketameta.tables.claims_part import claim_card, signatures, staleness, summary

REASON = "Say here why, and change the verdict where the computed one is not yours."


@dataclass(frozen=True, slots=True)
class ClaimsForms:
    """Claims judged, and where to say so; `broken` are files that could not be used."""

    judged: tuple[JudgedClaim, ...]
    broken: tuple[str, ...]
    output: Output

    @classmethod
    def of(cls, workspace: Workspace, review_file: Path | None, output: Output) -> ClaimsForms:
        """Read the claims, answer the questions they name, and judge them.

        Raises
        ------
        UsageError
            When there are no claims beside the records.
        """
        evidence = workspace.evidence(output)
        found = load_claims(evidence, shown=shown(workspace.folder))
        if not found.loaded and not found.problems:
            folder = shown(workspace.folder / "claims")
            raise UsageError(f"{folder}: no claims here. A claim is a file such as K01.yaml.")
        for problem in found.problems:
            output.say(f"{problem} [{problem.code}] The claim is left out.")
        review = workspace.review(review_file)
        folder = workspace.review_file(review_file).parent
        judged = judge_all(found.loaded, claim_bench(found.loaded, evidence, review, folder))
        return cls(judged, tuple(str(p.path) for p in found.problems), output)

    def chosen(self, claim_id: str | None, verdict: str | None) -> tuple[JudgedClaim, ...]:
        """One claim, or those with a verdict.

        Raises
        ------
        UsageError
            For a claim or a verdict that does not exist.
        """
        if claim_id is not None:
            return (self._one(claim_id),)
        if verdict is None:
            return self.judged
        wanted = next((v for v in Verdict if v == verdict.strip().lower()), None)
        if wanted is None:
            hint = did_you_mean(verdict, [str(v) for v in Verdict])
            raise UsageError(f'claims: "{verdict}" is not a verdict. {hint}')
        return tuple(item for item in self.judged if item.verdict is wanted)

    def _one(self, claim_id: str) -> JudgedClaim:
        for item in self.judged:
            if item.claim.id == claim_id.strip().upper():
                return item
        hint = did_you_mean(claim_id, [item.claim.id for item in self.judged])
        raise UsageError(f'claims: there is no claim "{claim_id}". {hint}')

    def all(self, items: tuple[JudgedClaim, ...], delivery: Delivery) -> None:
        """A table of claims; for readers with a sentence that sums them up."""
        table = claims_table(items, brief=delivery.style == "table")
        lines = summary(items), signatures(items), staleness(items)
        said = [line for line in lines if line]
        deliver_table(
            replace(table, notes=(*said, *table.notes)), delivery.style, delivery.output()
        )
        if items and delivery.style == "table":
            self.output.say(f"One in full: ketameta claims {items[0].claim.id}")

    def one(self, item: JudgedClaim, delivery: Delivery) -> None:
        """One claim in full."""
        output = delivery.output()
        if delivery.style == "json":
            from ketameta.cli.machine_formats import to_json

            output.result(to_json(_plain(item)))
        elif delivery.style == "csv":
            deliver_table(claim_numbers_table(item), "csv", output)
        elif delivery.style == "md":
            from ketameta.cli.markdown import to_markdown

            output.result(to_markdown(claim_document(claim_card(item))))
        else:
            from ketameta.cli.terminal import to_terminal

            output.result(to_terminal(claim_document(claim_card(item)), output))

    def enter(self, claim_id: str, delivery: Delivery) -> None:
        """The `entered` block of a claim, with the inputs of today."""
        delivery.output().result(entry(self._one(claim_id)))

    def sign(self, claim_id: str, signer: str, workspace: Workspace) -> None:
        """Write a person's name under the drafted verdict on a claim.

        Raises
        ------
        UsageError
            Where there is no draft, or it went stale.
        """
        item = self._one(claim_id)
        if item.state in ("computed", "stale"):
            raise UsageError(
                f"{item.claim.id}: the verdict is {item.state}, and nobody can stand behind it. "
                f"Draft it anew first: ketameta claims {item.claim.id} --enter"
            )
        path = workspace.folder / FOLDER / f"{item.claim.id}.yaml"
        write_signature(workspace, path, [("entered",)], signer, self.output)
        assert item.claim.entered is not None
        self.output.say(f"{item.claim.id}: {item.qualified}. {item.claim.entered.reason}")


def entry(item: JudgedClaim) -> str:
    """YAML with which a verdict is drafted; the reason is to be written.

    Signatures are left out: they stand under other inputs.
    """
    from ruamel.yaml import YAML

    before = item.claim.entered
    block = {
        "entered": {
            "verdict": str(item.proposed if before is None else before.verdict),
            "reason": REASON if before is None else before.reason,
            "by": "" if before is None else before.by,
            "date": date.today().isoformat(),
            "proposed": str(item.proposed),
            "digest": item.digest,
            "numbers": item.numbers,
        }
    }
    writer, buffer = YAML(), io.StringIO()
    writer.width = 96
    writer.dump(block, buffer)
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().splitlines())


def _plain(item: JudgedClaim) -> dict[str, Any]:
    row = table_rows(claims_table((item,)))[0]
    parts = [
        {
            "says": part.says,
            "test": part.kind,
            "decides": part.decides,
            "signal": str(part.finding.signal),
            "reasons": list(part.finding.reasons),
            "question": part.finding.question or None,
            "certainty": part.finding.certainty or None,
            "flags": [
                {"code": f.code, "severity": f.severity, "message": f.message}
                for f in part.finding.flags
            ],
        }
        for part in item.parts
    ]
    return {
        **row,
        "needs": item.claim.needs,
        "notes": list(item.claim.notes),
        "moved": list(item.moved),
        "parts": parts,
        "numbers": table_rows(claim_numbers_table(item)),
        "digest": item.digest,
    }

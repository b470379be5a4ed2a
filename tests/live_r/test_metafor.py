"""The review's own analyses, pooled by metafor at this moment: no stored number in between."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ketameta.appraisal.answers import answer_review
from ketameta.questions.loading import load_review
from ketameta.records.store import load_evidence
from ketameta.synthesis.answer import Analysis
from ketameta.synthesis.row_pooling import nobody_affected

ROOT = Path(__file__).resolve().parents[2]

# The default stopping rule of metafor 3.8-1 is off by up to 8e-5; this one is not.
SCRIPT = """
suppressMessages(library(metafor))
input <- jsonlite::fromJSON(file("stdin"), simplifyVector = FALSE)
control <- list(threshold = 1e-12, tol = 1e-13, maxiter = 5000)
answer <- lapply(input, function(case) {
  yi <- unlist(case$y); vi <- unlist(case$v)
  fit <- rma(yi, vi, method = "REML", test = "knha", control = control)
  ahead <- predict(fit)
  profile <- confint(fit, control = list(tol = 1e-12))$random
  list(estimate = fit$beta[1], se = fit$se, low = fit$ci.lb, high = fit$ci.ub,
       tau2 = fit$tau2, i2 = fit$I2, q = fit$QE, ahead_low = ahead$pi.lb, ahead_high = ahead$pi.ub,
       tau2_low = profile[1, 2], tau2_high = profile[1, 3])
})
cat(jsonlite::toJSON(answer, digits = NA, auto_unbox = TRUE))
"""


def _r_is_ready() -> bool:
    if shutil.which("Rscript") is None:
        return False
    probe = (
        'quit(status = !all(sapply(c("metafor", "jsonlite"), requireNamespace, quietly = TRUE)))'
    )
    return (
        subprocess.run(["Rscript", "-e", probe], capture_output=True, check=False).returncode == 0
    )


@pytest.fixture(scope="module")
def r_with_metafor() -> str:
    if not _r_is_ready():
        reason = "R with metafor and jsonlite is not installed (apt install r-cran-metafor)"
        if os.environ.get("KETAMETA_REQUIRE_R") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return "Rscript"


def _analyses() -> list[Analysis]:
    """Every pooled analysis but those in which nobody was affected.

    Those are pooled from their counts, on purpose: metafor would add 1/2 to empty cells. Their
    witnesses stand in the tests of the score interval.
    """
    evidence = load_evidence(ROOT / "studies")
    review = load_review(ROOT / "reports" / "ketamine-addiction" / "review.yaml")
    found = []
    for answer in answer_review(review, evidence):
        found += [answer.main, *answer.sensitivity, *answer.leave_one_out]
    pooled = [a for a in found if a.pooled is not None and a.k >= 2]
    return [a for a in pooled if not nobody_affected(a.rows)]


@pytest.mark.r
def test_metafor_pools_the_review_to_the_same_numbers(r_with_metafor: str) -> None:
    analyses = _analyses()
    assert len(analyses) > 10
    cases = [{"y": [r.y for r in a.rows], "v": [r.v for r in a.rows]} for a in analyses]
    done = subprocess.run(
        [r_with_metafor, "-e", SCRIPT],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    for analysis, theirs in zip(analyses, json.loads(done.stdout), strict=True):
        ours = analysis.pooled
        assert ours is not None
        spread = ours.heterogeneity
        assert spread.tau2 == pytest.approx(theirs["tau2"], rel=1e-7, abs=1e-10), analysis.title
        pairs = {
            "estimate": ours.estimate,
            "se": ours.se,
            "low": ours.interval.low,
            "high": ours.interval.high,
            "i2": spread.i2,
            "q": spread.q,
            "ahead_low": ours.prediction.low,
            "ahead_high": ours.prediction.high,
        }
        for name, value in pairs.items():
            assert value == pytest.approx(theirs[name], rel=1e-6, abs=1e-8), (analysis.title, name)
        # metafor searches the upper limit only up to max(100, 10 tau2); below that we agree.
        if spread.tau2_interval.high is not None and theirs["tau2_high"] < 99:
            assert spread.tau2_interval.high == pytest.approx(theirs["tau2_high"], rel=1e-5)

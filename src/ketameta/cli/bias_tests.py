"""Tests that `ketameta bias` offers, in a few words each."""

from __future__ import annotations

TESTS = {
    "egger": "effects on their standard errors (or --predictor)",
    "begg": "rank correlation of effects and variances",
    "harbord": "efficient score of the odds ratio (counts)",
    "peters": "effects on 1/n (counts)",
    "macaskill": "effects on n (counts)",
    "ruecker": "arcsine differences, events may be 0 (counts)",
    "deeks": "effects on the effective sample size (counts)",
    "pustejovsky": "SMD on a function of the group sizes",
    "rosenthal": "fail-safe N: until the sum of z tells nothing",
    "orwin": "fail-safe N: until the mean is half as large",
    "rosenberg": "fail-safe N: until the common effect tells nothing",
    "excess": "more small P values than the power allows",
}

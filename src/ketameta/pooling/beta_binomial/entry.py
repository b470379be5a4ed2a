"""The model's line in the catalog of methods for sparse counts."""

from __future__ import annotations

from ketameta.pooling.glmm.models import ModelEntry

BETA_BINOMIAL = ModelEntry(
    "BETA-BINOMIAL",
    "beta-binomial model",
    "Mean probabilities of both groups with one intraclass correlation; studies without any event "
    "count, and nothing is added to zeros, but the groups of a study are not kept together.",
    "Kuss 2015",
    "10.1002/sim.6383",
    ("OR", "RR", "RD", "PLO"),
    "",
    ("betabinomial", "kuss"),
)

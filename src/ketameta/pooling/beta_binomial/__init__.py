"""The beta-binomial model of Kuss: sparse counts, studies without any event included."""

from __future__ import annotations

from ketameta.pooling.beta_binomial.entry import BETA_BINOMIAL
from ketameta.pooling.beta_binomial.fit import beta_binomial
from ketameta.pooling.beta_binomial.result import BetaBinomialResult

__all__ = ["BETA_BINOMIAL", "BetaBinomialResult", "beta_binomial"]

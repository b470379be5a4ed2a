"""How much of the weight of an analysis stands at which risk of bias."""

from __future__ import annotations

from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.synthesis.answer import Analysis, RowRiskOfBias

NOT_ASSESSED = "not assessed"
OVERALL = "overall"


def share_of_weight_by_judgement(analysis: Analysis, domain: str = OVERALL) -> dict[str, float]:
    """Percent of the weight at each level of risk of bias.

    Parameters
    ----------
    analysis
        With the risk of bias of its rows filled in, as `appraisal.answers` does.
    domain
        A domain such as "D1", by default the overall judgement; rows assessed with a tool that
        has no such domain count as not assessed.

    Returns
    -------
    dict
        Level to percent, the best level first and "not assessed" last; only levels that occur.
        Levels of different tools stand side by side under their own names. The shares add up to
        100; without rows the dictionary is empty. A study that is not pooled has all the weight.
    """
    shares: dict[str, float] = {}
    for row, weight in zip(analysis.rows, row_weights(analysis), strict=True):
        level = level_in(row.risk_of_bias, domain)
        shares[level] = shares.get(level, 0.0) + weight
    return {level: shares[level] for level in sorted(shares, key=_order)}


def row_weights(analysis: Analysis) -> tuple[float, ...]:
    """Percent of the weight of each row; alike where nothing was pooled."""
    if analysis.pooled is None:
        return (100.0 / analysis.k,) * analysis.k if analysis.k else ()
    weights = [float(weight) for weight in analysis.pooled.weights]
    total = sum(weights)
    return tuple(100.0 * weight / total for weight in weights)


def level_in(found: RowRiskOfBias | None, domain: str = OVERALL) -> str:
    """The level of a row overall or in one domain; "not assessed" where there is none."""
    if found is None:
        return NOT_ASSESSED
    level = found.overall if domain == OVERALL else dict(found.domains).get(domain, "")
    return level or NOT_ASSESSED


_RANKS = {
    level: max(
        tool.rank(level) / len(tool.levels) for tool in TOOLS.values() if level in tool.levels
    )
    for level in dict.fromkeys(level for tool in TOOLS.values() for level in tool.levels)
}


def _order(level: str) -> tuple[float, str]:
    return _RANKS.get(level, 2.0), level

"""Network meta-analysis: several treatments, compared directly and through one another."""

from __future__ import annotations

from ketameta.pooling.network.arms import contrasts_from_arms
from ketameta.pooling.network.contrasts import ContrastRows, contrast_rows
from ketameta.pooling.network.contributions import Contributions, contributions
from ketameta.pooling.network.direct import DirectEstimate, direct_estimates
from ketameta.pooling.network.graph import Network, build_network
from ketameta.pooling.network.heat import NetHeat, net_heat
from ketameta.pooling.network.inconsistency import (
    DesignQ,
    Inconsistency,
    QTest,
    design_inconsistency,
)
from ketameta.pooling.network.league import LeagueRow, against_reference, league_table
from ketameta.pooling.network.model import network
from ketameta.pooling.network.ranking import PScore, p_scores
from ketameta.pooling.network.result import NetworkEstimate, NetworkResult
from ketameta.pooling.network.splitting import SplitComparison, split_evidence
from ketameta.pooling.network.study_contributions import StudyContributions, study_contributions

__all__ = [
    "ContrastRows",
    "Contributions",
    "DesignQ",
    "DirectEstimate",
    "Inconsistency",
    "LeagueRow",
    "NetHeat",
    "Network",
    "NetworkEstimate",
    "NetworkResult",
    "PScore",
    "QTest",
    "SplitComparison",
    "StudyContributions",
    "against_reference",
    "build_network",
    "contrast_rows",
    "contrasts_from_arms",
    "contributions",
    "design_inconsistency",
    "direct_estimates",
    "league_table",
    "net_heat",
    "network",
    "p_scores",
    "split_evidence",
    "study_contributions",
]

"""The catalog of risk-of-bias tools."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ketameta.appraisal.risk_of_bias.tool import Tool
from ketameta.appraisal.risk_of_bias.tools.rob2 import ROB2
from ketameta.appraisal.risk_of_bias.tools.rob2_cluster import ROB2_CLUSTER
from ketameta.appraisal.risk_of_bias.tools.rob2_crossover import ROB2_CROSSOVER
from ketameta.appraisal.risk_of_bias.tools.robins_i import ROBINS_I
from ketameta.appraisal.risk_of_bias.tools.single_arm import SINGLE_ARM

TOOLS: Mapping[str, Tool] = MappingProxyType(
    {tool.name: tool for tool in (ROB2, ROB2_CROSSOVER, ROB2_CLUSTER, ROBINS_I, SINGLE_ARM)}
)
"""By the name that records use."""

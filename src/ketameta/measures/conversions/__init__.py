"""Conversions: what a report gives, turned into what a measure needs, with the assumptions made.

Every function returns `Converted`: the value, and an `Assumption` for each thing supposed, which
a sensitivity analysis can vary.
"""

from __future__ import annotations

from ketameta.measures.conversions.assumption import Assumption, Converted

__all__ = ["Assumption", "Converted"]

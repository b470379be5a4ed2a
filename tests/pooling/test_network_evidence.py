"""Counts of studies in a network, by hand."""

from __future__ import annotations

from ketameta.pooling.network import network
from ketameta.pooling.network.evidence import network_evidence


def test_a_study_of_three_arms_counts_in_three_comparisons() -> None:
    rows = {
        "study": ["A", "B", "C", "C", "C"],
        "treatment_1": ["x", "x", "x", "x", "y"],
        "treatment_2": ["y", "y", "y", "z", "z"],
        "yi": [0.1, 0.2, 0.3, 0.5, 0.2],
        "vi": [0.1, 0.1, 0.2, 0.2, 0.2],
    }
    found = network_evidence(network(rows).network)
    assert found.treatments == ("x", "y", "z")
    assert found.studies_with == (3, 3, 1)
    assert found.comparisons == ((0, 1, 3), (0, 2, 1), (1, 2, 1))
    assert found.several_arms == ((0, 1, 2),)

"""What is committed beside the review says what the records and the engine say now.

When this fails after a wanted change: `make lock`, and say in the commit why the numbers moved.
"""

from __future__ import annotations

from tests.reports.real_report import real_inputs

from ketameta.reports.acceptance import summary_is_current
from ketameta.reports.lock import check_lock


def test_no_number_has_moved_since_the_lock_was_written() -> None:
    found = check_lock(real_inputs())
    assert found.ok, found.text


def test_the_summary_is_that_of_the_present_records() -> None:
    assert summary_is_current(real_inputs()), "summary.md is stale: make lock"

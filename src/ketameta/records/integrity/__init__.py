"""Integrity of reported numbers: what cannot be, what does not fit together, what stands twice.

One file per family; the rules are listed in `records.rules` from R100 on. Everything is plain
Python on the digits as printed, so that `ketameta check` stays quick and loads no numerical
library.
"""

from ketameta.records.integrity.between import check as check_between
from ketameta.records.integrity.record import check

__all__ = ["check", "check_between"]

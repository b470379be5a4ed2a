"""The catalog of flags is complete and can be asked by code."""

from __future__ import annotations

import re

import pytest

from ketameta.appraisal.catalog import CAUTION, FLAGS, INFO, SERIOUS, flag_kind
from ketameta.errors import UsageError
from ketameta.questions.question import Thresholds


@pytest.mark.parametrize("code", FLAGS)
def test_every_flag_says_what_it_means_and_who_says_so(code: str) -> None:
    kind = FLAGS[code]
    assert kind.code == code
    assert re.fullmatch(r"[A-Z]{2}", code)
    assert (kind.scope == "pool") == code.startswith("P")
    assert kind.severity in (INFO, CAUTION, SERIOUS)
    assert kind.title == kind.title.lower() != ""
    assert kind.meaning.endswith(".")
    assert re.search(r"doi:10\.\d{4,}/\S+|Cochrane Handbook", kind.reference)
    assert kind.threshold is None or kind.threshold in Thresholds.model_fields


def test_no_flag_speaks_of_significance() -> None:
    words = re.compile(r"\bsignifican|\bno effect of\b", re.IGNORECASE)
    assert not [code for code, kind in FLAGS.items() if words.search(kind.meaning)]


def test_a_flag_is_found_by_its_code() -> None:
    assert flag_kind("SM") is flag_kind(" sm ") is FLAGS["SM"]
    with pytest.raises(UsageError, match=r"there is no flag 'SN'\. Did you mean"):
        flag_kind("SN")
    with pytest.raises(UsageError, match=r"there is no flag '7'\. Known: SM, NP, AP"):
        flag_kind("7")

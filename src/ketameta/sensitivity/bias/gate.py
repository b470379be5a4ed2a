"""When a method for small-study effects should not be believed, in words."""

from __future__ import annotations

import numpy as np

from ketameta.counting import counted
from ketameta.measures.estimates import Caution, FloatArray

# Sterne and colleagues 2011; Cochrane Handbook 6.5, section 13.3.5.4.
ENOUGH_STUDIES = 10
# Standard errors that differ by less than this factor cannot tell small from large studies; the
# Handbook names no number, this one is a convention of the project.
SIMILAR = 1.5


def gate(k: int, spread: FloatArray | None = None) -> tuple[Caution, ...]:
    """Cautions about k studies, and about standard errors (k,) that are all alike.

    References
    ----------
    Sterne JAC et al. BMJ 2011;343:d4002. doi:10.1136/bmj.d4002.
    Page MJ, Higgins JPT, Sterne JAC. Cochrane Handbook 6.5, chapter 13.
    """
    found = []
    if k < ENOUGH_STUDIES:
        text = (
            f"With {counted(k, 'study')} this method can hardly tell chance from "
            "a real asymmetry: its power is too low, and what it finds is often an accident of "
            f"one study. The Cochrane Handbook (chapter 13) and Sterne and colleagues (2011) "
            f"advise against it below {ENOUGH_STUDIES} studies. Registered but unpublished "
            "studies say more."
        )
        found.append(Caution("fewer_than_ten_studies", text))
    if spread is not None and k > 1 and float(np.max(spread)) < SIMILAR * float(np.min(spread)):
        text = (
            "The studies are of similar precision, so there are no small studies to compare with "
            "large ones. The Cochrane Handbook (chapter 13) advises against the method then."
        )
        found.append(Caution("similar_standard_errors", text))
    return tuple(found)

"""Tests of funnel plot asymmetry for 2x2 tables, where odds ratios depend on their own variances.

All take events and people of the two groups, shape (k,), and regress on a measure of size that is
not tied to the effect. Tables that carry no information are left out and counted in a caution.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ketameta.counting import counted
from ketameta.errors import DataError
from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.binary import arcsine_difference, informative, odds_ratio, possible
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.sensitivity.bias.gate import gate
from ketameta.sensitivity.bias.weighted_line import AsymmetryTest, Dispersion, Line, line_test

Usable = Callable[[Counts, Counts], NDArray[np.bool_]]


def harbord(
    group_1: Counts, group_2: Counts, *, dispersion: Dispersion | None = None
) -> AsymmetryTest:
    """Harbord's score test: Z / V on 1 / sqrt(V) with weights V.

    Z = a - (a + c) n1 / N is the efficient score of the log odds ratio at 0, V its variance given
    the margins. For odds ratios, with moderate heterogeneity.

    References
    ----------
    Harbord RM, Egger M, Sterne JAC. Stat Med 2006;25:3443-3457. doi:10.1002/sim.2380.
    meta: `metabias(method.bias = "Harbord")`.
    """
    (a, n1, c, n2), cautions = _tables(group_1, group_2, informative)
    total, events = n1 + n2, a + c
    variance = n1 * n2 * events * (total - events) / (total**2 * (total - 1.0))
    score = a - events * n1 / total
    line = Line(score / variance, 1.0 / variance, 1.0 / np.sqrt(variance), "1/sqrt(V)")
    cautions = (*gate(a.size, line.x), *cautions)
    return line_test("harbord", line, dispersion or Dispersion(), cautions)


def peters(
    group_1: Counts, group_2: Counts, *, dispersion: Dispersion | None = None
) -> AsymmetryTest:
    """Peters' test: log odds ratio on 1 / N, weights 1 / (1/events + 1/non-events) of both groups.

    References
    ----------
    Peters JL et al. JAMA 2006;295:676-680. doi:10.1001/jama.295.6.676.
    meta: `metabias(method.bias = "Peters")`.
    """
    return _on_size("peters", (group_1, group_2), dispersion, inverse=True)


def macaskill(
    group_1: Counts, group_2: Counts, *, dispersion: Dispersion | None = None
) -> AsymmetryTest:
    """Macaskill's test: as `peters`, but on N itself; little power where a few studies are large.

    References
    ----------
    Macaskill P, Walter SD, Irwig L. Stat Med 2001;20:641-654. doi:10.1002/sim.698.
    meta: `metabias(method.bias = "Macaskill")`.
    """
    return _on_size("macaskill", (group_1, group_2), dispersion, inverse=False)


def ruecker_arcsine(
    group_1: Counts, group_2: Counts, *, dispersion: Dispersion | None = None
) -> AsymmetryTest:
    """Regression test on arcsine differences, whose variance does not depend on the risks.

    Tables without any event take part. The additive model, the default here with the
    DerSimonian-Laird tau2 as in the paper, is the one advised under substantial heterogeneity.

    References
    ----------
    Ruecker G, Schwarzer G, Carpenter J. Stat Med 2008;27:746-763. doi:10.1002/sim.2971.
    meta: `metabias(metabin(sm = "ASD"), method.bias = "Thompson")`; "Egger" for the
    multiplicative model.
    """
    (a, n1, c, n2), cautions = _tables(group_1, group_2, possible)
    y, v = arcsine_difference(Counts(a, n1), Counts(c, n2))
    line = Line(y, v, np.sqrt(v), "se")
    cautions = (*gate(a.size, line.x), *cautions)
    chosen = dispersion or Dispersion("additive", tau2="DL")
    return line_test("ruecker-arcsine", line, chosen, cautions)


def deeks(
    group_1: Counts, group_2: Counts, *, dispersion: Dispersion | None = None
) -> AsymmetryTest:
    """Deeks' test for diagnostic odds ratios: on 1 / sqrt(ESS) with weights ESS.

    The effective sample size is ESS = 4 n1 n2 / (n1 + n2).

    References
    ----------
    Deeks JJ, Macaskill P, Irwig L. J Clin Epidemiol 2005;58:882-893.
    doi:10.1016/j.jclinepi.2005.01.016. meta: `metabias(method.bias = "Deeks")`.
    """
    (a, n1, c, n2), cautions = _tables(group_1, group_2, informative)
    y, _ = odds_ratio(Counts(a, n1), Counts(c, n2))
    size = 4.0 * n1 * n2 / (n1 + n2)
    line = Line(y, 1.0 / size, 1.0 / np.sqrt(size), "1/sqrt(ESS)")
    cautions = (*gate(a.size, line.x), *cautions)
    return line_test("deeks", line, dispersion or Dispersion(), cautions)


def _on_size(
    code: str, groups: tuple[Counts, Counts], dispersion: Dispersion | None, *, inverse: bool
) -> AsymmetryTest:
    (a, n1, c, n2), cautions = _tables(*groups, informative)
    y, _ = odds_ratio(Counts(a, n1), Counts(c, n2))
    total, events = n1 + n2, a + c
    v = 1.0 / events + 1.0 / (total - events)
    line = Line(y, v, 1.0 / total if inverse else total, "1/n" if inverse else "n")
    cautions = (*gate(a.size, np.sqrt(v)), *cautions)
    return line_test(code, line, dispersion or Dispersion(), cautions)


def _tables(
    group_1: Counts, group_2: Counts, usable: Usable
) -> tuple[tuple[FloatArray, ...], tuple[Caution, ...]]:
    """Counts (a, n1, c, n2) of the tables that can be used, and a note on the others."""
    arrays = as_floats(*group_1, *group_2)
    if arrays[0].ndim != 1 or arrays[0].size == 0:
        raise DataError("small-study effects: give events and people of one or more studies.")
    if not np.all(possible(group_1, group_2)):
        raise DataError(
            "small-study effects: counts must be finite and not negative, with people in both "
            "groups and no more events than people."
        )
    keep: NDArray[np.bool_] = usable(group_1, group_2)
    if not keep.any():
        raise DataError("small-study effects: no table carries information about the odds ratio.")
    left_out = int(np.sum(~keep))
    cautions: tuple[Caution, ...] = ()
    if left_out:
        text = (
            f"{counted(left_out, 'table')} without events, or with nothing "
            "but events, carry no information about the odds ratio and are left out."
        )
        cautions = (Caution("uninformative_tables", text),)
    return tuple(array[keep] for array in arrays), cautions

"""`bias`: tests and adjustments for small-study effects by name, as on the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.effects import EffectTable
from ketameta.measures.estimates import EffectEstimates, demand_estimates
from ketameta.sensitivity.bias.begg import begg
from ketameta.sensitivity.bias.binary_asymmetry import (
    deeks,
    harbord,
    macaskill,
    peters,
    ruecker_arcsine,
)
from ketameta.sensitivity.bias.copas import CHANCES, copas
from ketameta.sensitivity.bias.egger import egger, pustejovsky_rodgers
from ketameta.sensitivity.bias.excess_significance import excess_significance
from ketameta.sensitivity.bias.fail_safe import orwin, rosenberg, rosenthal
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.bias.limit_meta_analysis import limit_meta_analysis
from ketameta.sensitivity.bias.names import named_tests
from ketameta.sensitivity.bias.p_curve import p_curve
from ketameta.sensitivity.bias.pet_peese import pet_peese
from ketameta.sensitivity.bias.waap import waap
from ketameta.sensitivity.bias.weighted_line import Dispersion

COUNTS = ("events_1", "n_1", "events_2", "n_2")


@dataclass(frozen=True, slots=True)
class BiasChoices:
    """Options of single methods of `bias`.

    Attributes
    ----------
    predictor
        Of egger: se, v, n, 1/n, sqrt(n) or 1/sqrt(n).
    model
        Scatter around lines, "multiplicative" or "additive"; None for each test's own.
    tau2
        Estimator for the additive model and limit (REML), and for the centre of contours (EE).
    variant
        Of pustejovsky.
    target
        Orwin's target on the analysis scale; None for half of the mean.
    excess_test
        "exact", "binomial" or "chi2".
    chances
        For copas: chances that the least precise study was published; None for 0.99 to 0.1.
    level
        Coverage of intervals.
    """

    predictor: str = "se"
    model: str | None = None
    tau2: str | None = None
    variant: str = "modified-predictor"
    target: float | None = None
    excess_test: str = "exact"
    chances: tuple[float, ...] | None = None
    level: float = 0.95

    @property
    def dispersion(self) -> Dispersion | None:
        """The model of the scatter; None for each test's own."""
        if self.model is None and self.level == 0.95:
            return None
        return Dispersion(self.model or "multiplicative", self.tau2 or "REML", level=self.level)


def bias(
    data: EffectEstimates | EffectTable,
    test: str | Sequence[str] = "egger,begg",
    choices: BiasChoices | None = None,
    *,
    predictor: str | None = None,
    model: str | None = None,
) -> dict[str, Any]:
    """Tests and adjustments for small-study effects, by the names of `ketameta bias --test`.

    Parameters
    ----------
    data
        Estimates; or their table, as `effects` makes it, for tests on counts (harbord, peters,
        macaskill, ruecker, deeks) and on group sizes (pustejovsky).
    test
        Names of `sensitivity.bias.names.TESTS`, or one of several ("asymmetry", "all"), in a list
        or separated by commas.
    choices
        Options of single methods.
    predictor, model
        Single choices, in place of those in `choices`.

    Returns
    -------
    dict
        For each test the result of its own function (`egger`, `begg`, `pet_peese`, ...), which
        says what it holds; in the order asked for.

    Raises
    ------
    UsageError
        For an unknown name, or data that lack what a test needs.
    DataError
        Where the estimates do not allow a test.
    """
    wish = choices or BiasChoices()
    wish = replace(wish, predictor=predictor or wish.predictor, model=model or wish.model)
    names = named_tests(test if isinstance(test, str) else ",".join(map(str, test)), "bias")
    return {name: _run(data, name, wish) for name in names}


def _run(data: EffectEstimates | EffectTable, name: str, wish: BiasChoices) -> Any:
    if name in _ON_COUNTS:
        a, n1, c, n2 = _columns(data, name, COUNTS)
        return _ON_COUNTS[name](Counts(a, n1), Counts(c, n2), dispersion=wish.dispersion)
    estimates = demand_estimates(data.estimates if isinstance(data, EffectTable) else data, "bias")
    if name == "pustejovsky":
        if not isinstance(data, EffectTable) or estimates.measure != "SMD":
            raise UsageError("bias: pustejovsky is for a table of SMD, as effects makes it.")
        n_1, n_2 = (
            column[data.rows] for column in _columns(data, name, ("n_1", "n_2"), every=True)
        )
        return pustejovsky_rodgers(
            estimates, n_1, n_2, variant=wish.variant, dispersion=wish.dispersion
        )
    return _ON_ESTIMATES[name](estimates, wish)


def _columns(
    data: object, name: str, wanted: tuple[str, ...], *, every: bool = False
) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Columns of the table, of the rows that have them; of every row with `every`."""
    lacks = not isinstance(data, EffectTable) or any(one not in data.inputs for one in wanted)
    if lacks or not isinstance(data, EffectTable):
        raise UsageError(
            f"bias: {name} needs {', '.join(wanted)}. Give the table that effects makes of them, "
            "not its estimates, or use egger."
        )
    columns = [data.inputs[one] for one in wanted]
    use = np.isfinite(np.sum(columns, axis=0)) | every
    if not use.any():
        raise UsageError(f"bias: no row has {', '.join(wanted)}, for {name}. Use egger.")
    return [column[use] for column in columns]


_ON_COUNTS: Mapping[str, Callable[..., Any]] = {
    "harbord": harbord,
    "peters": peters,
    "macaskill": macaskill,
    "ruecker": ruecker_arcsine,
    "deeks": deeks,
}
_ON_ESTIMATES: Mapping[str, Callable[[EffectEstimates, BiasChoices], Any]] = {
    "egger": lambda e, wish: egger(e, predictor=wish.predictor, dispersion=wish.dispersion),
    "begg": lambda e, wish: begg(e),
    "pet": lambda e, wish: egger(e, predictor="se", dispersion=wish.dispersion),
    "peese": lambda e, wish: egger(e, predictor="v", dispersion=wish.dispersion),
    "pet-peese": lambda e, wish: pet_peese(e, dispersion=wish.dispersion),
    "waap": lambda e, wish: waap(e, level=wish.level),
    "limit": lambda e, wish: limit_meta_analysis(e, tau2=wish.tau2 or "REML", level=wish.level),
    "copas": lambda e, wish: copas(e, chances=wish.chances or CHANCES, level=wish.level),
    "p-curve": lambda e, wish: p_curve(e),
    "excess": lambda e, wish: excess_significance(e, test=wish.excess_test),
    "contours": lambda e, wish: funnel_plot(e, tau2=wish.tau2 or "EE", level=wish.level),
    "rosenthal": lambda e, wish: rosenthal(e),
    "orwin": lambda e, wish: orwin(e, target=wish.target),
    "rosenberg": lambda e, wish: rosenberg(e),
}

"""What was asked of `ketameta bias`."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.errors import UsageError
from ketameta.pooling.catalog import tau2_method
from ketameta.sensitivity.bias.excess_significance import TESTS as EXCESS_TESTS
from ketameta.sensitivity.bias.names import ALSO, named_tests
from ketameta.sensitivity.bias.weighted_line import Dispersion


@dataclass(frozen=True, slots=True)
class Details:
    """Options of single methods.

    Attributes
    ----------
    predictor, model
        Of egger; of all lines. `model` None for each test's own.
    tau2
        Estimator for the additive model, limit and contours; None for each method's own.
    target
        Orwin's target on the analysis scale; None for half of the mean.
    excess_test
        exact, binomial or chi2.
    variant
        Of pustejovsky.
    chances
        Chances of publication for copas, separated by commas; None for its own.
    """

    predictor: str = "se"
    model: str | None = None
    tau2: str | None = None
    target: float | None = None
    excess_test: str = "exact"
    variant: str = "modified-predictor"
    chances: str | None = None


@dataclass(frozen=True, slots=True)
class Tests:
    """Which methods, and how; `everything` where a word stood for several of them."""

    names: tuple[str, ...]
    everything: bool
    details: Details
    level: float

    @classmethod
    def of(cls, words: str, details: Details, level: float) -> Tests:
        """From the words of the command line; UsageError for what does not exist."""
        if details.tau2 is not None:
            tau2_method(details.tau2)
        if details.excess_test not in EXCESS_TESTS:
            raise UsageError(
                f"--excess-test: there is none called {details.excess_test!r}. Use "
                f"{', '.join(EXCESS_TESTS)}."
            )
        everything = any(len(ALSO.get(w.strip().lower(), ())) > 1 for w in words.split(","))
        _chances(details.chances)
        return cls(named_tests(words), everything, details, level)

    @property
    def dispersion(self) -> Dispersion | None:
        """The model of the scatter; None for each test's own."""
        model, tau2 = self.details.model, self.details.tau2
        if model is None and self.level == 0.95:
            return None
        return Dispersion(model or "multiplicative", tau2=tau2 or "REML", level=self.level)

    @property
    def chances(self) -> tuple[float, ...] | None:
        """Chances of publication for the Copas model."""
        return _chances(self.details.chances)


def _chances(text: str | None) -> tuple[float, ...] | None:
    """The numbers, of which there is one at least; UsageError otherwise."""
    if text is None:
        return None
    try:
        found = tuple(float(word) for word in text.split(",") if word.strip())
    except ValueError:
        found = ()
    if not found:
        raise UsageError(f"--chances: {text!r} are no numbers. Write for example 0.9,0.5.")
    return found

"""Does the answer hold when one thing changes? Called, this package runs one analysis by its kind.

    >>> import ketameta as km
    >>> km.sensitivity(estimates, kind="leave-one-out")

Parameters are those of `by_kind.sensitivity`; each kind also is a function of its own.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ketameta.measures.effects import EffectTable
    from ketameta.measures.estimates import EffectEstimates
    from ketameta.pooling.choices import PoolingChoices
    from ketameta.sensitivity.by_kind import SensitivityChoices


class _Callable(ModuleType):
    """The command has the package's name, so the package answers to a call."""

    def __call__(
        self,
        data: EffectEstimates | EffectTable,
        kind: str = "leave-one-out",
        pooling: PoolingChoices | None = None,
        choices: SensitivityChoices | None = None,
    ) -> Any:
        """One sensitivity analysis; see `by_kind.sensitivity`."""
        from ketameta.sensitivity.by_kind import sensitivity

        return sensitivity(data, kind, pooling, choices)


sys.modules[__name__].__class__ = _Callable

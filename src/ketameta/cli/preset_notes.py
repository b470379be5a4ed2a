"""What to say about a preset that a command follows only in part."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.cli.data_samples import Samples
from ketameta.pooling.presets import GUARDS, Q_CENTRES, Preset


def preset_notes(program: Preset, samples: Samples, *, effects_only: bool) -> Iterator[str]:
    """What is not confirmed about the program, and what of it only `pool` does.

    Parameters
    ----------
    effects_only
        The command has a model of its own and takes nothing but the effect sizes.
    """
    name = f"--preset {program.code}"
    for text in program.uncertain:
        yield f"{name}: {text}"
    if effects_only:
        yield f"{name}: makes the effect sizes; the model is this command's own."
    if effects_only:
        return
    if program.q_centre != "IV" and samples.measure.code in ("OR", "RR", "RD"):
        yield (
            f"{name}: here Q is taken around {Q_CENTRES['IV']}; ketameta pool and reconcile take "
            f"it around {Q_CENTRES[program.q_centre]}."
        )
    if program.guard:
        yield f"{name}: only ketameta pool and reconcile know that {GUARDS[program.guard]}."

"""Why two programs differ on the same data, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ketameta.pooling.catalog import interval_method, prediction_method, tau2_method
from ketameta.pooling.presets import I2_FORMS, Q_CENTRES, SMD_FORMS, ZERO_CELL_FORMS, Preset
from ketameta.pooling.result import Interval
from ketameta.sensitivity.reconciled_row import ReconciledRow

# Numbers this near to each other print the same, however many digits a program shows.
SAME = 1e-9
TIE_PERCENT = 0.01
"""Intervals whose widths differ by less are called the same."""
# Labels named in one sentence.
SHOWN = 12
Side = tuple[Preset, ReconciledRow]


def differences(
    first: Preset, base: ReconciledRow, entry: Preset, row: ReconciledRow
) -> tuple[str, ...]:
    """Sentences on what differs between a row and the first one, and the option behind it."""
    return tuple(
        sentence
        for part in (_studies, _estimates, _q, _tau2, _mean, _interval, _prediction, _i2)
        for sentence in part((first, base), (entry, row))
    )


def _studies(one: Side, two: Side) -> Iterator[str]:
    base, row = one[1], two[1]
    theirs, ours = set(row.labels), set(base.labels)
    gone = [label for label in base.labels if label not in theirs]
    more = [label for label in row.labels if label not in ours]
    if not gone and not more:
        return
    parts = [f"without {_listed(gone)}"] if gone else []
    parts += [f"with {_listed(more)}"] if more else []
    yield (
        f"It pools {row.k} estimates instead of {base.k}, {' and '.join(parts)}. Its rule for "
        f"zero cells: {ZERO_CELL_FORMS[two[0].zero_cells]}."
    )


def _estimates(one: Side, two: Side) -> Iterator[str]:
    base, row = one[1], two[1]
    at = {label: i for i, label in enumerate(base.labels)}
    places = [(at[label], j) for j, label in enumerate(row.labels) if label in at]
    changed = [
        row.labels[j]
        for i, j in places
        if not (_same(base.y[i], row.y[j]) and _same(base.v[i], row.v[j]))
    ]
    if not changed:
        return
    if base.measure == "SMD":
        yield (
            f"Standardised mean differences are made with {SMD_FORMS[two[0].smd]}; instead of "
            f"{SMD_FORMS[one[0].smd]}."
        )
        return
    yield (
        f"The estimates of {_listed(changed)} differ by the rule for zero cells: "
        f"{ZERO_CELL_FORMS[two[0].zero_cells]}; instead of {ZERO_CELL_FORMS[one[0].zero_cells]}."
    )


def _q(one: Side, two: Side) -> Iterator[str]:
    base, row = one[1], two[1]
    if base.q_centre != row.q_centre:
        yield (
            f"Q is {_both(row.q, base.q)}: it is taken around {Q_CENTRES[row.q_centre]}, not "
            f"{Q_CENTRES[base.q_centre]}."
        )


def _tau2(one: Side, two: Side) -> Iterator[str]:
    old, new = one[1].tau2, two[1].tau2
    if old is None or new is None or _same(old, new):
        return
    if one[0].tau2 != two[0].tau2:
        names = (tau2_method(entry.tau2).name for entry in (two[0], one[0]))
        yield f"tau2 is {_both(new, old)}: {' instead of '.join(names)}."
    elif one[1].q_centre != two[1].q_centre:
        yield f"tau2 is {_both(new, old)}, because Q differs."
    else:
        yield f"tau2 is {_both(new, old)}, because the estimates pooled differ."


def _mean(one: Side, two: Side) -> Iterator[str]:
    old, new = one[1], two[1]
    if _same(old.estimate, new.estimate, old.se):
        return
    why = [] if _same_studies(one, two) else ["the estimates pooled"]
    if old.tau2 is not None and new.tau2 is not None and not _same(old.tau2, new.tau2):
        why.append(
            "a larger tau2, which evens out the weights"
            if new.tau2 > old.tau2
            else "a smaller tau2, which gives large studies more weight"
        )
    yield (
        f"The pooled estimate is {_both(new.estimate, old.estimate)}, through "
        f"{' and '.join(why) or 'rounding'}."
    )


def _interval(one: Side, two: Side) -> Iterator[str]:
    old, new = one[1], two[1]
    if _same_limits(old.interval, new.interval):
        return
    ratio = _width(new.interval) / _width(old.interval)
    size = width_compared(ratio)
    if old.interval_method == new.interval_method:
        yield f"The interval, made in the same way, is {size}; it follows the above."
        return
    yield (
        f"The interval is {_described(new)}, instead of {_described(old)}; altogether it is {size}."
    )
    if two[0].guard and new.interval_method == "t":
        yield (
            "IQWiG's rule applies: the Hartung-Knapp interval would be narrower than the "
            "DerSimonian-Laird normal one."
        )


def width_compared(ratio: float) -> str:
    """How much wider one interval is than the other: "12.3 % wider"; nothing below 0.01 %."""
    percent = abs(ratio - 1.0) * 100.0
    if percent < TIE_PERCENT:
        return f"the same to {TIE_PERCENT:g} %"
    return f"{percent:.3g} % {'wider' if ratio > 1.0 else 'narrower'}"


def _described(row: ReconciledRow) -> str:
    name = interval_method(row.interval_method).name
    if row.hksj_factor is None or row.df is None:
        return name
    guarded = any(caution.code == "identical_effects" for caution in row.cautions)
    factor = 1.0 if guarded else row.hksj_factor
    return f"{name} (t with {row.df:g} degrees of freedom, variance times {factor:.3g})"


def _prediction(one: Side, two: Side) -> Iterator[str]:
    old, new = one[1], two[1]
    if _same_limits(old.prediction, new.prediction):
        return
    if new.prediction_method is None:
        yield "It gives no prediction interval."
        return
    name = prediction_method(new.prediction_method).name
    if new.prediction.low is None:
        yield f"There is no prediction interval: {name} needs more studies."
    elif old.prediction_method is None or old.prediction.low is None:
        yield f"There is a prediction interval: {name}."
    elif old.prediction_method == new.prediction_method:
        yield "The prediction interval, made in the same way, follows the above."
    else:
        other = prediction_method(old.prediction_method).name
        yield f"The prediction interval is made with {name}, instead of {other}."


def _i2(one: Side, two: Side) -> Iterator[str]:
    old, new = one[1].i2, two[1].i2
    if old is None or new is None or _same(old, new):
        return
    if one[0].i2 == two[0].i2:
        yield f"I2 is {_both(new, old, 3)} (percent); it follows the above."
        return
    yield (
        f"I2 is {_both(new, old, 3)} (percent): {I2_FORMS[two[0].i2]}; instead of "
        f"{I2_FORMS[one[0].i2]}."
    )


def _listed(labels: list[str]) -> str:
    rest = len(labels) - SHOWN
    return ", ".join(labels[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _both(new: float, old: float, digits: int = 4) -> str:
    """The two numbers with as many digits as it takes to tell them apart."""
    while digits < 12 and f"{new:.{digits}g}" == f"{old:.{digits}g}":
        digits += 1
    return f"{new:.{digits}g} instead of {old:.{digits}g}"


def _same(old: float, new: float, unit: float = 0.0) -> bool:
    return bool(abs(new - old) <= SAME * max(abs(old), abs(new), unit))


def _same_studies(one: Side, two: Side) -> bool:
    if one[1].labels != two[1].labels:
        return False
    pairs = ((one[1].y, two[1].y), (one[1].v, two[1].v))
    return all(np.allclose(old, new, rtol=SAME, atol=0.0) for old, new in pairs)


def _same_limits(old: Interval, new: Interval) -> bool:
    if old.low is None or old.high is None or new.low is None or new.high is None:
        return old == new
    unit = old.high - old.low
    return _same(old.low, new.low, unit) and _same(old.high, new.high, unit)


def _width(interval: Interval) -> float:
    assert interval.low is not None
    assert interval.high is not None
    return interval.high - interval.low

"""How far two extractors agree: Cohen's kappa for words, intraclass correlation for numbers.

Agreement that chance alone would bring is taken out of kappa, not out of the percentage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import fdtri, ndtri


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement; None where it is not defined.

    Attributes
    ----------
    pairs
        Number of items that both judged.
    value
        1 is perfect agreement; 0 is what chance would bring.
    ci_low, ci_high
        Confidence limits; None where no formula holds, as with perfect agreement.
    """

    pairs: int
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


def cohen_kappa(pairs: Sequence[tuple[str, str]], *, level: float = 95.0) -> Coefficient:
    """Cohen's kappa without weights, with the large-sample interval.

    Not defined without pairs, nor where both always said the same single word.

    Parameters
    ----------
    pairs
        The words that the two said of each item.
    level
        Coverage of the interval in percent.

    References
    ----------
    Cohen 1960, doi:10.1177/001316446002000104; its standard error: Fleiss, Cohen and Everitt 1969,
    doi:10.1037/h0028106.
    """
    words = sorted({word for pair in pairs for word in pair})
    if len(words) < 2:
        return Coefficient(len(pairs))
    shares = np.zeros((len(words), len(words)))
    for one, other in pairs:
        shares[words.index(one), words.index(other)] += 1 / len(pairs)
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    chance = float(first @ second)
    if chance >= 1:
        return Coefficient(len(pairs))
    seen = float(np.trace(shares))
    kappa = (seen - chance) / (1 - chance)
    if seen >= 1 - 1e-12:
        return Coefficient(len(pairs), 1.0)
    diagonal = np.diag(shares)
    same = diagonal @ (1 - (first + second) * (1 - kappa)) ** 2
    crossed = shares * (second[:, None] + first[None, :]) ** 2
    other_part = (1 - kappa) ** 2 * (crossed.sum() - np.trace(crossed))
    variance = (same + other_part - (kappa - chance * (1 - kappa)) ** 2) / (
        (1 - chance) ** 2 * len(pairs)
    )
    half = float(ndtri(0.5 + level / 200)) * sqrt(max(float(variance), 0.0))
    return Coefficient(len(pairs), kappa, max(kappa - half, -1.0), min(kappa + half, 1.0))


def intraclass_correlation(
    ratings: Sequence[Sequence[float]], *, level: float = 95.0
) -> Coefficient:
    """ICC(2,1): absolute agreement of single raters, two-way random effects.

    A rater who is always a little higher counts as disagreement. Not defined for fewer than two
    items, nor where nothing varies.

    Parameters
    ----------
    ratings
        One row per item, one column per rater.
    level
        Coverage of the interval in percent.

    References
    ----------
    Shrout and Fleiss 1979, doi:10.1037/0033-2909.86.2.420; the interval: McGraw and Wong 1996,
    doi:10.1037/1082-989X.1.1.30 (table 7, ICC(A,1)).
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] < 2 or x.shape[1] < 2:
        return Coefficient(len(ratings))
    n, k = x.shape
    scale = float(np.max(np.abs(x))) or 1.0
    x = x / scale
    rows, columns, mean = x.mean(axis=1), x.mean(axis=0), x.mean()
    between = k * float(((rows - mean) ** 2).sum()) / (n - 1)
    raters = n * float(((columns - mean) ** 2).sum()) / (k - 1)
    residual = x - rows[:, None] - columns[None, :] + mean
    error = float((residual**2).sum()) / ((n - 1) * (k - 1))
    below = between + (k - 1) * error + k * (raters - error) / n
    if below <= 0:
        return Coefficient(n)
    icc = (between - error) / below
    if icc >= 1 - 1e-12:
        return Coefficient(n, 1.0)
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    below = (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    if below <= 0:  # every item is the same to each rater
        return Coefficient(n, icc)
    df = (a * raters + b * error) ** 2 / below
    tail = 0.5 + level / 200
    f_low, f_high = float(fdtri(n - 1, df, tail)), float(fdtri(df, n - 1, tail))
    rest = k * raters + (k * n - k - n) * error
    low = n * (between - f_low * error) / (f_low * rest + n * between)
    high = n * (f_high * between - error) / (rest + n * f_high * between)
    return Coefficient(n, icc, low, high)

"""What is measured: data, the package's call, the compiled loop's, and that both agree."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from compiled_loop import Array, CompiledLoop

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.pooling.pool_batch import pool_batch
from ketameta.sensitivity.bias.copas import copas
from ketameta.sensitivity.cumulative import cumulative_arrays
from ketameta.sensitivity.influence import influence
from ketameta.sensitivity.leave_one_out import leave_one_out_arrays
from ketameta.sensitivity.permutation import permutation_test
from ketameta.sensitivity.subsets import subsets

AGREEMENT = 1e-8


@dataclass(frozen=True)
class Task:
    """One line of the table.

    `run` is the package's call and `loop` the compiled one, None where there is none; `check`
    compares their results; `repeats` is how often the package is timed, the best counting.
    `like` names the task whose metafor time also stands for this one.
    """

    name: str
    words: str
    run: Callable[[], object]
    loop: Callable[[CompiledLoop], Array] | None
    check: Callable[[object, Array | None], None]
    repeats: int = 5
    like: str | None = None


@dataclass(frozen=True)
class Data:
    """Simulated once for a whole run: effects around 0.3, tau2 = 0.08, variances 0.02 to 0.3."""

    single: Array
    batch_y: Array
    batch_v: Array
    subsets: Array
    deletions: Array
    permutation: Array
    three_level: Array
    selection: Array

    @classmethod
    def simulated(cls, seed: int = 20250101) -> Data:
        """Every array from one seed; pairs have y in the first row and v in the second."""
        random = np.random.default_rng(seed)

        def pair(*shape: int) -> tuple[Array, Array]:
            v = random.uniform(0.02, 0.3, shape)
            return random.normal(0.3, np.sqrt(v + 0.08)), v

        y, v = pair(100_000, 10)
        singles = [np.stack(pair(k)) for k in (10, 15, 10_000, 13)]
        return cls(singles[0], y, v, *singles[1:], _three_level(random), _selected(random))


def _three_level(random: np.random.Generator) -> Array:
    """1,000 clusters of 5: variance 0.06 between and 0.04 within; rows y, v and cluster."""
    cluster = np.repeat(np.arange(1.0, 1001.0), 5)
    v = random.uniform(0.02, 0.3, 5000)
    between = random.normal(0.0, np.sqrt(0.06), 1000)[cluster.astype(int) - 1]
    return np.stack([random.normal(0.3 + between, np.sqrt(v + 0.04)), v, cluster])


def _selected(random: np.random.Generator) -> Array:
    """100 studies of which one in three is published if its one-sided p value is above 0.025."""
    v = random.uniform(0.02, 0.3, 1000)
    y = random.normal(0.3, np.sqrt(v + 0.08))
    kept = (y / np.sqrt(v) > 1.96) | (random.random(1000) < 1.0 / 3.0)
    return np.stack([y, v])[:, kept][:, :100].copy()


def estimates(pair: Array) -> EffectEstimates:
    """Effect estimates from rows y and v."""
    return EffectEstimates.from_arrays("MD", pair[0], pair[1])


def all_tasks(data: Data) -> list[Task]:
    """Every task, in the order of the table."""
    one, many, set15 = estimates(data.single), estimates(data.deletions), estimates(data.subsets)
    signs = estimates(data.permutation)

    def alone(loop: CompiledLoop) -> Array:
        return loop.fits(data.single[:1].copy(), data.single[1:].copy())

    def deleted(loop: CompiledLoop) -> Array:
        return loop.leave_one_out(data.deletions[0], data.deletions[1])

    found = [
        Task("single", "one meta-analysis, every interval", lambda: pool(one), alone, _one, 20),
        Task(
            "batch",
            "100,000 fits of k = 10, REML and HKSJ",
            lambda: pool_batch(data.batch_y, data.batch_v),
            lambda loop: loop.fits(data.batch_y, data.batch_v),
            _batch,
        ),
        Task(
            "subsets",
            "32,767 subsets of k = 15, REML",
            lambda: subsets(set15),
            lambda loop: loop.subsets(data.subsets[0], data.subsets[1]),
            lambda result, loop: _subsets(result, loop, set15.labels),
        ),
        Task(
            "leave-one-out",
            "leave-one-out of k = 10,000, REML",
            lambda: leave_one_out_arrays(many.y, many.v),
            deleted,
            lambda result, loop: _deletions(result, loop, "tau2", "estimate"),
        ),
        Task(
            "influence",
            "influence of k = 10,000, REML",
            lambda: influence(many),
            deleted,
            lambda result, loop: _deletions(result, loop, "tau2_deleted", None),
            like="leave-one-out",
        ),
        Task(
            "permutation",
            "exact permutation test of k = 13, REML",
            lambda: permutation_test(signs),
            lambda loop: loop.sign_changes(data.permutation[0], data.permutation[1]),
            _permutation,
        ),
    ]
    ordered, published = data.deletions, estimates(data.selection)
    found += [
        Task(
            "cumulative",
            "cumulative of k = 10,000, REML",
            lambda: cumulative_arrays(ordered[0], ordered[1]),
            None,
            lambda result, _: _last(result, ordered),
        ),
        Task(
            "copas",
            "Copas model, ten suppositions, 100 studies",
            lambda: copas(published),
            None,
            lambda result, _: _above(result, published),
            3,
        ),
    ]
    fit = three_level_fit(data.three_level)
    if fit is not None:
        words = "three-level REML, 1,000 clusters of 5"
        check = lambda result, _: _maximum(result, data.three_level)  # noqa: E731
        found.append(Task("three-level", words, fit, None, check, 3))
    for model, fit in selection_fits(data.selection).items():
        words = f"{model} selection model, 100 studies"
        found.append(Task(f"selection-{model}", words, fit, None, _gained))
    return found


def _last(result: object, pair: Array) -> None:
    """All studies together are the ordinary analysis."""
    whole = pool(estimates(pair), interval="wald")
    found = [getattr(result, name)[-1] for name in ("tau2", "estimate", "se")]
    close(found, [whole.heterogeneity.tau2, whole.estimate, whole.se])


def _above(result: object, given: EffectEstimates) -> None:
    """Without correlation the Copas likelihood is the ordinary one: its maximum is not lower."""
    plain = pool(given, tau2="ML").log_likelihood
    assert all(row.log_likelihood >= plain - 1e-9 for row in result.rows)  # type: ignore[attr-defined]


def selection_fits(pair: Array) -> dict[str, Callable[[], object]]:
    """The package's fits of two selection models; none where it has none yet."""
    home = "ketameta.sensitivity.bias.selection"
    try:
        fit = importlib.import_module(f"{home}.fit").selection_model
        choices = importlib.import_module(f"{home}.choices").SelectionChoices
    except ImportError:
        return {}
    given = estimates(pair)
    return {
        model: lambda model=model: fit(given, choices(model=model, alternative="greater"))
        for model in ("step", "beta")
    }


def _gained(result: object, _: Array | None) -> None:
    """The weights that are estimated raise the likelihood above that without selection."""
    assert result.log_likelihood >= result.unadjusted.log_likelihood  # type: ignore[attr-defined]


def three_level_fit(rows: Array) -> Callable[[], object] | None:
    """The package's three-level fit of rows y, v, cluster; None where there is none yet."""
    try:
        multilevel = importlib.import_module("ketameta.pooling.multilevel").multilevel
    except ImportError:
        return None
    given, clusters = estimates(rows), [str(int(c)) for c in rows[2]]
    return lambda: multilevel(given, clusters)


def close(found: object, expected: object) -> None:
    """Equal to `AGREEMENT`, or the run stops."""
    np.testing.assert_allclose(
        np.asarray(found), np.asarray(expected), rtol=AGREEMENT, atol=AGREEMENT
    )


def _one(result: object, loop: Array | None) -> None:
    if loop is not None:
        values = (result.heterogeneity.tau2, result.estimate, result.se)  # type: ignore[attr-defined]
        close(values, loop[:3, 0])


def _batch(result: object, loop: Array | None) -> None:
    if loop is not None:
        close([getattr(result, name) for name in ("tau2", "estimate", "se")], loop[:3])


def _subsets(result: object, loop: Array | None, labels: tuple[str, ...]) -> None:
    if loop is None:
        return
    inside = np.unpackbits(result.packed, axis=1, count=len(labels))  # type: ignore[attr-defined]
    order = inside.astype(np.int64) @ (1 << np.arange(len(labels))) - 1
    close(np.nan_to_num(result.tau2), loop[0, order])  # type: ignore[attr-defined]
    close([result.estimate, result.se], loop[[1, 3]][:, order])  # type: ignore[attr-defined]


def _deletions(result: object, loop: Array | None, tau2: str, estimate: str | None) -> None:
    if loop is None:
        return
    close(getattr(result, tau2), loop[0])
    if estimate is not None:
        close(getattr(result, estimate), loop[1])


def _permutation(result: object, loop: Array | None) -> None:
    if loop is not None:
        close(result.statistics, np.sort(np.abs(loop[1] / loop[2])))  # type: ignore[attr-defined]


def _maximum(result: object, rows: Array) -> None:
    """No nearby components are likelier, by the likelihood in closed form for each cluster."""
    best = np.asarray(result.sigma2)  # type: ignore[attr-defined]
    top = restricted_likelihood(rows, *best)
    close(result.log_likelihood - 0.5 * np.log(rows.shape[1]), top)  # type: ignore[attr-defined]
    for move in (1.001, 0.999):
        assert restricted_likelihood(rows, best[0] * move, best[1]) < top
        assert restricted_likelihood(rows, best[0], best[1] * move) < top


def restricted_likelihood(rows: Array, between: float, within: float) -> float:
    """Log-likelihood of a three-level model without moderators, without log|X'X| / 2."""
    y, v, cluster = rows
    index = cluster.astype(np.int64) - 1

    def sums(values: Array) -> Array:
        return np.bincount(index, values)

    w = 1.0 / (v + within)
    share = between / (1.0 + between * sums(w))
    total = float(np.sum(sums(w) - share * sums(w) ** 2))
    mean = float(np.sum(sums(w * y) - share * sums(w) * sums(w * y))) / total
    r = y - mean
    q = float(np.sum(sums(w * r * r) - share * sums(w * r) ** 2))
    log_det = float(np.sum(np.log1p(between * sums(w))) - np.sum(np.log(w)))
    return -0.5 * ((y.size - 1) * np.log(2.0 * np.pi) + log_det + np.log(total) + q)

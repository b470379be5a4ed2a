"""Network meta-analyses of a table: from its rows to values, lines and grids."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from ketameta.cli.data_options import DataRequest
from ketameta.cli.data_samples import Sample, Samples, too_far_apart
from ketameta.cli.findings import Findings, excluded, warnings
from ketameta.cli.network_grids import network_blocks
from ketameta.cli.network_rows import (
    NetworkPlace,
    contrast_sample,
    network_places,
    place_contrasts,
)
from ketameta.cli.network_values import (
    agreement_values,
    contribution_values,
    heat_values,
    league_line,
    league_values,
    network_values,
    split_values,
)
from ketameta.errors import DataError, UsageError
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.network import (
    ContrastRows,
    Inconsistency,
    NetworkResult,
    design_inconsistency,
    network,
    p_scores,
)
from ketameta.records.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class NetworkWish:
    """How to analyse; `smaller_is_better` None where it is not said, so nothing is ranked."""

    choices: PoolingChoices
    reference: str | None
    smaller_is_better: bool | None
    split: str = "back-calculation"


def analyse_networks(request: DataRequest, wish: NetworkWish) -> tuple[Samples, list[Findings]]:
    """One network, or one for each value of `--by`.

    Raises
    ------
    UsageError
        For a file, column, measure or treatment that does not exist.
    DataError
        For a value that cannot be, with `file:line:`, and for networks that do not hang together.
    """
    places = network_places(request)
    done = [_analyse(place, wish) for place in places]
    table, entry = places[0].table, places[0].entry
    grouped = None if request.by is None else "by"
    samples = tuple(sample for sample, _ in done)
    kept = Samples(table.source, entry, grouped, samples, table.notes, request.by)
    return kept, [found for _, found in done]


def _analyse(place: NetworkPlace, wish: NetworkWish) -> tuple[Sample, Findings]:
    rows = place_contrasts(place)
    sample = contrast_sample(place, rows)
    return sample, analyse_rows(place.source, sample, rows, wish)


@np.errstate(all="ignore")  # what overflows is refused
def analyse_rows(source: str, sample: Sample, rows: ContrastRows, wish: NetworkWish) -> Findings:
    """The network of some contrasts; raises as `fitted_network`."""
    result = fitted_network(source, rows, wish.choices, wish.reference)
    return _findings(sample, result, design_inconsistency(result), wish)


@np.errstate(all="ignore")
def fitted_network(
    source: str, rows: ContrastRows, choices: PoolingChoices, reference: str | None
) -> NetworkResult:
    """The network estimates of some contrasts.

    Raises
    ------
    UsageError
        For a treatment that does not exist.
    DataError
        For networks that do not hang together, or do not allow the methods asked for; the message
        starts with `source`.
    """
    names = {*rows.treatment_1, *rows.treatment_2}
    if reference is not None and reference not in names:
        hint = did_you_mean(reference, sorted(names))
        raise UsageError(f'--reference: {source} has no treatment "{reference}". {hint}')
    try:
        result = network(rows, choices, reference=reference)
    except DataError as error:
        raise DataError(f"{source}: {error}") from None
    if not (np.isfinite(result.estimate).all() and np.isfinite(result.se).all()):
        raise too_far_apart(source)
    return result


def _findings(
    sample: Sample, result: NetworkResult, agreement: Inconsistency, wish: NetworkWish
) -> Findings:
    league = league_values(result, sample.measure)
    ranks = (
        None
        if wish.smaller_is_better is None
        else [asdict(s) for s in p_scores(result, smaller_is_better=wish.smaller_is_better)]
    )
    given, cautions = contribution_values(result)
    values = {
        **network_values(result),
        "league": league,
        "p_scores": ranks,
        **agreement_values(agreement),
        "split_method": wish.split,
        "split": split_values(result, sample.measure, wish.split),
        "net_heat": heat_values(result),
        "contributions": given,
        "excluded": excluded(sample),
        "warnings": warnings(cautions),
    }
    return Findings(
        values,
        [league_line(row) for row in league],
        network_blocks(sample, result, values, cautions),
    )

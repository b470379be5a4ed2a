"""Rows of which the user said with `--cluster` which belong together."""

from __future__ import annotations

import re
from dataclasses import replace

from ketameta.cli.data_samples import Sample

_NUMBERED = re.compile(r"(.*) \(\d+\)")


def clustered(sample: Sample, cluster: str) -> Sample:
    """The sample without the caution that rows have one label, where these share a cluster too.

    Rows with one label in different clusters still need it: nothing joins them.
    """
    rows, estimates = sample.rows, sample.estimates
    if rows is None:
        return sample
    labels, first = set(estimates.labels), dict[str, str]()
    for label, name in zip(estimates.labels, rows.texts(cluster), strict=True):
        found = _NUMBERED.fullmatch(label)
        own = found[1] if found and found[1] in labels else label
        if first.setdefault(own, name) != name:
            return sample
    kept = tuple(one for one in estimates.cautions if one.code != "labels_repeated")
    return replace(sample, estimates=replace(estimates, cautions=kept))

"""Methods that `bias` offers, in a few words each, and the names they go by."""

from __future__ import annotations

TESTS = {
    "egger": "effects on their standard errors (or --predictor)",
    "begg": "rank correlation of effects and variances",
    "harbord": "efficient score of the odds ratio (counts)",
    "peters": "effects on 1/n (counts)",
    "macaskill": "effects on n (counts)",
    "ruecker": "arcsine differences, events may be 0 (counts)",
    "deeks": "effects on the effective sample size (counts)",
    "pustejovsky": "SMD on a function of the group sizes",
    "pet": "effect where the standard error is 0, by a line",
    "peese": "effect where the variance is 0, by a line",
    "pet-peese": "PEESE where PET finds an effect, otherwise PET",
    "waap": "mean of the studies with a power of 80 %",
    "limit": "limit meta-analysis: mean of infinitely precise studies",
    "copas": "mean under degrees of supposed selection",
    "p-curve": "do P values below 0.05 look like those of real effects?",
    "excess": "more small P values than the power allows",
    "contours": "studies in each band of a contour-enhanced funnel plot",
    "rosenthal": "fail-safe N: until the sum of z tells nothing",
    "orwin": "fail-safe N: until the mean is half as large (or --target)",
    "rosenberg": "fail-safe N: until the common effect tells nothing",
}

ASYMMETRY = tuple(TESTS)[: tuple(TESTS).index("pet")]
FAIL_SAFE = ("rosenthal", "orwin", "rosenberg")

ALSO = {
    "all": tuple(TESTS),
    "asymmetry": ASYMMETRY,
    "fail-safe": FAIL_SAFE,
    "fail-safe-rosenthal": ("rosenthal",),
    "fail-safe-orwin": ("orwin",),
    "fail-safe-rosenberg": ("rosenberg",),
    "pustejovsky-rodgers": ("pustejovsky",),
    "ruecker-arcsine": ("ruecker",),
    "excess-significance": ("excess",),
    "funnel": ("contours",),
    "arcsine": ("ruecker",),
    "regtest": ("egger",),
    "ranktest": ("begg",),
    "fsn": FAIL_SAFE,
    "tes": ("excess",),
}
"""Other names, as in the catalog of sensitivity methods, and names of several at once."""


def named_tests(words: str, where: str = "--test") -> tuple[str, ...]:
    """The tests that a list of names asks for, each once; UsageError for an unknown name."""
    from difflib import get_close_matches

    from ketameta.errors import UsageError

    known = f"Known: {', '.join(TESTS)}; or all."
    chosen = [word.strip().lower() for word in words.split(",") if word.strip()]
    if not chosen:
        raise UsageError(f"{where}: none is named. {known}")
    found: dict[str, None] = {}
    for word in chosen:
        if word not in TESTS and word not in ALSO:
            near = get_close_matches(word, [*TESTS, *ALSO], n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"{where}: there is none called {word!r}. {known}{hint}")
        found.update(dict.fromkeys(ALSO.get(word, (word,))))
    return tuple(found)

"""The catalog of flags: code, severity, meaning, threshold and reference."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from ketameta.errors import UsageError

INFO, CAUTION, SERIOUS = "info", "caution", "serious"


@dataclass(frozen=True, slots=True)
class FlagKind:
    """One flag.

    Attributes
    ----------
    code
        Two letters, printed beside a study in every plot and table; the letters of pool flags
        begin with P.
    title
        Short name.
    scope
        "study" or "pool".
    severity
        info, caution or serious.
    meaning
        What it means and why it matters, in a sentence or two.
    threshold
        Name of the entry in the review's `thresholds`, or None.
    reference
        Literature.
    """

    code: str
    title: str
    scope: str
    severity: str
    meaning: str
    reference: str
    threshold: str | None = None


def _study(
    code: str,
    title: str,
    severity: str,
    meaning: str,
    reference: str,
    *,
    threshold: str | None = None,
) -> FlagKind:
    return FlagKind(code, title, "study", severity, meaning, reference, threshold)


def _pool(
    code: str,
    title: str,
    severity: str,
    meaning: str,
    reference: str,
    *,
    threshold: str | None = None,
) -> FlagKind:
    return FlagKind(code, title, "pool", severity, meaning, reference, threshold)


_HANDBOOK = "Cochrane Handbook for Systematic Reviews of Interventions, version 6.5 (2024)"

_STUDY_FLAGS = (
    _study(
        "SM",
        "small sample",
        CAUTION,
        "Few people per arm or in total. Small studies give imprecise answers and, on average, "
        "larger effects than big ones.",
        "Dechartres et al. 2013, BMJ 346:f2304, doi:10.1136/bmj.f2304; Nüesch et al. 2010, "
        "BMJ 341:c3515, doi:10.1136/bmj.c3515",
        threshold="small_arm",
    ),
    _study(
        "NP",
        "no placebo control",
        SERIOUS,
        "The comparison group received no placebo. Expectation alone can change what people "
        "report and how long they stay.",
        f"{_HANDBOOK}, chapter 8.4",
    ),
    _study(
        "AP",
        "active placebo",
        INFO,
        "The control was a drug chosen to be felt, such as midazolam. It hides ketamine better "
        "than saline does, but most people can still tell; its own effects count as well.",
        "Muthukumaraswamy et al. 2021, Expert Rev Clin Pharmacol 14:1133-1152, "
        "doi:10.1080/17512433.2021.1933434",
    ),
    _study(
        "IP",
        "inert placebo",
        CAUTION,
        "The placebo cannot be felt while ketamine can: functional unblinding is likely.",
        "Muthukumaraswamy et al. 2021, Expert Rev Clin Pharmacol 14:1133-1152, "
        "doi:10.1080/17512433.2021.1933434",
    ),
    _study(
        "LD",
        "less ketamine as comparator",
        SERIOUS,
        "Both arms received ketamine, in different doses or numbers of sessions. This says how "
        "much to give, not whether ketamine works.",
        f"{_HANDBOOK}, chapter 3.2.2",
    ),
    _study(
        "NR",
        "not randomised",
        SERIOUS,
        "Chance did not decide, or is not stated to have decided, who got ketamine. The groups "
        "may have differed from the start.",
        f"{_HANDBOOK}, chapter 24.1",
    ),
    _study(
        "OL",
        "open label",
        SERIOUS,
        "Participants or assessors knew who received ketamine, or no blinding is stated.",
        "Savović et al. 2012, Ann Intern Med 157:429-438, "
        "doi:10.7326/0003-4819-157-6-201209180-00537",
    ),
    _study(
        "SF",
        "short follow-up",
        CAUTION,
        "The result was measured soon after treatment. Nothing is known about lasting effects.",
        f"{_HANDBOOK}, chapter 9.3.4",
        threshold="short_follow_up_weeks",
    ),
    _study(
        "SR",
        "self-report only",
        CAUTION,
        "The outcome rests on what participants said, without a test.",
        f"{_HANDBOOK}, chapter 8.6",
    ),
    _study(
        "AN",
        "ascertainment not stated",
        CAUTION,
        "The outcome is substance use, and no source read so far says how it was established.",
        f"{_HANDBOOK}, chapter 8.6",
    ),
    _study(
        "SC",
        "single centre or same team",
        INFO,
        "One centre, or a team with another study in this analysis. Results have not been "
        "repeated by others.",
        "Dechartres et al. 2011, Ann Intern Med 155:39-51, "
        "doi:10.7326/0003-4819-155-1-201107050-00006",
    ),
    _study(
        "SE",
        "stopped early",
        CAUTION,
        "Stated to have ended before its planned end. Stopping after a look at the data "
        "inflates effects.",
        "Bassler et al. 2010, JAMA 303:1180-1187, doi:10.1001/jama.2010.310",
    ),
    _study(
        "FP",
        "fewer than planned",
        INFO,
        "Fewer people took part than were planned, for reasons that need not be known. The study "
        "has less power than its makers thought necessary.",
        f"{_HANDBOOK}, chapter 8.7",
    ),
    _study(
        "HA",
        "high attrition",
        SERIOUS,
        "Many participants are missing from the result. Those who leave often do so because of "
        "relapse.",
        "Schulz and Grimes 2002, Lancet 359:781-785, doi:10.1016/S0140-6736(02)07882-0",
        threshold="high_attrition_percent",
    ),
    _study(
        "UV",
        "not verified at the primary source",
        CAUTION,
        "The number, or part of it, was read in a review, press release or news item, not in "
        "the paper, its abstract or the registry.",
        "Xu et al. 2022, BMJ 377:e069155, doi:10.1136/bmj-2021-069155",
    ),
    _study(
        "DC",
        "derived count",
        INFO,
        "Counts were worked out from printed percentages or other numbers; the arithmetic "
        "stands in the record.",
        f"{_HANDBOOK}, chapter 6.4",
    ),
    _study(
        "CI",
        "conflict of interest",
        CAUTION,
        "Investigators or sponsor have a financial interest in ketamine treatment.",
        "Lundh et al. 2017, Cochrane Database Syst Rev 2:MR000033, "
        "doi:10.1002/14651858.MR000033.pub3",
    ),
)

_POOL_FLAGS = (
    _pool(
        "PK",
        "few studies",
        SERIOUS,
        "So few studies that the between-study variance, and with it every interval, is poorly "
        "known.",
        "Friede et al. 2017, Res Synth Methods 8:79-91, doi:10.1002/jrsm.1217",
        threshold="small_k",
    ),
    _pool(
        "PH",
        "heterogeneity not estimable",
        CAUTION,
        "With one study heterogeneity cannot be estimated; with two or three, or where tau² is "
        "estimated as 0, absence of evidence of heterogeneity is not evidence of its absence.",
        "Kontopantelis et al. 2013, PLoS ONE 8:e69930, doi:10.1371/journal.pone.0069930",
    ),
    _pool(
        "PP",
        "prediction interval includes the null",
        CAUTION,
        "The true effect in a new study may well lie on the other side.",
        "IntHout et al. 2016, BMJ Open 6:e010247, doi:10.1136/bmjopen-2015-010247",
    ),
    _pool(
        "PD",
        "one study dominates",
        CAUTION,
        "One study carries most of the weight; the pool is hardly more than that study.",
        f"{_HANDBOOK}, chapter 10.14",
        threshold="dominant_weight_percent",
    ),
    _pool(
        "PW",
        "weight without placebo control",
        SERIOUS,
        "This much of the result comes from studies in which expectation alone could have worked.",
        f"{_HANDBOOK}, chapter 8.4",
    ),
    _pool(
        "PS",
        "weight from small studies",
        CAUTION,
        "This much of the result comes from small studies, which on average show larger effects.",
        "Dechartres et al. 2013, BMJ 346:f2304, doi:10.1136/bmj.f2304",
        threshold="small_arm",
    ),
    _pool(
        "PI",
        "information size not reached",
        CAUTION,
        "Fewer people in all studies together than the review's yardstick for one adequate trial, "
        "which is the same for every question. What a trial of this very question needs stands "
        "with its certainty. Differences between studies, which raise that number, are not "
        "counted.",
        "Guyatt et al. 2011, J Clin Epidemiol 64:1283-1293, doi:10.1016/j.jclinepi.2011.01.012",
        threshold="information_size",
    ),
    _pool(
        "PC",
        "comparators not exchangeable",
        CAUTION,
        "The studies compared ketamine with different things; the pooled number is an average "
        "over different questions.",
        f"{_HANDBOOK}, chapter 10.10",
    ),
)

FLAGS: Mapping[str, FlagKind] = {kind.code: kind for kind in (*_STUDY_FLAGS, *_POOL_FLAGS)}


def flag_kind(code: str) -> FlagKind:
    """The flag with this code, in either case; UsageError with the closest code otherwise."""
    wanted = code.strip().upper()
    if wanted in FLAGS:
        return FLAGS[wanted]
    close = difflib.get_close_matches(wanted, FLAGS, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(FLAGS)}."
    raise UsageError(f"there is no flag {code!r}. {hint}")

"""The literature of the methods, in full, by DOI; what is not here is cited as the catalogs do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ketameta.manuscript.works import ARTICLE, BOOK, Work, key_of

JRSM, SIM, BMJ = "Research Synthesis Methods", "Statistics in Medicine", "BMJ"


def _article(authors: str, year: int, title: str, place: str, doi: str) -> Work:
    """An article; `place` is "Journal;volume;issue;pages", an "et al" in `authors` is kept."""
    names = tuple(name for name in authors.split(", ") if name != "et al")
    container, volume, issue, pages = (*place.split(";"), "", "", "")[:4]
    return Work(
        key=key_of(names[0], year),
        kind=ARTICLE,
        authors=names,
        title=title,
        year=year,
        container=container,
        volume=volume,
        issue=issue,
        pages=pages,
        doi=doi,
        authors_complete="et al" not in authors.split(", "),
    )


PRISMA = _article(
    "Page MJ, McKenzie JE, Bossuyt PM, Boutron I, Hoffmann TC, Mulrow CD, et al",
    2021,
    "The PRISMA 2020 statement: an updated guideline for reporting systematic reviews",
    f"{BMJ};372;;n71",
    "10.1136/bmj.n71",
)
GRADE = _article(
    "Guyatt GH, Oxman AD, Vist GE, Kunz R, Falck-Ytter Y, Alonso-Coello P, et al",
    2008,
    "GRADE: an emerging consensus on rating quality of evidence and strength of recommendations",
    f"{BMJ};336;7650;924-926",
    "10.1136/bmj.39489.470347.AD",
)
GRADE_WORDING = _article(
    "Santesso N, Glenton C, Dahm P, Garner P, Akl EA, Alper B, et al",
    2020,
    "GRADE guidelines 26: informative statements to communicate the findings of systematic "
    "reviews of interventions",
    "Journal of Clinical Epidemiology;119;;126-135",
    "10.1016/j.jclinepi.2019.10.014",
)
ROB2 = _article(
    "Sterne JAC, Savović J, Page MJ, Elbers RG, Blencowe NS, Boutron I, et al",
    2019,
    "RoB 2: a revised tool for assessing risk of bias in randomised trials",
    f"{BMJ};366;;l4898",
    "10.1136/bmj.l4898",
)
ROBINS_I = _article(
    "Sterne JA, Hernán MA, Reeves BC, Savović J, Berkman ND, Viswanathan M, et al",
    2016,
    "ROBINS-I: a tool for assessing risk of bias in non-randomised studies of interventions",
    f"{BMJ};355;;i4919",
    "10.1136/bmj.i4919",
)
SAFEGUARD = _article(
    "Röver C, Knapp G, Friede T",
    2015,
    "Hartung-Knapp-Sidik-Jonkman approach and its modification for random-effects meta-analysis "
    "with few studies",
    "BMC Medical Research Methodology;15;;99",
    "10.1186/s12874-015-0091-1",
)
Q_PROFILE = _article(
    "Viechtbauer W",
    2007,
    "Confidence intervals for the amount of heterogeneity in meta-analysis",
    f"{SIM};26;1;37-52",
    "10.1002/sim.2514",
)
I_SQUARED = _article(
    "Higgins JPT, Thompson SG",
    2002,
    "Quantifying heterogeneity in a meta-analysis",
    f"{SIM};21;11;1539-1558",
    "10.1002/sim.1186",
)
COCHRAN = _article(
    "Cochran WG",
    1954,
    "The combination of estimates from different experiments",
    "Biometrics;10;1;101-129",
    "10.2307/3001666",
)
SUBGROUPS = _article(
    "Borenstein M, Higgins JPT",
    2013,
    "Meta-analysis and subgroups",
    "Prevention Science;14;2;134-143",
    "10.1007/s11121-013-0377-7",
)
FUNNEL = _article(
    "Sterne JAC, Sutton AJ, Ioannidis JPA, Terrin N, Jones DR, Lau J, et al",
    2011,
    "Recommendations for examining and interpreting funnel plot asymmetry in meta-analyses of "
    "randomised controlled trials",
    f"{BMJ};343;;d4002",
    "10.1136/bmj.d4002",
)
EGGER = _article(
    "Egger M, Davey Smith G, Schneider M, Minder C",
    1997,
    "Bias in meta-analysis detected by a simple, graphical test",
    f"{BMJ};315;7109;629-634",
    "10.1136/bmj.315.7109.629",
)
BEGG = _article(
    "Begg CB, Mazumdar M",
    1994,
    "Operating characteristics of a rank correlation test for publication bias",
    "Biometrics;50;4;1088-1101",
    "10.2307/2533446",
)
PRIORS = _article(
    "Röver C, Bender R, Dias S, Schmid CH, Schmidli H, Sturtz S, et al",
    2021,
    "On weakly informative prior distributions for the heterogeneity parameter in Bayesian "
    "random-effects meta-analysis",
    f"{JRSM};12;4;448-474",
    "10.1002/jrsm.1475",
)
FEW_STUDIES = _article(
    "Friede T, Röver C, Wandel S, Neuenschwander B",
    2017,
    "Meta-analysis of few small studies in orphan diseases",
    f"{JRSM};8;1;79-91",
    "10.1002/jrsm.1217",
)
MULTIVERSE = _article(
    "Voracek M, Kossmeier M, Tran US",
    2019,
    "Which data to meta-analyze, and how? A specification-curve and multiverse-analysis approach "
    "to meta-analysis",
    "Zeitschrift für Psychologie;227;1;64-82",
    "10.1027/2151-2604/a000357",
)
INFLUENCE = _article(
    "Viechtbauer W, Cheung MWL",
    2010,
    "Outlier and influence diagnostics for meta-analysis",
    f"{JRSM};1;2;112-125",
    "10.1002/jrsm.11",
)
CLOPPER_PEARSON = _article(
    "Clopper CJ, Pearson ES",
    1934,
    "The use of confidence or fiducial limits illustrated in the case of the binomial",
    "Biometrika;26;4;404-413",
    "10.1093/biomet/26.4.404",
)
COMMON_DIFFERENCE = _article(
    "Greenland S, Robins JM",
    1985,
    "Estimation of a common effect parameter from sparse follow-up data",
    "Biometrics;41;1;55-68",
    "10.2307/2530643",
)
SCORE_INTERVAL = _article(
    "Miettinen O, Nurminen M",
    1985,
    "Comparative analysis of two rates",
    f"{SIM};4;2;213-226",
    "10.1002/sim.4780040211",
)
MIXED_MODEL = _article(
    "Stijnen T, Hamza TH, Özdemir P",
    2010,
    "Random effects meta-analysis of event outcome in the framework of the generalized linear "
    "mixed model with applications in sparse data",
    f"{SIM};29;29;3046-3067",
    "10.1002/sim.4040",
)
NUMPY = _article(
    "Harris CR, Millman KJ, van der Walt SJ, Gommers R, Virtanen P, Cournapeau D, et al",
    2020,
    "Array programming with NumPy",
    "Nature;585;7825;357-362",
    "10.1038/s41586-020-2649-2",
)
SCIPY = _article(
    "Virtanen P, Gommers R, Oliphant TE, Haberland M, Reddy T, Cournapeau D, et al",
    2020,
    "SciPy 1.0: fundamental algorithms for scientific computing in Python",
    "Nature Methods;17;3;261-272",
    "10.1038/s41592-019-0686-2",
)
STATSMODELS = _article(
    "Seabold S, Perktold J",
    2010,
    "Statsmodels: econometric and statistical modeling with Python",
    "Proceedings of the 9th Python in Science Conference;;;92-96",
    "10.25080/Majora-92bf1922-011",
)

HANDBOOK = Work(
    key="cochrane-handbook",
    kind=BOOK,
    authors=("Higgins JPT", "Thomas J", "Chandler J", "Cumpston M", "Li T", "Page MJ", "Welch VA"),
    title="Cochrane Handbook for Systematic Reviews of Interventions, version 6.5",
    year=2024,
    container="Cochrane",
    url="https://www.training.cochrane.org/handbook",
)

_OTHERS = (
    _article(
        "Murad MH, Sultan S, Haffar S, Bazerbachi F",
        2018,
        "Methodological quality and synthesis of case series and case reports",
        "BMJ Evidence-Based Medicine;23;2;60-63",
        "10.1136/bmjebm-2017-110853",
    ),
    _article(
        "Viechtbauer W",
        2005,
        "Bias and efficiency of meta-analytic variance estimators in the random-effects model",
        "Journal of Educational and Behavioral Statistics;30;3;261-293",
        "10.3102/10769986030003261",
    ),
    _article(
        "DerSimonian R, Laird N",
        1986,
        "Meta-analysis in clinical trials",
        "Controlled Clinical Trials;7;3;177-188",
        "10.1016/0197-2456(86)90046-2",
    ),
    _article(
        "Paule RC, Mandel J",
        1982,
        "Consensus values and weighting factors",
        "Journal of Research of the National Bureau of Standards;87;5;377-385",
        "10.6028/jres.087.022",
    ),
    _article(
        "Hartung J, Knapp G",
        2001,
        "A refined method for the meta-analysis of controlled clinical trials with binary outcome",
        f"{SIM};20;24;3875-3889",
        "10.1002/sim.1009",
    ),
    _article(
        "Veroniki AA, Jackson D, Bender R, Kuss O, Langan D, Higgins JPT, et al",
        2019,
        "Methods to calculate uncertainty in the estimated overall effect size from a "
        "random-effects meta-analysis",
        f"{JRSM};10;1;23-43",
        "10.1002/jrsm.1319",
    ),
    _article(
        "Woolf B",
        1955,
        "On estimating the relation between blood group and disease",
        "Annals of Human Genetics;19;4;251-253",
        "10.1111/j.1469-1809.1955.tb01348.x",
    ),
    _article(
        "Parmar MKB, Torri V, Stewart L",
        1998,
        "Extracting summary statistics to perform meta-analyses of the published literature for "
        "survival endpoints",
        f"{SIM};17;24;2815-2834",
        "10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8",
    ),
    _article(
        "Tierney JF, Stewart LA, Ghersi D, Burdett S, Sydes MR",
        2007,
        "Practical methods for incorporating summary time-to-event data into meta-analysis",
        "Trials;8;;16",
        "10.1186/1745-6215-8-16",
    ),
    _article(
        "Hedges LV",
        1981,
        "Distribution theory for Glass's estimator of effect size and related estimators",
        "Journal of Educational Statistics;6;2;107-128",
        "10.3102/10769986006002107",
    ),
    _article(
        "Newcombe RG",
        1998,
        "Interval estimation for the difference between independent proportions: comparison of "
        "eleven methods",
        f"{SIM};17;8;873-890",
        "10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
    ),
)

LITERATURE: Mapping[str, Work] = {
    work.doi.lower(): work
    for work in (
        *(PRISMA, GRADE, GRADE_WORDING, ROB2, ROBINS_I, SAFEGUARD, Q_PROFILE, I_SQUARED, COCHRAN),
        *(SUBGROUPS, FUNNEL, EGGER, BEGG, PRIORS, FEW_STUDIES, MULTIVERSE, INFLUENCE),
        *(CLOPPER_PEARSON, COMMON_DIFFERENCE, SCORE_INTERVAL, MIXED_MODEL),
        *(NUMPY, SCIPY, STATSMODELS, *_OTHERS),
    )
}

_DOI = re.compile(r"\s*,?\s*doi:\s*(\S+?)(?=[;,]?\s|[;,]?$)")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_BETWEEN = re.compile(r" and colleagues| et al\.?|, | and ")


def cited(reference: str, doi: str = "") -> tuple[Work, ...]:
    """The works behind a catalog's reference, e.g. "Parmar 1998, doi:...; Tierney 2007, doi:...".

    Parameters
    ----------
    doi
        Its DOI, where the catalog keeps it apart.
    """
    if doi:
        return (LITERATURE.get(doi.lower()) or _brief(reference, doi),)
    return tuple(_works(reference))


def _works(reference: str) -> Iterator[Work]:
    for part in filter(None, (part.strip() for part in reference.split("; "))):
        found = _DOI.search(part)
        doi = found[1] if found else ""
        words = _DOI.sub("", part).strip(" ,")
        if words.startswith("Cochrane Handbook"):
            yield HANDBOOK
            continue
        yield LITERATURE.get(doi.lower()) or _brief(words, doi)


def _brief(words: str, doi: str) -> Work:
    """A work of which only what the catalog says is known: its title has to be looked up."""
    year = _YEAR.search(words)
    names = words[: year.start()].strip(" (,") if year else words
    if not doi and not year:
        key = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        return Work(key, BOOK, (), words)
    authors = tuple(filter(None, (name.strip() for name in _BETWEEN.split(names))))
    number = int(year[0]) if year else None
    return Work(
        key=key_of(authors[0] if authors else words, number),
        kind=ARTICLE,
        authors=authors,
        title="",
        year=number,
        doi=doi,
        authors_complete=not re.search(r" and colleagues| et al", names),
    )

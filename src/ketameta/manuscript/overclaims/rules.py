"""The rules of `ketameta lint-text`, L01 to L26: what single words and numbers claim too much.

What whole conclusions claim too much, L20 and the next, is in `conclusion_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.manuscript.overclaims.conclusion_rules import CONCLUSION_RULES
from ketameta.manuscript.overclaims.rule import LintRule, words
from ketameta.manuscript.overclaims.wordings import (
    BOUTRON,
    COUNTS,
    DENIAL,
    GRADE_26,
    INTERVAL,
    LED_OPEN,
    OPEN,
    OUTCOME,
    REPORTED,
    SAMPL,
    UNSETTLED,
)

_RULES = (
    LintRule(
        "L01",
        '"significant" as a finding',
        words(r"\b(statistically )?(non-?|in)?significan(t|tly|ce)\b"),
        "Whether P lies below a threshold says neither how large an effect is nor how sure.",
        "Give the estimate with its interval and say what both ends would mean.",
        "Amrhein, Greenland and McShane 2019, doi:10.1038/d41586-019-00857-9",
        near=words(
            r"\b(significan(t|ce) (others?|digits?|figures?|levels?|tests?|testing|thresholds?)|"
            r"(levels?|tests?|testing|threshold|definition) (of|for) (statistical )?significance|"
            r"excess(ive)? significance|(clinical|practical|null hypothesis) significance|(not|"
            r"never|nor|no) (calls?|called|say|says|said|write|writes|written|"
            r"labelled) (\w+ ){0,4}significant)\b"
        ),
    ),
    LintRule(
        "L02",
        "no difference or no effect from a P value",
        words(
            r"\b((no|without( any)?|lack of|absence of) ((statistical(ly)?|significant|clear|real|"
            r"detectable|measurable|overall) )*(differences?|effects?|benefits?|association|impact|"
            r"improvement)( (between|in|on|of|from|for|was|were|is|are|could)\b|[.,;:]|$)|((did|"
            r"does|do) not|didn't|doesn't) (differ|affect|reduce|improve|work|help)\b|((did|does|"
            r"do) not|didn't|doesn't|never) (increase|raise|cause|worsen|"
            r"lead to) (\w+ ){0,3}?(adverse|side effects?|harms?|risks?|blood pressure|"
            r"dissociation|misuse|mania|suicid\w+)|\bma(d|k)e no difference to\b|"
            r"\bfailed to (reduce|improve|prevent|increase|help|lower)|\b(no(t|r)|"
            r"never) (\w+ )?(associated|linked) with (any|an? increase\w*|higher|more)|\b(therapy|"
            r"ketamine|psychotherapy|drug|treatment|it) (adds?|added|does|did) nothing\b|\brul(es?|"
            r"ed|ing) out (any|all) (\w+ )?(benefits?|effects?|differences?|harms?)|\b(is|was|were|"
            r"are) (ineffective|not effective|useless|of no (use|value|benefit))\b|\b(dose|therapy|"
            r"psychotherapy) (is|was) (irrelevant|unimportant))"
        ),
        "That an interval includes no effect does not show that there is none: it also includes "
        "others.",
        "Say what the interval includes, or that the evidence is too sparse to tell.",
        "Altman and Bland 1995, doi:10.1136/bmj.311.7003.485",
        unless=words(
            r"\b(line|value|values|side|hypothesis|null) of no (difference|effect)|whether|"
            r"no effect size|not (mean|show|prove|say|tell|claim|conclude)\w*|never|nor|"
            r"does not follow|is not the same"
            rf"|\bif\b|makes no difference|little or no|equivalence margin|can give|{REPORTED}"
        ),
    ),
    LintRule(
        "L03",
        "equal without a margin",
        words(
            r"\b(equally effective|(just )?as (effective|good|well|safe) as|just as much|(outcomes|"
            r"rates|scores) (\w+ ){0,5}?(was|were|are) identical|equivalent (to|in (efficacy|"
            r"effect))|(comparable|similar|equal|the same|identical) (efficacy|effectiveness)|"
            r"(work(s|ed)?|perform(s|ed)?|fared?) (equally( well)?|identically|just as well|"
            r"the same)|(groups|arms|treatments|drugs|doses) (were|are|did) (\w+ )?(the same|"
            r"identical|alike|indistinguishable)( (at|after|in|for)\b|[.,;]|$)|"
            r"non-?inferior(ity)?)\b"
        ),
        "That two treatments are alike can be shown only against a margin stated beforehand.",
        "Name the margin and the interval, or say that a difference was not found and what the "
        "interval allows.",
        "Piaggio et al. 2012, doi:10.1001/jama.2012.87802",
        unless=words(rf"margin|non-?inferiority (trial|design|test|study)|{OPEN}"),
    ),
    LintRule(
        "L04",
        "a trend towards significance",
        words(
            r"\b(trend(s|ed|ing)? (to|towards?) (a |an |statistical )?(significan\w+|benefit|"
            r"effect|improvement|improved|better|lower|higher|greater|less|fewer|more|reduc\w+|"
            r"favou?r\w*)|(approach|border|verg)(ed|ing|es)? (on )?(statistical )?significance|"
            r"(marginally|borderline|nearly|almost) significan(t|ce)|(failed to|just failed|"
            r"did not quite) reach (statistical )?significance)\b"
        ),
        "A P value that just misses a threshold is not on its way to the other side.",
        "Give the estimate with its interval.",
        "Wood et al. 2014, doi:10.1136/bmj.g2215",
    ),
    LintRule(
        "L05",
        "proof",
        words(
            r"\b(proves?|proved|proven|proof( that| of (efficacy|effect\w*|benefit))|conclusively|"
            r"definitively|undeniabl[ey]|irrefutabl[ey]|indisputabl[ey]|unquestionabl[ey]|"
            r"unequivocal(ly)?|beyond (any |all |reasonable )?(doubt|question|dispute)|(leaves?|is|"
            r"can be) no doubt|without (a |any )doubt|undoubtedly)\b"
        ),
        "A trial or a pooled estimate makes something more or less likely; it proves nothing.",
        "Say what was found and how certain it is.",
        near=words(
            r"\b(proof of (concept|principle)|burden of proof|water-?proof|future-?proof|"
            r"proof of (address|age|identity|purchase|payment|residence)|(to be )?proven wrong|"
            r"prov(e|es|ed|ing) (their|his|her|your|one's)|prov(e|es|ed) (to be )?(very |too |so |"
            r"more )?(difficult|hard|impossible|slow|easy|necessary|unreliable|impractical|wrong|"
            r"unfeasible|infeasible|costly|elusive)|mathematical(ly)? pro(of|ven?))\b"
        ),
        unless=words(rf"{UNSETTLED}|{REPORTED}"),
        before=words(rf"{LED_OPEN}|{OPEN}"),
    ),
    LintRule(
        "L06",
        "a cure",
        words(
            r"\b(cur(e|es|ed|ing|ative) (\w+ ){0,3}?(addiction|alcoholism|dependence|disorder|"
            r"craving|patients|people|them|you)|(a|the) (miracle )?cure\b|(is|was|were|are) cured|"
            r"(eradicat(es?|ed)|eliminat(es?|ed)|eras(es?|ed)|stop(s|ped)|abolish(es|ed)|halts?|"
            r"ends?(?! of)|remov(es?|ed)|breaks?|broke|beats?|conquers?|defeats?|wip(es?|"
            r"ed) out) (\w+ ){0,4}?(addictions?|cravings?|withdrawal|urges?|dependence|alcoholism)|"
            r"(cravings?|urges?|addiction|desire( to \w+)?) (is|are|was|were|has|have|had|"
            r"simply)?( \w+)? ?(gone|vanish(ed|es)?|disappear(ed|s)?)|fre(es?|ed|"
            r"eing) (\w+ ){1,3}?(from|of) (\w+ )?(addiction|alcohol|drugs|cravings?))\b"
        ),
        "Trials count people who were abstinent for a time; none shows a cure.",
        "Say who was abstinent, for how long, and how it was measured.",
        near=words(DENIAL),
        unless=words(rf"{UNSETTLED}|{REPORTED}"),
        before=words(rf"{LED_OPEN}|{OPEN}"),
    ),
    LintRule(
        "L07",
        "safe",
        words(
            r"\b((is|are|was|were|be|being|been|proven|appears?|seems?)( \w+ly| very|"
            r" quite)? safe\b(?! (to|for (the )?(repeat|re-?run)|in (HTML|JSON)))|"
            r"safe and effective|(no|without|free of|zero) (serious )?(side effects|risks\b|"
            r"harms?\b|adverse (events|effects|reactions))|risk-free|harmless|nothing to (fear|"
            r"worry)|free (of|from) (\w+ )?(complications|side effects)|(monitoring|"
            r"supervision) is unnecessary|non-?addictive|(side effects|adverse events|harms) (is|"
            r"are|was|were) (\w+ )?(mild|minimal|minor|negligible|trivial|manageable|transient)|"
            r"(well|excellently)[- ]tolerated|(excellent|good|favou?rable|outstanding|superb|"
            r"perfect|flawless|impeccable|spotless|unblemished|reassuring|benign|proven|"
            r"established|acceptable) (and \w+ )?(safety|tolerability)|(safety|"
            r"tolerability) (\w+ )?(profile|record) (is|was|remains) (\w+ )?(excellent|good|"
            r"favou?rable|reassuring|benign)|(confirm|demonstrat|establish|prov|underlin|show)(s|"
            r"es|e|ed|ing)? (\w+ ){0,2}?(safety|tolerability)|(carries|carried|poses?|posed|"
            r"entails?) no (\w+ )?(risks?|dangers?|harms?)|(no|without) (risk|danger) (of|to)|"
            r"(side effects|harms?|risks?|safety|misuse) (is|are|was|were) (not|never|no) (a |"
            r"an )?(\w+ )?(concerns?|problems?|issues?|worry))\b"
        ),
        "Few people and short follow-up cannot show safety: 0 events among n people still allow "
        "about 3/n.",
        "Give the events with the people and weeks behind them, and the upper limit of the rate.",
        "Hanley and Lippman-Hand 1983, doi:10.1001/jama.1983.03330370053031",
        unless=words(rf"{COUNTS}|{UNSETTLED}|{REPORTED}|upper limit|risk of bias"),
        before=words(rf"{LED_OPEN}|{OPEN}"),
    ),
    LintRule(
        "L08",
        "a cause without a comparison",
        words(
            r"\b(reduc(ed|es|ing)|decreas(ed|es)|improv(ed|es)|lower(ed|s)|increas(ed|es)|"
            r"prevent(ed|s)|led to|leads to|resulted in|results in|caused|causes|because of|due to|"
            r"thanks to|produced|effective)\b"
        ),
        "Without a comparison group nobody knows what would have happened anyway.",
        'Write "was followed by" or "after", and say that there was no control group.',
        "Haber et al. 2018, doi:10.1371/journal.pone.0196346",
        requires=words(
            r"\b(case (series|report)s?|uncontrolled|single[- ]arm|pre-?(/|-| to )?post|"
            r"before[- ]and[- ]after|before[- ]after|chart review|retrospective(ly)?|"
            r"open[- ]label (pilot|series|study without)|no control group|without (a )?(control|"
            r"comparison))\b"
        ),
        unless=words(
            rf"{OPEN}|randomi[sz]ed|was followed by|associat\w+|no conclusion|naming|checklist|tool"
        ),
    ),
    LintRule(
        "L09",
        "a percentage of people without their number",
        words(
            rf"\b\d+(\.\d+)? ?(%|per ?cent)( of)?( (the|our|all|its|"
            rf"those))?( \w+){{0,2}}? (patients|people|participants|clients|users|{OUTCOME})\b"
        ),
        "A percentage without people behind it can be one of three.",
        'Write "13 of 27 (48%)".',
        SAMPL,
        unless=words(
            rf"{COUNTS}|confidence|interval|\bC[Ir]?I\b|weight|power|threshold|prior|heterogeneity|"
            rf"days|credible|coverage|\bI²|\bI2\b|% lost|control risk|cannot|{REPORTED}"
        ),
    ),
    LintRule(
        "L10",
        "an estimate without its interval",
        words(
            r"\b(((odds|risk|hazard|rate) ratio|relative risk|(standardi[sz]ed )?mean difference|"
            r"risk difference|Hedges'? g|Cohen'?s d|(pooled )?effect size)( \([A-Z]{2,3}\))?( (was|"
            r"of|is|were|about|around))*|\b(?-i:OR|RR|HR|MD|SMD|RD)) ?[=:]? ?[-−]?\d+[.·]\d+"
        ),
        "An estimate alone hides how little may be known.",
        "Add the confidence interval, and for pooled effects the prediction interval.",
        "Gardner and Altman 1986, doi:10.1136/bmj.292.6522.746",
        unless=words(
            rf"{INTERVAL}|smallest|worth detecting|threshold|power|would give|needs|assum\w+|"
            rf"{REPORTED}"
        ),
    ),
    LintRule(
        "L11",
        '"up to" as a result',
        words(
            r"\bup to (an? |about |over )?((\d+|one|two|three|four|five|six|twelve|"
            r"\w+teen)[- ]?)?(%|per ?cent|days?|weeks?|months?|years?|times|-?fold|half)(?!\w)"
        ),
        "The most that anybody saw is not what people can expect.",
        "Give the median or the share of people at a stated time, with an interval.",
        BOUTRON,
        requires=words(
            rf"\b({OUTCOME}|effects?|benefits?|last(s|ed|ing)?|relief|reduc\w+|works?)\b"
        ),
        unless=words(
            rf"{OPEN}|follow(ed|-?up)|dos(e|es|ing|age)|mg|infusions?|sessions?|assess\w+|aged|"
            r"during|recruit\w+|enrol\w+|treatment (of|phase|lasted)|randomi[sz]ed"
        ),
    ),
    LintRule(
        "L12",
        "a relative effect without the absolute one",
        words(
            r"\b((\d+(\.\d+)? ?(%|per ?cent)) (less|more|lower|higher|fewer|greater|reduction|"
            r"decrease|increase|drop|improvement)|(halv(es|ed|ing)|doubl(es|ed|ing)|tripl(es|ed|"
            r"ing)|quadrupl(es|ed|ing)) (the |their |your )?(\w+ )?(risk|odds|chances?|rates?|"
            r"likelihood|relapse|drinking|use|abstinence)|(twice|(two|three|four|five|"
            r"\d+(\.\d+)?)([- ]fold| times)) (as|more|less) (likely|often|many))\b"
        ),
        "A relative change sounds large where the risk is small.",
        'Add the absolute change: "from 24 to 53 of 100 people".',
        "Gigerenzer et al. 2007, doi:10.1111/j.1539-6053.2008.00033.x",
        unless=words(
            rf"\b(of|per|out of) 1?[05]00?0?\b|from \d+(\.\d+)? ?%|percentage points?|{COUNTS}|"
            r"weight|than (its|their) own|faster|slower|absolute|compatible with|\binterval|"
            r"halving (and|to|or) (a )?(doubl|tripl)ing"
        ),
    ),
    LintRule(
        "L13",
        '"statistically"',
        words(r"\bstatistically (?!significan|insignifican|non-?significan)\w+"),
        "The word stands for a P value that is not given and does not tell the size.",
        "Give the estimate with its interval and leave the word out.",
        "Amrhein, Greenland and McShane 2019, doi:10.1038/d41586-019-00857-9",
        near=words(r"\bstatistically (independent|minded|speaking|dependent)\b"),
    ),
    LintRule(
        "L14",
        "words of praise",
        words(
            r"\b(breakthrough|game[- ]?chang(er|ing)|revolutioni[sz]\w+|revolutionary|miracle|"
            r"miraculous\w*|unprecedented|dramatic(ally)?|remarkabl[ey]|astonishing(ly)?|"
            r"highly effective|powerful (treatment|therapy|effect|tool against)|(promising|"
            r"encouraging|impressive) (results?|findings?|evidence|data|effects?|outcomes?|"
            r"treatment|therapy)|cutting[- ]edge|ground-?breaking|paradigm[- ]shift\w*|"
            r"life[- ](changing|altering)|transformative|state[- ]of[- ]the[- ]art|world[- ](class|"
            r"leading)|next[- ]generation|(most|more) advanced|pioneering|new era|(magic|"
            r"silver) bullet|wonder drug|(highest|best|unique) success rates?|(is|was|were|"
            r"are) (\w+ )?(impressive|astounding)|(offers?|gives?|brings?) (\w+ )?hope|holy grail|"
            r"beacon of hope|the future of (addiction|psychiatr)\w*|(exciting|innovative|"
            r"novel and \w+) (\w+ ){0,2}?(approach|treatment|therapy|results?|findings?|prospect|"
            r"option)|(new|real|fresh) hope|(highly|very|most|extremely|particularly) promising|"
            r"(huge|enormous|immense|great|tremendous|vast|unique) (potential|promise)|unrivalled|"
            r"unparalleled|unmatched|weapon (against|in)|(war|battle) (on|against) (addiction|"
            r"drugs)|(extraordinary|exceptional|outstanding|striking|spectacular|stunning|"
            r"phenomenal|incredible|amazing|excellent|superb) (\w+ )?(results?|findings?|effects?|"
            r"efficacy|reductions?|improvements?|outcomes?|benefits?|responses?|success|relief|"
            r"decreases?|changes?|drops?|falls?|evidence|data|treatment|therapy))\b"
        ),
        "Praise makes readers expect more than the numbers show.",
        "Leave it out; let the estimate and its interval speak.",
        "Vinkers, Tijdink and Otte 2015, doi:10.1136/bmj.h6467",
        unless=words(
            rf"\b(claim(s|ed)?|never|avoid|not a|nor|so-called|call(s|ed)?|hardly)\b|{REPORTED}"
        ),
    ),
    LintRule(
        "L15",
        "a change from baseline as an effect",
        words(
            r"\b(improv(ed|ement)|reduc(ed|tion)|decreas(ed|e)|declin(ed|e)|fell|dropped|"
            r"lower) (\w+ ){0,6}?(from|compared (with|to)|relative to|over) (the )?baseline\b"
        ),
        "Groups change on their own; only the difference between groups speaks of a treatment.",
        "Compare the groups, or say that there was no other group.",
        "Bland and Altman 2011, doi:10.1186/1745-6215-12-264",
        unless=words(
            rf"{OPEN}|between (the )?groups|control|placebo|versus|than (with|in|after)|comparator|"
            r"no other group|mean change|change score"
        ),
    ),
    LintRule(
        "L16",
        "a P value without an estimate",
        words(r"\b[pP] ?(=|<|>|≤|≥) ?0?[.·]\d+"),
        "P alone says neither how large the effect is nor how sure.",
        "Give the estimate with its interval beside it, or instead.",
        "Wasserstein and Lazar 2016, doi:10.1080/00031305.2016.1154108",
        unless=words(
            rf"{INTERVAL}|heterogene\w+|Cochran|\bQ\b|\bdf\b|Egger|Begg|chi|χ|I²|normality|"
            r"subgroup|baseline|printed|reported as|threshold|cut-?off|GRIM|recomput\w+|"
            rf"p ?-?curve|selection|degrees of freedom|no evidence|{REPORTED}"
        ),
    ),
    LintRule(
        "L17",
        "odds taken for chances",
        words(
            r"\b(\d+([.·]\d+)?|two|three|four|five|twice)( times|-fold)?( as| more| less) likely\b"
        ),
        "An odds ratio is further from 1 than the ratio of chances, the more so where the outcome "
        "is common.",
        "Say odds, or translate them: how many of 100 people with and without.",
        "Davies, Crombie and Tavakoli 1998, doi:10.1136/bmj.316.7136.989",
        requires=words(r"\bodds\b|(?-i:\bOR\b)"),
        unless=words(rf"{OPEN}|not chances|risk ratio"),
    ),
    LintRule(
        "L18",
        "a promise",
        words(
            r"\b(guarantee[sd]?|(always|never fails to) (works?|helps?|succeeds?)|100 ?% (success|"
            r"effective|safe|sober)|(works|worked) for (everyone|everybody|all|anyone)|(every|all|"
            r"each) (single )?(patients?|person|people) (will|can|was|were|is|are) (cured|sober|"
            r"abstinent|helped|better)|(ketamine|treatment|therapy|infusions?|it|they|"
            r"we) will (\w+ )?(help|work|cure|save|stop|end|free|restore|transform|heal|change)|"
            r"you('ll| will) (\w+ )?(feel|wake|notice|regain|leave|lose|love|find)|"
            r"will (\w+ )?(help|benefit|cure|save|heal) (\w+ )?(people|patients|smokers|drinkers|"
            r"users)|(you|patients|people|they|clients|users|drinkers) will (\w+ )?(benefit|"
            r"recover|(stay|remain|be|become|get) (sober|clean|abstinent|free|better|cured)|(stop|"
            r"quit) (drinking|using|smoking)|never (drink|use|relapse))|(drinking|relapses?|"
            r"cravings?|(drug|alcohol|cocaine|heroin|opioid) use) will (fall|stop|end|drop|vanish|"
            r"disappear|cease))\b"
        ),
        "No trial shows what happens to everyone.",
        "Say how many of how many people had the outcome.",
        near=words(DENIAL),
        unless=words(rf"no guarantee|not guarantee\w*|{OPEN}|{COUNTS}|{UNSETTLED}|{REPORTED}"),
    ),
    LintRule(
        "L19",
        "efficacy without certainty",
        words(
            r"\b((ketamine|esketamine|treatment|therapy|psychotherapy|infusions?|KAP|it|they) ((is|"
            r"are|was|were|has been|have been)( \w+ly)? (shown to be |found to be |"
            r"demonstrated to be )?(an? )?(very |most |highly )?(effective|efficacious)\b|(works|"
            r"worked) (for|against|in) (alcohol|opioid|cocaine|addiction|people|patients)))"
        ),
        "How sure an effect is belongs to the statement that there is one.",
        'Say it by certainty: "probably increases", "may increase", "we are very uncertain".',
        GRADE_26,
        unless=words(rf"{OPEN}|probably|certainty|{INTERVAL}"),
    ),
)

LINT_RULES: Mapping[str, LintRule] = {rule.code: rule for rule in (*_RULES, *CONCLUSION_RULES)}
WAIVER_RULE = "L00"
"""The code of what is wrong with a waiver itself."""

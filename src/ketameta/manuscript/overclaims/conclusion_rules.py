"""Rules L20 to L26: conclusions that go further than the trials do."""

from __future__ import annotations

from ketameta.manuscript.overclaims.rule import LintRule, words
from ketameta.manuscript.overclaims.wordings import (
    BOUTRON,
    COUNTS,
    DENIAL,
    GRADE_26,
    INTERVAL,
    LED_OPEN,
    REPORTED,
    SAMPL,
    TREATMENT,
    UNSETTLED,
)

_LED_OPEN = words(LED_OPEN)
_DENIAL = words(DENIAL)
_TOLD = rf"{UNSETTLED}|{REPORTED}"
_MASKING = r"\b(hid(e|es|den)?|(un)?(mask|blind)\w*|guess\w*)\b"
_PEOPLE = r"(people|patients|users|drinkers|smokers|clients|adults|substances?|addictions?)"
_SURROGATE = (
    r"(cravings?|cue[- ]reactivity|reactivity|BDNF|motivation|(neuro)?plasticity|neurogenesis|"
    r"connectivity|scans?|imaging|biomarkers?|brain (activity|changes?)|receptors?|synap\w+|"
    r"glutamate|insight|mood|mystical experiences?)"
)
_PATIENT_OUTCOME = (
    r"(relaps\w+|abstin\w+|sober|sobriety|clean|recover\w*|drink(s|ing)?|remission|use disorders?|"
    r"addiction|(drug|alcohol|cocaine|heroin|opioid) use|effective|works)"
)

_DOES = (
    r"(stops?|prevent(s|ed)?|cause[sd]?|restore[sd]?|resets?|repair(s|ed)?|heal(s|ed)?|rewire[sd]?|"
    r"reverse[sd]?|resolve[sd]?|blocks?|treats|leads? to|led to|results? in|resulted in|brings|"
    r"gives|gave|helps|saves|reduces|lowers|decreases|increases|improves|boosts|relieves|eases|"
    r"halves|cuts|lifts|weakens|delivers|keeps|makes|lets)"
)
_TO_ADDICTION = (
    r"(cravings?|withdrawal|addict\w+|dependence|drink\w*|alcohol|alcoholism|relaps\w+|abstinen\w+|"
    r"sober|sobriety|recovery|remission|clean|brain|heroin|cocaine|opioids?|smoking|(people|"
    r"patients|users|smokers) (to )?(stop|quit|stay|recover|with)|freedom)"
)
"""What ketamine is said to do, and to what."""

CONCLUSION_RULES = (
    LintRule(
        "L20",
        "certainty without a grade",
        words(
            r"\b((strong|compelling|convincing|overwhelming|robust|solid|clear|conclusive|ample|"
            r"(growing|mounting)( body of)?) evidence (that|for|of|in favou?r)|"
            r"evidence [^.;]{0,40}?(is|was|has become|remains) (\w+ )?(strong|compelling|"
            r"convincing|overwhelming|robust|clear)|(clearly|firmly|strongly|convincingly|"
            r"unambiguously) (show|demonstrat|establish|confirm|indicat|support|prov)\w*|"
            r"(demonstrat|establish|confirm|prov)(e|es|s|ed|ing)? (\w+ ){0,3}?(superiority|"
            r"efficacy|effectiveness|benefits?|(therapeutic|clinical) (value|effects?|potential))|"
            r"(well|now|firmly)[- ]established|(certain|clear|established|settled|"
            r"no doubt) that (\w+ )?(ketamine|esketamine|infusions?|treatment|therapy)|(science|"
            r"research|studies|trials|data|evidence|findings|results) (has |have |now |"
            r"all )*(shows?|shown|demonstrate[sd]?|establish(es|ed)?|confirm(s|ed)?|"
            r"make clear) (that )?(ketamine|esketamine|infusions?|treatment|therapy)|(no|nobody|"
            r"who) (\w+ ){0,2}?can (\w+ )?(doubt|question|deny|dispute))\b"
        ),
        "How sure a result is follows from the trials behind it, not from a strong word.",
        'Give the estimate with its interval and grade it: "probably", "may", "very uncertain".',
        GRADE_26,
        unless=words(rf"{_TOLD}|{INTERVAL}|certainty|Bayes factor"),
        near=_DENIAL,
        before=_LED_OPEN,
    ),
    LintRule(
        "L21",
        "better than the comparison, without a number",
        words(
            r"\b(superior(ity)?|outperform(s|ed|ing)?|surpass(es|ed)?|(better|more effective|"
            r"more efficacious|stronger) than (\w+ )?(placebo|midazolam|saline|naltrexone|"
            r"methadone|counselling|therapy|treatments?|medicines?|drugs|(usual|"
            r"standard) care)(?! (does|do|did)))\b"
        ),
        "That one treatment did better says neither by how much nor how sure that is.",
        "Give the difference with its interval.",
        SAMPL,
        unless=words(rf"{_TOLD}|{_MASKING}|{INTERVAL}|certainty|{COUNTS}"),
        near=words(
            rf"{DENIAL}|\b(superiority (trial|design|test|hypothesis|margin)s?|"
            r"superior (frontal|temporal|parietal|colliculus|cerebellar|longitudinal))\b"
        ),
        before=_LED_OPEN,
    ),
    LintRule(
        "L22",
        "an effect as a plain fact",
        words(
            rf"\b(({TREATMENT} (\w+ly |also |now )?|(ketamine|esketamine|"
            rf"infusions?) (\w+ ){{0,3}}?){_DOES} (\w+ ){{0,4}}?{_TO_ADDICTION}|"
            r"caus(e|es|ed|ing) (\w+ )?(abstinence|sobriety|recovery|remission)|(abstinence|"
            r"sobriety|recovery|remission|(change|fall|drop|improvement)s?) (was|were|is|"
            r"are) (\w+ )?(caused|produced|brought about) by|can (\w+ )?(help (people|patients|you|"
            r"them|users|drinkers|to)|end|break|heal|free|save|transform|restore) |(is|are|was|"
            r"were) responsible for|(because of|thanks to|owing to) (the )?(ketamine|esketamine|"
            r"infusions?|drug|therapy))\b"
        ),
        "A trial makes a cause more or less likely, for the people and the time it looked at.",
        'Say what was compared and found, with its interval; then "probably" or "may".',
        "Haber et al. 2018, doi:10.1371/journal.pone.0196346",
        unless=words(rf"{_TOLD}|{INTERVAL}|{COUNTS}|certainty"),
        near=words(rf"{DENIAL}|\b(may|might|could|would|probably|possibly|whether|if|that)\b"),
        before=_LED_OPEN,
    ),
    LintRule(
        "L23",
        "a recommendation",
        words(
            r"\b((ketamine|esketamine|infusions?|treatment|therapy|psychotherapy|KAP|"
            r"it) (\w+ ){0,2}?(should|must|ought to|needs to|deserves to) (now |also |always |"
            r"routinely )?be (\w+ly |made )?(offered|given|prescribed|used|adopted|available|"
            r"included|recommended|covered|reimbursed)|(should|must) (now )?be (\w+ly )?(offered|"
            r"given|prescribed|available) (to|for) (all|every|any|everyone)|(clinicians?|doctors?|"
            r"physicians?|psychiatrists?|services?|guidelines?|clinics?|insurers?|prescribers?|"
            r"hospitals?) (should|must|ought to|need to) (now |also )?(adopt|use|offer|include|"
            r"prescribe|recommend|give|try|choose|cover|pay for|fund|reimburse|introduce|embrace|"
            r"consider) (\w+ )?(ketamine|esketamine|infusions?|it|this)|we (\w+ )?(recommend|"
            r"advocate|endorse|urge) (\w+ ){0,3}?(ketamine|esketamine|infusions?)|(as|is|"
            r"are) (the |a )?first[- ]line (treatment|therapy|option|choice)|"
            r"ready for (\w+ )?(clinical|routine|everyday|widespread|daily) (practice|use|care)|"
            r"(viable|valuable|attractive|useful|good|excellent|suitable) (treatment|"
            r"therapeutic) (option|choice)|be (the|a) first choice|time to (make|offer|"
            r"use) (ketamine|esketamine|it)|(strong|compelling|clear|good) case for (\w+ing|"
            r"ketamine)|ready for (prime time|the clinic)|(support|justif|warrant)(s|y|ies|"
            r"ed)? (the |its )?(\w+ )?(routine|widespread|wider|clinical|immediate|broad) (use|"
            r"adoption|implementation|introduction)|(becom(e|es|ing) the|"
            r"the new) standard of care)\b"
        ),
        "Whether to use a treatment also depends on harms, costs, other treatments and what people "
        "want.",
        "Say what the trials found and how certain it is; leave advice to a guideline panel.",
        "Guyatt et al. 2008 (GRADE), doi:10.1136/bmj.39493.646875.AE",
        unless=words(rf"{_TOLD}|only (in|within|as part of) (\w+ )?(trials?|research|stud(y|ies))"),
        near=_DENIAL,
        before=words(
            rf"{LED_OPEN}|\b(needed|required|before|until|unless|other|naltrexone|methadone|"
            rf"buprenorphine|"
            r"acamprosate)\b"
        ),
    ),
    LintRule(
        "L24",
        "everyone, from the few who were studied",
        words(
            r"\b((everyone|everybody|anyone|anybody|all|any|every|each) (\w+ ){0,7}?(will|"
            r"can) (\w+ )?(benefit|respond|recover|improve|succeed|expect|profit|be helped)|"
            rf"(works?|helps?|benefits?|applies|apply|effective|relief|successful|results hold|"
            rf"effects? holds?|findings hold) (\w+ ){{0,2}}?((to|for|in|across|of) (all|every|any|"
            rf"each) (\w+ )?(of )?({_PEOPLE}|dependence|ages?|backgrounds?)|"
            r"(regardless|irrespective) of|no matter)|"
            rf"{_PEOPLE} (with|of) (any|every|all) (\w+ )?(addictions?|substances?|ages?|"
            r"backgrounds?|kinds?)( \w+)? (will|can|benefits?|respond)|(in )?(mice|rats|rodents|"
            r"animals|monkeys) (\w+ ){0,2}?(show|prove|demonstrate|confirm|mean|establish)(s|es|"
            r"ed)? (that )?(\w+ )?(will|works|helps|can)|whatever (you|your|the|"
            r"they) (\w+ ){0,3}?(addict|drug|substance)\w*|young and old|universal(ly)? (effective|"
            r"applicable|works?))\b"
        ),
        "Trials include few kinds of people; what they found need not hold for others.",
        "Say who took part, and who was left out.",
        "Rothwell 2005, doi:10.1016/S0140-6736(04)17670-8",
        unless=words(_TOLD),
        near=_DENIAL,
        before=_LED_OPEN,
    ),
    LintRule(
        "L25",
        "an outcome that was not measured, from one that was",
        words(
            rf"\b({_SURROGATE}\b[^.;:]{{0,50}}?\b(shows?|showed|means?|meant|confirm(s|ed)?|"
            r"demonstrate[sd]?|leads? to|led to|establish(es|ed)?|explain(s|ed)?|prove[sd]?|"
            r"ensures?|guarantees?|"
            rf"translate[sd]? (in)?to)\b[^.;:]{{0,50}}?\b{_PATIENT_OUTCOME}|(since|as|"
            rf"because) (\w+ ){{0,3}}?{_SURROGATE} [^.;:]{{1,40}}, [^.;:]{{0,40}}?\b(will|"
            rf"must)\b[^.;:]{{0,30}}?)(?!\w)"
        ),
        "A change in craving, in motivation or in the brain need not change what people do.",
        "Say what was measured, and that abstinence or use was not.",
        "Fleming and DeMets 1996, doi:10.7326/0003-4819-125-7-199610010-00011",
        unless=words(
            rf"{_TOLD}|surrogate|\b(may|might|could|not|correlat\w+|whether|both|separately)\b|"
            rf"{INTERVAL}|{COUNTS}"
        ),
        near=_DENIAL,
        before=_LED_OPEN,
    ),
    LintRule(
        "L26",
        "a time nobody has watched",
        words(
            r"\b((long-?lasting|permanent|lifelong|enduring|instant) (\w+ )?(sobriety|abstinence|"
            r"recovery|relief|benefits?|remission|freedom|effects?|improvements?|results?|"
            r"reductions?|cure)|immediate (relief|sobriety|abstinence)|lasting (sobriety|"
            r"abstinence|recovery|relief|freedom|benefits?|change|effects?|improvements?|"
            r"reductions?|falls?)|(gives?|gave|brings?|brought|produce[sd]?|provide[sd]?|"
            r"achieve[sd]?|delivers?|offers?|ensures?) (\w+ )?(long-term|sustained|"
            r"durable) (abstinence|sobriety|recovery|remission|relief|benefits?|effects?)|"
            r"(effects?|benefits?|results?|relief|changes?|sobriety|abstinence|improvements?|"
            r"it) (\w+ )?(is|are|was|were|last(s|ed)?|endure[sd]?|persist(s|ed)?|remain(s|ed)?|"
            r"h[eo]lds?|continue[sd]?) (\w+ )?(permanent|instant|immediate|forever|indefinitely|"
            r"for (good|ever|life|(\w+ )?(months|years)))|(gone|clean|sober|stopped|free|away|"
            r"quit) (for (good|ever|life)|forever|overnight|at once)|once and for all|(sobriety|"
            r"relief|results|abstinence|recovery|benefits) that lasts?|(works?|worked|acts?|helps?|"
            r"helped|relieves?|takes? effect) (\w+ )?(immediately|instantly|at once|overnight|"
            r"for (years|life|good))|(one|a single|two|three) (infusions?|sessions?|doses?|"
            r"treatments?|injections?) ((is|are|was|were|will be) (\w+ )?(enough|sufficient|all)|"
            r"suffice[sd]?)|is all it takes)\b"
        ),
        "How long an effect lasts is known only as far as people were followed.",
        "Say at which time it was measured, in how many of the people who began.",
        BOUTRON,
        unless=words(rf"{_TOLD}|{_MASKING}|{INTERVAL}|{COUNTS}"),
        near=_DENIAL,
        before=_LED_OPEN,
    ),
)

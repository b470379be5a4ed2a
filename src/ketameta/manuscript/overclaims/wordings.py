"""Wordings that several rules share, and literature that several cite."""

from __future__ import annotations

BOUTRON = "Boutron et al. 2010, doi:10.1001/jama.2010.651"
SAMPL = "Lang and Altman 2015 (SAMPL), doi:10.1016/j.ijnurstu.2014.09.006"
GRADE_26 = "Santesso et al. 2020 (GRADE guidelines 26), doi:10.1016/j.jclinepi.2019.10.014"

OPEN = (
    r"\b(whether|if|may|might|could|would|should|unclear|uncertain|unknown|question|cannot|"
    r"can ?not|can't|don't|doesn't|does not|did not|do not|is not|are not|was not|were not|isn't|"
    r"never|nor|neither|hypothes\w+|aim(s|ed)? to|assess\w*|evaluat\w+|investigat\w+|claim(s|ed)?|"
    r"without evidence|no evidence|against|avoid)\b"
)
"""Words that make a sentence a question, a denial or a plan rather than a claim."""
INTERVAL = (
    r"\bC[Ir]?I\b|credible|confidence|\binterval|\bto [-−<>]? ?\d|"
    r"[\[(][-−]?\d[\d.,·%]*\s?[,;–-]\s?[-−]?\d|±|\bSE\b|\bSD\b|standard (error|deviation)"
)
COUNTS = (
    r"\bn ?= ?\d|\d+ ?/ ?\d+|\d+ (out )?of (the )?\d+|\bof \d+\b|\(n\b|\b\d+ (people|participants|"
    r"patients)\b"
)
REPORTED = (
    r"\b(?<!our\s)(abstracts?|reviews?|papers?|registe?r|registry|(web)?site|page|articles?|"
    r"authors?|company|companies|clinics?|press releases?|advertisements?|headlines?|preprints?|"
    r"journals?|editorials?|letters?|leaflets?)('s)?\b[^.]{0,60}\b(gives?|gave|reports?|reported|"
    r"says?|said|lists?|speaks?|prints?|printed|asks?|found|names?|claim(s|ed)?|quotes?|call(s|"
    r"ed)?|conclude[sd]?|state[sd]?|describe[sd]?|promise[sd]?|advertise[sd]?|writes?|wrote)\b|"
    r"\baccording to\b|\bin the words of\b"
)
"""Words that make a sentence a report of what another document says."""
OUTCOME = (
    r"abstinen\w+|sober|sobriety|relapse\w*|remission|remitted|drink(ing)?|use|craving\w*|"
    r"respon(ded|se|ders?)|recover(ed|y)|success|improve[ds]?|quit|clean|better|cured"
)
UNSETTLED = (
    r"\b(not|cannot|never)( \w+){0,2} (known|shown|concluded|claimed|said|say|inferred|follows?|"
    r"proven|settled|established|answered|clear|means?|studied|measured|assessed|tested|reported|"
    r"examined|eligible)\b|\bneed not\b|\b(unknown|unclear|uncertain\w*)\b|\?$"
)
"""Words anywhere in a sentence by which it leaves open what it speaks of."""
LED_OPEN = (
    r"\b(whether|if|how|may|might|could|would|probably|possibly|perhaps|likely|suggest(s|ed|ing)?|"
    r"appears?|seem(s|ed)?|hop(e|es|ed)|believ\w+|aim(s|ed)?|objective|hypothes\w+|ask(s|ed)?|"
    r"design(ed)? to|power(ed)? to|defin(ed|es|ition)|prespecified|planned|to (test|see|find out)|"
    r"remains? to be|question|investigat\w+|assess\w*|evaluat\w+|examin\w+|claim(s|ed)?|not|cannot|"
    r"can't|don't|doesn't|didn't|isn't|wasn't|weren't|never|nor|neither|none|nothing|nobody|few|"
    r"little|hardly|scarcely|insufficient|against|avoid|too (early|few|sparse)|(no|"
    r"without) (\w+ ){0,2}?(evidence|data|trials?|stud(y|ies)|conclusions?|reasons?|proof|"
    r"information|guarantee))\b|\b(no|without|any) (\w+ )?$"
)
"""Words that, before a claim in its clause, make it a question, a plan, a guess or a denial."""
TREATMENT = (
    r"(ketamine|esketamine|infusions?|injections?|treatments?|therap(y|ies)|psychotherapy|KAP|drug|"
    r"medicine|doses?|sessions?|it|this|which|that|they)"
)
DENIAL = r"\b(not|never|cannot|hardly|rarely|seldom|few|neither|only if)\b"
"""Words within a claim that turn it round."""

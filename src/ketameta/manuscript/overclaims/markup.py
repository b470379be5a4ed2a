"""What in a text is markup rather than prose: masked by spaces, every place staying where it is."""

from __future__ import annotations

import re

from ketameta.manuscript.overclaims.hidden_elements import hidden_elements

_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FENCE = re.compile(
    r"^([ \t]*)(`{3,}|~{3,}).*?(?:^[ \t]*\2[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_TICKS = re.compile(r"`+")
_LINK = re.compile(r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(r"(?:https?://|doi:)\S+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_BLOCK_TAG = re.compile(
    r"</?(?:p|li|t[drh]|h[1-6]|div|d[dt]|section|caption|figcaption|summary|title|ul|ol|table)\b"
    r"[^<>]*>",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TEX_HIDDEN = re.compile(
    r"\\begin\{(verbatim|lstlisting|equation\*?|align\*?|thebibliography|tikzpicture)\}.*?"
    r"\\end\{\1\}|\\(?:cite[a-z]*|ref|label|url|href|input|include|bibliography|usepackage|"
    r"documentclass)\*?(?:\[[^\]]*\])*\{[^{}]*\}",
    re.DOTALL,
)
_TEX_COMMENT = re.compile(r"(?<!\\)%.*")
_TEX_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}$~]")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|quot);")
_SIGNS = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "'"}
_REFERENCES = re.compile(
    r"^#{1,6}[ \t]+(?:references|bibliography|literature cited)[ \t]*#*[ \t]*\n.*?"
    r"(?=^#{1,6}[ \t]|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
_QUOTATION = re.compile(
    r"“[^“”]{1,300}”|(?<![\w\"])\"[^\"\n]{1,300}\"(?!\w)|‘[^‘’\n]{1,200}’(?!\w)"
)


def masked(pattern: re.Pattern[str], text: str) -> str:
    """The text with every match as spaces; line feeds stay."""
    return pattern.sub(lambda match: blank(match[0]), text)


def blank(text: str) -> str:
    """As many spaces; line feeds stay."""
    return re.sub(r"[^\n]", " ", text)


def plain(text: str) -> str:
    """Text without markup: addresses and lines that are comments are no prose."""
    return masked(re.compile(r"^[ \t]*(?:#|//).*$", re.MULTILINE), masked(_ADDRESS, text))


def markdown(text: str) -> str:
    """Markdown without code, addresses, HTML, front matter and lists of references."""
    for pattern in (_FRONT, _FENCE, _COMMENT):
        text = masked(pattern, text)
    text = _without_code(text)
    for pattern in (_REFERENCES, _LINK, _ADDRESS):
        text = masked(pattern, text)
    text = masked(_TAG, _without_hidden(text))
    text = _ENTITY.sub(_sign, text)
    return re.sub(r"[*_]{1,3}(?=\w)|(?<=\w)[*_]{2,3}|(?<=[\w.])\*(?!\w)", _same_length, text)


def _without_code(text: str) -> str:
    """Without what stands between two equally long runs of backticks of one paragraph."""
    parts = re.split(r"(\n[ \t]*\n)", text)
    return "".join(_without_spans(part) if "`" in part else part for part in parts)


def _without_spans(text: str) -> str:
    last = {len(run[0]): run.start() for run in _TICKS.finditer(text)}
    kept, place, opened = [], 0, None
    for run in _TICKS.finditer(text):
        if opened is None and last[len(run[0])] > run.start():
            opened = run
        elif opened is not None and len(run[0]) == len(opened[0]):
            kept += [text[place : opened.start()], blank(text[opened.start() : run.end()])]
            place, opened = run.end(), None
    return "".join([*kept, text[place:]])


def html(text: str) -> str:
    """HTML, or a template of it, without tags, code, comments, expressions and words of others.

    Tags of blocks end a sentence.
    """
    for pattern in (_TEMPLATE, _COMMENT):
        text = masked(pattern, text)
    text = _without_hidden(text)
    text = _BLOCK_TAG.sub(lambda tag: "\n\n".ljust(len(tag[0])), text)
    for pattern in (_TAG, _ADDRESS):
        text = masked(pattern, text)
    return _ENTITY.sub(_sign, text)


def _without_hidden(text: str) -> str:
    kept, place = [], 0
    for start, end in hidden_elements(text):
        kept += [text[place:start], blank(text[start:end])]
        place = end
    return "".join([*kept, text[place:]])


def tex(text: str) -> str:
    """LaTeX without comments, commands, code and citations."""
    text = re.sub(r"\\%", " %", text)
    for pattern in (_TEX_COMMENT, _TEX_HIDDEN, _TEX_COMMAND, _ADDRESS):
        text = masked(pattern, text)
    return text


def quotations(text: str) -> str:
    """Without what stands in quotation marks: those are the words of others."""
    return masked(_QUOTATION, text)


def _sign(entity: re.Match[str]) -> str:
    return _SIGNS.get(entity[0], " ").ljust(len(entity[0]))


def _same_length(match: re.Match[str]) -> str:
    return " " * len(match[0])

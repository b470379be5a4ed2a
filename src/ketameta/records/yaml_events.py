"""YAML text as a stream of events: by libyaml, and where that objects or is absent by ruamel.

ruamel's parser in Python is fifteen times slower, follows YAML 1.2 more closely, and words its
errors better, so it has the last word on every text that libyaml refuses, and sees every text with
something that libyaml alone lets pass. What is accepted, and every message, is therefore the same
however PyYAML was built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from yaml import YAMLError
from yaml.error import MarkedYAMLError

CParser: Any
try:
    CParser = import_module("yaml.cyaml").CParser
except ImportError:  # PyYAML without libyaml
    CParser = None

_LENIENT = re.compile(r"\t|[|>][-+0-9]{0,2}#|[\[{,]\s*\?\s|(?m:^\.\.\.)")
"""What libyaml lets pass and ruamel does not: tabs between words, `|#` for `| #`, and `...` twice;
and keys with a question mark within brackets, which the two place apart where nothing follows."""

_LONG = 200_000
"""Characters from which on ruamel would take seconds to say better what is wrong."""
MOST_NESTED = 600
"""Levels from which on no parser reads on: the time of both grows with the square of the depth."""

Events = Callable[[str], Iterator[Any]]


class BrokenYamlError(ValueError):
    """What is wrong with a text, and the line and column counted from 1."""

    def __init__(self, words: str, line: int, column: int) -> None:
        super().__init__(words)
        self.words, self.line, self.column = words, line, column


def parsers(text: str) -> tuple[Events, ...]:
    """The parsers to try on a text; the last one decides."""
    quick = CParser is not None and not _LENIENT.search(text)
    if quick and len(text) > _LONG:
        return (_by_libyaml,)
    return (_by_libyaml, _by_ruamel) if quick else (_by_ruamel,)


def _by_libyaml(text: str) -> Iterator[Any]:
    try:
        parser = CParser(text)
        while (event := parser.get_event()) is not None:
            yield event
    except MarkedYAMLError as error:
        raise _broken(error) from None
    except (YAMLError, ValueError) as error:
        raise BrokenYamlError(str(error).partition("\n")[0], 1, 1) from None


def _by_ruamel(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError as MarkedRuamelError
    from ruamel.yaml.error import YAMLError as RuamelError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedRuamelError as error:
        raise _broken(error) from None
    except (RuamelError, ValueError, RecursionError) as error:
        words = str(error).partition("\n")[0] or "too deep"
        raise BrokenYamlError(words, 1, 1) from None


def _broken(error: Any) -> BrokenYamlError:
    """The error of either parser, which have the same fields."""
    mark = error.problem_mark or error.context_mark
    words = error.problem or error.context or "cannot be parsed"
    return BrokenYamlError(words, *((mark.line + 1, mark.column + 1) if mark else (1, 1)))

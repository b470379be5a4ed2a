"""Moderators by formula: factors, interactions, polynomials and splines."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.design_matrix import INTERCEPT, DesignMatrix

if TYPE_CHECKING:
    import pandas as pd

# A formula may come with somebody else's data: it may call these and nothing else.
FUNCTIONS = frozenset(
    [
        "C",
        "I",
        "Q",
        "bs",
        "cc",
        "cr",
        "cs",
        "poly",
        "center",
        "scale",
        "standardize",
        "lag",
        "hashed",
        "factor",
        "log",
        "log2",
        "log10",
        "exp",
        "exp2",
        "exp10",
        "abs",
        "contr.treatment",
        "contr.sum",
        "contr.helmert",
        "contr.diff",
        "contr.poly",
        "contr.SAS",
        "np.abs",
        "np.clip",
        "np.cos",
        "np.exp",
        "np.log",
        "np.log1p",
        "np.log2",
        "np.log10",
        "np.maximum",
        "np.minimum",
        "np.power",
        "np.sign",
        "np.sin",
        "np.sqrt",
        "np.square",
        "np.where",
    ]
)
QUOTED = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"")
SPELLINGS: Mapping[str, str] = {
    r"(?<![\w.])(as\.)?factor\s*\(": "C(",
    r"(?<![\w.])sqrt\s*\(": "np.sqrt(",
    r"(?<![\w.])Treatment\s*\(\s*(reference\s*=)?": "contr.treatment(",
    r"(?<![\w.])Sum\b(?=\s*[,)])": "contr.sum",
    r"\^": "**",
}
"""R's and patsy's way to write something, and formulaic's."""
CALL = re.compile(r"([A-Za-z_][\w.]*)\s*\(|[\])}]\s*(\.\s*\w*|\()")


def design_from_formula(formula: str, data: Mapping[str, Any] | pd.DataFrame) -> DesignMatrix:
    """Design matrix of a formula such as `~ year + C(allocation)`.

    Formulas are those of formulaic: `C(x)` or `factor(x)` for groups, where
    `C(x, contr.treatment("b"))` sets the reference group; `a * b` and `a:b` for interactions;
    `bs(x, df=4)`, `cr(x, df=4)` and `poly(x, 2)` for curves; `0 +` for no intercept; functions
    such as `log(x)`. R's and patsy's spellings `as.factor(x)`, `I(x^2)`, `sqrt(x)` and
    `C(x, Treatment("b"))` are understood. New data are coded as the original data were: same
    reference groups, knots and centres.

    Parameters
    ----------
    formula
        The right side; a leading ~ may be left out.
    data
        One column per variable, one row per study: a data frame or a mapping of sequences.

    Raises
    ------
    UsageError
        If the formula cannot be read, has a left side or more than one part.
    DataError
        If a variable is unknown or missing for a study, or cannot be evaluated.

    References
    ----------
    Wilkinson GN, Rogers CE. J R Stat Soc C 1973;22:392-399. doi:10.2307/2346786.
    metafor: `rma(yi, vi, mods = ~ year + factor(allocation))`.
    """
    text = formula.strip()
    left, tilde, right = text.partition("~")
    if tilde and left.strip():
        raise UsageError(
            f"formula: {formula!r} has a left side. The estimates are given already; write "
            f"'~{right}'."
        )
    text = _as_formulaic(f"~ {(right if tilde else text).strip() or '1'}")
    _check_calls(text)
    matrix = _model_matrix(text, _frame(data, "moderators"))
    spec = matrix.model_spec
    names = tuple(str(name) for name in spec.column_names)
    terms = tuple(
        (INTERCEPT if str(term) == "1" else str(term), tuple(range(len(names))[part]))
        for term, part in spec.term_slices.items()
    )

    def rows(new: Any) -> FloatArray:
        return _rows(spec, _frame(new, "new data"))

    return DesignMatrix(names, np.asarray(matrix, dtype=np.float64), terms, text, rows)


def _as_formulaic(formula: str) -> str:
    """The formula with R's and patsy's spellings replaced, outside quotation marks."""
    parts = re.split(f"({QUOTED.pattern})", formula)
    for i in range(0, len(parts), 2):
        for spelling, ours in SPELLINGS.items():
            parts[i] = re.sub(spelling, ours, parts[i])
    return "".join(parts)


def _check_calls(formula: str) -> None:
    bare = QUOTED.sub("0", formula)
    for call in CALL.finditer(bare):
        if call.group(1) not in FUNCTIONS:
            raise UsageError(
                f"formula: {formula!r} calls {call.group(0)!r}. Functions allowed are "
                f"{', '.join(sorted(FUNCTIONS))}."
            )
    if "__" in bare or "lambda" in bare:
        raise UsageError(f"formula: {formula!r} holds program code. Write terms and functions.")


def _model_matrix(formula: str, frame: pd.DataFrame) -> Any:
    from formulaic import Formula, ModelMatrix
    from formulaic.errors import FormulaicError, FormulaParsingError

    try:
        parsed = Formula(formula)
        _check_complete(parsed.required_variables, frame, "moderators")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            matrix = parsed.get_model_matrix(frame, context={}, na_action="ignore")
    except (FormulaParsingError, SyntaxError):
        raise UsageError(
            f"formula: {formula.strip(' ~')!r} cannot be read: an operator lacks what it joins, "
            "or a bracket its other half. Write for example year + C(drug)."
        ) from None
    except (FormulaicError, ArithmeticError, TypeError, ValueError, Warning) as error:
        raise DataError(
            f"formula: {formula!r} cannot be evaluated: {_first_line(error)}."
        ) from None
    if not isinstance(matrix, ModelMatrix):
        raise UsageError(f"formula: {formula!r} has several parts. Write one right side.")
    if matrix.shape[1] == 0:
        raise UsageError(f"formula: {formula!r} has no columns. Name a moderator or use '~ 1'.")
    return matrix


def _rows(spec: Any, frame: pd.DataFrame) -> FloatArray:
    from formulaic.errors import FormulaicError

    _check_complete(spec.required_variables, frame, "new data")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            matrix = spec.get_model_matrix(frame, context={}, na_action="ignore")
    except (FormulaicError, ArithmeticError, TypeError, ValueError, Warning) as error:
        raise DataError(f"new data: {_first_line(error)}.") from None
    return np.asarray(matrix, dtype=np.float64)


def _frame(data: Any, where: str) -> pd.DataFrame:
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data.reset_index(drop=True)
    try:
        return pd.DataFrame({name: list(np.atleast_1d(column)) for name, column in data.items()})
    except (AttributeError, TypeError, ValueError):
        raise DataError(
            f"{where}: give one sequence of equal length per variable, or a data frame."
        ) from None


def _check_complete(names: Any, frame: pd.DataFrame, where: str) -> None:
    for name in sorted(names):
        if name not in frame.columns:
            raise DataError(
                f"{where}: there is no column {name!r}. Known are "
                f"{', '.join(str(column) for column in frame.columns) or 'none'}."
            )
        missing = np.flatnonzero(frame[name].isna().to_numpy())
        if missing.size:
            rows = ", ".join(str(row + 1) for row in missing[:10])
            raise DataError(
                f"{where}: column {name!r} is missing in row {rows}"
                f"{' and others' if missing.size > 10 else ''}. Leave these studies out and say "
                "why, or leave the moderator out."
            )


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0].rstrip(". ") if text else type(error).__name__

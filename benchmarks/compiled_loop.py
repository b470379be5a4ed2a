"""`reml_loop.c`, compiled into a temporary directory: how fast the machine could be."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).with_name("reml_loop.c")
FLAGS = [
    "-O3",
    "-march=native",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-signed-zeros",
    "-fassociative-math",
    "-shared",
    "-fPIC",
]
Array = NDArray[np.float64]


class CompiledLoop:
    """The loops of `reml_loop.c`; each returns rows tau2, mean, HKSJ and plain standard error."""

    def __init__(self) -> None:
        compiler = shutil.which(os.environ.get("CC", "cc"))
        if compiler is None:
            raise FileNotFoundError("no C compiler")
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "reml_loop.so"
            subprocess.run([compiler, *FLAGS, SOURCE, "-o", library, "-lm"], check=True)
            self._c = ctypes.CDLL(str(library))

    def fits(self, y: Array, v: Array) -> Array:
        """Each row of y and v, shape (n, k)."""
        out = np.empty((4, y.shape[0]))
        self._c.fits(ctypes.c_long(y.shape[0]), y.shape[1], _at(y), _at(v), _at(out))
        return out

    def subsets(self, y: Array, v: Array) -> Array:
        """All subsets but the empty one, in binary order."""
        return self._over("subsets", y, v, 2**y.size - 1)

    def leave_one_out(self, y: Array, v: Array) -> Array:
        """Without each study in turn."""
        return self._over("leave_one_out", y, v, y.size)

    def sign_changes(self, y: Array, v: Array) -> Array:
        """All changes of sign but those of the last study."""
        return self._over("sign_changes", y, v, 2 ** (y.size - 1))

    def _over(self, name: str, y: Array, v: Array, count: int) -> Array:
        out = np.empty((4, count))
        getattr(self._c, name)(y.size, _at(y), _at(v), _at(out))
        return out


def _at(array: Array) -> ctypes.c_void_p:
    assert array.flags.c_contiguous
    assert array.dtype == np.float64
    return array.ctypes.data_as(ctypes.c_void_p)

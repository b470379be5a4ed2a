"""What made a report: versions of the software and hashes of the files that were read."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

PACKAGES = ("ketameta", "numpy", "scipy", "statsmodels")
"""What numbers depend on; statsmodels computes information sizes and adjusted differences."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Software versions by name, and the files read with their SHA-256."""

    versions: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]
    digest: str

    @property
    def short(self) -> str:
        """The first digits of the hash of all files."""
        return self.digest[:12]


def software_versions() -> tuple[tuple[str, str], ...]:
    """Versions of what the numbers depend on."""
    return (*((name, version(name)) for name in PACKAGES), ("Python", platform.python_version()))


def ketameta_version() -> str:
    """The version of this package."""
    return version("ketameta")

"""The networks of the Bayesian Network Repository, from the files of the installed pgmpy package.

The package is never imported: it is a box of .bif.gz files (pgmpy/utils/example_models).
"""

from __future__ import annotations

import gzip
import importlib.util
from functools import cache
from pathlib import Path


def network_names() -> list[str]:
    """Names such as "alarm", in alphabetical order."""
    return sorted(path.name.removesuffix(".bif.gz") for path in _folder().glob("*.bif.gz"))


@cache
def network_text(name: str) -> str:
    """The BIF text of a network."""
    return gzip.decompress((_folder() / f"{name}.bif.gz").read_bytes()).decode("utf-8")


def _folder() -> Path:
    spec = importlib.util.find_spec("pgmpy")
    for place in spec.submodule_search_locations or () if spec else ():
        folder = Path(place) / "utils" / "example_models"
        if any(folder.glob("*.bif.gz")):
            return folder
    raise FileNotFoundError("the example networks are missing: pip install --no-deps pgmpy")

"""Foreign file formats: text in, a model out, and back. One file per format, one line in the table here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mbml_core.formats import bif, uai, uai_evidence
from mbml_core.formats.losses import losses
from mbml_core.formats.text import decode_text
from mbml_core.model import FactorGraph

__all__ = ["FORMATS", "Format", "bif", "decode_text", "losses", "uai", "uai_evidence"]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format for whole models.

    Attributes:
        suffix: of its files, with the dot, in lower case.
        read: decoded text → graph; raises InvalidModel with line and column.
        write: graph → text; raises InvalidModel where the format would change the model's meaning.
    """

    suffix: str
    read: Callable[[str], FactorGraph]
    write: Callable[[FactorGraph], str]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        format.suffix: format
        for format in (
            Format(".bif", bif.read, bif.write),
            Format(".uai", uai.read, uai.write),
        )
    }
)
"""Formats by suffix."""

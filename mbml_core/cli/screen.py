"""What the terminal can show."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TextIO

WIDTHS = (48, 110)
"""Narrower, bars say nothing; wider, the eye loses the line."""

_BLOCKS = "█▏▎▍▌▋▊▉…●←≈−±"
"""Everything beyond ASCII that the command itself prints."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The page that text output is laid out for.

    Attributes:
        width: columns to use.
        is_unicode: whether block characters can be shown; ASCII otherwise.
    """

    width: int = 80
    is_unicode: bool = True

    @classmethod
    def of(cls, stream: TextIO, *, ascii_only: bool) -> Screen:
        """The screen behind a stream; 80 columns where it is no terminal, so that files do not vary."""
        columns = shutil.get_terminal_size().columns if stream.isatty() else 80
        least, most = WIDTHS
        return cls(min(max(columns, least), most), not ascii_only and _can_encode(stream))

    @property
    def roughly(self) -> str:
        """What stands before a number that is not exact."""
        return "≈" if self.is_unicode else "~"

    @property
    def plus_minus(self) -> str:
        """What stands between a mean and its standard deviation."""
        return "±" if self.is_unicode else "+-"

    @property
    def ellipsis(self) -> str:
        """What stands for the cut-off rest of a name."""
        return "…" if self.is_unicode else "~"


def _can_encode(stream: TextIO) -> bool:
    try:
        _BLOCKS.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write(stream: TextIO, text: str) -> None:
    """Write text; characters that the stream cannot encode, such as half a surrogate pair, become escapes."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

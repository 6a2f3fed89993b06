"""The mbml command. One module per subcommand; here is what they share: arguments in, exit code out.

Subcommands are imported when they run, so that `mbml --help` is there at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mbml_core.cli.arguments import parse
from mbml_core.cli.failures import INTERRUPTED, READER_GONE, UsageError, report
from mbml_core.errors import MbmlError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: those of the process) and return its exit code.

    0 fine, 2 usage (also an observation that was typed wrongly), 3 a file has problems, 4 impossible evidence,
    5 over the memory or time budget; as in a shell, 130 after Ctrl-C and 141 when the reader of the output went.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        code = _run(given)
        sys.stdout.flush()  # so that a closed pipe is noticed here and not at exit
        return code
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return READER_GONE


def _run(given: list[str]) -> int:
    subject = ""
    try:
        arguments = parse(given)
        subject = getattr(arguments, "file", None) or ""
        return int(arguments.run(arguments))
    except SystemExit as exit:  # argparse printed the help or the version
        return int(exit.code or 0)
    except (UsageError, MbmlError) as error:
        return report(error, subject, as_json="--json" in given)


def _discard_output() -> None:
    """Let the interpreter flush what is left into nothing instead of into the closed pipe."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # a stand-in without a file behind it
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)

"""`mbml convert`: a model in another format, and what that format cannot hold."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mbml_core.cli.failures import FINE, UsageError, problem_lines
from mbml_core.cli.screen import write
from mbml_core.files import JSON, load_document, save, suffix_of
from mbml_core.wording import visible


def run(arguments: argparse.Namespace) -> int:
    """Read, write and tell what was lost; the exit code."""
    source, target = Path(arguments.file), Path(arguments.target)
    suffix = suffix_of(target)
    document = load_document(source)
    if suffix != JSON and os.path.realpath(source) == os.path.realpath(target):
        raise UsageError(
            f"IN and OUT are the same file, and {suffix} does not hold everything that may stand in it; "
            "name another OUT"
        )
    try:
        lost = save(document, target)
    except OSError as error:
        raise UsageError(f"'{target}' cannot be written: {(error.strerror or str(error)).lower()}") from None
    name = visible(str(target))
    if lost:
        write(sys.stderr, "\n".join([f"{name} does not hold everything:", *problem_lines(lost)]) + "\n")
    write(sys.stdout, f"wrote {name}\n")
    return FINE

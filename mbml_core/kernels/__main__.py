"""`python -m mbml_core.kernels` compiles the kernels ahead: for an image, or for a lecture."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from mbml_core.kernels.loading import ENTRY_POINTS_MODULE, entry_points

POLITE = 10
"""Steps down in priority: whoever computes meanwhile goes first."""


def main(module: str = ENTRY_POINTS_MODULE) -> int:
    """Compile what the module lists, say what was done, and return the exit code."""
    from mbml_core.kernels.cache import CacheUnusable, cache_folder, fill, remove_unused

    with suppress(AttributeError, OSError):  # no such thing on Windows
        os.nice(POLITE)
    started = time.monotonic()
    kernels = entry_points(module)
    try:
        folder = cache_folder(kernels)
    except (ImportError, CacheUnusable) as error:
        print(f"Nothing was compiled: {error}", file=sys.stderr)
        return 1
    remove_unused(folder.parent, time.time())
    is_there = folder.exists()
    fill(folder, kernels)
    done = "Already compiled" if is_there else f"Compiled in {time.monotonic() - started:.1f} s"
    print(f"{done}: {len(kernels)} kernels in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

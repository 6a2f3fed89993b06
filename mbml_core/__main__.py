"""`python -m mbml_core` is the `mbml` command."""

from __future__ import annotations

import sys

from mbml_core.cli import main

if __name__ == "__main__":
    sys.exit(main())

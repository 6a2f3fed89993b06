"""Install the peers into an environment of their own: python benchmarks/peers/install.py [FOLDER]."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / ".venv-peers"
WANTED = (["-r", "requirements.txt"], ["--no-deps", "-r", "requirements-alone.txt"])
STAMP = "peers.stamp"


def install(folder: Path) -> None:
    """Nothing is done where the folder already holds what the two lists ask for."""
    lists = "".join((HERE / arguments[-1]).read_text(encoding="utf-8") for arguments in WANTED)
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == lists:
        return
    venv.create(folder, with_pip=True)
    for arguments in WANTED:
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *arguments]
        subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - fixed commands
    stamp.write_text(lists, encoding="utf-8")


if __name__ == "__main__":
    install(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

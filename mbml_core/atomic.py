"""Writing a file so that a failure at any point leaves the old file or the new one, never a mixture."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from os import PathLike


def write_atomically(path: str | PathLike[str], data: bytes) -> None:
    """Put `data` into the file at `path`: written beside it, forced to the disk, then renamed over it.

    A link is followed, the permissions of an existing file are kept, and what is no regular file (a pipe, a
    device) is written to directly, since it cannot be replaced. Raises OSError; the old file is then untouched
    and the new one removed.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as device:
            device.write(data)
        return
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    temporary = os.path.join(folder, f".mbml-{secrets.token_hex(8)}.tmp")
    try:
        _write_durably(temporary, data)
        _keep_permissions(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _make_name_durable(folder)


def _write_durably(path: str, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _keep_permissions(target: str, temporary: str) -> None:
    """Raises PermissionError for a write-protected file: a rename alone would not notice."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    os.chmod(temporary, mode & 0o7777)


def _make_name_durable(folder: str) -> None:
    """Force the rename to the disk where the system can; the data is safe either way."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

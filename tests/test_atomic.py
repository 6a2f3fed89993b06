"""A failure at any call to the operating system leaves the old file or the new one."""

from __future__ import annotations

import builtins
import errno
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mbml_core import atomic
from mbml_core.atomic import write_atomically

OLD, NEW = b"old", b"new" * 1000


class Saboteur:
    """Stands for the operating system; its calls fail from number `first` to number `last`."""

    def __init__(self, first: int, last: int, error: BaseException) -> None:
        self.first, self.last, self.error = first, last, error
        self.count = 0
        self.calls: list[str] = []

    def wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def sabotaged(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            self.calls.append(name)
            if self.first <= self.count <= self.last:
                raise self.error
            return call(*args, **kwargs)

        return sabotaged

    def open(self, *args: Any) -> Any:
        return SabotagedFile(self.wrap("open", builtins.open)(*args), self)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(atomic, "open", self.open, raising=False)
        patch.setattr(atomic, "os", SabotagedSystem(self))


class SabotagedSystem:
    def __init__(self, saboteur: Saboteur) -> None:
        for name in ("fsync", "replace", "stat", "chmod", "access", "unlink", "open", "close"):
            setattr(self, name, saboteur.wrap(name, getattr(os, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


class SabotagedFile:
    def __init__(self, file: Any, saboteur: Saboteur) -> None:
        self._file = file
        self.write = saboteur.wrap("write", file.write)
        self.flush = saboteur.wrap("flush", file.flush)
        self._close = saboteur.wrap("close", file.close)
        self.fileno = file.fileno

    def __enter__(self) -> SabotagedFile:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._close()
        finally:
            self._file.close()


def attempt(path: Path, saboteur: Saboteur) -> BaseException | None:
    with pytest.MonkeyPatch.context() as patch:
        saboteur.install(patch)
        try:
            write_atomically(path, NEW)
        except BaseException as error:
            return error
    return None


def calls_of_a_success(path: Path) -> list[str]:
    saboteur = Saboteur(0, 0, OSError())
    assert attempt(path, saboteur) is None
    return saboteur.calls


def test_the_calls_are_in_the_order_that_makes_them_safe(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(OLD)
    calls = calls_of_a_success(path)
    steps = [calls.index(name) for name in ("open", "write", "flush", "fsync", "close", "replace")]
    assert steps == sorted(steps)
    assert "fsync" in calls[calls.index("replace") :]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "disk full"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("existed", [True, False])
def test_a_failing_call_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, error: BaseException, existed: bool
) -> None:
    path = tmp_path / "a.json"
    for k in range(1, _count(tmp_path, existed) + 1):
        path.write_bytes(OLD) if existed else path.unlink(missing_ok=True)
        saboteur = Saboteur(k, k, error)
        raised = attempt(path, saboteur)
        assert saboteur.count >= k
        is_renamed = "replace" in saboteur.calls[: k - 1]
        assert raised is error or (raised is None and is_renamed and isinstance(error, OSError))
        if is_renamed:
            assert path.read_bytes() == NEW
        elif existed:
            assert path.read_bytes() == OLD
        else:
            assert not path.exists()
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"] * path.exists(), saboteur.calls


def test_a_disk_that_fails_for_good_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    error = OSError(errno.EIO, "broken disk")
    for k in range(1, _count(tmp_path, True) + 1):
        path.write_bytes(OLD)
        saboteur = Saboteur(k, 10**6, error)
        raised = attempt(path, saboteur)
        is_renamed = "replace" in saboteur.calls[: k - 1]
        assert (raised is None) == is_renamed
        assert path.read_bytes() == (NEW if is_renamed else OLD)


def _count(folder: Path, existed: bool) -> int:
    path = folder / "a.json"
    if existed:
        path.write_bytes(OLD)
    count = len(calls_of_a_success(path))
    path.unlink()
    assert count >= 8
    return count


def test_a_new_file_gets_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "a", NEW)
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLD)
    path.chmod(0o640)
    write_atomically(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_write_protected_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anyone but root
    with pytest.raises(PermissionError):
        write_atomically(path, NEW)
    assert path.read_bytes() == OLD
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    target.parent.mkdir()
    target.write_bytes(OLD)
    link.symlink_to(target)
    write_atomically(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_atomically(pipe, NEW)
    reader.join(timeout=5)
    assert received == [NEW]
    assert pipe.is_fifo()


def test_a_path_that_cannot_be_written_raises_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "folder", NEW)
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "a", NEW)
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_a_name_as_long_as_the_system_allows_and_a_relative_path_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_atomically("x" * 255, NEW)
    assert Path("x" * 255).read_bytes() == NEW

"""Which executor runs, when it is loaded, and that nothing in its way is more than a loss of speed."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mbml_core.kernels import cache, loading, machine_code
from tests.kernels import tiny

ROOT = Path(__file__).parents[2]
TINY = "tests.kernels.tiny"
needs_numba = pytest.mark.usefixtures("numba_is_there")
posix_only = pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have owners on POSIX only")

LOAD_TINY = f"""
import numpy as np
from mbml_core.kernels.loading import Loader
from tests.kernels import tiny
loader = Loader({TINY!r})
"""
NO_NUMBA = "import sys; sys.modules['numba'] = sys.modules['llvmlite'] = None\n"


@pytest.fixture(scope="session")
def numba_is_there() -> None:
    pytest.importorskip("numba")


def run(code: str, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter; without MBML_ settings but those given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MBML_", "NUMBA_"))}
    return subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, *options, "-c", code],
        cwd=ROOT,
        env=inherited | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def output_of(code: str, *options: str, **env: str) -> str:
    done = run(code, *options, **env)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


COMPILE = f"import sys; from mbml_core.kernels.__main__ import main; sys.exit(main({TINY!r}))"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, numba_is_there: None) -> Path:
    """A folder with the machine code of the tiny kernels; not to be changed."""
    root = tmp_path_factory.mktemp("filled")
    first, second = (output_of(COMPILE, MBML_CACHE_DIR=str(root)) for _ in range(2))
    (folder,) = root.iterdir()
    assert first.startswith("Compiled in ")
    assert first.endswith(f"2 kernels in {folder}")
    assert second == f"Already compiled: 2 kernels in {folder}"
    return root


@pytest.fixture
def copied(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "cache"))


def test_numpy_is_numpy_alone() -> None:
    code = """
import sys, mbml_core
from mbml_core.kernels import loading
from tests.kernels import tiny
loading.prefetch()
print(loading.fast(tiny.square), loading.wait(), "numba" in sys.modules)
"""
    assert output_of(code, MBML_EXECUTOR="numpy") == "None False False"


def test_the_package_alone_imports_no_numba() -> None:
    assert output_of("import sys, mbml_core, mbml_core.kernels.loading; print('numba' in sys.modules)") == "False"


def test_another_executor_is_refused_at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBML_EXECUTOR", "cuda")
    loader = loading.Loader(TINY)
    for call in (loader.prefetch, loader.wait, lambda: loader.fast(tiny.square)) * 2:
        with pytest.raises(loading.ExecutorUnavailable, match="'cuda'; set it to one of auto, numpy, numba"):
            call()


def test_without_numba_all_is_quiet() -> None:
    assert output_of(NO_NUMBA + LOAD_TINY + "loader.prefetch(); print(loader.wait())") == "False"


def test_numba_asked_for_and_missing_is_said_at_every_call() -> None:
    code = f"""{NO_NUMBA}{LOAD_TINY}
from mbml_core.errors import MbmlError
for call in (loader.prefetch, loader.wait, lambda: loader.fast(tiny.square)):
    try:
        call()
    except MbmlError as error:
        print("pip install numba" in str(error))
"""
    assert output_of(code, MBML_EXECUTOR="numba").split() == ["True"] * 3


@needs_numba
def test_loaded_in_the_background_from_the_folder_alone(filled: Path) -> None:
    code = f"""{LOAD_TINY}
from mbml_core.kernels.machine_code import compiled
print(loader.fast(tiny.sum_of_squares))
loader.prefetch()
loader.prefetch()
print(loader.wait(60), loader.fast(tiny.sum_of_squares)(np.array([3.0, 4.0])), loader.fast(tiny.picked))
print(sum(sum(compiled(kernel).stats.cache_misses.values()) for kernel in tiny.ENTRY_POINTS))
"""
    assert output_of(code, "-W", "error", MBML_CACHE_DIR=str(filled)).split() == [
        "None",
        "True",
        "25.0",
        "None",
        "0",
    ]


@needs_numba
def test_numba_is_loaded_by_the_first_call(filled: Path) -> None:
    code = LOAD_TINY + "print(loader.fast(tiny.sum_of_squares)(np.array([3.0, 4.0])), loader.wait())"
    assert output_of(code, MBML_CACHE_DIR=str(filled), MBML_EXECUTOR="numba") == "25.0 True"


@needs_numba
def test_numba_compiles_here_if_need_be(tmp_path: Path) -> None:
    code = LOAD_TINY + "print(loader.wait())"
    assert output_of(code, "-W", "error", MBML_CACHE_DIR=str(tmp_path), MBML_EXECUTOR="numba") == "True"
    (folder,) = tmp_path.iterdir()
    assert list(folder.rglob("tiny.sum_of_squares*.nbc"))


@needs_numba
@pytest.mark.parametrize("damage", ["cut", "changed", "gone", pytest.param("open to others", marks=posix_only)])
def test_damage_is_noticed(copied: Path, damage: str) -> None:
    do_damage(copied, damage)
    with pytest.raises(cache.CacheDamaged):
        cache.load(next(copied.iterdir()), tiny.ENTRY_POINTS, lambda: True)


@needs_numba
def test_a_damaged_folder_is_compiled_anew_elsewhere(copied: Path) -> None:
    do_damage(copied, "changed")
    code = f"""{LOAD_TINY}
from mbml_core.kernels.machine_code import compiled
print(loader.wait(60), sum(sum(compiled(kernel).stats.cache_misses.values()) for kernel in tiny.ENTRY_POINTS))
"""
    assert output_of(code, MBML_CACHE_DIR=str(copied)) == "True 0"
    assert len(list(copied.iterdir())) == 1


def do_damage(root: Path, damage: str) -> None:
    victim = next(root.rglob("tiny.scaled*.nbc"))
    data = victim.read_bytes()
    if damage == "gone":
        victim.unlink()
    elif damage == "open to others":
        victim.parents[1].chmod(0o777)
    else:
        victim.write_bytes(data[:-1] if damage == "cut" else data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])


@needs_numba
def test_a_cache_that_cannot_be_written_is_replaced_by_the_next_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code = (
        LOAD_TINY
        + "from mbml_core.kernels.cache import cache_folder; print(cache_folder(tiny.ENTRY_POINTS).parent)"
    )
    chosen = {"MBML_CACHE_DIR": str(tmp_path / "file" / "cache"), "TMPDIR": str(tmp_path)}
    assert output_of(code, XDG_CACHE_HOME=str(tmp_path / "xdg"), **chosen) == str(tmp_path / "xdg" / "mbml")
    nowhere = str(tmp_path / "file" / "xdg")
    user = getattr(os, "getuid", lambda: "user")()
    assert output_of(code, XDG_CACHE_HOME=nowhere, **chosen) == str(tmp_path / f"mbml-{user}")


@needs_numba
def test_the_chosen_place_may_be_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setenv("MBML_CACHE_DIR", str(tmp_path))
    assert cache.cache_folder(tiny.ENTRY_POINTS).parent == tmp_path


@needs_numba
@posix_only
@pytest.mark.parametrize("trap", ["open", "link"])
def test_a_folder_others_can_write_to_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trap: str
) -> None:
    temporary, home = tmp_path / "t", tmp_path / "file"
    home.touch()
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("MBML_CACHE_DIR", str(home / "a"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "b"))
    ours = cache.cache_folder(tiny.ENTRY_POINTS).parent
    assert ours.parent == temporary
    assert ours.stat().st_mode & 0o777 == 0o700
    if trap == "open":
        ours.chmod(0o777)
    else:
        ours.rename(temporary / "elsewhere")
        ours.symlink_to(temporary / "elsewhere")
    with pytest.raises(cache.CacheUnusable, match="MBML_CACHE_DIR"):
        cache.cache_folder(tiny.ENTRY_POINTS)


@needs_numba
@pytest.mark.parametrize("change", ["another file", "content", "time", "numba setting"])
def test_what_machine_code_depends_on_names_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    source = tmp_path / f"kernels_{tmp_path.name}.py"  # a name that was not imported before
    shutil.copy(str(tiny.__file__), source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("MBML_CACHE_DIR", str(tmp_path / "cache"))
    kernels = loading.entry_points(source.stem)
    before = cache.cache_folder(kernels)
    assert cache.cache_folder(kernels) == before
    if change == "another file":
        (tmp_path / "called.py").write_text("x = 1\n", encoding="utf-8")
    elif change == "time":
        os.utime(source, (1.0, 1.0))
    elif change == "content":
        times = source.stat().st_atime_ns, source.stat().st_mtime_ns
        source.write_bytes(source.read_bytes() + b"\n")
        os.utime(source, ns=times)
    else:
        monkeypatch.setenv("NUMBA_OPT", "1")
    assert cache.cache_folder(kernels) != before


@needs_numba
def test_an_interpreter_that_cannot_start_another_computes_with_numpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MBML_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("MBML_EXECUTOR", raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/app/packed")
    loader = loading.Loader(TINY)
    with caplog.at_level(logging.WARNING):
        assert not loader.wait(60)
        assert not loader.wait()
    (record,) = caplog.records
    assert "Computing with numpy" in record.getMessage()
    assert "packed cannot start another one" in record.getMessage()


@needs_numba
def test_a_compiler_that_fails_is_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken_kernels.py").write_text(
        "from mbml_core.kernels.kernel import kernel\n\n"
        "@kernel\ndef wrong(x: int) -> int:\n    return x + missing\n\n"
        "ENTRY_POINTS = (wrong,)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("MBML_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("MBML_EXECUTOR", raising=False)
    with caplog.at_level(logging.WARNING):
        assert not loading.Loader("broken_kernels").wait(60)
    (record,) = caplog.records
    assert "ended with status 1" in record.getMessage()
    assert not list((tmp_path / "cache").iterdir()), "nothing half done is left"


@needs_numba
def test_what_this_process_compiled_before_is_written_too(tmp_path: Path) -> None:
    with machine_code.kept_in(tmp_path / "elsewhere"):
        machine_code.compiled(tiny.square)
    cache.fill(tmp_path / "code", (tiny.square,))
    assert list((tmp_path / "code").rglob("tiny.square*.nbc"))


@needs_numba
def test_numba_told_not_to_compile_is_not_used(filled: Path) -> None:
    done = run(LOAD_TINY + "print(loader.wait())", MBML_CACHE_DIR=str(filled), NUMBA_DISABLE_JIT="1")
    assert done.stdout.strip() == "False"
    assert "NUMBA_DISABLE_JIT" in done.stderr


@needs_numba
@posix_only
@pytest.mark.parametrize("delay", [0.0, 1.0])
def test_a_process_that_ends_early_leaves_nothing_running(tmp_path: Path, delay: float) -> None:
    (tmp_path / "slow_kernels.py").write_text(
        "import sys, time\nfrom tests.kernels.tiny import ENTRY_POINTS\nif sys.argv[1:]:\n    time.sleep(60)\n",
        encoding="utf-8",  # only the process that compiles has arguments
    )
    code = f"""
import sys, time
sys.path.append({str(tmp_path)!r})
from mbml_core.kernels.loading import Loader
Loader("slow_kernels").prefetch()
time.sleep({delay})
"""
    env = os.environ | {"MBML_CACHE_DIR": str(tmp_path / "cache"), "MBML_EXECUTOR": "auto"}
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], cwd=ROOT, env=env, stderr=subprocess.PIPE, start_new_session=True
    )
    shown = process.communicate(timeout=50)[1]
    assert (process.returncode, shown) == (0, b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_only_our_old_folders_are_removed(tmp_path: Path) -> None:
    day = 24 * 3600.0
    now = time.time()
    ages = {
        "kernels-" + "a" * 20: 40 * day,
        "kernels-" + "b" * 20: 20 * day,
        "kernels-" + "c" * 20 + ".filling-x1_": 0.5 * day,
        "kernels-" + "d" * 20 + ".filling-x2_": 0.0,
        "kernels-mine": 40 * day,
        "photos": 40 * day,
    }
    for name, age in ages.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
        os.utime(tmp_path / name, (now - age, now - age))
    cache.remove_unused(tmp_path, now)
    left = {path.name for path in tmp_path.iterdir()}
    assert set(ages) - left == {"kernels-" + "a" * 20, "kernels-" + "c" * 20 + ".filling-x1_"}


@needs_numba
def test_a_folder_in_use_is_not_old(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder,) = copied.iterdir()
    os.utime(folder, (1.0, 1.0))
    monkeypatch.setattr("mbml_core.kernels.machine_code.compiled", lambda kernel: kernel)
    assert set(cache.load(folder, tiny.ENTRY_POINTS, lambda: True)) == set(tiny.ENTRY_POINTS)
    cache.remove_unused(copied, time.time())
    assert folder.is_dir()


@needs_numba
def test_two_processes_may_compile_at_once(tmp_path: Path) -> None:
    env = os.environ | {"MBML_CACHE_DIR": str(tmp_path)}
    both = [
        subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", COMPILE], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    assert [process.wait(120) for process in both] == [0, 0]
    (folder,) = tmp_path.iterdir()
    assert list(folder.rglob("tiny.scaled*.nbc"))

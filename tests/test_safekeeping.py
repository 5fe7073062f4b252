"""What is the user's is put back unless it was declared good, after a kill by the next run."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import SoftFileLock, Timeout

from safe_install.events.log import Event
from safe_install.events.values import Place
from safe_install.journal import Scope
from safe_install.journal.kept import kept
from safe_install.journal.safekeeping import (
    NOT_KEPT,
    journal_store,
    locked,
    target_scope,
    tree_scope,
)
from trees import WITH_US, a_log, a_target, picture, tree


def _told(events: list[Event]) -> list[tuple[object, object, object]]:
    return [(event["event"], event["what"], event["detail"]) for event in events]


def test_it_is_put_back_when_the_context_ends(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"a": "a"})
    before = picture(root)
    log, events = a_log()
    with kept(Place.SOURCE_TREE, root, tmp_path / "store", tree_scope(root), log):
        tree(root, {"a": "changed", "b": "new"})
    assert picture(root) == before
    assert _told(events) == [("change.reverted", "source-tree", "2 paths put back")]
    assert not (tmp_path / "store").exists()


def test_nothing_is_told_of_nothing(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"a": "a"})
    log, events = a_log()
    with kept(Place.SOURCE_TREE, root, tmp_path / "store", tree_scope(root), log):
        pass
    assert events == []


def test_what_is_declared_good_stays(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"a": "a"})
    log, events = a_log()
    with kept(Place.SOURCE_TREE, root, tmp_path / "store", tree_scope(root), log) as keeping:
        (root / "b").write_text("b")
        keeping.declare_good()
    assert ((root / "b").read_text(), events) == ("b", [])
    assert not (tmp_path / "store").exists()


def test_put_back_in_between_counts_anew(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"a": "a"})
    before = picture(root)
    log, events = a_log()
    with kept(Place.SOURCE_TREE, root, tmp_path / "store", tree_scope(root), log) as keeping:
        (root / "b").write_text("b")
        keeping.put_back()
        assert picture(root) == before
        (root / "c").write_text("c")
        keeping.put_back(tell=False)
        assert picture(root) == before
    assert _told(events) == [("change.reverted", "source-tree", "1 paths put back")]


def test_a_beat_is_a_sign_of_life(tmp_path: Path) -> None:
    manifest = tmp_path / "store" / "manifest.json"
    with kept(Place.TARGET, tmp_path, tmp_path / "store", Scope(()), a_log()[0]) as keeping:
        os.utime(manifest, (0, 0))
        keeping.beat()
        assert time.time() - manifest.stat().st_mtime < 60


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_ends_it(error: type[BaseException], tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"a": "a"})
    before = picture(root)
    with pytest.raises(error), kept(Place.PIP_CACHE, root, tmp_path / "store", Scope((root,)), a_log()[0]):
        (root / "a").unlink()
        raise error
    assert picture(root) == before


def test_what_cannot_be_kept_is_an_error_and_nothing_is_done(tmp_path: Path) -> None:
    store = tree(tmp_path / "store", {"somebody's": "x"})
    with pytest.raises(FileExistsError), kept(Place.TARGET, tmp_path, store, Scope(()), a_log()[0]):
        pytest.fail("must not be entered")


INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from safe_install.events.log import make_logger
from safe_install.events.values import Place
from safe_install.command.interrupts import Interrupts
from safe_install.redaction import Redactor
from safe_install.journal.kept import kept
from safe_install.journal.safekeeping import tree_scope

number = int(sys.argv[3])

def disturb(event):
    # In the middle of putting back.
    print("told", flush=True)
    os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)

root = Path(sys.argv[1])
log = make_logger("run", [disturb], Redactor())
try:
    with Interrupts(), kept(Place.SOURCE_TREE, root, Path(sys.argv[2]), tree_scope(root), log):
        (root / "a").unlink()
        if sys.argv[4] == "twice":
            os.kill(os.getpid(), number)
except KeyboardInterrupt as error:
    print(error, flush=True)
print("end", flush=True)
"""


@pytest.mark.parametrize("times", ["once", "twice"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_neither_stops_the_putting_back_nor_is_forgotten(
    number: signal.Signals, times: str, tmp_path: Path
) -> None:
    root = tree(tmp_path / "root", {"a": "a"})
    before = picture(root)
    arguments = [
        sys.executable,
        "-c",
        INTERRUPTED,
        str(root),
        str(tmp_path / "store"),
        str(int(number)),
        times,
    ]
    done = subprocess.run(arguments, env=WITH_US, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"told\ninterrupted by {number.name}\nend\n",
        "",
    )
    assert picture(root) == before
    assert not (tmp_path / "store").exists()


def test_a_virtual_environment_is_kept_whole(tmp_path: Path) -> None:
    root = tree(tmp_path / "target", {"pyvenv.cfg": "", "bin/tool": ""})
    assert target_scope(a_target(root)) == Scope((root,), marks=(root, root / "pyvenv.cfg"))


def test_of_another_python_what_installers_write_to_is_kept(tmp_path: Path) -> None:
    root = tree(tmp_path / "usr", {"lib/site-packages/a.py": "", "bin/tool": "", "share/x": ""})
    target = a_target(root, virtual=False, platlib=root / "lib64" / "site-packages")
    # What is not there yet is kept, too: it is gone again when it is put back.
    wanted = (root / "lib/site-packages", root / "lib64/site-packages", root / "bin")
    assert target_scope(target).roots == wanted
    inside = a_target(root, virtual=False, scripts=root / "lib/site-packages/bin")
    assert target_scope(inside).roots == (root / "lib/site-packages",)


def test_a_tree_is_copied_and_what_no_build_writes_to_left_out(tmp_path: Path) -> None:
    ours = tmp_path / "tmp"
    assert tree_scope(tmp_path, ours) == Scope((tmp_path,), NOT_KEPT, copied=True, spared=(ours,))


def test_a_folder_has_one_store_whatever_its_name(tmp_path: Path) -> None:
    names = [os.fsdecode(b"caf\xe9"), "café", "a"]
    stores = [journal_store(tmp_path, Path("/x", name)) for name in names]
    assert stores == [journal_store(tmp_path, Path("/x", name)) for name in names]
    assert len(set(stores)) == 3
    assert {store.parent for store in stores} == {tmp_path / "journals"}


LOCKING = """
import sys
from pathlib import Path
from safe_install.journal.safekeeping import locked

state, folder, seen = map(Path, sys.argv[1:])
print("ready", flush=True)
with locked(state, folder):
    seen.touch()
"""


@pytest.mark.parametrize("same", [True, False])
def test_a_lock_keeps_others_out_of_the_same_folder(same: bool, tmp_path: Path) -> None:
    folder, seen = tmp_path / "folder", tmp_path / "seen"
    theirs = folder if same else tmp_path / "another"
    arguments = [sys.executable, "-c", LOCKING, str(tmp_path / "state"), str(theirs), str(seen)]
    with locked(tmp_path / "state", folder):
        other = subprocess.Popen(arguments, env=WITH_US, stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        if same:
            # Long enough for whoever is not kept out.
            time.sleep(0.5)
            assert other.poll() is None
        else:
            assert other.wait(timeout=30) == 0
        assert seen.exists() is not same
    assert other.wait(timeout=30) == 0
    assert seen.exists()
    other.stdout.close()


def test_where_a_file_system_has_no_locks_a_file_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with locked(tmp_path / "state", tmp_path):
        (lock,) = (tmp_path / "state" / "locks").glob("*.soft")
        with pytest.raises(Timeout):
            SoftFileLock(str(lock), timeout=0).acquire()
    with SoftFileLock(str(lock), timeout=0):
        pass


def test_a_lock_that_cannot_be_had_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OSError, match="No locks available"), locked(tmp_path / "state", tmp_path):
        pass

"""What is the user's is put back unless it was declared good, after a kill by the next run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from safe_install.event_log import Event
from safe_install.event_values import Place
from safe_install.journal import Scope
from safe_install.safekeeping import (
    NOT_KEPT,
    SETTLED_SECONDS,
    journal_store,
    kept,
    recover,
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
from safe_install.event_log import make_logger
from safe_install.event_log import Event
from safe_install.event_values import Place
from safe_install.interrupts import Interrupts
from safe_install.redaction import Redactor
from safe_install.safekeeping import kept, tree_scope

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


@pytest.mark.parametrize(
    ("times", "said"),
    [("once", "told\ninterrupted by {}\nend\n"), ("twice", "told\ninterrupted by {}\nend\n")],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_neither_stops_the_putting_back_nor_is_forgotten(
    number: signal.Signals, times: str, said: str, tmp_path: Path
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
    assert (done.returncode, done.stdout, done.stderr) == (0, said.format(number.name), "")
    assert picture(root) == before
    assert not (tmp_path / "store").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from safe_install.event_log import make_logger
from safe_install.event_log import Event
from safe_install.event_values import Place
from safe_install.journal import Scope
from safe_install.redaction import Redactor
from safe_install.safekeeping import kept

root = Path(sys.argv[1])
with kept(Place.TARGET, root, Path(sys.argv[2]), Scope((root,)), make_logger("run", [], Redactor())) as keeping:
    (root / "lib/site-packages/old.py").unlink()
    (root / "lib/site-packages/half").mkdir()
    keeping.beat()
    os.kill(os.getpid(), signal.SIGKILL)
"""
INSTALLED = {"lib/site-packages/old.py": "old\n", "bin/tool": "#!python\n"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give the journal of a run that was killed while it installed into `target`."""
    root = tree(tmp_path / "target", INSTALLED)
    arguments = [sys.executable, "-c", KILLED, str(root), str(tmp_path / "store")]
    done = subprocess.run(arguments, env=WITH_US, capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")
    assert (root / "lib/site-packages/half").is_dir()
    return tmp_path / "store"


def _contents(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_the_next_run_puts_back_what_a_killed_one_left(store: Path, tmp_path: Path) -> None:
    log, events = a_log()
    recover(store, a_target(tmp_path / "target"), log)
    assert _contents(tmp_path / "target") == INSTALLED
    assert not (tmp_path / "target/lib/site-packages/half").exists()
    detail = "2 paths put back: an earlier run was killed while it installed"
    assert _told(events) == [("change.reverted", "target", detail)]
    assert not store.exists()
    recover(store, a_target(tmp_path / "target"), log)
    assert len(events) == 1


def test_not_when_somebody_has_changed_it_since(store: Path, tmp_path: Path) -> None:
    packages = tmp_path / "target/lib/site-packages"
    later = time.time() + SETTLED_SECONDS + 5
    (packages / "theirs.py").write_text("theirs\n")
    os.utime(packages, (later, later))
    log, events = a_log()
    recover(store, a_target(tmp_path / "target"), log)
    assert _contents(tmp_path / "target") == {
        "bin/tool": "#!python\n",
        "lib/site-packages/theirs.py": "theirs\n",
    }
    assert events == []
    assert not store.exists()


def test_even_when_nothing_of_it_is_left(store: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "target/lib")
    recover(store, a_target(tmp_path / "target"), a_log()[0])
    assert _contents(tmp_path / "target") == INSTALLED


def test_a_run_that_was_killed_before_it_did_anything_is_not_told(tmp_path: Path) -> None:
    root = tree(tmp_path / "target", INSTALLED)
    code = textwrap.dedent(KILLED.replace("(root /", "0 and (root /"))
    subprocess.run([sys.executable, "-c", code, str(root), str(tmp_path / "store")], env=WITH_US, check=False)
    log, events = a_log()
    recover(tmp_path / "store", a_target(root), log)
    assert (_contents(root), events) == (INSTALLED, [])
    assert not (tmp_path / "store").exists()


def test_a_run_that_was_killed_while_it_recorded_changed_nothing(tmp_path: Path) -> None:
    root = tree(tmp_path / "target", INSTALLED)
    store = tree(tmp_path / "store", {"copies/1": "x", "manifest.partial": json.dumps({})})
    log, events = a_log()
    recover(store, a_target(root), log)
    assert (_contents(root), events) == (INSTALLED, [])
    assert not store.exists()


def test_a_virtual_environment_is_kept_whole(tmp_path: Path) -> None:
    root = tree(tmp_path / "target", INSTALLED | {"pyvenv.cfg": ""})
    assert target_scope(a_target(root)) == Scope((root,))


def test_of_another_python_what_installers_write_to_is_kept(tmp_path: Path) -> None:
    root = tree(tmp_path / "usr", INSTALLED | {"share/x": ""})
    target = a_target(root, virtual=False, platlib=root / "lib64" / "site-packages")
    # What is not there yet is kept, too: it is gone again when it is put back.
    assert target_scope(target) == Scope(
        (root / "lib/site-packages", root / "lib64/site-packages", root / "bin")
    )
    inside = a_target(root, virtual=False, scripts=root / "lib/site-packages/bin")
    assert target_scope(inside) == Scope((root / "lib/site-packages",))


def test_a_tree_is_copied_and_what_no_build_writes_to_left_out(tmp_path: Path) -> None:
    ours = tmp_path / "tmp"
    assert tree_scope(tmp_path, ours) == Scope((tmp_path,), NOT_KEPT, copied=True, spared=(ours,))


def test_a_folder_has_one_store_whatever_its_name(tmp_path: Path) -> None:
    names = [os.fsdecode(b"caf\xe9"), "café", "a"]
    stores = [journal_store(tmp_path, Path("/x", name)) for name in names]
    assert stores == [journal_store(tmp_path, Path("/x", name)) for name in names]
    assert len(set(stores)) == 3
    assert {store.parent for store in stores} == {tmp_path / "journals"}

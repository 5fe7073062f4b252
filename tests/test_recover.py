"""What a killed run left half done is put back by the next one; what somebody did since stays."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from safe_install.errors import TargetUnusable
from safe_install.events.log import Event
from safe_install.journal import Journal, folders
from safe_install.journal.safekeeping import recover, target_scope
from safe_install.journal.since import PAUSE_SECONDS
from trees import WITH_US, a_log, a_target, tree

KILLED = """
import os, signal, sys
from pathlib import Path
from safe_install.events.log import make_logger
from safe_install.events.values import Place
from safe_install.redaction import Redactor
from safe_install.journal.kept import kept
from safe_install.journal.safekeeping import target_scope
from trees import a_target

root = Path(sys.argv[1])
log = make_logger("run", [], Redactor())
with kept(Place.TARGET, root, Path(sys.argv[2]), target_scope(a_target(root)), log) as keeping:
    (root / "lib/site-packages/old.py").unlink()
    (root / "lib/site-packages/half").mkdir()
    (root / "lib/site-packages/half/part.py").touch()
    (root / "lib/site-packages/kept/gone.py").unlink()
    keeping.beat()
    os.kill(os.getpid(), signal.SIGKILL)
"""
US = WITH_US | {"PYTHONPATH": os.pathsep.join((WITH_US["PYTHONPATH"], str(Path(__file__).parent)))}


INSTALLED = {
    "pyvenv.cfg": "home = x\n",
    "bin/tool": "#!python\n",
    "lib/site-packages/old.py": "old\n",
    "lib/site-packages/kept/gone.py": "gone\n",
    "lib/site-packages/kept/here.py": "here\n",
}
DETAIL = "4 paths put back: an earlier run was killed while it installed"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give the journal of a run that was killed while it installed into `target`."""
    root = tree(tmp_path / "target", INSTALLED)
    arguments = [sys.executable, "-c", KILLED, str(root), str(tmp_path / "store")]
    done = subprocess.run(arguments, env=US, capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")
    assert (root / "lib/site-packages/half").is_dir()
    return tmp_path / "store"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Give the paths whose ctime is to be days later: no test can wait, and nobody can set a ctime."""
    paths: set[str] = set()
    real = folders.Walk._looked_at

    def aged(walk: folders.Walk, entry: os.DirEntry[str]) -> Any:
        status = real(walk, entry)
        if status is None or entry.path not in paths:
            return status
        names = [name for name in dir(status) if name.startswith("st_")]
        return SimpleNamespace(**{name: getattr(status, name) for name in names} | {"st_ctime": status.st_ctime + 1e6})

    monkeypatch.setattr(folders.Walk, "_looked_at", aged)
    return paths


def _contents(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def _recovered(store: Path) -> list[Event]:
    log, events = a_log()
    recover(store, a_target(store.parent / "target"), log)
    assert not store.exists()
    return events


def test_the_next_run_puts_back_what_a_killed_one_left(store: Path, tmp_path: Path) -> None:
    (event,) = _recovered(store)
    assert (event["event"], event["what"], event["detail"]) == ("change.reverted", "target", DETAIL)
    assert _contents(tmp_path / "target") == INSTALLED
    assert not (tmp_path / "target/lib/site-packages/half").exists()
    assert _recovered(store) == []


def test_what_somebody_added_since_stays(store: Path, tmp_path: Path, later: set[str]) -> None:
    root = tree(tmp_path / "target", {"share/theirs": "t\n", "bin/own": "o\n", "lib/site-packages/half/mine.py": "m\n"})
    new = ("share", "share/theirs", "bin", "bin/own", "lib/site-packages/half", "lib/site-packages/half/mine.py")
    later.update(str(root / name) for name in new)
    _recovered(store)
    assert _contents(root) == INSTALLED | {
        "share/theirs": "t\n",
        "bin/own": "o\n",
        "lib/site-packages/half/mine.py": "m\n",
    }


def test_what_somebody_changed_since_stays(store: Path, tmp_path: Path, later: set[str]) -> None:
    root = tree(tmp_path / "target", {"bin/tool": "mended\n", "lib/site-packages/half/part.py": "mended\n"})
    later.update(str(root / name) for name in ("bin/tool", "lib/site-packages/half/part.py"))
    _recovered(store)
    assert _contents(root) == INSTALLED | {"bin/tool": "mended\n", "lib/site-packages/half/part.py": "mended\n"}


def test_what_is_gone_from_where_somebody_was_since_stays_gone(store: Path, tmp_path: Path, later: set[str]) -> None:
    root = tree(tmp_path / "target", {"lib/site-packages/theirs.py": "theirs\n"})
    later.update(str(root / name) for name in ("lib/site-packages", "lib/site-packages/theirs.py"))
    _recovered(store)
    wanted = {name: text for name, text in INSTALLED.items() if not name.endswith("old.py")}
    assert _contents(root) == wanted | {"lib/site-packages/theirs.py": "theirs\n"}


def test_a_mere_import_is_nobody(store: Path, tmp_path: Path, later: set[str]) -> None:
    root = tree(tmp_path / "target", {"lib/site-packages/kept/__pycache__/here.pyc": "x"})
    cached = "lib/site-packages/kept/__pycache__"
    later.update(str(root / name) for name in ("lib/site-packages/kept", cached, f"{cached}/here.pyc"))
    _recovered(store)
    assert _contents(root) == INSTALLED | {f"{cached}/here.pyc": "x"}


def test_a_pip_that_outlives_its_run_is_the_runs(store: Path, tmp_path: Path) -> None:
    # It went on for as long as it wrote something again and again.
    manifest = store / "manifest.json"
    last = manifest.stat().st_mtime - PAUSE_SECONDS + 5
    os.utime(manifest, (last, last))
    _recovered(store)
    assert _contents(tmp_path / "target") == INSTALLED


def test_after_a_pause_it_is_somebody_else(store: Path, tmp_path: Path) -> None:
    manifest = store / "manifest.json"
    last = manifest.stat().st_mtime - 1e6
    os.utime(manifest, (last, last))
    left = _contents(tmp_path / "target")
    assert _recovered(store) == []
    assert _contents(tmp_path / "target") == left


def test_even_when_nothing_of_it_is_left(store: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "target/lib")
    _recovered(store)
    assert _contents(tmp_path / "target") == INSTALLED


@pytest.mark.parametrize("made", ["anew", "over it", "without the file"])
def test_another_environment_in_its_place_is_left_alone(made: str, store: Path, tmp_path: Path) -> None:
    root = tmp_path / "target"
    if made == "anew":
        shutil.rmtree(root)
    (root / "pyvenv.cfg").unlink(missing_ok=made == "anew")
    new = {"lib/site-packages/theirs.py": "t\n"} | ({} if made == "without the file" else {"pyvenv.cfg": "home = x\n"})
    tree(root, new)
    left = _contents(root)
    assert _recovered(store) == []
    assert _contents(root) == left


@pytest.mark.parametrize("change", [{"schema": 1}, {"schema": None}, {"identity": None, "marks": None}])
def test_a_record_of_another_version_is_set_aside_and_told(change: dict[str, Any], store: Path, tmp_path: Path) -> None:
    manifest = store / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    left = _contents(tmp_path / "target")
    (event,) = _recovered(store)
    assert (event["event"], event["store"]) == ("revert.failed", f"{store}.other-1")
    assert (Path(event["store"]) / "copies").exists()
    assert _contents(tmp_path / "target") == left
    assert _recovered(store) == []


def test_what_cannot_be_put_back_is_told_and_its_copies_stay(store: Path, tmp_path: Path) -> None:
    os.truncate(store / "copies", 0)
    log, _ = a_log()
    with pytest.raises(TargetUnusable) as caught:
        recover(store, a_target(tmp_path / "target"), log)
    assert "old.py: the copy is incomplete" in caught.value.message
    assert str(store) in caught.value.step
    assert store.exists()
    # The rest was put back all the same.
    assert not (tmp_path / "target/lib/site-packages/half").exists()


def test_a_run_that_was_killed_before_it_did_anything_is_not_told(tmp_path: Path) -> None:
    root = tree(tmp_path / "target", INSTALLED)
    code = textwrap.dedent(KILLED.replace("(root /", "0 and (root /"))
    subprocess.run([sys.executable, "-c", code, str(root), str(tmp_path / "store")], env=US, check=False)
    assert (_recovered(tmp_path / "store"), _contents(root)) == ([], INSTALLED)


def test_a_run_that_was_killed_while_it_recorded_changed_nothing(tmp_path: Path) -> None:
    root = tree(tmp_path / "target", INSTALLED)
    tree(tmp_path / "store", {"copies": "x", "manifest.partial": json.dumps({})})
    assert (_recovered(tmp_path / "store"), _contents(root)) == ([], INSTALLED)


def test_what_is_recorded_of_a_target_is_of_the_same(tmp_path: Path) -> None:
    target = a_target(tree(tmp_path / "target", INSTALLED))
    journal = Journal.begin(tmp_path / "store", target_scope(target))
    reopened = Journal.reopen(tmp_path / "store")
    assert reopened is not None
    tree(target.prefix, {"share/new": ""})
    assert reopened.is_of_the_same()
    journal.discard()
    bare = replace(target, virtual=False, prefix=tree(tmp_path / "usr", {}))
    Journal.begin(tmp_path / "store", target_scope(bare))
    reopened = Journal.reopen(tmp_path / "store")
    assert reopened is not None
    assert reopened.is_of_the_same()

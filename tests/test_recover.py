"""What a killed run left half done is put back by the next one, unless somebody was there since."""

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

from safe_install.events.log import Event
from safe_install.journal.safekeeping import (
    SETTLED_SECONDS,
    recover,
)
from trees import WITH_US, a_log, a_target, tree


def _told(events: list[Event]) -> list[tuple[object, object, object]]:
    return [(event["event"], event["what"], event["detail"]) for event in events]


KILLED = """
import os, signal, sys
from pathlib import Path
from safe_install.events.log import make_logger
from safe_install.events.values import Place
from safe_install.journal import Scope
from safe_install.redaction import Redactor
from safe_install.journal.safekeeping import kept

root = Path(sys.argv[1])
log = make_logger("run", [], Redactor())
with kept(Place.TARGET, root, Path(sys.argv[2]), Scope((root,)), log) as keeping:
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

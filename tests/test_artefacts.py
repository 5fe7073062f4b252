"""What is set aside is back afterwards, whatever a build puts in its place and whatever ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from safe_install.artefacts import aside, take_away
from trees import WITH_US, another_file_system, picture, tree

ARTEFACTS = ("build", "src/demo.egg-info", "absent")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a tree with artefacts."""
    (tmp_path / "scratch").mkdir()
    files = {"build/lib/a.py": "a", "src/demo.egg-info/PKG-INFO": "b", "src/demo.py": "c", "file": "d"}
    root = tree(tmp_path / "root", files)
    (root / "build/lib").chmod(0o750)
    return root


def _contents(root: Path) -> dict[str, tuple[object, ...]]:
    """Give a picture without the times of the folders that things were moved out of."""
    around = {str(root), str(root / "src")}
    return {path: (mode, content) for path, (mode, _, _, _, content) in picture(root).items() if path not in around}


def _link(place: Path, to: str) -> None:
    place.symlink_to(to)


PUT: dict[str, Callable[[Path], object]] = {
    "nothing": lambda root: None,
    "a folder": lambda root: tree(root / "build", {"lib/other.py": "x", "new": "y"}),
    "a file": lambda root: (root / "build").write_text("x"),
    "a link to a folder": lambda root: _link(root / "build", "src"),
    "a link to nowhere": lambda root: _link(root / "build", "nowhere"),
    "the folder above is gone": lambda root: shutil.rmtree(root / "src"),
}


@pytest.mark.parametrize("put", PUT)
@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_it_is_out_of_the_way_and_back(put: str, error: type[BaseException] | None, root: Path, tmp_path: Path) -> None:
    before = _contents(root)

    def work() -> None:
        with aside(root, ARTEFACTS, tmp_path / "scratch"):
            assert not os.path.lexists(root / "build")
            assert not (root / "src/demo.egg-info").exists()
            assert (root / "src/demo.py").read_text() == "c"
            PUT[put](root)
            if error is not None:
                raise error

    if error is None:
        work()
    else:
        with pytest.raises(error):
            work()
    if put == "the folder above is gone":
        (root / "src/demo.py").write_text("c")
    assert _contents(root) == before
    assert not (root / "absent").exists()


def _taken(root: Path, place: Path) -> list[Path | None]:
    return [take_away(root, artefact, place / "scratch", place / "run" / "aside") for artefact in ARTEFACTS]


def test_what_a_good_build_left_stays_and_the_old_is_kept(root: Path, tmp_path: Path) -> None:
    with aside(root, ARTEFACTS, tmp_path / "scratch") as build:
        tree(root, {"build/__editable__.demo/demo.py": "fresh"})
        build.declare_good()
    assert (root / "build/__editable__.demo/demo.py").read_text() == "fresh"
    assert not (root / "build/lib").exists()
    assert not (root / "src/demo.egg-info").exists()
    kept = tmp_path / "run/aside"
    assert _taken(root, tmp_path) == [kept / "build", kept / "src/demo.egg-info", None]
    assert (kept / "build/lib/a.py").read_text() == "a"
    assert (root / "build/__editable__.demo/demo.py").read_text() == "fresh"


def test_after_a_later_attempt_the_old_is_in_the_tree_again(root: Path, tmp_path: Path) -> None:
    with aside(root, ARTEFACTS, tmp_path / "scratch") as build:
        build.declare_good()
    # As the journal puts the tree back before the attempt that then fails.
    tree(root, {"build/lib/a.py": "a", "src/demo.egg-info/PKG-INFO": "b"})
    with aside(root, ARTEFACTS, tmp_path / "scratch"):
        tree(root, {"build/lib/other.py": "x"})
    kept = tmp_path / "run/aside"
    assert _taken(root, tmp_path) == [kept / "build", kept / "src/demo.egg-info", None]
    assert not (root / "build").exists()
    assert [path.name for path in (kept / "build/lib").iterdir()] == ["a.py"]


def test_artefacts_of_two_trees_are_kept_apart(root: Path, tmp_path: Path) -> None:
    other = tree(tmp_path / "other", {"build/lib/b.py": "b"})
    kept = tmp_path / "run/aside"
    for each in (root, other):
        with aside(each, ("build",), tmp_path / "scratch") as build:
            build.declare_good()
    taken = [take_away(each, "build", tmp_path / "scratch", kept) for each in (root, other)]
    assert taken == [kept / "build", tmp_path / "run/aside-2/build"]
    assert (tmp_path / "run/aside-2/build/lib/b.py").read_text() == "b"


def test_no_artefacts_are_no_work(root: Path, tmp_path: Path) -> None:
    with aside(root, (), tmp_path / "none"):
        assert (root / "build").exists()


def test_a_file_and_a_link_can_be_set_aside(root: Path, tmp_path: Path) -> None:
    (root / "link").symlink_to("nowhere")
    before = _contents(root)
    with aside(root, ("file", "link"), tmp_path / "scratch"):
        assert not (root / "file").exists()
        assert not (root / "link").is_symlink()
    assert _contents(root) == before


def test_what_cannot_be_set_aside_brings_the_others_back(root: Path, tmp_path: Path) -> None:
    before = _contents(root)
    shutil.rmtree(tmp_path / "scratch")
    (tmp_path / "scratch").write_text("no folder")
    with pytest.raises(NotADirectoryError), aside(root, ARTEFACTS, tmp_path / "scratch"):
        pytest.fail("must not be entered")
    assert _contents(root) == before


MOVED = """
import signal, sys
from pathlib import Path
from safe_install.artefacts import aside, take_away

def asked(number, frame):
    raise KeyboardInterrupt

def hook(event, arguments):
    # It comes when all is copied, and half of it removed.
    if event == "os.rmdir":
        signal.raise_signal(signal.SIGTERM)

signal.signal(signal.SIGTERM, asked)
sys.addaudithook(hook)
root, scratch = map(Path, sys.argv[1:])
try:
    with aside(root, ("build", "src/demo.egg-info"), scratch):
        print("entered")
except KeyboardInterrupt:
    print("asked")
"""


def test_a_signal_in_the_middle_of_a_move_comes_after_it(root: Path) -> None:
    before = _contents(root)
    with another_file_system(root) as scratch:
        arguments = [sys.executable, "-c", MOVED, str(root), str(scratch)]
        done = subprocess.run(arguments, env=WITH_US, capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout, done.stderr) == ("asked\n", "")
    assert _contents(root) == before


def test_it_may_be_moved_to_another_file_system(root: Path) -> None:
    before = _contents(root)
    with another_file_system(root) as scratch, aside(root, ARTEFACTS, scratch):
        assert not (root / "build").exists()
    assert _contents(root) == before

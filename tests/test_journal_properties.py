"""Whatever is done to whatever tree is undone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from safe_install.journal import Journal, Scope
from trees import picture, rewritten, tree

ODD = os.fsdecode(b"caf\xe9 \n")


NAMES = st.sampled_from(["a", "b", "c.pth", ODD, "skip"])


PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


CONTENTS = st.sampled_from([b"", b"x", b"y", b"longer\n"])


STEPS = st.one_of(
    st.tuples(st.just("file"), PATHS, CONTENTS),
    st.tuples(st.just("replace"), PATHS, CONTENTS),
    st.tuples(st.just("rewrite"), PATHS, st.just(b"")),
    st.tuples(st.just("folder"), PATHS, st.just(b"")),
    st.tuples(st.just("link"), PATHS, st.sampled_from([b"a", b"b/a", b"nowhere"])),
    st.tuples(st.just("fifo"), PATHS, st.just(b"")),
    st.tuples(st.just("gone"), PATHS, st.just(b"")),
    st.tuples(st.just("move"), PATHS, st.sampled_from([b"a", b"b", b"b/c.pth"])),
    st.tuples(st.just("mode"), PATHS, st.sampled_from([b"700", b"755", b"500", b"644"])),
    st.tuples(st.just("time"), PATHS, st.sampled_from([b"1", b"2000000000"])),
)


def _step(root: Path, what: str, name: str, data: bytes) -> None:
    path = root / name
    try:
        _STEPS[what](path, data)
    except (OSError, shutil.Error):
        # A path through a file, an occupied name: not every random step can be taken.
        return


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()


def _made(path: Path, make: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove(path)
    make(path)


_STEPS: dict[str, Callable[[Path, bytes], object]] = {
    "file": lambda path, data: _made(path, lambda path: path.write_bytes(data)),
    "replace": lambda path, data: path.is_file() and not path.is_symlink() and path.write_bytes(data),
    "rewrite": lambda path, data: rewritten(path) if path.is_file() and not path.is_symlink() else None,
    "folder": lambda path, data: path.mkdir(parents=True, exist_ok=True),
    "link": lambda path, data: _made(path, lambda path: path.symlink_to(os.fsdecode(data))),
    "fifo": lambda path, data: _made(path, os.mkfifo),
    "gone": lambda path, data: _remove(path),
    "move": lambda path, data: path.rename(path.parent / os.fsdecode(data)),
    "mode": lambda path, data: None if path.is_symlink() else path.chmod(int(data, 8)),
    "time": lambda path, data: os.utime(path, (int(data), int(data)), follow_symlinks=False),
}


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=12), st.lists(st.lists(STEPS, max_size=8), min_size=1, max_size=3), st.booleans())
@example([("file", "a", b"x")], [[("replace", "a", b"y")], [("replace", "a", b"y")]], True)
def test_whatever_is_done_to_whatever_tree_is_undone(
    first: list[tuple[str, str, bytes]], rounds: list[list[tuple[str, str, bytes]]], reopening: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = tree(Path(folder, "root"), {})
        for step in first:
            _step(root, *step)
        before = picture(root)
        journal = Journal.begin(Path(folder, "store"), Scope((root,), copied=True))
        for steps in rounds:
            for step in steps:
                _step(root, *step)
            changed = picture(root) != before
            again = Journal.reopen(Path(folder, "store")) if reopening else journal
            assert again is not None
            told = again.restore().changed
            assert picture(root) == before
            assert bool(told) <= changed
        assert journal.restore().changed == ()
        journal.discard()
        assert picture(root) == before

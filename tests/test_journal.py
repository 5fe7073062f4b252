"""What a journal remembers is put back: contents, kinds, modes, times, whatever was done to it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safe_install.folders import Walk
from safe_install.journal import COPIED_BELOW, Journal, Scope
from trees import another_file_system, picture, tree, without_privileges

ODD = os.fsdecode(b"caf\xe9 \n")
FILES: dict[str, str | bytes] = {
    "top.py": "top\n",
    "empty": b"",
    "package/__init__.py": "init\n",
    "package/deep/deeper/data.bin": bytes(range(256)),
    f"package/{ODD}": "odd\n",
    "easy-install.pth": "/somewhere\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a folder with one of everything."""
    root = tree(tmp_path / "root", FILES)
    (root / "link").symlink_to("top.py")
    (root / "dangling").symlink_to("nowhere")
    (root / "folder-link").symlink_to("package")
    (root / "hollow").mkdir()
    os.mkfifo(root / "fifo")
    (root / "script").write_text("#!/bin/sh\n")
    (root / "script").chmod(0o755)
    for path in sorted(root.rglob("*"), reverse=True):
        os.utime(path, ns=(10**18, 10**18 + len(path.name)), follow_symlinks=False)
    return root


def _replace(path: Path, text: str) -> None:
    (path.parent / "new").write_text(text)
    (path.parent / "new").replace(path)


def _swap(path: Path, make: Callable[[Path], object]) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    make(path)


def _rewrite(path: Path) -> None:
    """Write over a file so that size and time are what they were."""
    before = path.stat()
    path.write_bytes(b"X" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "nothing": (lambda root: None, set()),
    "a new file": (lambda root: (root / "new").write_text("new"), {"new"}),
    "a new tree": (
        lambda root: tree(root / "new", {"a/b/c": "c", ".venv/d": "d"}),
        {"new", "new/a", "new/a/b", "new/a/b/c"},
    ),
    "a new symbolic link to a folder": (lambda root: (root / "new").symlink_to(root / "package"), {"new"}),
    "a new fifo": (lambda root: os.mkfifo(root / "new"), {"new"}),
    "a file is gone": (lambda root: (root / "top.py").unlink(), {"top.py"}),
    "a tree is gone": (
        lambda root: shutil.rmtree(root / "package"),
        {
            "package",
            "package/__init__.py",
            "package/deep",
            "package/deep/deeper",
            "package/deep/deeper/data.bin",
            f"package/{ODD}",
        },
    ),
    "a file is replaced": (lambda root: _replace(root / "top.py", "other\n"), {"top.py"}),
    "a file is replaced by its like": (lambda root: _replace(root / "top.py", "top\n"), {"top.py"}),
    "a path file is written over": (
        lambda root: (root / "easy-install.pth").write_text("/x\n"),
        {"easy-install.pth"},
    ),
    "a path file is written over unseen": (
        lambda root: _rewrite(root / "easy-install.pth"),
        {"easy-install.pth"},
    ),
    "a file is touched": (lambda root: (root / "top.py").touch(), {"top.py"}),
    "a file's mode": (lambda root: (root / "script").chmod(0o640), {"script"}),
    "a folder's mode": (lambda root: (root / "package").chmod(0o700), {"package"}),
    "a file becomes a folder": (
        lambda root: _swap(root / "top.py", lambda path: tree(path, {"a": "a"})),
        {"top.py", "top.py/a"},
    ),
    "a folder becomes a file": (lambda root: _swap(root / "hollow", Path.touch), {"hollow"}),
    "a folder becomes a symbolic link": (
        lambda root: _swap(root / "hollow", lambda path: path.symlink_to("package")),
        {"hollow"},
    ),
    "a file becomes a fifo": (lambda root: _swap(root / "top.py", os.mkfifo), {"top.py"}),
    "a fifo is gone": (lambda root: (root / "fifo").unlink(), {"fifo"}),
    "a fifo becomes a file": (lambda root: _swap(root / "fifo", Path.touch), {"fifo"}),
    "a fifo's mode": (lambda root: (root / "fifo").chmod(0o600), {"fifo"}),
    "a symbolic link points elsewhere": (
        lambda root: _swap(root / "link", lambda path: path.symlink_to("empty")),
        {"link"},
    ),
    "a symbolic link becomes a file": (lambda root: _swap(root / "link", Path.touch), {"link"}),
    "a dangling link is gone": (lambda root: (root / "dangling").unlink(), {"dangling"}),
    "a dangling link dangles no more": (lambda root: (root / "nowhere").write_text("x"), {"nowhere"}),
    "an odd name is gone": (lambda root: (root / "package" / ODD).unlink(), {f"package/{ODD}"}),
    "the root is gone": (lambda root: shutil.rmtree(root), {"."}),
}


@pytest.mark.parametrize("copied", [False, True], ids=["linked", "copied"])
@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_put_back_and_told_once(
    change: str, copied: bool, root: Path, tmp_path: Path
) -> None:
    make, wanted = CHANGES[change]
    before = picture(root)
    journal = Journal.begin(tmp_path / "store", Scope((root,), copied=copied))
    assert picture(root) == before
    make(root)
    if change == "nothing":
        assert picture(root) == before
    told = journal.restore()
    assert picture(root) == before
    if wanted != {"."}:
        told_below = {str(path.relative_to(root)) for path in told}
        # What is in a folder that is left out elsewhere goes with a new folder, untold.
        assert {path for path in told_below if ".venv" not in path} == wanted
    assert journal.restore() == ()
    assert picture(root) == before
    make(root)
    reopened = Journal.reopen(tmp_path / "store")
    assert reopened is not None
    reopened.restore()
    assert picture(root) == before
    reopened.discard()
    assert picture(root) == before
    assert not (tmp_path / "store").exists()


IN_PLACE: dict[str, Callable[[Path], object]] = {
    "longer": lambda path: path.write_text("something longer than before\n"),
    "appended": lambda path: path.write_bytes(path.read_bytes() + b"more"),
    "emptied": lambda path: path.write_text(""),
    "unseen": _rewrite,
}


@pytest.mark.parametrize("how", IN_PLACE)
@pytest.mark.parametrize("fresh", [False, True])
def test_copies_hold_what_is_written_over_in_place(how: str, fresh: bool, root: Path, tmp_path: Path) -> None:
    if fresh:
        # So new that its times prove nothing.
        (root / "top.py").write_text("top\n")
    before = picture(root)
    journal = Journal.begin(tmp_path / "store", Scope((root,), copied=True))
    IN_PLACE[how](root / "top.py")
    assert journal.restore() == (root / "top.py",)
    assert picture(root) == before
    # The copy itself must not be what was put back: a second time is a second time.
    IN_PLACE[how](root / "top.py")
    journal.restore()
    assert picture(root) == before


def test_a_linked_file_comes_back_as_the_very_same_file(root: Path, tmp_path: Path) -> None:
    inode = (root / "top.py").stat().st_ino
    journal = Journal.begin(tmp_path / "store", Scope((root,)))
    _replace(root / "top.py", "other\n")
    journal.restore()
    assert (root / "top.py").stat().st_ino == inode
    journal.discard()
    assert ((root / "top.py").read_text(), (root / "top.py").stat().st_nlink) == ("top\n", 1)


def test_a_big_file_is_linked_even_where_files_are_copied(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"big": b"\0" * COPIED_BELOW, "small": b"\0" * (COPIED_BELOW - 1)})
    Journal.begin(tmp_path / "store", Scope((root,), copied=True))
    assert ((root / "big").stat().st_nlink, (root / "small").stat().st_nlink) == (2, 1)


def test_where_links_cannot_be_files_are_copied(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", FILES)
    before = picture(root)
    with another_file_system(tmp_path) as folder:
        journal = Journal.begin(folder / "store", Scope((root,)))
        (root / "top.py").write_text("over\n")
        (root / "empty").unlink()
        assert set(journal.restore()) == {root / "top.py", root / "empty"}
        assert picture(root) == before


def test_a_socket_is_put_back_as_far_as_one_can_be(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {})
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "s"))
    before = picture(root)
    journal = Journal.begin(tmp_path / "store", Scope((root,)))
    (root / "s").unlink()
    assert journal.restore() == (root / "s",)
    assert picture(root) == before
    assert stat.S_ISSOCK((root / "s").lstat().st_mode)


def test_folders_that_are_skipped_are_left_alone(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {".venv/a": "a", "sub/.venv/b": "b", "c": "c"})
    journal = Journal.begin(tmp_path / "store", Scope((root,), skipped=frozenset({".venv"})))
    tree(root, {".venv/a": "changed", "sub/.venv/new": "new", "c": "changed", "d": "new"})
    assert set(journal.restore()) == {root / "c", root / "d"}
    contents = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}
    # Without copies a file that is written over in place is what it is.
    assert contents == {".venv/a": "changed", "sub/.venv/b": "b", "sub/.venv/new": "new", "c": "changed"}


def test_what_we_write_ourselves_is_spared_wherever_it_lies(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"a": "a", "tmp/ours/log": "log"})
    alias = tmp_path / "alias"
    alias.symlink_to(root / "tmp")
    store = root / "tmp" / "journal"
    journal = Journal.begin(store, Scope((root,), copied=True, spared=(alias / "ours", tmp_path / "absent")))
    tree(root, {"a": "changed", "tmp/ours/log": "more", "tmp/ours/new": "new", "tmp/theirs": "new"})
    assert set(journal.restore()) == {root / "a", root / "tmp" / "theirs"}
    assert (root / "tmp/ours/log").read_text() + (root / "tmp/ours/new").read_text() == "morenew"
    tree(root, {"tmp/ours/other": "new", "tmp/theirs": "new"})
    reopened = Journal.reopen(store)
    assert reopened is not None
    assert reopened.restore() == (root / "tmp" / "theirs",)
    reopened.discard()
    assert sorted(path.name for path in (root / "tmp").iterdir()) == ["ours"]


def test_roots_that_are_absent_are_absent_again(tmp_path: Path) -> None:
    absent, present = tmp_path / "a" / "absent", tree(tmp_path / "present", {})
    journal = Journal.begin(tmp_path / "store", Scope((absent, present)))
    tree(absent, {"x/y": "z"})
    assert set(journal.restore()) == {absent, absent / "x", absent / "x/y"}
    assert not absent.exists()
    present.rmdir()
    assert journal.restore() == (present,)
    assert present.is_dir()


def test_a_root_may_be_a_link_or_a_file(tmp_path: Path) -> None:
    real = tree(tmp_path / "real", {"a": "a"})
    link, dangling, file = tmp_path / "link", tmp_path / "dangling", tmp_path / "file"
    link.symlink_to(real)
    dangling.symlink_to("nowhere")
    file.write_text("file")
    journal = Journal.begin(tmp_path / "store", Scope((link, dangling, file)))
    (link / "b").write_text("b")
    (link / "a").unlink()
    file.unlink()
    dangling.unlink()
    assert set(journal.restore()) == {link / "a", link / "b", file, dangling}
    assert (real / "a").read_text() + file.read_text() + os.readlink(dangling) == "afilenowhere"
    assert link.is_symlink()


def test_no_roots_are_nothing(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path / "store", Scope(()))
    assert journal.restore() == ()


def test_a_store_that_exists_is_refused_and_left(tmp_path: Path) -> None:
    store = tree(tmp_path / "store", {"somebody's": "else"})
    with pytest.raises(FileExistsError):
        Journal.begin(store, Scope(()))
    assert (store / "somebody's").read_text() == "else"


def test_a_recording_that_fails_leaves_nothing() -> None:
    with without_privileges() as folder:
        (folder / "shut").mkdir(mode=0)
        with pytest.raises(PermissionError):
            Journal.begin(folder / "store", Scope((folder / "shut" / "root",)))
        assert not (folder / "store").exists()


def test_what_an_earlier_process_did_not_record_to_its_end_is_nothing(tmp_path: Path) -> None:
    assert Journal.reopen(tmp_path / "absent") is None
    assert Journal.reopen(tree(tmp_path / "killed", {"manifest.partial": "{}"})) is None
    assert Journal.reopen(tree(tmp_path / "power-cut", {"manifest.json": ""})) is None


def test_a_discard_that_is_cut_short_leaves_nothing_to_restore(tmp_path: Path) -> None:
    with without_privileges() as folder:
        root = tree(folder / "root", {"a": "a"})
        journal = Journal.begin(folder / "store", Scope((root,), copied=True))
        (folder / "store" / "copies").chmod(0o500)
        with pytest.raises(PermissionError):
            journal.discard()
        assert Journal.reopen(folder / "store") is None
        (folder / "store" / "copies").chmod(0o700)
        journal.discard()
        assert not (folder / "store").exists()


def test_signs_of_life(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path / "store", Scope(()))
    os.utime(tmp_path / "store" / "manifest.json", (0, 0))
    assert journal.touched() == 0
    before = time.time()
    journal.touch()
    assert before - 1 < journal.touched() < before + 5


def test_nobody_else_may_look_into_the_store(tmp_path: Path) -> None:
    Journal.begin(tmp_path / "a" / "store", Scope(()))
    assert stat.S_IMODE((tmp_path / "a" / "store").stat().st_mode) == 0o700


@pytest.mark.parametrize("copied", [False, True])
def test_read_only_folders_and_files_are_put_back_for_who_is_no_root(copied: bool) -> None:
    with without_privileges() as folder:
        root = tree(folder / "root", {"shut/a": "a", "shut/in/b": "b", "open/c": "c"})
        for path, mode in {"shut/a": 0o400, "shut/in": 0o500, "shut": 0o500}.items():
            (root / path).chmod(mode)
        before = picture(root)
        journal = Journal.begin(folder / "store", Scope((root,), copied=copied))
        # A build that opens, changes, and shuts everything.
        for path in ("shut", "shut/in"):
            (root / path).chmod(0o700)
        _replace(root / "shut/in/b", "other")
        tree(root, {"shut/in/more/x": "new", "open/more/y": "new"})
        (root / "shut/a").unlink()
        (root / "open/c").chmod(0)
        for path in ("open/more", "open", "shut/in/more", "shut/in", "shut"):
            (root / path).chmod(0)
        journal.restore()
        assert picture(root) == before
        assert journal.restore() == ()
        journal.discard()
        for path in ("shut", "shut/in"):
            (root / path).chmod(0o700)


def test_a_file_that_may_only_be_written_to_is_linked() -> None:
    with without_privileges() as folder:
        root = tree(folder / "root", {"blind": "blind"})
        (root / "blind").chmod(0o200)
        journal = Journal.begin(folder / "store", Scope((root,), copied=True))
        (root / "blind").unlink()
        assert journal.restore() == (root / "blind",)
        assert stat.S_IMODE((root / "blind").stat().st_mode) == 0o200
        (root / "blind").chmod(0o600)
        assert (root / "blind").read_text() == "blind"


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o100])
def test_what_this_user_cannot_look_into_is_left_alone(mode: int) -> None:
    with without_privileges() as folder:
        root = tree(folder / "root", {"theirs/data/a": "a", "mine": "mine", "secret": "secret"})
        (root / "theirs").chmod(mode)
        (root / "secret").chmod(0)
        journal = Journal.begin(folder / "store", Scope((root,), copied=True))
        (root / "mine").write_text("changed")
        (root / "theirs").chmod(0o755)
        tree(root, {"theirs/new": "new"})
        assert set(journal.restore()) == {root / "mine", root / "theirs"}
        assert stat.S_IMODE((root / "theirs").stat().st_mode) == mode
        (root / "theirs").chmod(0o700)
        assert (root / "theirs/data/a").read_text() + (root / "theirs/new").read_text() == "anew"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own for others")
def test_what_root_restores_in_a_users_tree_stays_theirs(root: Path, tmp_path: Path) -> None:
    for path in (root, *root.rglob("*")):
        os.chown(path, 1234, 1235, follow_symlinks=False)
    (root / "script").chmod(0o4755)
    before = picture(root)
    journal = Journal.begin(tmp_path / "store", Scope((root,), copied=True))
    shutil.rmtree(root)
    journal.restore()
    assert picture(root) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own for others")
def test_a_file_of_somebody_else_that_cannot_be_saved_is_no_obstacle() -> None:
    with without_privileges() as folder:
        root = tree(folder / "root", {"a": "a"})
        os.seteuid(0)
        (root / "theirs").write_text("theirs")
        (root / "theirs").chmod(0o600)
        os.seteuid(65534)
        journal = Journal.begin(folder / "store", Scope((root,), copied=True))
        (root / "a").write_text("b")
        assert journal.restore() == (root / "a",)
        (root / "theirs").unlink()
        # It was changed, and nobody can bring it back.
        assert journal.restore() == (root / "theirs",)


def test_a_folder_that_vanishes_while_it_is_looked_at_is_no_error(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {"a/b": "b", "c": "c"})
    walk = iter(Walk((root,), frozenset(), ()))
    assert [next(walk)[0], next(walk)[0]] == [str(root), str(root / "a")]
    shutil.rmtree(root / "a")
    assert [path for path, _ in walk] == [str(root / "c")]


def test_an_old_file_with_its_old_times_is_not_read_again(root: Path, tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path / "store", Scope((root,), copied=True))
    manifest = tmp_path / "store" / "manifest.json"
    data = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(data | {"began": data["began"] + 10**10}))
    # Were it read, its copy would be missed.
    shutil.rmtree(tmp_path / "store" / "copies")
    assert journal.restore() == ()


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
    "rewrite": lambda path, data: _rewrite(path) if path.is_file() and not path.is_symlink() else None,
    "folder": lambda path, data: path.mkdir(parents=True, exist_ok=True),
    "link": lambda path, data: _made(path, lambda path: path.symlink_to(os.fsdecode(data))),
    "fifo": lambda path, data: _made(path, os.mkfifo),
    "gone": lambda path, data: _remove(path),
    "move": lambda path, data: path.rename(path.parent / os.fsdecode(data)),
    "mode": lambda path, data: None if path.is_symlink() else path.chmod(int(data, 8)),
    "time": lambda path, data: os.utime(path, (int(data), int(data)), follow_symlinks=False),
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(STEPS, max_size=12), st.lists(st.lists(STEPS, max_size=8), min_size=1, max_size=3), st.booleans()
)
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
            told = again.restore()
            assert picture(root) == before
            assert bool(told) <= changed
        assert journal.restore() == ()
        journal.discard()
        assert picture(root) == before

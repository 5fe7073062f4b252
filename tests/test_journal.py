"""What a journal remembers is put back: contents, kinds, modes, times, whatever was done to it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from safe_install.journal import Journal, Scope, saving
from safe_install.journal.saving import CHEAP_BELOW
from trees import another_file_system, picture, replaced, rewritten, tree

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


def _swap(path: Path, make: Callable[[Path], object]) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    make(path)


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
    "a file is replaced": (lambda root: replaced(root / "top.py", "other\n"), {"top.py"}),
    "a file is replaced by its like": (lambda root: replaced(root / "top.py", "top\n"), {"top.py"}),
    "a path file is written over": (
        lambda root: (root / "easy-install.pth").write_text("/x\n"),
        {"easy-install.pth"},
    ),
    "a path file is written over unseen": (
        lambda root: rewritten(root / "easy-install.pth"),
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
    change: str, copied: bool, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, wanted = CHANGES[change]
    if not copied:
        monkeypatch.setattr(saving, "CHEAP_BELOW", 0)
    before = picture(root)
    journal = Journal.begin(tmp_path / "store", Scope((root,), copied=copied))
    assert picture(root) == before
    make(root)
    if change == "nothing":
        assert picture(root) == before
    told = journal.restore().changed
    assert picture(root) == before
    if wanted != {"."}:
        told_below = {str(path.relative_to(root)) for path in told}
        # What is in a folder that is left out elsewhere goes with a new folder, untold.
        assert {path for path in told_below if ".venv" not in path} == wanted
    assert journal.restore().changed == ()
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
    "unseen": rewritten,
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
    assert journal.restore().changed == (root / "top.py",)
    assert picture(root) == before
    # The copy itself must not be what was put back: a second time is a second time.
    IN_PLACE[how](root / "top.py")
    journal.restore()
    assert picture(root) == before


def test_a_change_in_the_tick_of_the_recording_is_seen(root: Path, tmp_path: Path) -> None:
    (root / "top.py").write_text("top\n")
    before = picture(root)
    journal = Journal.begin(tmp_path / "store", Scope((root,), copied=True))
    (root / "top.py").write_text("pot\n")
    # As on a file system whose clock ticks seldom: nothing but the content tells.
    status = (root / "top.py").stat()
    os.utime(root / "top.py", ns=(status.st_atime_ns, before[str(root / "top.py")][1]))
    manifest = tmp_path / "store" / "manifest.json"
    data = json.loads(manifest.read_text())
    for row in data["entries"]:
        if row[0] == str(root / "top.py"):
            row[4] = (root / "top.py").stat().st_ctime_ns
    manifest.write_text(json.dumps(data))
    assert journal.restore().changed == (root / "top.py",)
    assert picture(root) == before


def test_a_linked_file_comes_back_as_the_very_same_file(root: Path, tmp_path: Path) -> None:
    (root / "big").write_bytes(b"\0" * CHEAP_BELOW)
    inode = (root / "big").stat().st_ino
    journal = Journal.begin(tmp_path / "store", Scope((root,)))
    replaced(root / "big", "other\n")
    journal.restore()
    assert (root / "big").stat().st_ino == inode
    journal.discard()
    assert ((root / "big").read_bytes(), (root / "big").stat().st_nlink) == (b"\0" * CHEAP_BELOW, 1)


def test_where_links_cannot_be_files_are_copied(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", FILES)
    before = picture(root)
    with another_file_system(tmp_path) as folder:
        journal = Journal.begin(folder / "store", Scope((root,)))
        (root / "top.py").write_text("over\n")
        (root / "empty").unlink()
        assert set(journal.restore().changed) == {root / "top.py", root / "empty"}
        assert picture(root) == before


def test_a_socket_is_put_back_as_far_as_one_can_be(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", {})
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "s"))
    before = picture(root)
    journal = Journal.begin(tmp_path / "store", Scope((root,)))
    (root / "s").unlink()
    assert journal.restore().changed == (root / "s",)
    assert picture(root) == before
    assert stat.S_ISSOCK((root / "s").lstat().st_mode)


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


def test_an_old_file_with_its_old_times_is_not_read_again(root: Path, tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path / "store", Scope((root,), copied=True))
    manifest = tmp_path / "store" / "manifest.json"
    data = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(data | {"began": data["began"] + 10**10}))
    # Were it read, its copy would be missed.
    (tmp_path / "store" / "copies").write_bytes(b"")
    assert journal.restore().changed == ()

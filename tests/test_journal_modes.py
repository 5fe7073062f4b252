"""What may not be read or written is put back, or left alone, for who is no root."""

from __future__ import annotations

import os
import stat

import pytest

from safe_install.journal import Journal, Scope, saving
from trees import picture, replaced, tree, without_privileges


def test_a_recording_that_fails_leaves_nothing() -> None:
    with without_privileges() as folder:
        (folder / "shut").mkdir(mode=0)
        with pytest.raises(PermissionError):
            Journal.begin(folder / "store", Scope((folder / "shut" / "root",)))
        assert not (folder / "store").exists()


@pytest.mark.parametrize("copied", [False, True])
def test_read_only_folders_and_files_are_put_back_for_who_is_no_root(
    copied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not copied:
        monkeypatch.setattr(saving, "CHEAP_BELOW", 0)
    with without_privileges() as folder:
        root = tree(folder / "root", {"shut/a": "a", "shut/in/b": "b", "open/c": "c"})
        for path, mode in {"shut/a": 0o400, "shut/in": 0o500, "shut": 0o500}.items():
            (root / path).chmod(mode)
        before = picture(root)
        journal = Journal.begin(folder / "store", Scope((root,), copied=copied))
        # A build that opens, changes, and shuts everything.
        for path in ("shut", "shut/in"):
            (root / path).chmod(0o700)
        replaced(root / "shut/in/b", "other")
        tree(root, {"shut/in/more/x": "new", "open/more/y": "new"})
        (root / "shut/a").unlink()
        (root / "open/c").chmod(0)
        for path in ("open/more", "open", "shut/in/more", "shut/in", "shut"):
            (root / path).chmod(0)
        journal.restore()
        assert picture(root) == before
        assert journal.restore().changed == ()
        journal.discard()
        for path in ("shut", "shut/in"):
            (root / path).chmod(0o700)


def test_a_file_that_may_only_be_written_to_is_linked() -> None:
    with without_privileges() as folder:
        root = tree(folder / "root", {"blind": "blind"})
        (root / "blind").chmod(0o200)
        journal = Journal.begin(folder / "store", Scope((root,), copied=True))
        (root / "blind").unlink()
        assert journal.restore().changed == (root / "blind",)
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
        assert set(journal.restore().changed) == {root / "mine", root / "theirs"}
        assert stat.S_IMODE((root / "theirs").stat().st_mode) == mode
        (root / "theirs").chmod(0o700)
        assert (root / "theirs/data/a").read_text() + (root / "theirs/new").read_text() == "anew"


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
        assert journal.restore().changed == (root / "a",)
        (root / "theirs").unlink()
        # It was changed, and nobody can bring it back.
        assert journal.restore().changed == (root / "theirs",)

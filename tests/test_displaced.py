"""What somebody does in a tree while it is built is not lost when the tree is put back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from safe_install.errors import NotKept
from safe_install.events.log import Event
from safe_install.journal.kept import Kept
from safe_install.journal.safekeeping import kept_tree
from safe_install.kinds import Wheel
from safe_install.model import DEFAULT, Project
from safe_install.recovery import found
from safe_install.request import ProjectRequest
from trees import a_log, a_shop, another_file_system, no_file_longer_than, picture, tree

FILES = {
    "src/demo.py": "x = 1\n",
    "notes.txt": "n\n",
    "package/a.py": "a\n",
    "build/lib/demo.py": "old\n",
    "lib/demo.so": "elf\n",
}


class Scene:
    """A tree in safekeeping, a run's directory, and what was told."""

    def __init__(self, place: Path) -> None:
        self.root, self.run_dir = tree(place / "root", FILES), place / "run"
        self.run_dir.mkdir()
        self.store = place / "scratch" / "store"
        self.log, self.told = a_log()

    @contextmanager
    def kept(self, *artefacts: str, ours: tuple[Path, ...] = (), unpacked: bool = False) -> Iterator[Kept]:
        project = Project(self.root, DEFAULT, artefacts=artefacts)
        with kept_tree(project, self.store, self.run_dir, ours, self.log, unpacked=unpacked) as keeping:
            yield keeping

    def displaced(self) -> dict[str, str]:
        files = (path for path in self.run_dir.rglob("*") if path.is_file())
        return {str(path.relative_to(self.run_dir)): path.read_text() for path in files}

    def event(self) -> Event:
        (event,) = self.told
        return event


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def _moved_away(root: Path) -> None:
    (root / "package").rename(root / "renamed")


def _folder_instead(root: Path) -> None:
    (root / "notes.txt").unlink()
    tree(root / "notes.txt", {"x": "x"})


SOMEBODYS: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "edited": (lambda root: (root / "src/demo.py").write_text("x = 2\n"), {"src/demo.py": "x = 2\n"}),
    "new file": (lambda root: (root / "src/new.py").write_text("new\n"), {"src/new.py": "new\n"}),
    "new folder": (
        lambda root: tree(root / "more", {"b/c.py": "c", "b/c.pyc": "d"}),
        {"more/b/c.py": "c", "more/b/c.pyc": "d"},
    ),
    "clone": (lambda root: tree(root / "vendored", {".git/HEAD": "ref"}), {"vendored/.git/HEAD": "ref"}),
    "folder renamed": (_moved_away, {"renamed/a.py": "a\n"}),
    "file to folder": (_folder_instead, {"notes.txt/x": "x"}),
    "own build folder": (lambda root: (root / "build/lib/demo.py").write_text("own\n"), {"build/lib/demo.py": "own\n"}),
    "build folder inside": (lambda root: tree(root / "src/build", {"b.py": "b"}), {"src/build/b.py": "b"}),
}


@pytest.mark.parametrize("what", SOMEBODYS)
def test_it_is_in_the_runs_directory_and_the_event_says_so(what: str, scene: Scene) -> None:
    change, wanted = SOMEBODYS[what]
    before = picture(scene.root)
    with scene.kept():
        change(scene.root)
    assert picture(scene.root) == before
    assert scene.displaced() == {f"displaced/{name}": text for name, text in wanted.items()}
    event = scene.event()
    assert (event["event"], event["what"]) == ("change.reverted", "source-tree")
    (place,) = event["displaced"]
    assert Path(place).is_relative_to(scene.run_dir / "displaced")
    assert os.path.lexists(place)


BUILDS: dict[str, Callable[[Path], object]] = {
    "bytecode": lambda root: tree(root, {"src/__pycache__/demo.pyc": "x", "src/__pycache__/notes": "y"}),
    "metadata": lambda root: tree(root, {"src/demo.egg-info/PKG-INFO": "x", "demo.egg-info/a/b": "y"}),
    "scikit-build": lambda root: tree(root, {"_skbuild/linux/x": "x"}),
    "objects": lambda root: tree(root, {"src/demo.o": "x", "temp/release/demo.o": "y", "lib/demo.so": "other"}),
    "cargo": lambda root: tree(root, {"target/CACHEDIR.TAG": "x", "target/debug/y": "y"}),
    "cmake": lambda root: tree(root, {"out/CMakeCache.txt": "x", "out/y": "y"}),
    "an artefact": lambda root: tree(root, {"build/lib/demo.py": "new", "build/temp/x": "x"}),
    "an empty folder": lambda root: (root / "hollow").mkdir(),
    "a fifo": lambda root: os.mkfifo(root / "fifo"),
}


@pytest.mark.parametrize("what", BUILDS)
def test_what_a_build_plainly_made_is_removed(what: str, scene: Scene) -> None:
    before = picture(scene.root)
    with scene.kept("build"):
        BUILDS[what](scene.root)
    assert picture(scene.root) == before
    assert scene.displaced() == {}
    assert scene.event()["displaced"] == []


def test_a_build_folder_that_was_not_there_is_a_builds(scene: Scene) -> None:
    shutil.rmtree(scene.root / "build")
    before = picture(scene.root)
    with scene.kept():
        tree(scene.root, {"build/lib/demo.py": "x"})
    assert (picture(scene.root), scene.displaced()) == (before, {})


def test_it_is_told_between_attempts_too_and_kept_once(scene: Scene) -> None:
    with scene.kept() as keeping:
        for _ in range(2):
            (scene.root / "src/generated.py").write_text("version = 1\n")
            keeping.put_back(tell=False)
        (scene.root / "src/generated.py").write_text("version = 2\n")
        keeping.put_back(tell=False)
        keeping.declare_good()
    wanted = {"displaced/src/generated.py": "version = 1\n", "displaced-2/src/generated.py": "version = 2\n"}
    assert scene.displaced() == wanted
    assert [[Path(place).name for place in event["displaced"]] for event in scene.told] == [["generated.py"]] * 2


def test_on_another_disk_it_is_copied_there(scene: Scene) -> None:
    before = picture(scene.root)
    with another_file_system(scene.root) as other:
        scene.run_dir = other / "run"
        scene.run_dir.mkdir()
        with scene.kept():
            tree(scene.root, {"more/b": "b", "notes.txt": "mine"})
        assert scene.displaced() == {"displaced/more/b": "b", "displaced/notes.txt": "mine"}
    assert picture(scene.root) == before


def test_what_cannot_be_put_back_stops_nothing_and_its_copies_stay(scene: Scene) -> None:
    tree(scene.root, {"b/big.txt": "b" * 5000})
    with scene.kept() as keeping:
        for name in ("b/big.txt", "notes.txt", "src/demo.py"):
            (scene.root / name).write_text("somebody's\n")
        with no_file_longer_than(1000):
            keeping.close()
        keeping.declare_good()
    assert (scene.root / "notes.txt").read_text() + (scene.root / "src/demo.py").read_text() == "n\nx = 1\n"
    # Not even what stands there now is lost.
    assert (scene.root / "b/big.txt").read_text() == "somebody's\n"
    reverted, failed = scene.told[:2]
    assert (reverted["event"], reverted["detail"]) == ("change.reverted", "2 paths put back")
    assert (failed["event"], failed["what"], failed["path"]) == ("revert.failed", "source-tree", str(scene.root))
    assert failed["failed"] == [f"{scene.root}/b/big.txt: File too large"]
    copies = Path(failed["store"])
    assert copies.parent == scene.run_dir / "not-put-back"
    assert "b" * 5000 in (copies / "copies").read_text()
    assert not scene.store.exists()


def test_a_record_that_cannot_be_read_is_kept_and_told(scene: Scene) -> None:
    with scene.kept():
        (scene.root / "notes.txt").write_text("mine\n")
        (scene.store / "manifest.json").write_text("{")
    assert scene.event()["event"] == "revert.failed"
    assert (Path(scene.event()["store"]) / "copies").exists()


def test_a_tree_for_whose_copy_there_is_no_room_is_not_built(scene: Scene) -> None:
    tree(scene.root, {"big.txt": "b" * 5000})
    with no_file_longer_than(1000), pytest.raises(NotKept) as caught, scene.kept():
        pytest.fail("must not be entered")
    assert caught.value.exit_status == 1
    assert caught.value.message.startswith(f"{scene.root} cannot be kept safe while it is built: File too large")
    assert "TMPDIR" in caught.value.step
    assert not scene.store.exists()


def test_an_error_of_what_is_done_meanwhile_is_none_of_the_keeping(scene: Scene) -> None:
    with pytest.raises(FileNotFoundError), scene.kept():
        (scene.root / "absent").read_text()


def test_in_what_pip_has_unpacked_nothing_is_anybodys_work(scene: Scene) -> None:
    with scene.kept(unpacked=True):
        (scene.root / "src/demo.py").write_text("generated\n")
    assert (scene.root / "src/demo.py").read_text() == FILES["src/demo.py"]
    assert scene.displaced() == {}
    assert scene.event()["displaced"] == []


@pytest.mark.parametrize(("inside", "kept"), [("user/root", True), ("scratch/pip-req-build", False)])
def test_a_project_within_another_one_is_somebodys_and_one_that_pip_has_unpacked_is_not(
    inside: str, kept: bool, tmp_path: Path
) -> None:
    path, shop = tree(tmp_path / inside, FILES | {"setup.py": ""}), a_shop(tmp_path)
    with found(ProjectRequest(path, Wheel.REGULAR), shop, a_log()[0], others=[path.parent]):
        (path / "src/demo.py").write_text("edited\n")
    assert (path / "src/demo.py").read_text() == FILES["src/demo.py"]
    assert [each.read_text() for each in shop.run_dir.glob("displaced/src/*")] == ["edited\n"] * kept

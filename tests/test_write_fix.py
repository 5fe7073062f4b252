"""Tests of writing a proposed `pyproject.toml`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from safe_install.errors import FileChanged, FixUnwritable
from safe_install.model import DEFAULT, Project
from safe_install.patch.write_fix import write

OLD = "# mine\r\n[project]\r\n"
NEW = "# mine\r\n\r\n[build-system]\r\n# é\r\n"


def _clean(_file: Path) -> bool:
    return False


def _project(path: Path, text: str | None = OLD) -> Project:
    if text is not None:
        (path / "pyproject.toml").write_bytes(text.encode())
    return Project(path=path, system=DEFAULT, text=text)


def _files(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_the_file_is_replaced_not_rewritten(tmp_path: Path) -> None:
    project = _project(tmp_path)
    (tmp_path / "before").hardlink_to(tmp_path / "pyproject.toml")
    write(project, NEW, _clean)
    assert _files(tmp_path) == {"pyproject.toml": NEW.encode(), "before": OLD.encode()}


@pytest.mark.parametrize("mode", [0o640, 0o755, 0o600])
def test_the_mode_stays(tmp_path: Path, mode: int) -> None:
    project = _project(tmp_path)
    (tmp_path / "pyproject.toml").chmod(mode)
    write(project, NEW, _clean)
    assert (tmp_path / "pyproject.toml").stat().st_mode & 0o7777 == mode


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_root_does_not_take_the_file(tmp_path: Path) -> None:
    project = _project(tmp_path)
    os.chown(tmp_path / "pyproject.toml", 12345, 54321)
    write(project, NEW, _clean)
    status = (tmp_path / "pyproject.toml").stat()
    assert (status.st_uid, status.st_gid) == (12345, 54321)


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    write(_project(tmp_path, None), NEW, _clean)
    (tmp_path / "other").touch()
    assert (tmp_path / "pyproject.toml").read_bytes() == NEW.encode()
    assert (tmp_path / "pyproject.toml").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    tree, store = tmp_path / "tree", tmp_path / "store"
    tree.mkdir()
    store.mkdir()
    (store / "shared.toml").write_bytes(OLD.encode())
    (tree / "pyproject.toml").symlink_to("../store/shared.toml")
    asked: list[Path] = []

    def changed(file: Path) -> bool:
        asked.append(file)
        return False

    write(Project(path=tree, system=DEFAULT, text=OLD), NEW, changed)
    assert (tree / "pyproject.toml").readlink() == Path("../store/shared.toml")
    assert _files(store) == {"shared.toml": NEW.encode()}
    assert asked == [(store / "shared.toml").resolve()]


def test_uncommitted_changes_are_not_mixed_with(tmp_path: Path) -> None:
    project = _project(tmp_path)
    with pytest.raises(FileChanged, match=r"pyproject\.toml has uncommitted changes"):
        write(project, NEW, lambda file: file == (tmp_path / "pyproject.toml").resolve())
    assert _files(tmp_path) == {"pyproject.toml": OLD.encode()}


@pytest.mark.parametrize("now", [OLD + "x = 1\n", OLD.replace("\r\n", "\n"), None])
def test_a_file_changed_since_it_was_read_is_left_alone(tmp_path: Path, now: str | None) -> None:
    project = _project(tmp_path)
    _project(tmp_path, now)
    if now is None:
        (tmp_path / "pyproject.toml").unlink()
    before = _files(tmp_path)
    with pytest.raises(FileChanged, match="was changed while it was being repaired"):
        write(project, NEW, _clean)
    assert _files(tmp_path) == before


def test_a_file_that_appeared_is_left_alone(tmp_path: Path) -> None:
    project = _project(tmp_path, None)
    _project(tmp_path, OLD)
    with pytest.raises(FileChanged, match="was changed while it was being repaired"):
        write(project, NEW, _clean)
    assert _files(tmp_path) == {"pyproject.toml": OLD.encode()}


def test_what_the_operating_system_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").mkdir()
    with pytest.raises(FixUnwritable, match=r"pyproject\.toml cannot be written: Is a directory"):
        write(Project(path=tmp_path, system=DEFAULT, text=OLD), NEW, _clean)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    project = Project(path=tmp_path / "gone", system=DEFAULT, text=None)
    with pytest.raises(FixUnwritable, match="No such file or directory"):
        write(project, NEW, _clean)


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_write_that_fails_half_way_leaves_everything(tmp_path: Path) -> None:
    import resource

    project = _project(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(OLD), hard))
    try:
        with pytest.raises(FixUnwritable, match="File too large"):
            write(project, NEW * 1000, _clean)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert _files(tmp_path) == {"pyproject.toml": OLD.encode()}

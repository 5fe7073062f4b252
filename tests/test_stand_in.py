from __future__ import annotations

import os
from pathlib import Path

import pytest

from safe_install.stand_in import ORIGINAL, STAND_IN, put_back, standing_in

WRITTEN = "[build-system]\nbuild-backend = 'uv_build'\n"
CORRECTED = f"{WRITTEN}requires = ['uv-build']\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pyproject.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    path.chmod(0o640)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def state_of(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return path.read_text(encoding="utf-8"), status.st_mode, status.st_mtime_ns


def test_the_file_holds_the_other_text_until_the_end(file: Path, tmp_path: Path) -> None:
    before = state_of(file)
    with standing_in(file, CORRECTED, tmp_path / "keep"):
        assert file.read_text(encoding="utf-8") == CORRECTED
    assert state_of(file) == before
    assert not (tmp_path / "keep").exists()


def test_it_is_back_after_an_interrupt(file: Path, tmp_path: Path) -> None:
    before = state_of(file)
    with pytest.raises(KeyboardInterrupt), standing_in(file, CORRECTED, tmp_path / "keep"):
        raise KeyboardInterrupt
    assert state_of(file) == before


def test_a_link_stays_one(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "tree" / "pyproject.toml"
    link.parent.mkdir()
    link.symlink_to(file)
    with standing_in(link, CORRECTED, tmp_path / "keep"):
        assert link.read_text(encoding="utf-8") == CORRECTED
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == WRITTEN


def test_what_cannot_be_written_is_left_alone(file: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent" / "pyproject.toml"
    with pytest.raises(FileNotFoundError), standing_in(absent, CORRECTED, tmp_path / "keep"):
        pass
    assert not (tmp_path / "keep").exists()


class TestAfterAKilledRun:
    def killed(self, file: Path, keep: Path) -> None:
        keep.mkdir()
        (keep / ORIGINAL).write_text(WRITTEN, encoding="utf-8")
        (keep / STAND_IN).write_text(CORRECTED, encoding="utf-8")
        file.write_text(CORRECTED, encoding="utf-8")

    def test_the_original_is_put_back(self, file: Path, tmp_path: Path) -> None:
        self.killed(file, tmp_path / "keep")
        assert put_back(file, tmp_path / "keep")
        assert file.read_text(encoding="utf-8") == WRITTEN
        assert not put_back(file, tmp_path / "keep")

    def test_what_somebody_wrote_since_stays(self, file: Path, tmp_path: Path) -> None:
        self.killed(file, tmp_path / "keep")
        file.write_text("# mine\n", encoding="utf-8")
        assert not put_back(file, tmp_path / "keep")
        assert file.read_text(encoding="utf-8") == "# mine\n"
        assert not (tmp_path / "keep").exists()

    def test_a_record_that_was_not_finished_is_dropped(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "keep").mkdir()
        (tmp_path / "keep" / ORIGINAL).write_text(WRITTEN, encoding="utf-8")
        assert not put_back(file, tmp_path / "keep")
        assert not (tmp_path / "keep").exists()

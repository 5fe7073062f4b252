from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from safe_install.errors import NotPutBack
from safe_install.stand_in import ORIGINAL, STAND_IN, put_back, standing_in
from trees import WITH_US, no_file_longer_than

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


def test_a_disk_that_is_full_takes_nothing(file: Path, tmp_path: Path) -> None:
    before = state_of(file)
    with (
        no_file_longer_than(len(WRITTEN) + 5),
        pytest.raises(OSError, match="File too large"),
        standing_in(file, CORRECTED * 10, tmp_path / "keep"),
    ):
        pytest.fail("must not be entered")
    assert state_of(file) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyproject.toml"]


KILLED = """
import os, sys
from pathlib import Path
from safe_install.stand_in import standing_in

def killed(event, arguments):
    # Just as the file is opened to be written, in whatever way.
    if event == "open" and "pyproject.toml" in str(arguments[0]) and arguments[2] & os.O_ACCMODE:
        armed.append(event)
    elif armed and event == "os.rename":
        os._exit(9)

armed = []
file, keep = map(Path, sys.argv[1:])
sys.addaudithook(killed)
with standing_in(file, "corrected", keep):
    os._exit(0)
"""


def test_a_kill_in_the_middle_of_a_write_finds_one_text_or_the_other(file: Path, tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", KILLED, str(file), str(tmp_path / "keep")]
    assert subprocess.run(arguments, env=WITH_US, check=False, timeout=30).returncode == 9
    assert file.read_text(encoding="utf-8") == WRITTEN
    put_back(file, tmp_path / "keep")
    assert file.read_text(encoding="utf-8") == WRITTEN


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

    @pytest.mark.parametrize("left", ["", CORRECTED[:20], None])
    def test_what_was_cut_off_is_put_back(self, file: Path, tmp_path: Path, left: str | None) -> None:
        self.killed(file, tmp_path / "keep")
        file.unlink() if left is None else file.write_text(left, encoding="utf-8")
        assert put_back(file, tmp_path / "keep")
        assert file.read_text(encoding="utf-8") == WRITTEN

    def test_a_run_that_was_killed_before_it_wrote_changes_nothing(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "keep").mkdir()
        (tmp_path / "keep" / ORIGINAL).write_text(WRITTEN, encoding="utf-8")
        # The corrected text may begin with the whole of the original.
        (tmp_path / "keep" / STAND_IN).write_text(WRITTEN + "requires = []\n", encoding="utf-8")
        before = state_of(file)
        assert not put_back(file, tmp_path / "keep")
        assert state_of(file) == before
        assert not (tmp_path / "keep").exists()

    def test_the_original_outlives_a_disk_that_is_full(self, file: Path, tmp_path: Path) -> None:
        self.killed(file, tmp_path / "keep")
        with no_file_longer_than(10), pytest.raises(NotPutBack) as caught:
            put_back(file, tmp_path / "keep")
        assert f"{tmp_path}/keep/original" in caught.value.step
        assert file.read_text(encoding="utf-8") == CORRECTED
        assert put_back(file, tmp_path / "keep")
        assert file.read_text(encoding="utf-8") == WRITTEN

    def test_a_record_that_was_not_finished_is_dropped(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "keep").mkdir()
        (tmp_path / "keep" / ORIGINAL).write_text(WRITTEN, encoding="utf-8")
        assert not put_back(file, tmp_path / "keep")
        assert not (tmp_path / "keep").exists()

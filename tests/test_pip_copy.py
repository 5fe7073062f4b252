"""A pip of our own is at hand: whole, once, whoever else wants it, wherever it can be written."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from safe_install.environment import pip_copy
from safe_install.kinds import Pip
from trees import a_shop, a_target, wheel_file

RUNNER = "pip/__pip-runner__.py"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a folder for caches of our own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "safe-install"


def test_the_carried_pip_runs_and_stays_for_the_next_run(cache: Path, tmp_path: Path) -> None:
    shop = a_shop(tmp_path)
    script = pip_copy.runner(shop, Pip.CARRIED)
    carried = pip_copy.carried_wheel(shop)
    name = "-".join(carried.name.split("-")[:2])
    assert script == cache / name / RUNNER
    assert f"pip-{pip_copy.version(script)}" == name
    done = subprocess.run([sys.executable, script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"pip {pip_copy.version(script)} from {cache}")
    with zipfile.ZipFile(carried) as archive:
        files = {str(path.relative_to(cache / name)) for path in (cache / name).rglob("*") if path.is_file()}
        assert {each for each in files if "__pycache__" not in each} == set(archive.namelist())
    before = script.stat().st_ino
    assert pip_copy.runner(shop, Pip.CARRIED).stat().st_ino == before
    assert [path.name for path in cache.iterdir()] == [name]


def test_what_somebody_has_tidied_up_in_is_made_whole(cache: Path, tmp_path: Path) -> None:
    shop = a_shop(tmp_path)
    script = pip_copy.runner(shop, Pip.CARRIED)
    script.unlink()
    (script.parent / "left").write_text("x")
    assert pip_copy.runner(shop, Pip.CARRIED) == script
    assert script.is_file()
    assert not (script.parent / "left").exists()
    assert len(list(cache.iterdir())) == 1


def test_many_at_once(cache: Path, tmp_path: Path) -> None:
    shop = a_shop(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        scripts = set(pool.map(lambda _: pip_copy.runner(shop, Pip.CARRIED), range(4)))
    assert len(scripts) == 1
    assert len(list(cache.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = a_shop(tmp_path)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert pip_copy.runner(shop, Pip.CARRIED).is_relative_to(shop.scratch)


def test_a_folder_that_is_no_folder_is_an_error_and_leaves_nothing(cache: Path, tmp_path: Path) -> None:
    shop = a_shop(tmp_path)
    name = "-".join(pip_copy.carried_wheel(shop).name.split("-")[:2])
    cache.mkdir(parents=True)
    (cache / name).write_text("")
    with pytest.raises(NotADirectoryError):
        pip_copy.runner(shop, Pip.CARRIED)
    assert [path.name for path in cache.iterdir()] == [name]


def test_no_pip_is_carried_for_a_python_of_yore(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, a_target(tmp_path, version=(2, 7, 18)))
    with pytest.raises(LookupError, match=r"virtualenv carries no pip for Python 2\.7"):
        pip_copy.runner(shop, Pip.CARRIED)


def test_the_newest_is_downloaded_and_lives_as_long_as_the_run(tmp_path: Path) -> None:
    members = {RUNNER: "print('99')\n", "pip/__init__.py": ""}
    metadata = "Metadata-Version: 2.1\nName: pip\nVersion: 99.0\n"
    info = {"METADATA": metadata, "WHEEL": "Wheel-Version: 1.0\n", "RECORD": ""}
    files = members | {f"pip-99.0.dist-info/{name}": text for name, text in info.items()}
    wheel_file(tmp_path / "index", files, "pip-99.0-py3-none-any.whl")
    shop = a_shop(tmp_path, pip_options=("--no-index", "--find-links", str(tmp_path / "index")))
    script = pip_copy.runner(shop, Pip.NEWEST)
    assert (script, pip_copy.version(script)) == (shop.scratch / "pip-99.0" / RUNNER, "99.0")
    assert script.read_text() == "print('99')\n"
    assert "pip-99.0-py3-none-any.whl" in (shop.run_dir / "newest-pip.log").read_text()


def test_a_newest_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, pip_options=("--no-index",))
    with pytest.raises(LookupError, match=r"(?s)the newest pip could not be downloaded: .*No matching distribution"):
        pip_copy.runner(shop, Pip.NEWEST)

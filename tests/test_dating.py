"""How old sources are is read from what packed or committed them; what the index had is asked of pip."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from packaging.version import Version

from safe_install.dating import age, dated, releases_as_of, uploaded
from safe_install.environment.workshop import Workshop
from safe_install.evidence import ReleasesAsOf
from safe_install.model import LEGACY_BACKEND, BuildSystem, Project
from trees import a_shop, tree

LEGACY = BuildSystem((), LEGACY_BACKEND)
ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def packed(folder: Path, day: date) -> Path:
    tree(folder, {"PKG-INFO": "Name: demo\n", "setup.py": ""})
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc).timestamp()
    os.utime(folder / "PKG-INFO", (noon, noon))
    return folder


def committed(folder: Path, day: date) -> Path:
    tree(folder, {"setup.py": ""})
    then = {"GIT_COMMITTER_DATE": f"{day}T12:00:00"}
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        command = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", *arguments]
        subprocess.run(command, cwd=folder, env=ENVIRON | then, check=True)
    return folder


def test_an_sdist_is_as_old_as_its_metadata(tmp_path: Path) -> None:
    found = dated(packed(tmp_path / "demo", date(2021, 6, 1)), ENVIRON)
    assert found.sources == date(2021, 6, 1)
    assert found.today == datetime.now(timezone.utc).date()


def test_a_reproducible_archive_has_no_day(tmp_path: Path) -> None:
    assert dated(packed(tmp_path / "demo", date(1980, 1, 1)), ENVIRON).sources is None


def test_where_its_metadata_has_no_day_the_newest_of_its_files_tells(tmp_path: Path) -> None:
    folder = packed(tmp_path / "demo", date(1970, 1, 1))
    for name, day in (
        ("setup.py", date(2019, 5, 1)),
        ("demo/__init__.py", date(2021, 6, 1)),
        ("x/y.py", date(2020, 2, 2)),
    ):
        tree(folder, {name: ""})
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc).timestamp()
        os.utime(folder / name, (noon, noon))
    assert dated(folder, ENVIRON).sources == date(2021, 6, 1)


@pytest.mark.parametrize("day", [date(2020, 2, 2), datetime.now(timezone.utc).date()])
def test_hatchs_own_day_and_the_day_of_unpacking_tell_nothing(day: date, tmp_path: Path) -> None:
    folder = packed(tmp_path / "demo", day)
    os.utime(folder / "setup.py", (0, 0))
    assert dated(folder, ENVIRON).sources is None


def test_then_the_index_is_asked_for_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(name: str, version: str, today: date, shop: Workshop) -> date:
        asked.append((name, version))
        return date(2022, 2, 2)

    monkeypatch.setattr("safe_install.dating.uploaded", answer)
    folder = packed(tmp_path / "demo", date(2020, 2, 2))
    os.utime(folder / "setup.py", (0, 0))
    project = Project(folder, LEGACY, sources=(("PKG-INFO", "Name: demo\nVersion: 1.0\n"),))
    shop = a_shop(tmp_path)
    assert age(project, shop).sources == date(2022, 2, 2)
    assert age(replace(project, sources=()), shop).sources is None
    os.utime(folder / "setup.py", (1_600_000_000, 1_600_000_000))
    assert age(project, shop).sources == date(2020, 9, 13)
    assert asked == [("demo", "1.0")]


@pytest.mark.index
def test_the_day_of_an_upload_is_found_to_the_week(tmp_path: Path) -> None:
    told = uploaded("six", "1.16.0", date(2026, 11, 28), a_shop(tmp_path, environ=os.environ))
    assert told is not None
    assert abs(told - date(2021, 5, 5)) <= timedelta(weeks=1)


class TestHalving:
    """The index is asked what it had before a day."""

    CAME = date(2019, 3, 5)

    def told(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answers: int = 99) -> tuple[date | None, int]:
        asked = 0

        def versions(name: str, words: tuple[str, ...], shop: Workshop) -> tuple[Version, ...] | None:
            nonlocal asked
            asked += 1
            if asked > answers:
                return None
            day = date.fromisoformat(words[words.index("--uploaded-prior-to") + 1])
            return (Version("0.9"), Version("1.0")) if day > self.CAME else (Version("0.9"),)

        monkeypatch.setattr("safe_install.dating.versions", versions)
        return uploaded("demo", "1.0", date(2026, 11, 28), a_shop(tmp_path)), asked

    def test_the_day_is_found_to_the_week(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        found, asked = self.told(monkeypatch, tmp_path)
        assert found is not None
        assert self.CAME < found <= self.CAME + timedelta(weeks=1)
        assert asked < 20

    @pytest.mark.parametrize("answers", [0, 1, 2, 7])
    def test_an_index_that_stops_answering_ends_it(
        self, answers: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        assert self.told(monkeypatch, tmp_path, answers) == (None, answers + 1)

    def test_one_that_had_it_always_tells_no_times(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(self.__class__, "CAME", date(2000, 1, 1))
        assert self.told(monkeypatch, tmp_path)[0] is None


@pytest.mark.parametrize("name", ["../x", "-v", "a b", "x" * 500 + "/"])
def test_what_is_no_name_is_not_asked_for(name: str, tmp_path: Path) -> None:
    folder = packed(tmp_path / "demo", date(1970, 1, 1))
    os.utime(folder / "setup.py", (0, 0))
    project = Project(folder, LEGACY, sources=(("PKG-INFO", f"Name: {name}\nVersion: 1.0\n"),))
    assert age(project, a_shop(tmp_path)).sources is None


def test_a_place_that_tells_no_times_is_not_heard(tmp_path: Path) -> None:
    places = tree(tmp_path / "index", {"demo-1.0.tar.gz": b""})
    shop = a_shop(tmp_path, pip_options=("--no-index", "--find-links", str(places)))
    for version in ("1.0", "9.0", "no version"):
        assert uploaded("demo", version, date(2026, 11, 28), shop) is None


def test_a_clone_is_as_old_as_its_last_commit(tmp_path: Path) -> None:
    assert dated(committed(tmp_path / "demo", date(2022, 3, 4)), ENVIRON).sources == date(2022, 3, 4)


def test_a_folder_of_a_repository_is_as_old_as_its_own_last_commit(tmp_path: Path) -> None:
    root = committed(tmp_path / "root", date(2022, 3, 4))
    assert dated(tree(root / "new", {"setup.py": ""}), ENVIRON).sources is None


def test_where_nothing_tells_there_is_no_day(tmp_path: Path) -> None:
    assert dated(tree(tmp_path / "demo", {"setup.py": ""}), ENVIRON).sources is None
    assert dated(committed(tmp_path / "root", date(2022, 3, 4)), {**ENVIRON, "PATH": "/nowhere"}).sources is None


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """Give a workshop whose only index is a folder of this machine."""
    tree(tmp_path / "index", {"demo/demo-1.0-py3-none-any.whl": ""})
    return replace(a_shop(tmp_path), pip_options=("--no-index", "--find-links", (tmp_path / "index/demo").as_uri()))


def test_what_lies_on_this_machine_has_no_time_of_upload(shop: Workshop, tmp_path: Path) -> None:
    question = ReleasesAsOf(date(2024, 1, 1), ("demo",))
    assert releases_as_of(question, shop, tmp_path / "log") == ()
    assert "Looking in links" not in (tmp_path / "log").read_text()


def test_neither_has_a_place_that_a_variable_names(shop: Workshop, tmp_path: Path) -> None:
    places = f"{tmp_path / 'index/demo'} https://links.invalid/"
    named = replace(shop, pip_options=("--no-index",), environ={**shop.environ, "PIP_FIND_LINKS": places})
    assert releases_as_of(ReleasesAsOf(date(2024, 1, 1), ("demo",)), named, tmp_path / "log") == ()
    assert str(tmp_path / "index") not in (tmp_path / "log").read_text()

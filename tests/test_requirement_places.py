"""What place a requirement names, and what is written in its stead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from safe_install.requirements.places import Place, StandIns, read

WHEEL = Path("/scratch/app-1.0-py3-none-any.whl")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app-1.tar.gz").touch()
    return tmp_path


def folder(here: Path, **changes: str) -> Place:
    path = here / "app"
    return replace(Place(str(path), is_folder=True, address=path.as_uri()), **changes)  # type: ignore[arg-type]


def test_folders(here: Path) -> None:
    assert read("./app", editable=False, directory=here) == folder(here)
    assert read(" ./app [x,Y] ; python_version < '3' ", editable=False, directory=here) == folder(
        here, extras="[x,Y]", marker="; python_version < '3'"
    )
    assert read("app", editable=True, directory=here) == folder(here)
    assert read(f"App[x] @ {(here / 'app').as_uri()} ; os_name == 'nt'", editable=False, directory=here) == folder(
        here, name="App", extras="[x]", marker='; os_name == "nt"'
    )
    assert read(f"{(here / 'app').as_uri()}#egg=App", editable=True, directory=here) == folder(here, name="App")


def test_archives_and_addresses(here: Path) -> None:
    archive = here / "app-1.tar.gz"
    assert read("app-1.tar.gz[x]", editable=False, directory=here) == Place(
        str(archive), extras="[x]", address=archive.as_uri()
    )
    assert read("https://h/a-1.zip#sha256=0", editable=False, directory=here) == Place(
        "https://h/a-1.zip", address="https://h/a-1.zip#sha256=0"
    )
    assert read("git+ssh://u@h/r@v1#egg=r&subdirectory=s", editable=True, directory=here) == Place(
        "git+ssh://u@h/r@v1", name="r", address="git+ssh://u@h/r@v1#egg=r&subdirectory=s"
    )
    assert read("git://h/r#egg=r", editable=True, directory=here) == Place(
        "git+git://h/r", name="r", address="git://h/r#egg=r"
    )


@pytest.mark.parametrize(
    "text", ["six", "six==1", "a[b]>=2; os_name=='nt'", "./absent", "absent.zip", "file://h/x", "x y"]
)
def test_what_names_no_place(text: str, tmp_path: Path) -> None:
    assert read(text, editable=False, directory=tmp_path) is None


@given(st.text(), st.booleans())
def test_whatever_is_written_is_read_or_left_to_pip(text: str, editable: bool) -> None:
    place = read(text, editable=editable, directory=Path("/nonexistent"))
    assert place is None or place.where


def test_a_wheel_stands_in_with_extras_and_marker(here: Path) -> None:
    stand_ins = StandIns({str(here / "app"): WHEEL})
    assert stand_ins.instead(folder(here, extras="[x]")) == f"{WHEEL}[x]"
    assert stand_ins.instead(folder(here, extras="[x]", marker="; os_name == 'nt'")) == f"{WHEEL}[x] ; os_name == 'nt'"
    named = stand_ins.instead(folder(here, name="App", extras="[x]", marker="; os_name == 'nt'"))
    assert named is not None
    requirement = Requirement(named)
    assert (requirement.name, requirement.url, str(requirement.marker)) == ("App", WHEEL.as_uri(), 'os_name == "nt"')
    assert StandIns().instead(folder(here)) is None


def test_an_archive_gets_a_name_unless_it_has_one() -> None:
    place = Place("https://h/a-1.zip", extras="[x]", address="https://h/a-1.zip#sha256=0")
    stand_ins = StandIns(names={place.where: "a"})
    assert stand_ins.instead(place) == "a[x] @ https://h/a-1.zip#sha256=0"
    assert stand_ins.instead(replace(place, name="a")) is None

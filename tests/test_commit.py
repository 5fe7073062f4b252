"""What a proven recipe means for the user's own things is carried out, and nothing more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safe_install import settling
from safe_install.commit import Item
from safe_install.events.log import Event
from safe_install.kinds import Kind
from safe_install.model import BuildSystem, Built, Distribution, Project, Recipe
from trees import a_log, a_shop, members, tree, wheel_file

SYSTEM = BuildSystem(("setuptools",), "setuptools.build_meta")


def _settled(place: Path, blamed: Kind | None) -> list[Event]:
    shop = a_shop(place, pip_options=("--cache-dir", str(place / "cache")))
    project = Project(tree(place / "tree", {}), SYSTEM)
    built = Built(place / "demo-1.0-py3-none-any.whl", "demo", "1.0", environment=(Distribution("demo", "1.0"),))
    log, told = a_log()
    settling.settle(Item(project, Recipe(SYSTEM, cache=False), built, blamed), shop, log)
    return told


def _cached(cache: Path, name: str, *, sound: bool) -> Path:
    path = wheel_file(cache / "wheels" / name, members(name), f"{name}-1.0-py3-none-any.whl")
    if not sound:
        path.write_bytes(path.read_bytes()[:40])
    return path


@pytest.mark.parametrize("blamed", [Kind.UNKNOWN, Kind.DOWNLOAD_CORRUPT, Kind.BACKEND_CORRUPT])
def test_what_is_proven_broken_goes_and_nothing_else(blamed: Kind, tmp_path: Path) -> None:
    broken = _cached(tmp_path / "cache", "demo", sound=False)
    sound = _cached(tmp_path / "cache", "other", sound=True)
    (event,) = _settled(tmp_path, blamed)
    assert (broken.exists(), sound.exists()) == (False, True)
    assert (event["event"], event["detail"]) == ("change.committed", f"removed: {broken.name}")


@pytest.mark.parametrize(
    ("blamed", "purged"),
    [(Kind.DOWNLOAD_CORRUPT, True), (Kind.BACKEND_CORRUPT, True), (Kind.UNKNOWN, False), (None, False)],
)
def test_all_goes_only_when_the_cache_was_guilty_beyond_doubt(
    blamed: Kind | None, purged: bool, tmp_path: Path
) -> None:
    sound = _cached(tmp_path / "cache", "demo", sound=True)
    told = _settled(tmp_path, blamed)
    assert sound.exists() is not purged
    assert [event["detail"] for event in told] == (
        ["purged: no entry could be told to be the broken one"] if purged else []
    )


def test_a_cache_that_was_in_use_is_left_alone(tmp_path: Path) -> None:
    broken = _cached(tmp_path / "cache", "demo", sound=False)
    shop = a_shop(tmp_path, pip_options=("--cache-dir", str(tmp_path / "cache")))
    project = Project(tree(tmp_path / "tree", {}), SYSTEM)
    item = Item(project, Recipe(SYSTEM), Built(tmp_path / "demo.whl", "demo", "1.0"))
    log, told = a_log()
    settling.settle(item, shop, log)
    settling.settle(
        replace(item, recipe=Recipe(SYSTEM, cache=False)), replace(shop, pip_options=("--no-cache-dir",)), log
    )
    assert (broken.exists(), told) == (True, [])

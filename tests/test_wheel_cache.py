"""Proven wheels are found by pip as if it had cached them, and the user's cache stays as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pip._internal.cache import CacheEntry, SimpleWheelCache
from pip._internal.models.link import Link
from pip._vendor.packaging.tags import sys_tags

from attempted import ALL, START
from safe_install import wheel_cache
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Infer
from safe_install.model import Proof
from safe_install.recipe_data import as_data
from safe_install.unbuilt import Unbuilt
from safe_install.wheel_cache import Proven, overlaid, remember, remembered
from trees import a_shop, picture, tree, wheel_file

URL = "https://host/demo-1.0.tar.gz"
PROOF = Proof(START, replace(START, constraints=("Cython<3",)), ("constrain-requires",))
ORIGIN = {"url": URL, "archive_info": {"hashes": {"sha256": "abc"}}}


def pips_place(cache: Path, url: str) -> Path:
    return Path(SimpleWheelCache(str(cache)).get_path_for_link(Link(url)))


def unbuilt(url: str = URL, **changes: Any) -> Unbuilt:
    parts = pips_place(Path("/"), url).parts[2:]
    known = Unbuilt(f"demo from {url}", url, Path("/tree"), name="demo", cached_at=parts, origin=json.dumps(ORIGIN))
    return replace(known, **changes)


def found(cache: Path, url: str = URL) -> str:
    link = Link(url)
    cached = SimpleWheelCache(str(cache)).get(link, "demo", list(sys_tags()))
    assert cached is not link
    entry = CacheEntry(cached, persistent=True)
    assert entry.origin is None or entry.origin.url == URL
    return Path(entry.link.file_path).name


@pytest.fixture
def proven(tmp_path: Path) -> Proven:
    return Proven(unbuilt(), wheel_file(tmp_path / "wheels"), "demo", ("numpy<2",))


def test_pip_finds_the_wheel_with_its_origin(proven: Proven, tmp_path: Path) -> None:
    folder = overlaid(None, (proven,), tmp_path)
    assert found(folder) == proven.wheel.name
    assert json.loads((pips_place(folder, URL) / "origin.json").read_text()) == ORIGIN


def test_the_users_cache_is_led_to_and_stays_as_it_is(proven: Proven, tmp_path: Path) -> None:
    other = "https://host/other-1.0.tar.gz"
    cache = tree(tmp_path / "cache", {"http-v2/a/b": "body", "selfcheck/x": ""})
    for url, name in ((URL, "demo-0.9-py3-none-any.whl"), (other, "demo-2.0-py3-none-any.whl")):
        wheel_file(pips_place(cache, url), name=name)
    before = picture(cache)
    folder = overlaid(cache, (proven, replace(proven, unbuilt=unbuilt(other))), tmp_path)
    assert (folder / "http-v2" / "a" / "b").read_text() == "body"
    assert (found(folder), found(folder, other)) == (proven.wheel.name, proven.wheel.name)
    assert picture(cache) == before
    only = overlaid(cache, (proven,), tmp_path)
    assert found(only, other) == "demo-2.0-py3-none-any.whl"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(wheel_cache, "user_cache_path", lambda *_, **__: tmp_path / "own")
    return a_shop(tmp_path)


def test_a_proven_wheel_is_remembered_for_the_same_sources(proven: Proven, shop: Workshop) -> None:
    assert remembered(proven.unbuilt, ALL, shop) is None
    remember(proven, replace(PROOF, recipe=START), None, ALL, shop)
    remember(proven, PROOF, "the patch", ALL, shop)
    known = remembered(proven.unbuilt, ALL, shop)
    assert known is not None
    assert (known.wheel.name, known.changes) == (proven.wheel.name, ("Cython<3",))
    assert known.bounds == ("numpy<2",)
    assert known.proof == {
        "declared": {"requires": ["setuptools"], "backend": "setuptools.build_meta", "backend_path": []},
        "recipe": json.loads(json.dumps(as_data(PROOF.recipe))),
        "patch": "the patch",
    }
    assert known.wheel.read_bytes() == proven.wheel.read_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": json.dumps({"url": URL, "archive_info": {"hashes": {"sha256": "other"}}})},
        {"origin": json.dumps({"url": URL, "vcs_info": {"vcs": "git", "commit_id": "abc"}})},
        {"cached_at": ("1", "2")},
        {"config_settings": (("a", ("b",)),)},
    ],
)
def test_other_sources_have_other_wheels(changes: dict[str, Any], proven: Proven, shop: Workshop) -> None:
    remember(proven, PROOF, None, ALL, shop)
    assert remembered(replace(proven.unbuilt, **changes), ALL, shop) is None


@pytest.mark.parametrize("changes", [{"origin": None}, {"origin": json.dumps({"url": URL})}, {"editable": True}])
def test_what_cannot_be_told_from_others_is_not_remembered(
    changes: dict[str, Any], proven: Proven, shop: Workshop
) -> None:
    same = replace(proven, unbuilt=replace(proven.unbuilt, **changes))
    remember(same, PROOF, None, ALL, shop)
    assert remembered(same.unbuilt, ALL, shop) is None


def test_what_a_remedy_proved_is_not_for_those_who_do_not_allow_it(proven: Proven, shop: Workshop) -> None:
    remember(proven, PROOF, None, ALL, shop)
    assert remembered(proven.unbuilt, replace(ALL, remedies=frozenset({"infer-requires"})), shop) is None
    assert remembered(proven.unbuilt, replace(ALL, remedies=frozenset({"constrain-requires"})), shop) is not None
    for other in (replace(ALL, infer=Infer.DECLARED), replace(ALL, allow=("six",)), replace(ALL, hashes=True)):
        assert remembered(proven.unbuilt, other, shop) is None


def test_what_was_built_as_declared_is_for_all_and_proves_no_recipe(proven: Proven, shop: Workshop) -> None:
    none = replace(ALL, remedies=frozenset())
    remember(proven, Proof(START, START, ()), None, none, shop)
    known = remembered(proven.unbuilt, none, shop)
    assert known is not None
    assert (known.changes, known.proof) == ((), None)


def test_half_of_a_record_is_none(proven: Proven, shop: Workshop, tmp_path: Path) -> None:
    remember(proven, PROOF, None, ALL, shop)
    [changes] = (tmp_path / "own").rglob("changes.json")
    changes.unlink()
    assert remembered(proven.unbuilt, ALL, shop) is None

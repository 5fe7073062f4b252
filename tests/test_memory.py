"""A proven recipe is found again for the same sources, Python and policy, and for nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attempted import ALL, PROJECT, START
from safe_install import memory
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Infer, Kind, Pip, Wheel
from safe_install.memory import Memory
from safe_install.memory.identity import of_tree
from safe_install.model import BuildSystem, Malformed, Project, Proof, Recipe
from safe_install.recipe_data import as_data, recipe_of
from trees import a_shop, members, tree

CURED = replace(START, extra_requires=("six",))
PROOF = Proof(START, CURED, ("infer-requires",), ("known: the table",))
FILES = {"pyproject.toml": "", "setup.py": "import six\n", "src/demo/__init__.py": "", "data/a": "1"}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return a_shop(tmp_path)


def a_memory(shop: Workshop, source: str = "sha256=1", **changes: Any) -> Memory:
    known = Memory(PROJECT, START, ALL, shop, lambda: source)
    return replace(known, **changes)


def test_it_is_found_for_the_same_sources(shop: Workshop) -> None:
    assert a_memory(shop).find() is None
    a_memory(shop).keep(PROOF)
    assert a_memory(shop).find() == PROOF
    assert a_memory(shop, "sha256=2").find() is None
    a_memory(shop).forget()
    assert a_memory(shop).find() is None
    a_memory(shop).forget()


@pytest.mark.parametrize(
    "other",
    [
        lambda known: replace(known, start=replace(START, wheel=Wheel.EDITABLE)),
        lambda known: replace(known, start=replace(START, extra_requires=("attrs",))),
        lambda known: replace(known, start=replace(START, config_settings=(("a", ("b",)),))),
        lambda known: replace(known, project=replace(PROJECT, text="")),
        lambda known: replace(known, policy=replace(ALL, infer=Infer.DECLARED)),
        lambda known: replace(known, policy=replace(ALL, allow=("six",))),
        lambda known: replace(known, policy=replace(ALL, hashes=True)),
        lambda known: replace(known, policy=replace(ALL, remedies=frozenset({"repair-build-system"}))),
        lambda known: replace(known, policy=replace(ALL, remedies=frozenset())),
        lambda known: replace(known, start=replace(START, cache=False)),
        lambda known: replace(known, start=replace(START, isolated=False)),
        lambda known: of_target(known, version=(3, 8, 1)),
        lambda known: of_target(known, platform="PyPy-test"),
        lambda known: replace(known, shop=replace(known.shop, build_constraints=("c.txt",))),
    ],
)
def test_it_is_not_for_what_is_asked_otherwise(other: Callable[[Memory], Memory], shop: Workshop) -> None:
    known = a_memory(shop)
    known.keep(PROOF)
    assert other(known).find() is None
    assert known.find() == PROOF


def of_target(known: Memory, **changes: Any) -> Memory:
    return replace(known, shop=replace(known.shop, target=replace(known.shop.target, **changes)))


@pytest.mark.parametrize(
    "recipe",
    [
        replace(CURED, cache=False),
        replace(CURED, isolated=False),
        replace(CURED, set_aside=("build",)),
        replace(CURED, extra_requires=("six @ https://me:secret@host/six.zip",)),
    ],
)
def test_what_is_no_matter_of_the_sources_is_not_kept(recipe: Recipe, tmp_path: Path) -> None:
    shop = a_shop(tmp_path, redact=lambda text: text.replace("secret", "****"))
    a_memory(shop).keep(replace(PROOF, recipe=recipe))
    assert not (shop.state / "recipes").exists()


def test_the_user_s_own_settings_are_used_and_not_kept(shop: Workshop) -> None:
    settings = (("token", ("hush",)),)
    start = replace(START, config_settings=settings)
    proof = replace(PROOF, declared=start, recipe=replace(CURED, config_settings=settings))
    known = a_memory(shop, start=start)
    known.keep(proof)
    assert known.find() == proof
    (file,) = (shop.state / "recipes").iterdir()
    assert "hush" not in file.read_text()
    assert file.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("names", [("six",), ("six", "attrs")])
def test_what_the_target_vouched_for_it_must_still_hold(names: tuple[str, ...], shop: Workshop) -> None:
    sources = ("declared: setup.py", "installed: imported by the build without isolation")
    proof = replace(PROOF, recipe=replace(START, extra_requires=names), sources=sources)
    known = a_memory(shop)
    known.keep(proof)
    assert known.find() is None
    tree(shop.target.purelib, members("six", "1.16"))
    assert known.find() == (proof if names == ("six",) else None)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 2}', "no json", "\udcff"])
def test_what_cannot_be_read_is_none(text: str, shop: Workshop) -> None:
    a_memory(shop).keep(PROOF)
    (file,) = (shop.state / "recipes").iterdir()
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert a_memory(shop).find() is None
    a_memory(shop).keep(PROOF)
    assert a_memory(shop).find() == PROOF


@pytest.mark.parametrize("key", ["system", "extra_requires", "wheel", "variables"])
def test_a_recipe_that_is_none_is_none(key: str, shop: Workshop) -> None:
    a_memory(shop).keep(PROOF)
    (file,) = (shop.state / "recipes").iterdir()
    told = json.loads(file.read_text())
    told["recipe"][key] = "nonsense"
    file.write_text(json.dumps(told))
    assert a_memory(shop).find() is None


def test_sources_are_not_read_where_nothing_is_known(shop: Workshop) -> None:
    def read() -> str:
        raise AssertionError

    unread = replace(a_memory(shop), source=read)
    assert unread.find() is None
    replace(unread, start=replace(START, cache=False)).see()
    unread.keep(replace(PROOF, recipe=replace(CURED, cache=False)))


def test_an_install_goes_on_where_nothing_can_be_kept(shop: Workshop) -> None:
    shop.state.mkdir(exist_ok=True)
    (shop.state / "recipes").write_text("")
    a_memory(shop).keep(PROOF)
    assert a_memory(shop).find() is None


def test_the_oldest_are_forgotten(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "KEPT", 2)
    all_of_them = [a_memory(shop, project=replace(PROJECT, text=f"# {number}")) for number in range(3)]
    for number, each in enumerate(all_of_them):
        each.keep(PROOF)
        for file in (shop.state / "recipes").iterdir():
            if file.stat().st_mtime > 1000:
                os.utime(file, (number, number))
    assert [each.find() for each in all_of_them] == [None, PROOF, PROOF]


def test_a_tree_is_told_from_others_by_all_that_a_build_sees(tmp_path: Path) -> None:
    path = tree(tmp_path / "one", FILES)
    link = path / "link"
    link.symlink_to("data")
    found = of_tree(Project(path, START.system), ())
    assert found == of_tree(Project(path, START.system), ())
    other = tree(tmp_path / "two", FILES)
    (other / "link").symlink_to("data")
    assert found == of_tree(Project(other, START.system), ())
    changes: list[Callable[[], object]] = [
        lambda: (path / "data" / "a").write_text("2"),
        lambda: (path / "data" / "a").chmod(0o755),
        lambda: (path / "data" / "a").rename(path / "data" / "b"),
        lambda: (path / "new").touch(),
        lambda: link.rename(path / "other"),
        lambda: link.symlink_to("src"),
    ]
    seen = {found}
    for change in changes:
        change()
        seen.add(of_tree(Project(path, START.system), ()))
    assert len(seen) == len(changes) + 1


def test_leftovers_and_what_the_run_writes_are_no_part_of_a_tree(tmp_path: Path) -> None:
    path = tree(tmp_path / "one", FILES)
    project = Project(path, START.system, artefacts=("src/demo.egg-info",))
    found = of_tree(project, (path / "tmp",))
    extra = ("src/demo.egg-info/PKG-INFO", "tmp/x", ".git/HEAD", "src/demo/__pycache__/x.pyc", "env/pyvenv.cfg")
    tree(path, dict.fromkeys(extra, ""))
    assert of_tree(project, (path / "tmp",)) == found


@pytest.mark.parametrize(
    "recipe",
    [
        START,
        Recipe(
            BuildSystem(("a", "b"), "back:end", (".",)),
            Wheel.EDITABLE,
            ("six",),
            ("Cython<3",),
            isolated=False,
            cache=False,
            pip=Pip.NEWEST,
            set_aside=("build",),
            variables=(("A", "1"),),
            config_settings=(("k", ("v", "w")),),
        ),
    ],
)
def test_a_recipe_is_the_same_after_it_was_data(recipe: Recipe) -> None:
    assert recipe_of(json.loads(json.dumps(as_data(recipe)))) == recipe


def test_a_build_system_that_cannot_be_read_is_nothing() -> None:
    malformed = Malformed(Kind.REQUIRES_INVALID, "requires", "no list")
    assert as_data(Recipe(malformed))["system"] is None

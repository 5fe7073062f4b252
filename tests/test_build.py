"""A recipe becomes a wheel, or a failure of the stage that was reached; the tree is as it was."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safe_install.building import build
from safe_install.kinds import Cause, Kind, Stage, Wheel
from safe_install.model import BuildSystem, Built, Distribution, Failure, Malformed, Project, Recipe
from safe_install.process import Finished
from trees import a_shop, a_target, members, tree, wheel_file

SYSTEM = BuildSystem((), "bk", (".",))
BACKEND = """
import os, shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    shutil.copy("demo-1.0-py3-none-any.whl", folder)
    return "demo-1.0-py3-none-any.whl"

def get_requires_for_build_editable(config_settings=None):
    return {requires!r}

def build_editable(folder, config_settings=None, metadata_directory=None):
    import demo
    return build_wheel(folder)
"""


def _build(
    place: Path, recipe: Recipe, files: Mapping[str, str | bytes] | None = None, **of_shop: Any
) -> tuple[Built | Failure, list[str]]:
    """Build a tree with the backend above, and with these files; give the names of the hooks, too."""
    root = tree(place / "tree", {"bk.py": BACKEND.format(requires=["demo"]), "build/lib/x": "x"} | dict(files or {}))
    wheel_file(root)
    called: list[str] = []

    def finished(hook: str, process: Finished) -> None:
        called.append(f"{hook} {process.status}")

    shop = a_shop(place, **of_shop)
    return build(Project(root, recipe.system), recipe, shop, place / "log", finished), called


def test_a_wheel_that_is_good(tmp_path: Path) -> None:
    built, called = _build(tmp_path, Recipe(SYSTEM))
    assert isinstance(built, Built)
    assert (built.name, built.version, built.log) == ("demo", "1.0", tmp_path / "log")
    assert (built.environment, built.imported) == ((), ())
    assert built.wheel.read_bytes() == (tmp_path / "tree" / built.wheel.name).read_bytes()
    assert built.wheel.is_relative_to(tmp_path / "scratch")
    assert called == ["get_requires_for_build_wheel 0", "build_wheel 0"]


def test_what_the_backend_asks_for_is_there_when_it_builds(tmp_path: Path) -> None:
    options = ("--no-index", "--find-links", str(tmp_path / "tree"))
    built, called = _build(tmp_path, Recipe(SYSTEM, Wheel.EDITABLE), pip_options=options)
    assert isinstance(built, Built)
    assert [(each.name, each.version) for each in built.environment] == [("demo", "1.0")]
    assert called == ["get_requires_for_build_editable 0", "build_editable 0"]


def test_what_it_asks_for_and_cannot_be_had(tmp_path: Path) -> None:
    failure, _ = _build(tmp_path, Recipe(SYSTEM, Wheel.EDITABLE), pip_options=("--no-index",))
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, failure.message) == (
        Stage.FILL_MORE,
        Cause.PIP_FAILED,
        "installing demo",
    )


def test_what_is_declared_and_added_and_cannot_be_had(tmp_path: Path) -> None:
    recipe = Recipe(replace(SYSTEM, requires=("one",)), extra_requires=("two",))
    failure, called = _build(tmp_path, recipe, pip_options=("--no-index",))
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.message, called) == (Stage.FILL, "installing one, two", [])


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    malformed = Malformed(Kind.TOML_INVALID, "pyproject.toml", "Expected ']'")
    failure, called = _build(tmp_path, Recipe(malformed))
    assert failure == Failure(Stage.READ, Cause.TABLE, "Expected ']'", malformed=malformed)
    assert called == []


def test_an_environment_that_cannot_be_made(tmp_path: Path) -> None:
    target = a_target(tmp_path / "target", executable=tmp_path / "none")
    failure, called = _build(tmp_path, Recipe(SYSTEM), target=target)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause, called) == (Stage.FILL, Cause.ENVIRONMENT, [])


@pytest.mark.parametrize(
    ("body", "stage", "cause", "message"),
    [
        ("return 'y.whl'", Stage.WHEEL, Cause.WHEEL_ABSENT, "build_wheel named y.whl and did not write it"),
        ("return '..'", Stage.WHEEL, Cause.WHEEL_ABSENT, "build_wheel named .. and did not write it"),
        ("return 'x\\0.whl'", Stage.WHEEL, Cause.WHEEL_ABSENT, "build_wheel named x\0.whl and did"),
        ("return '\\ud800.whl'", Stage.WHEEL, Cause.WHEEL_ABSENT, "build_wheel named "),
        ("open(folder + '/y.whl', 'w').close(); return 'y.whl'", Stage.WHEEL, Cause.WHEEL_INVALID, "Invalid"),
        ("raise ValueError", Stage.BUILD, Cause.HOOK_FAILED, "build_wheel failed"),
    ],
)  # fmt: skip
def test_a_wheel_that_is_none(body: str, stage: Stage, cause: Cause, message: str, tmp_path: Path) -> None:
    backend = f"def build_wheel(folder, config_settings=None, metadata_directory=None):\n    {body}\n"
    failure, _ = _build(tmp_path, Recipe(SYSTEM), {"bk.py": backend})
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause) == (stage, cause)
    assert failure.message.startswith(message)


def test_a_hook_that_fails_to_ask(tmp_path: Path) -> None:
    failure, called = _build(tmp_path, Recipe(SYSTEM, Wheel.EDITABLE), {"bk.py": BACKEND.format(requires=7)})
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause) == (Stage.REQUIRES, Cause.HOOK_ANSWER)
    assert called == ["get_requires_for_build_editable 0"]


def test_artefacts_are_out_of_the_way_and_back(tmp_path: Path) -> None:
    backend = textwrap.dedent("""
        import os
        def build_wheel(folder, config_settings=None, metadata_directory=None):
            print("there:", os.path.exists("build"), flush=True)
            os.mkdir("build")
            raise ValueError
    """)
    failure, _ = _build(tmp_path, Recipe(SYSTEM, set_aside=("build",)), {"bk.py": backend})
    assert isinstance(failure, Failure)
    assert failure.output.startswith("there: False\n")
    assert (tmp_path / "tree/build/lib/x").read_text() == "x"


def test_what_a_good_build_left_in_place_of_artefacts_stays(tmp_path: Path) -> None:
    backend = BACKEND.format(requires=[]).replace("import demo", "os.makedirs('build/__editable__.demo')")
    built, _ = _build(tmp_path, Recipe(SYSTEM, Wheel.EDITABLE, set_aside=("build",)), {"bk.py": backend})
    assert isinstance(built, Built)
    assert [path.name for path in (tmp_path / "tree/build").iterdir()] == ["__editable__.demo"]


def test_without_isolation_the_target_builds_and_what_it_lent_is_told(tmp_path: Path) -> None:
    target = a_target(tmp_path / "target")
    idle = {name: text.replace("demo.py", "idle.py") for name, text in members("idle").items() if name != "demo.py"}
    tree(target.purelib, members() | idle | {"idle.py": ""})
    variables = (("PYTHONPATH", str(target.purelib)),)
    recipe = Recipe(SYSTEM, Wheel.EDITABLE, isolated=False, extra_requires=("not-installed",), variables=variables)
    built, called = _build(tmp_path, recipe, target=target)
    assert isinstance(built, Built)
    assert called == ["build_editable 0"]
    assert built.imported == (Distribution("demo", "1.0"),)
    assert {"demo", "idle"} <= {each.name for each in built.environment}
    assert str(target.executable) == sys.executable


@pytest.mark.parametrize("asked_for", [True, False])
def test_a_build_without_isolation_that_nobody_asked_for_compiles_nothing_in_the_target(
    asked_for: bool, tmp_path: Path
) -> None:
    target = a_target(tmp_path / "target")
    tree(target.purelib, members())
    variables = (("PYTHONPATH", str(target.purelib)),)
    recipe = Recipe(SYSTEM, Wheel.EDITABLE, isolated=False, variables=variables)
    built, _ = _build(tmp_path, recipe, target=target, isolated=not asked_for)
    assert isinstance(built, Built)
    assert (target.purelib / "__pycache__").exists() is asked_for


READER = """
import pathlib, shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    shutil.copy("pyproject.toml", {seen!r})
    shutil.copy("demo-1.0-py3-none-any.whl", folder)
    return "demo-1.0-py3-none-any.whl"
"""
WRITTEN = "[build-system]\nrequires = ['x']\n"


@pytest.mark.parametrize(("backend", "corrected"), [("uv_build", True), ("bk", False)])
def test_a_correction_stands_in_the_tree_for_a_backend_that_reads_it_there(
    backend: str, corrected: bool, tmp_path: Path
) -> None:
    root = tree(tmp_path / "tree", {"pyproject.toml": WRITTEN})
    tree(root, {f"{backend}.py": READER.format(seen=str(tmp_path / "seen"))})
    wheel_file(root)
    project = Project(root, BuildSystem(("x",)), WRITTEN)
    system = BuildSystem((), backend, (".",))
    built = build(project, Recipe(system), a_shop(tmp_path), tmp_path / "log", lambda *_: None)
    assert isinstance(built, Built)
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert (f'build-backend = "{backend}"' in seen) is corrected
    assert (root / "pyproject.toml").read_text(encoding="utf-8") == WRITTEN
    assert not any(path.is_file() for path in (tmp_path / "state").rglob("*"))


@pytest.mark.parametrize(("subject", "corrected"), [("requires", True), ("six=1", False)])
def test_a_correction_stands_in_where_requires_is_no_list(subject: str, corrected: bool, tmp_path: Path) -> None:
    root = tree(tmp_path / "tree", {"pyproject.toml": WRITTEN})
    tree(root, {"bk.py": READER.format(seen=str(tmp_path / "seen"))})
    wheel_file(root)
    project = Project(root, Malformed(Kind.REQUIRES_INVALID, subject, "…"), WRITTEN)
    recipe = Recipe(BuildSystem((), "bk", (".",)))
    assert isinstance(build(project, recipe, a_shop(tmp_path), tmp_path / "log", lambda *_: None), Built)
    assert ("bk" in (tmp_path / "seen").read_text(encoding="utf-8")) is corrected
    assert (root / "pyproject.toml").read_text(encoding="utf-8") == WRITTEN


def test_a_tree_that_takes_no_correction(tmp_path: Path) -> None:
    project = Project(tmp_path / "absent", BuildSystem(("x",)), WRITTEN)
    recipe = Recipe(BuildSystem((), "uv_build"))
    failure = build(project, recipe, a_shop(tmp_path), tmp_path / "log", lambda *_: None)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause) == (Stage.READ, Cause.ENVIRONMENT)
    assert "pyproject.toml cannot be changed for the time of the build" in failure.message

"""A build environment holds what the recipe says and nothing more, and what goes wrong in it is a failure."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from safe_install.environment import Environment, PipEngine, opened, unmet_in
from safe_install.kinds import Cause, Pip, Stage
from safe_install.model import BuildSystem, Distribution, Failure, Recipe
from trees import a_shop, a_target, executable, members, tree, wheel_file

RECIPE = Recipe(BuildSystem(()))
SEEN = "import json, os, sys; print(json.dumps([sys.prefix, sys.base_prefix, sys.path, dict(os.environ)]))"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for caches of our own to all."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a user's virtualenv configuration that would end every isolation, and a cache of our own."""
    tree(tmp_path / "config", {"virtualenv/virtualenv.ini": "[virtualenv]\nsystem_site_packages = true\n"})
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def _fake(place: Path, script: str) -> Environment:
    """Give an environment whose interpreter is a shell script."""
    python = executable(place / "fake" / "python", f"#!/bin/sh\n{script}\n")
    return Environment(python, place / "fake", (place / "packages",), isolated=True, prefix=place / "prefix")


def test_it_is_empty_and_apart_and_gone_afterwards(tmp_path: Path) -> None:
    (tmp_path / "cwd").mkdir()
    tree(tmp_path / "cwd", {"pyproject.toml": ""})
    file = tmp_path / "config/virtualenv/virtualenv.ini"
    config = {"VIRTUALENV_SYSTEM_SITE_PACKAGES": "1", "VIRTUALENV_CONFIG_FILE": str(file)}
    shop = a_shop(tmp_path, environ={"PATH": os.environ["PATH"], "PYTHONPATH": "/somewhere"} | config)
    with opened(shop, RECIPE, tmp_path / "log") as environment:
        assert isinstance(environment, Environment)
        assert environment.distributions() == environment.pins() == ()
        variables = environment.variables(shop, RECIPE)
        out = subprocess.check_output([environment.python, "-c", SEEN], env=variables)
        prefix, base, path, seen = json.loads(out)
        assert Path(prefix) == environment.prefix
        assert environment.prefix.is_relative_to(shop.scratch)
        assert base != prefix
        packages = [Path(entry) for entry in path if "-packages" in entry]
        assert packages == list(environment.packages)
        assert "PYTHONPATH" not in seen
        assert seen["VIRTUAL_ENV"] == prefix
        assert shutil.which("python", path=seen["PATH"]) == str(environment.scripts / "python")
        assert sorted(path.name for path in environment.scripts.iterdir() if "python" not in path.name) == []
    assert not environment.prefix.exists()
    assert list(shop.scratch.iterdir()) == []
    assert sorted(path.name for path in (tmp_path / "cwd").iterdir()) == ["pyproject.toml"]


def test_without_isolation_it_is_the_target(tmp_path: Path) -> None:
    target = a_target(tmp_path / "target")
    tree(target.purelib, members())
    shop = a_shop(tmp_path, target, environ={"A": "1"}, isolated=False)
    recipe = replace(RECIPE, isolated=False, variables=(("B", "2"),))
    with opened(shop, recipe, tmp_path / "log") as environment:
        wanted = Environment(target.executable, target.scripts, target.path, isolated=False, prefix=target.prefix)
        assert environment == wanted
    assert wanted.pins() == (Distribution("demo", "1.0"),)
    assert wanted.distributions() == (Distribution("demo", "1.0", ("demo",)),)
    path = f"{target.scripts}:{os.defpath}"
    assert wanted.variables(shop, recipe) == {"A": "1", "B": "2", "PATH": path, "PIP_NO_INPUT": "1"}
    assert target.purelib.exists()


def test_an_interpreter_that_is_none_is_a_failure(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, a_target(tmp_path, executable=tmp_path / "none"))
    (tmp_path / "log").write_text("before\n")
    with opened(shop, RECIPE, tmp_path / "log") as failure:
        assert isinstance(failure, Failure)
        assert (failure.stage, failure.cause, failure.log) == (
            Stage.FILL,
            Cause.ENVIRONMENT,
            tmp_path / "log",
        )
        assert failure.message.startswith("virtualenv could not make an environment: ")
    assert (tmp_path / "log").read_text().startswith("before\nvirtualenv: ")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Give a folder of wheels: two versions of one that needs another."""
    for version, needs in (("1.0", ""), ("2.0", "Requires-Dist: other\n")):
        files = members(version=version)
        files[f"demo-{version}.dist-info/METADATA"] += needs
        wheel_file(tmp_path / "index", files, f"demo-{version}-py3-none-any.whl")
    wheel_file(tmp_path / "index", members("other"), "other-1.0-py3-none-any.whl")
    return tmp_path / "index"


def test_pip_fills_it_with_what_is_wanted_and_within_bounds(index: Path, tmp_path: Path) -> None:
    shop = a_shop(tmp_path, pip_options=("--no-index", "--find-links", str(index)))
    hostile = {
        "PIP_TARGET": str(tmp_path / "t"),
        "PIP_USER": "1",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_DRY_RUN": "1",
    }
    shop = replace(shop, environ=dict(shop.environ) | hostile)
    engine, log = PipEngine(shop), tmp_path / "log"
    with opened(shop, RECIPE, log) as environment:
        assert isinstance(environment, Environment)
        recipe = replace(RECIPE, constraints=("demo<2",))
        assert engine.fill(environment, ("demo",), recipe, Stage.FILL, log) is None
        assert environment.pins() == (Distribution("demo", "1.0"),)
        assert engine.fill(environment, ("demo>=2",), RECIPE, Stage.FILL_MORE, log) is None
        assert environment.pins() == (Distribution("demo", "2.0"), Distribution("other", "1.0"))
        failure = engine.fill(environment, ("demo>=3", "six"), RECIPE, Stage.FILL_MORE, log)
        assert isinstance(failure, Failure)
        wanted = (Stage.FILL_MORE, Cause.PIP_FAILED, "installing demo>=3, six", 1, log)
        assert (failure.stage, failure.cause, failure.message, failure.status, failure.log) == wanted
        assert "No matching distribution found for demo>=3" in failure.output
        assert failure.output in log.read_text()
    assert sorted(path.name for path in shop.scratch.iterdir()) == []
    assert not (tmp_path / "t").exists()


ASKED = 'shift 2; printf \'%s\\n\' "$@"; while [ $# -gt 1 ]; do shift; done; cat "$1"; exit 1'


def test_what_pip_is_told(tmp_path: Path) -> None:
    environment = _fake(tmp_path, ASKED)
    shop = a_shop(tmp_path, pip_options=("--pre", "-v"), build_constraints=("/their/constraints.txt",))
    recipe = replace(RECIPE, constraints=("six<2",), cache=False)
    failure = PipEngine(shop).fill(environment, ("a", "b; python_version > '3'"), recipe, Stage.FILL, tmp_path / "log")
    assert isinstance(failure, Failure)
    lines = failure.output.splitlines()
    own, wanted = lines[-5], lines[-3]
    assert (Path(own).name, Path(wanted).name) == ("constraints.txt", "requirements.txt")
    assert lines == [
        *("--no-user", "--target", "", "--prefix", str(environment.prefix)),
        *(
            "--no-warn-script-location",
            "--disable-pip-version-check",
            "--no-compile",
            "--progress-bar",
            "off",
        ),
        *("--pre", "-v", "--no-cache-dir"),
        *("--constraint", "/their/constraints.txt", "--build-constraint", "/their/constraints.txt"),
        *("--constraint", own, "--build-constraint", own),
        *("--requirement", wanted, "a", "b; python_version > '3'"),
    ]


def test_nothing_wanted_is_nothing_done(tmp_path: Path) -> None:
    engine = PipEngine(a_shop(tmp_path))
    assert engine.fill(_fake(tmp_path, "exit 9"), (), RECIPE, Stage.FILL, tmp_path / "log") is None
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    ("script", "seconds", "cause", "status"),
    [
        ("kill -9 $$", 60, Cause.SIGNAL, -signal.SIGKILL),
        ("exit 2", 60, Cause.PIP_FAILED, 2),
        ("exec sleep 60", 0.3, Cause.TIMEOUT, -signal.SIGTERM),
        ("trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done", 0.5, Cause.TIMEOUT, 0),
    ],
)
def test_how_pip_may_end(script: str, seconds: float, cause: Cause, status: int, tmp_path: Path) -> None:
    engine = PipEngine(a_shop(tmp_path, seconds=seconds))
    failure = engine.fill(_fake(tmp_path, script), ("six",), RECIPE, Stage.FILL, tmp_path / "log")
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.message) == (Stage.FILL, "installing six")
    assert (failure.cause, failure.status) == (cause, status)


def test_a_pip_that_cannot_be_had_is_a_failure(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, a_target(tmp_path, version=(2, 7, 0)))
    recipe = replace(RECIPE, pip=Pip.NEWEST)
    failure = PipEngine(shop).fill(_fake(tmp_path, ""), ("six",), recipe, Stage.FILL, tmp_path / "log")
    message = "virtualenv carries no pip for Python 2.7"
    assert failure == Failure(Stage.FILL, Cause.ENVIRONMENT, message, log=tmp_path / "log")


def test_pip_keeps_its_bytecode_whatever_the_user_wishes(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, environ={"PYTHONDONTWRITEBYTECODE": "1"})
    failure = PipEngine(shop).fill(_fake(tmp_path, "env; exit 1"), ("six",), RECIPE, Stage.FILL, tmp_path / "log")
    assert isinstance(failure, Failure)
    assert "PYTHONDONTWRITEBYTECODE" not in failure.output


@pytest.mark.parametrize(
    ("requirement", "met"),
    [
        ("demo", True),
        ("DEMO>=1", True),
        ("demo>=2", False),
        ("demo[extra]", False),
        ("demo; python_version > '2'", False),
        ("demo @ file:///demo", False),
        ("absent", False),
        ("not a requirement", False),
        ("beta>=1.0b1", True),
        ("ubuntu>=0.1", False),
        ("ubuntu", False),
    ],
)
def test_what_is_met_already(requirement: str, met: bool, tmp_path: Path, shop_less: Environment) -> None:
    assert unmet_in(shop_less, (requirement,)) == (() if met else (requirement,))


@pytest.fixture
def shop_less(tmp_path: Path) -> Environment:
    """Give an environment with a few distributions."""
    environment = _fake(tmp_path, "")
    for name, version in (("demo", "1.5"), ("beta", "1.0b2"), ("ubuntu", "0.23ubuntu1")):
        tree(environment.packages[0], members(name, version))
    return environment


def test_those_that_are_not_met_keep_their_order(shop_less: Environment) -> None:
    assert unmet_in(shop_less, ("z", "demo", "a")) == ("z", "a")

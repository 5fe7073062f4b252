"""Choose what is built: which projects, on which Pythons, and how many combinations of them."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from _pytest.mark import ParameterSet

import cases
import shelf
from cases import Case
from ground import Ground
from pythons import places, version
from spot import Spot
from workplace import Workplace

WANTED: Final = ("3.10", "3.13")
TOOL: Final = "safe-install"
PLAIN: Final = pytest.param("pip", marks=pytest.mark.plain_pip)
ABOUT: Final[Mapping[str, Callable[[Case], bool]]] = {
    "case": lambda case: not case.healthy,
    "healthy": lambda case: case.healthy,
    "healthy_wheel": lambda case: case.healthy and case.kind == "wheel",
    "fixable": lambda case: bool(case.patch),
}
"""The fixtures that are one combination, and which of them each takes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the whole matrix."""
    parser.addoption("--all", action="store_true", help="every combination, slow ones too")
    parser.addoption("--lines", type=int, help="how many command lines are compared with pip's")
    parser.addoption("--seed", type=int, default=20261124, help="which command lines are chosen")


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers."""
    config.addinivalue_line("markers", "slow: left out unless --all or -m slow is given")
    config.addinivalue_line("markers", "plain_pip: left out unless -m plain_pip is given")


def pytest_report_header() -> str:
    """Say which Pythons were found."""
    return "targets: " + ", ".join(f"Python {name} at {path}" for name, path in pythons().items())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hand each test the combinations of the projects that it is about."""
    whole = metafunc.config.getoption("--all")
    choose, names = (
        ((lambda each: each), cases.names()) if whole else (cases.representative, cases.everyday(cases.names()))
    )
    for fixture, wanted in ABOUT.items():
        if fixture in metafunc.fixturenames:
            projects = (cases.combinations(name, pythons()) for name in names)
            chosen = [case for each in projects for case in choose(tuple(filter(wanted, each)))]
            metafunc.parametrize(fixture, [_marked(case, fixture) for case in chosen])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for."""
    asked = config.getoption("-m")
    hidden = {name for name in ("slow", "plain_pip") if name not in asked}
    if config.getoption("--all"):
        hidden.discard("slow")
    out = [item for item in items if any(item.get_closest_marker(name) for name in hidden)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


@cache
def pythons(wanted: tuple[str, ...] = WANTED) -> Mapping[str, Path]:
    """Find the Pythons to make targets from: `SAFE_INSTALL_PYTHONS`, else those wanted, else this one."""
    if listed := os.environ.get("SAFE_INSTALL_PYTHONS"):
        candidates = [Path(path) for path in listed.split(os.pathsep)]
    else:
        candidates = [path for name in wanted for path in places(name)]
    found: dict[str, Path] = {}
    for path in candidates:
        if (name := version(path)) is not None:
            found.setdefault(name, path)
    return found or {"{}.{}".format(*sys.version_info): Path(sys.executable)}


def newest() -> Path:
    """Give the newest Python that was found."""
    return pythons()[max(pythons(), key=cases.version)]


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Workplace:
    """Give a workplace: on the case's Python, or on the newest that was found."""
    about = next((name for name in ABOUT if name in request.fixturenames), None)
    if about is None:
        return Workplace(tmp_path, newest())
    case: Case = request.getfixturevalue(about)
    for command in (*case.needs, *case.without):
        if (shutil.which(command) is None) is (command in case.needs):
            pytest.skip(f"{command} is {'not ' if command in case.needs else ''}on this machine")
    return Workplace(tmp_path, pythons()[case.python])


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of real archives."""
    return shelf.shared(tmp_path_factory, newest())


@pytest.fixture
def ground(tmp_path: Path, archives: Path) -> Ground:
    """Give a place that has nothing but archives to install from, and no project."""
    place = Workplace(tmp_path, newest())
    place.make_target()
    shutil.copytree(archives, tmp_path / "archives")
    place.tree.mkdir()
    return Ground(place, tmp_path / "archives")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a target that others are copied from."""
    place = Workplace(tmp_path_factory.mktemp("template"), newest())
    place.make_target()
    return place.target


@pytest.fixture(params=[TOOL, PLAIN])
def spot(place: Workplace, template: Path, request: pytest.FixtureRequest) -> Spot:
    """Give a spot for what holds of the tool, and of plain pip (`-m plain_pip`)."""
    return Spot(Ground.laid(place, template), request.param)


@pytest.fixture(params=["healed", pytest.param("healthy", marks=pytest.mark.slow), PLAIN])
def either(place: Workplace, template: Path, request: pytest.FixtureRequest) -> Spot:
    """Give a spot for what holds of projects that are healed, and of healthy ones, by pip too."""
    tool = "pip" if request.param == "pip" else TOOL
    return Spot(Ground.laid(place, template), tool, broken=request.param == "healed")


@pytest.fixture
def python_310() -> Path:
    """Give a Python 3.10, for what only an old pip or an old setuptools does."""
    if "3.10" not in pythons():
        pytest.skip("there is no Python 3.10 here")
    return pythons()["3.10"]


def _marked(case: Case, fixture: str) -> ParameterSet:
    slow = case.slow or (fixture == "fixable" and not case.written)
    return pytest.param(case, id=case.id, marks=[pytest.mark.slow] if slow else [])


@pytest.fixture(scope="session", autouse=True)
def signals_of_a_terminal() -> None:
    """Hear the signals that a shell has its background jobs ignore: what is tested would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

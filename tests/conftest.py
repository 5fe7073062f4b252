"""What tests of several modules are given."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from benches import SYSTEM, Place
from safe_install.environment import Environment, opened
from safe_install.model import Recipe
from trees import a_shop

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A change is not held up by an example that nobody had thought of before it...
settings.register_profile("repeatable", settings.get_profile("any machine"), derandomize=True)
# ...which is looked for on purpose, and at length.
settings.register_profile("searching", settings.get_profile("any machine"), max_examples=5000)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def build_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """Give one empty build environment to all whose hooks do not change it."""
    place = tmp_path_factory.mktemp("environment")
    with opened(a_shop(place), Recipe(SYSTEM), place / "log") as made:
        assert isinstance(made, Environment)
        yield made


@pytest.fixture
def place(tmp_path: Path, build_environment: Environment) -> Place:
    """Give a place where hooks are called."""
    return Place(tmp_path, build_environment)


@pytest.fixture(scope="session", autouse=True)
def signals_of_a_terminal() -> None:
    """Hear the signals that a shell has its background jobs ignore: what is tested would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

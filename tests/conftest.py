"""What tests of several modules are given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benches import SYSTEM, Place
from safe_install.environment import Environment, opened
from safe_install.model import Recipe
from trees import a_shop


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

"""What the library offers, and that importing a room of it hides none of it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

import safe_install


@pytest.mark.parametrize("name", safe_install.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(safe_install, name).__name__ == name


def test_no_room_bears_a_public_name() -> None:
    rooms = {module.name for module in pkgutil.iter_modules(safe_install.__path__)}
    assert rooms & set(safe_install.__all__) == set()


def test_the_functions_stay_functions() -> None:
    import_module("safe_install.cli")
    assert all(callable(each) for each in (safe_install.build, safe_install.diagnose, safe_install.install))


def test_what_is_not_offered_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        _ = safe_install.frobnicate

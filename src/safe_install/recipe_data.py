"""Write recipes as plain data, as JSON has it, and read them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from safe_install.kinds import Pip, Wheel
from safe_install.model import BuildSystem, Malformed, Recipe


def as_data(recipe: Recipe) -> dict[str, Any]:
    """Give a recipe as data; a build system that cannot be read is `None`."""
    system = None if isinstance(recipe.system, Malformed) else recipe.system
    pairs = {"variables": dict(recipe.variables), "config_settings": dict(recipe.config_settings)}
    return asdict(recipe) | {"system": system and asdict(system)} | pairs


def recipe_of(data: Mapping[str, Any]) -> Recipe:
    """Read a recipe; raises KeyError, TypeError, AttributeError or ValueError for what is none."""
    return Recipe(
        system=system_of(data["system"]),
        wheel=Wheel(data["wheel"]),
        extra_requires=_texts(data["extra_requires"]),
        constraints=_texts(data["constraints"]),
        isolated=bool(data["isolated"]),
        cache=bool(data["cache"]),
        pip=Pip(data["pip"]),
        set_aside=_texts(data["set_aside"]),
        variables=tuple((str(name), str(value)) for name, value in data["variables"].items()),
        config_settings=tuple((str(key), _texts(values)) for key, values in data["config_settings"].items()),
    )


def system_of(data: Mapping[str, Any]) -> BuildSystem:
    """Read a build system; raises as `recipe_of` does."""
    return BuildSystem(_texts(data["requires"]), str(data["backend"]), _texts(data["backend_path"]))


def _texts(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError(f"a list was expected, not {values!r}")
    return tuple(map(str, values))

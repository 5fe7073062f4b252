"""The reviewed tables of the field's facts, read once from the TOML files beside this one."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from safe_install.kinds import Kind, Stage
from safe_install.knowledge.rows import (
    Attribute,
    Backend,
    CApi,
    Era,
    Helper,
    Loss,
    Module,
    Needs,
    Plugin,
    Removal,
    Stdlib,
    Support,
    Symptom,
    System,
    Variable,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


__all__ = [
    "Attribute",
    "Backend",
    "CApi",
    "Era",
    "Helper",
    "Loss",
    "Module",
    "Needs",
    "Plugin",
    "Removal",
    "Stdlib",
    "Support",
    "Symptom",
    "System",
    "Tables",
    "Variable",
    "tables",
]


class Tables:
    """All of them, each read when it is first asked for."""

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """Give the names that modules of the standard library lost: the module's name, a dot, and the name."""
        return {f"{row['module']}.{row['name']}": _row(Attribute, row) for row in _read("attributes")}

    @cached_property
    def backends(self) -> tuple[Backend, ...]:
        """Give the build backends."""
        return tuple(_row(Backend, row) for row in _read("backends"))

    @cached_property
    def c_api(self) -> Mapping[str, tuple[int, int]]:
        """Give the Python whose headers have a name no more, or as a function only."""
        rows = [_row(CApi, row) for row in _read("c_api")]
        return {name: row.gone_since for row in rows for name in (*row.lost, *row.assigned)}

    @cached_property
    def eras(self) -> tuple[Era, ...]:
        """Give when each Python was released."""
        return tuple(_row(Era, row) for row in _read("eras"))

    @cached_property
    def helpers(self) -> Mapping[str, Helper]:
        """Give the modules that projects carry as a copy, by the files."""
        return {row["file"]: _row(Helper, row) for row in _read("helpers")}

    @cached_property
    def history(self) -> tuple[Loss, ...]:
        """Give what releases of build tools took away, as `nox -s history` found it."""
        return tuple(_row(Loss, row) for row in _read("history"))

    @cached_property
    def modules(self) -> Mapping[str, Module]:
        """Give the modules of build scripts by their names."""
        return {row["module"]: _row(Module, row) for row in _read("modules")}

    @cached_property
    def needs(self) -> Mapping[str, Needs]:
        """Give what distributions bring along, by canonical names."""
        return {row["distribution"]: _row(Needs, row) for row in _read("needs")}

    @cached_property
    def plugins(self) -> tuple[Plugin, ...]:
        """Give the backends' plugins."""
        return tuple(_row(Plugin, row) for row in _read("plugins"))

    @cached_property
    def pythons(self) -> tuple[Support, ...]:
        """Give the first releases of build tools that work on a Python."""
        return tuple(_row(Support, row) for row in _read("pythons"))

    @cached_property
    def removals(self) -> tuple[Removal, ...]:
        """Give what build tools have removed."""
        return tuple(_row(Removal, row) for row in _read("removals"))

    @cached_property
    def stdlib(self) -> Mapping[str, Stdlib]:
        """Give the modules that the standard library lost, by their names."""
        return {row["module"]: _row(Stdlib, row) for row in _read("stdlib")}

    @cached_property
    def systems(self) -> tuple[System, ...]:
        """Give the libraries and tools of the system."""
        return tuple(_row(System, row) for row in _read("systems"))

    @cached_property
    def symptoms(self) -> tuple[Symptom, ...]:
        """Give how causes look in a log."""
        return tuple(_row(Symptom, row) for row in _read("symptoms"))

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Give the environment variables that let a tool do what it refuses otherwise."""
        return tuple(_row(Variable, row) for row in _read("variables"))

    def variable(self, row_id: str) -> Variable:
        """Give the row of variables with an id."""
        return next(row for row in self.variables if row.id == row_id)


@cache
def tables() -> Tables:
    """Give every table of the package."""
    return Tables()


def _read(name: str) -> list[dict[str, Any]]:
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["row"]
    return rows


def _row(kind: type[Any], row: Mapping[str, Any]) -> Any:
    return kind(**{key: _value(key, value) for key, value in row.items()})


def _value(key: str, value: Any) -> Any:
    match key:
        case "pattern":
            return re.compile(value)
        case "signs":
            return tuple(re.compile(sign) for sign in value)
        case "kind":
            return Kind(value)
        case "stages":
            return tuple(Stage(stage) for stage in value)
        case "released":
            return date.fromisoformat(value)
        case "gone_since" | "python":
            return tuple(int(part) for part in value.split("."))
        case "modules":
            return frozenset(value)
        case "names":
            return {module: tuple(names) for module, names in value.items()}
        case _:
            return tuple(value) if isinstance(value, list) else value

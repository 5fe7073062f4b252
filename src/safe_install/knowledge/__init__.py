"""The reviewed tables of the field's facts, read once from the TOML files beside this one."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from safe_install.kinds import Kind, Stage

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Backend:
    """A build backend, its distribution, and the names it is mistaken for."""

    backend: str
    """What `build-backend` says, with its object where there is one."""
    distribution: str
    requires: str
    """The requirement to write where none is written."""
    source: str
    tools: tuple[str, ...] = ()
    """`[tool.*]` tables that only projects of this backend have."""
    former: tuple[str, ...] = ()
    """Values of `build-backend` that it had in former releases or distributions."""
    former_distributions: tuple[str, ...] = ()
    """Distributions that used to carry it and whose requirement it replaces."""
    editable_since: str | None = None
    """The first release with `build_editable` (PEP 660); `None`: it has none."""
    broken: tuple[str, ...] = ()
    """Releases that cannot be imported or cannot build, for everyone."""
    reads_table: bool = False
    """Whether it reads `[build-system]` in the tree itself, and builds nothing without a valid one."""

    @property
    def module(self) -> str:
        """Give the module that a front end imports."""
        return self.backend.partition(":")[0]

    @property
    def root(self) -> str:
        """Give the top-level package."""
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Module:
    """A module that build scripts import, and the distribution that provides it."""

    module: str
    distribution: str
    source: str
    requires: str = ""
    """The requirement, when it is not just the distribution's name."""


@dataclass(frozen=True)
class Plugin:
    """A backend's plugin, and how its absence looks."""

    distribution: str
    """Empty: the signs are what the backend says of any plugin, whose name is their group `subject`."""
    backend: str
    source: str
    signs: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True)
class Removal:
    """Something that a release of a build tool removed, and what brings it back."""

    id: str
    distribution: str
    removed_in: str
    source: str
    signs: tuple[re.Pattern[str], ...]
    """The group `subject`, where one has it, is what was removed."""
    constraint: str = ""
    """What keeps to the releases that have it; empty: where `gone_since` does not hold, all have it."""
    gone_since: tuple[int, int] | None = None
    """The first Python for which no release has it, so that nothing brings it back."""
    advice: str = ""
    """What its own project says to use instead."""
    binary: bool = False
    """Whether what is compiled against a release that has it runs with such releases only."""


@dataclass(frozen=True)
class Stdlib:
    """A module that the standard library lost, and what provides it since."""

    module: str
    gone_since: tuple[int, int]
    """The first Python without it."""
    source: str
    requires: str = ""
    """The requirement that provides it again under the same name; empty: nothing does."""
    advice: str = ""


@dataclass(frozen=True)
class Attribute:
    """A name that a module of the standard library lost."""

    module: str
    name: str
    gone_since: tuple[int, int]
    source: str


@dataclass(frozen=True)
class Support:
    """The first release of a build tool that works on a Python."""

    distribution: str
    python: tuple[int, int]
    minimum: str
    source: str


@dataclass(frozen=True)
class System:
    """A library or tool of the system, and the packages that have it."""

    id: str
    signs: tuple[re.Pattern[str], ...]
    packages: Mapping[str, str]
    """By package manager: `apt`, `dnf`, `apk`, `brew`."""
    source: str


@dataclass(frozen=True)
class Symptom:
    """How a cause looks in a log."""

    id: str
    kind: Kind
    pattern: re.Pattern[str]
    """Its group `subject`, where it has one, is what the cause is about."""
    sample: str
    source: str
    anywhere: bool = False
    """Matched against every line; otherwise against the last exception only."""
    stages: tuple[Stage, ...] = ()
    """Where it can occur; empty: anywhere."""
    curable: bool = True
    subject: str = ""
    """The subject, when the pattern names none."""


@dataclass(frozen=True)
class Needs:
    """What installing a distribution brings along, whatever its release: the names of its dependencies."""

    distribution: str
    source: str
    brings: tuple[str, ...] = ()


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
        case "gone_since" | "python":
            return tuple(int(part) for part in value.split("."))
        case _:
            return tuple(value) if isinstance(value, list) else value

"""The rows of the reviewed tables: one class for each table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from safe_install.kinds import Kind, Stage


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
class Helper:
    """A module that build scripts carry as a copy of it, and the distribution that maintains it, if one does."""

    file: str
    """Where a copy is, relative to the tree."""
    module: str
    source: str
    distribution: str = ""
    renewal: str = ""
    """The command of the distribution that makes the copy anew."""
    advice: str = ""
    """What to do without it, where nobody maintains it."""


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
    sdist_only: bool = False
    """Whether it is meant in sdists only, by the symptom that names it: what in a tree in work is its own fault."""
    binary: bool = False
    """Whether what is compiled against a release that has it runs with such releases only."""


@dataclass(frozen=True)
class Loss:
    """What one release of a build tool took away, read off the wheels: modules, and names of those that stayed."""

    distribution: str
    last: str
    """The last release that has it."""
    removed_in: str
    constraint: str
    """What keeps to the releases that have it."""
    restored_in: str = ""
    """The release in which it came back; empty: it did not."""
    modules: frozenset[str] = frozenset()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By module: the names that were imported from it."""

    @property
    def id(self) -> str:
        """Give what a diagnosis calls it."""
        until = f", restored in {self.restored_in}" if self.restored_in else ""
        return f"{self.distribution} {self.removed_in}{until}"


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
class CApi:
    """What the headers of a Python have no more."""

    gone_since: tuple[int, int]
    lost: tuple[str, ...]
    source: str
    assigned: tuple[str, ...] = ()
    """What became a function, so that nothing can be assigned to it."""


@dataclass(frozen=True)
class Support:
    """The first release of a build tool that works on a Python."""

    distribution: str
    python: tuple[int, int]
    minimum: str
    source: str


@dataclass(frozen=True)
class Era:
    """When a Python was released."""

    python: tuple[int, int]
    released: date
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
    settings: bool = False
    """Whether it is about what the project says to its build tool: some release of it took that to make an sdist."""
    removal: str = ""
    """The removal that it shows in an sdist, which some release of the tool took."""
    subject: str = ""
    """The subject, when the pattern names none."""
    gone_since: tuple[int, int] | None = None
    """The Python that took it away."""


@dataclass(frozen=True)
class Variable:
    """An environment variable with which a tool does what it refuses otherwise."""

    id: str
    variable: str
    value: str
    source: str
    signs: tuple[re.Pattern[str], ...] = ()
    """How the refusal looks; empty: the row of another table with the same id tells."""


@dataclass(frozen=True)
class Needs:
    """What installing a distribution brings along, whatever its release: the names of its dependencies."""

    distribution: str
    source: str
    brings: tuple[str, ...] = ()

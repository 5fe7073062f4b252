"""The values that everything else hands around; nothing here does anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from safe_install.kinds import Cause, Kind, Pip, Stage, Wheel
from safe_install.unbuilt import Unbuilt

METADATA: Final = "PKG-INFO"
"""What an sdist has at its root: the metadata that its author's own tools wrote (core metadata specification)."""


def assert_never(value: NoReturn) -> NoReturn:
    """Have the type checker prove that a `match` leaves nothing out; `typing` has it from Python 3.11 on."""
    raise AssertionError(f"not expected: {value!r}")


LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
"""What a front end calls when no `build-backend` is named (PEP 517, "source trees")."""
ConfigSettings: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Keys and their values, in the order in which they were said (`--config-settings`)."""
PROBE = "no-isolation-probe"
"""The remedy whose attempts tell something and are not built on."""


@dataclass(frozen=True)
class BuildSystem:
    """A `[build-system]` table as a front end uses it."""

    requires: tuple[str, ...]
    backend: str = LEGACY_BACKEND
    backend_path: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """Give the module that is imported: the backend without its object."""
        return self.backend.partition(":")[0]


DEFAULT = BuildSystem(requires=("setuptools>=40.8.0",), backend=LEGACY_BACKEND)
"""What pip builds with where no `[build-system]` is written (pip 26.3, PEP 518)."""


@dataclass(frozen=True)
class Malformed:
    """A `pyproject.toml` that no front end can build from, and why."""

    kind: Kind
    subject: str
    """The key, table or requirement that is wrong."""
    message: str
    line: int | None = None
    column: int | None = None
    requires: tuple[str, ...] = ()
    """The requirements that are valid or surely meant."""
    backend: str | None = None
    """The `build-backend`, if it could be read all the same."""
    backend_path: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    """What is written as `requires`, where that is invalid, as far as it is strings."""


@dataclass(frozen=True)
class Oddity:
    """A key or table that every front end ignores, and what was surely meant."""

    kind: Kind
    written: str
    meant: str


@dataclass(frozen=True)
class Mention:
    """A requirement that the project itself names somewhere."""

    requirement: str
    where: str
    """`project.dependencies`, `setup.py`, `requirements-dev.txt`…"""


@dataclass(frozen=True)
class Project:
    """A source tree as it was found."""

    path: Path
    system: BuildSystem | Malformed
    """The build system as pip reads it, defaults filled in."""
    text: str | None = None
    """The content of `pyproject.toml`, if there is one."""
    name: str | None = None
    """What it calls itself, where that can be told without building."""
    has_setup_py: bool = False
    names_backend: bool = False
    has_table: bool = False
    """Whether `build-backend`, and `[build-system]`, are written; otherwise the system's is pip's default."""
    oddities: tuple[Oddity, ...] = ()
    tools: frozenset[str] = frozenset()
    """The names of the `[tool.*]` tables."""
    mentions: tuple[Mention, ...] = ()
    modules: frozenset[str] = frozenset()
    """Top-level modules that are files of the tree (in its root, `src/` and `backend-path`)."""
    homes: tuple[tuple[str, str], ...] = ()
    """Each module near the root with the directory (relative, `.` for the root) that holds it."""
    artefacts: tuple[str, ...] = ()
    """Generated, untracked leftovers of earlier builds, relative to the tree."""
    sources: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The texts of the build's scripts and of the own modules' first files, by path relative to the tree."""
    submodules: frozenset[str] = frozenset()
    """What lies right in the own packages, by dotted names."""

    @property
    def is_released(self) -> bool:
        """Tell whether it is an sdist."""
        return bool(self.source(METADATA))

    def source(self, *files: str) -> str:
        """Give the text of the first of some files that has one."""
        texts = dict(self.sources)
        return next((texts[file] for file in files if file in texts), "")


@dataclass(frozen=True)
class Recipe:
    """What decides one attempt."""

    system: BuildSystem | Malformed
    wheel: Wheel = Wheel.REGULAR
    extra_requires: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    isolated: bool = True
    cache: bool = True
    """Whether pip's cache may be read and written."""
    pip: Pip = Pip.CARRIED
    set_aside: tuple[str, ...] = ()
    """Artefacts of the tree that are out of the way during the attempt."""
    variables: tuple[tuple[str, str], ...] = ()
    config_settings: ConfigSettings = ()


@dataclass(frozen=True)
class Distribution:
    """A distribution that is installed somewhere, and what it provides."""

    name: str
    version: str
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """What was observed when an attempt did not end in a wheel (or an install)."""

    stage: Stage
    cause: Cause
    message: str
    """The exception's text: of pyproject-hooks, the wheel reader, the operating system."""
    output: str = ""
    """The tail of what the process printed, redacted."""
    status: int | None = None
    """The process's exit status; negative is the signal that ended it."""
    log: Path | None = None
    """The file with the whole output."""
    environment: tuple[Distribution, ...] = ()
    """What the build environment held; empty when it was not made or is not known."""
    malformed: Malformed | None = None
    """Set when, and only when, the cause is `TABLE`."""
    unbuilt: tuple[Unbuilt, ...] = ()
    """The requirements that pip, installing, could not build."""


@dataclass(frozen=True)
class Built:
    """A wheel that can be installed."""

    wheel: Path
    name: str
    version: str
    log: Path | None = None
    environment: tuple[Distribution, ...] = ()
    imported: tuple[Distribution, ...] = ()
    """Of the target's distributions, those that the build without isolation imported."""


@dataclass(frozen=True)
class Installed:
    """pip put everything into the target."""

    distributions: tuple[str, ...]
    """`name-version` of what was installed, as pip says it."""


Result: TypeAlias = Built | Installed | Failure


@dataclass(frozen=True)
class Diagnosis:
    """What a failure means."""

    kind: Kind
    subject: str
    """The module, distribution, requirement, option, header… that it is about."""
    evidence: str
    """The line that it was read from."""
    curable: bool = True
    """Whether a remedy can exist."""
    candidates: tuple[str, ...] = ()
    """What was probably meant, best first: more than one is a tie, which nobody guesses."""
    row: str = ""
    """The row of the knowledge tables that told, by its id."""

    @property
    def cause(self) -> tuple[Kind, str]:
        """Give what a failure is about."""
        return (self.kind, self.subject)

    def is_like(self, other: Diagnosis) -> bool:
        """Tell whether another failure has the same cause: of one tool, more than one thing may be missing."""
        return (self.cause, self.row) == (other.cause, other.row)


@dataclass(frozen=True)
class Attempt:
    """One execution of a recipe."""

    recipe: Recipe
    result: Result
    remedy: str | None = None
    """The remedy that proposed the recipe; `None` is the project as declared."""
    base: int | None = None
    """The number of the attempt that the remedy started from."""
    diagnosis: Diagnosis | None = None
    """Set when, and only when, the result is a failure."""
    source: str | None = None
    """What vouches for the names that the remedy added."""


@dataclass(frozen=True)
class Proof:
    """A recipe that an earlier run has proven for a project, and what led to it."""

    declared: Recipe
    """The recipe that the remedies started from."""
    recipe: Recipe
    remedies: tuple[str, ...]
    sources: tuple[str, ...] = ()
    """What vouched for the names that were added."""

"""What is inspected and what is found: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from safe_install.declared.places import Place, Places
from safe_install.declared.python_source import Source
from safe_install.kinds import Kind
from safe_install.model import BuildSystem, Project

PYPROJECT = "pyproject.toml"


class Rule(str, Enum):
    """What only an inspection tells; all else has the kind of the failure that it would become."""

    SETUP_REQUIRES = "setup-requires"
    SHADOWING_FILE = "shadowing-file"


@dataclass(frozen=True)
class Finding:
    """Something that will break a build, where it is written, and what to do about it."""

    file: str
    """Relative to the project, with forward slashes."""
    place: Place
    rule: Kind | Rule
    message: str
    """The thing, the cause and the next step, in one line."""
    correction: str = ""
    """What to write instead, where that is known."""

    @property
    def text(self) -> str:
        """Give the message with its correction."""
        return f"{self.message}; write {self.correction}" if self.correction else self.message


@dataclass(frozen=True)
class Script:
    """A Python file that is run by the build."""

    file: str
    """Relative to the project, with forward slashes."""
    source: Source


@dataclass(frozen=True)
class Folder:
    """An entry of `backend-path`, and what is there."""

    written: str
    inside: bool
    """Whether it is relative, and in the project's tree."""
    exists: bool = False
    names: frozenset[str] = frozenset()
    """What an import could find there."""


@dataclass(frozen=True)
class Tree:
    """A source tree, as far as an inspection looks at it."""

    project: Project
    scripts: tuple[Script, ...] = ()
    """`setup.py`, and the modules of a backend that is in the tree."""
    setup_cfg: str = ""
    folders: tuple[Folder, ...] = ()
    """Those of `backend-path`, in its order."""
    root: tuple[tuple[str, str], ...] = ()
    """The modules in the root, each with its file: `("wheel", "wheel.py")`."""
    names: frozenset[str] = frozenset()
    """What an import could find in the root and in the folders right below it, and those of `backend-path`."""
    python: tuple[int, int] = (3, 13)
    """The Python that reads the scripts."""
    requires_python: str | None = None
    """The project's `requires-python`, where it says one."""


@dataclass(frozen=True)
class Ground:
    """What findings about a readable table stand on."""

    tree: Tree
    system: BuildSystem
    """The build system as it is meant: misspelt keys count as the right ones."""
    places: Places
    """Of `pyproject.toml`."""

"""What the events of a run are made of, besides the values of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from safe_install.model import Diagnosis


class RunOutcome(str, Enum):
    """How a run ended."""

    INSTALLED = "installed"
    PROVEN = "proven"
    """Every wheel was built; a dry run installs none."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    ERROR = "error"
    """What was asked cannot be done, or the program itself failed: see the event's `error`."""


class ProjectOutcome(str, Enum):
    """How a project ended."""

    INSTALLED = "installed"
    BUILT = "built"
    """Its wheel was built and is not installed."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Place(str, Enum):
    """What a change was made to."""

    TARGET = "target"
    PYPROJECT = "pyproject.toml"
    PIP_CACHE = "pip-cache"
    PIP = "pip"
    ARTEFACTS = "artefacts"
    SOURCE_TREE = "source-tree"


@dataclass(frozen=True)
class Start:
    """What a run begins with."""

    version: str
    arguments: Sequence[str]
    cwd: Path
    run_dir: Path
    target: Path | None = None
    """The target's interpreter, where it is known already."""
    dry_run: bool = False


@dataclass(frozen=True)
class HookRun:
    """One hook of a backend, or the filling of its environment, that came to an end."""

    hook: str
    """The hook's name in PEP 517 or 660; `fill` is pip installing build requirements."""
    status: int
    duration_ms: int
    log: Path | None = None


@dataclass(frozen=True)
class Choice:
    """A remedy that is tried next, and why."""

    remedy: str
    rung: int
    because: Diagnosis
    source: str | None = None
    """The evidence for a name that it adds: `declared: project.dependencies`, `installed`…"""


@dataclass(frozen=True)
class Change:
    """Something of the user's that was changed, or put back."""

    what: Place
    path: Path
    detail: str = ""
    displaced: Sequence[Path] = ()
    """Where things are that were in the way of putting it back, and may be somebody's work."""


@dataclass(frozen=True)
class ProjectEnd:
    """How a project ended."""

    project: Path
    outcome: ProjectOutcome
    attempts: int
    remedies: Sequence[str] = ()
    """Those that were proven."""
    name: str | None = None
    version: str | None = None
    wheel: str | None = None


@dataclass(frozen=True)
class Advice:
    """What only the user can do."""

    reason: str
    step: str
    """One sentence; lines after the first that begin with two blanks are commands."""
    project: Path | None = None
    diagnosis: Diagnosis | None = None
    """What the reason was drawn from."""


@dataclass(frozen=True)
class RunError:
    """Why a run could not do what was asked."""

    message: str
    step: str = ""


@dataclass(frozen=True)
class Finish:
    """What a run ends with."""

    outcome: RunOutcome
    status: int
    duration_ms: int
    run_dir: Path
    projects: Sequence[ProjectEnd] = ()
    advice: Sequence[Advice] = ()
    error: RunError | None = None
    recovered: bool = False
    """Whether a remedy was proven in the install; those of the projects are in `projects`."""

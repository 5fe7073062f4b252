"""What a run is asked for, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from safe_install.evidence import Policy
from safe_install.kinds import Wheel
from safe_install.model import ConfigSettings


@dataclass(frozen=True)
class ProjectRequest:
    """One local project to install."""

    path: Path
    """Absolute."""
    wheel: Wheel
    config_settings: ConfigSettings = ()
    """What its backend is told."""


@dataclass(frozen=True)
class Words:
    """Words of the command line that are pip's as they stand."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One requirement as it was written: an argument, or the value of `-e`."""

    text: str
    editable: bool = False


@dataclass(frozen=True)
class Listed:
    """A requirements file (`-r`), as it was written."""

    path: str


Argument: TypeAlias = Words | Asked | Listed


@dataclass(frozen=True)
class Placement:
    """Where pip puts what it installs, when that is not simply the target (pip's options of these names)."""

    target: str | None = None
    prefix: str | None = None
    root: str | None = None
    user: bool = False

    @property
    def elsewhere(self) -> bool:
        """Tell whether it is a folder and not an environment: PEP 668 is not about those."""
        return bool(self.target or self.prefix or self.root)


@dataclass(frozen=True)
class Request:
    """All that a run is asked for."""

    projects: tuple[ProjectRequest, ...]
    """The local projects that are built here."""
    policy: Policy
    arguments: tuple[Argument, ...] = ()
    """All that the installing pip is given, in its order; paths may be relative."""
    foreign: tuple[tuple[str, str], ...] = ()
    """Options that no table knows, each with what to do if the target's pip does not know it either."""
    python: str | None = None
    """The target's interpreter or environment, as it was written."""
    build_options: tuple[str, ...] = ()
    """Arguments for the pip that fills build environments, as written: paths may be relative."""
    build_constraints: tuple[str, ...] = ()
    """Files or URLs of build constraints; neither tuple of arguments holds them."""
    isolated: bool = True
    """Whether builds are isolated (`--no-build-isolation`)."""
    dry_run: bool = False
    only_deps: bool = False
    """Whether what is asked for stays out, and only its dependencies are installed."""
    report: str | None = None
    """A file, or `-` for standard output; it is not among the arguments."""
    placement: Placement = Placement()
    require_virtualenv: bool = False
    check_build_dependencies: bool = False
    verbosity: int = 0
    """`-v` counts up, `-q` down."""
    colour: bool = True
    """`False`: `--no-color`. Otherwise the stream decides."""
    break_system_packages: bool = False
    build_requires: tuple[str, ...] = ()
    max_seconds: float | None = None
    write_fix: bool = False
    fail_on_recovery: bool = False
    events: str | None = None
    """A file, `-` (standard output) or `fd:N`."""
    export: str | None = None
    """For which tool what is proven is printed: `uv`, `pip` or `pyproject`."""

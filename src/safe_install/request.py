"""What a run is asked for, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from safe_install.kinds import Wheel
from safe_install.model import Policy


@dataclass(frozen=True)
class ProjectRequest:
    """One project to install."""

    path: Path
    """Absolute."""
    wheel: Wheel
    extras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """All that a run is asked for."""

    projects: tuple[ProjectRequest, ...]
    policy: Policy
    python: str | None = None
    """The target's interpreter or environment, as it was written."""
    build_options: tuple[str, ...] = ()
    """Arguments for the pip that fills build environments, as written: paths may be relative."""
    install_options: tuple[str, ...] = ()
    """Arguments for the pip that installs, as written: paths may be relative."""
    build_constraints: tuple[str, ...] = ()
    """Files or URLs of build constraints; neither tuple of arguments holds them."""
    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    isolated: bool = True
    """Whether builds are isolated (`--no-build-isolation`)."""
    dry_run: bool = False
    """Not among `install_options`: a pip before 22.2 does not know `--dry-run`."""
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

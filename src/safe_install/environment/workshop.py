"""What all attempts of one run share: the target, folders, options and environment variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from safe_install.target import Target
from safe_install.target.pip_ahead import PipAhead

NOT_FOR_BUILDS: Final = frozenset(
    f"PIP_{name}"
    for name in (
        "BUILD_CONSTRAINT",
        "CONFIG_SETTINGS",
        "CONSTRAINT",
        "DRY_RUN",
        "EDITABLE",
        "FORCE_REINSTALL",
        "GROUP",
        "IGNORE_INSTALLED",
        "LOG",
        "NO_DEPS",
        "ONLY_DEPS",
        "PREFIX",
        "PYTHON",
        "QUIET",
        "REPORT",
        "REQUIRE_HASHES",
        "REQUIRE_VIRTUALENV",
        "REQUIREMENT",
        "REQUIREMENTS_FROM_SCRIPT",
        "ROOT",
        "SRC",
        "TARGET",
        "UPGRADE",
        "USER",
        "VERBOSE",
    )
) | {"__PYVENV_LAUNCHER__"}
"""Variables that say something about the user's install and must not reach a build environment."""
NOT_FOR_ISOLATED: Final = frozenset({"PYTHONPATH", "PYTHONHOME"})
"""Variables that would end an isolation; without one, pip leaves them to the build."""


@dataclass(frozen=True)
class Workshop:
    """What all attempts of one run share."""

    target: Target
    run_dir: Path
    """Where the logs go, and stay."""
    scratch: Path
    """Where everything else goes; it is gone when the run ends."""
    state: Path
    """Where safe-install keeps what outlives a run: locks and journals."""
    environ: Mapping[str, str]
    pip_options: tuple[str, ...]
    """Options of the user's for the pip that fills build environments."""
    build_constraints: tuple[str, ...]
    """Constraint files (or their addresses) of the user's for build requirements."""
    cwd: Path
    """Where relative paths in options start."""
    redact: Callable[[str], str]
    seconds: float | None
    """How long one process may take."""
    isolated: bool = True
    """Whether the user wants builds to be isolated; one that is not then must leave no trace in the target."""
    pip_ahead: PipAhead | None = None
    """The target's pip, where it was started already."""

    def build_environ(self, variables: tuple[tuple[str, str], ...] = (), *, isolated: bool = True) -> dict[str, str]:
        """Give the environment variables of a build, without those that are for the install."""
        left_out = NOT_FOR_BUILDS | NOT_FOR_ISOLATED if isolated else NOT_FOR_BUILDS
        kept = {name: value for name, value in self.environ.items() if name not in left_out}
        if self.isolated and not isolated:
            # The probe: what it imports of the target is not to be compiled there.
            kept["PYTHONDONTWRITEBYTECODE"] = "1"
        return kept | {"PIP_NO_INPUT": "1"} | dict(variables)

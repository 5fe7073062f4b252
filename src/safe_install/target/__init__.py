"""Know the target: its interpreter, paths, pip and lock."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from safe_install import process
from safe_install.dist_info import version_of
from safe_install.errors import ExternallyManaged, TargetUnusable
from safe_install.model import Distribution
from safe_install.request import Placement
from safe_install.scripts import unpacked

OLDEST: Final = (3, 9)
"""The oldest Python that is a target."""
TOOL_HOMES: Final = ("pipx", "uv")
"""Tools that give a command an environment of its own, in `<home>/venvs/` or `<home>/tools/`."""
IN_PLACE: Final = Placement()
FACTS: Final = frozenset(
    {"version", "platform", "prefix", "virtual", "purelib", "platlib", "scripts", "data", "path", "externally_managed"}
)
"""What `scripts/facts.py` tells, and only an interpreter does."""


@dataclass(frozen=True)
class Target:
    """The facts of a target, as its interpreter told them."""

    executable: Path
    version: tuple[int, int, int]
    platform: str
    """The implementation, the operating system and the machine."""
    prefix: Path
    virtual: bool
    """Whether it is a virtual environment."""
    purelib: Path
    platlib: Path
    scripts: Path
    data: Path
    path: tuple[Path, ...]
    """Where it looks for distributions, besides the folder of a script."""
    externally_managed: Path | None
    redirected: bool = False
    """Whether packages go elsewhere than into the interpreter's own environment."""

    @property
    def python(self) -> tuple[int, int]:
        """Give the version as tables and markers know it."""
        return self.version[:2]

    @property
    def is_whole(self) -> bool:
        """Tell whether all that is written to is one virtual environment, which nobody else shares."""
        return self.virtual and not self.redirected

    @property
    def packages(self) -> tuple[Path, ...]:
        """Give the folders that an install writes packages to."""
        return tuple(dict.fromkeys((self.purelib, self.platlib)))

    def distributions(self) -> tuple[Distribution, ...]:
        """Read what is installed, now."""
        # Not before a build has failed: importing it is not free.
        from safe_install.target.distributions import installed

        return installed(self.path)

    def pip(self) -> str | None:
        """Give the version of its pip, or `None` when it has none."""
        return version_of("pip", self.path)


def inspect(python: str | None, near: Path, environ: Mapping[str, str], placement: Placement = IN_PLACE) -> Target:
    """Find the target and ask it for its facts; `placement` may say that packages go elsewhere.

    `python` is an interpreter or an environment's folder, by path or by name on PATH; without it
    `choose` decides. `near` is the folder of the first project.
    Raises TargetUnusable when there is no interpreter, it is not Python, or it is too old.
    """
    executable = resolve(python, environ) if python is not None else choose(near, environ)
    if executable is None:
        raise TargetUnusable(f"there is no Python interpreter {python!r}", "name one that exists: --python PATH")
    facts = _facts(executable, environ, placement)
    version = tuple(facts["version"])
    if version[:2] < OLDEST:
        raise TargetUnusable(
            f"{executable} is Python {version[0]}.{version[1]}, and 3.9 is the oldest that can be installed into",
            "choose a newer interpreter with --python",
        )
    target = Target(
        executable=executable,
        version=version,
        platform=facts["platform"],
        prefix=Path(facts["prefix"]),
        virtual=facts["virtual"],
        purelib=Path(facts["purelib"]),
        platlib=Path(facts["platlib"]),
        scripts=Path(facts["scripts"]),
        data=Path(facts["data"]),
        path=tuple(Path(entry) for entry in facts["path"]),
        externally_managed=Path(facts["externally_managed"]) if facts["externally_managed"] else None,
    )
    return _placed(target, placement)


def prefix_of(python: str | None, environ: Mapping[str, str]) -> Path:
    """Give the folder of the environment that an interpreter is in, by its place alone."""
    executable = Path(sys.executable) if python is None else resolve(python, environ)
    return executable.parent.parent if executable is not None else Path(sys.prefix)


def choose(near: Path, environ: Mapping[str, str], own: str = sys.prefix) -> Path:
    """Give the interpreter of the environment that safe-install itself runs in; `own` is its prefix.

    Where that is a tool's own (pipx, uv tool): the active environment's, else that of `.venv` beside
    the project. Raises TargetUnusable when there is none.
    """
    if not _is_a_tools(Path(own)):
        return Path(sys.executable)
    active = (environ.get(variable) for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"))
    found = next((path for folder in (*active, near / ".venv") if folder and (path := _inside(Path(folder)))), None)
    if found is None:
        raise TargetUnusable(
            f"safe-install runs in a tool's own environment ({own}) and no other is active",
            "activate an environment, or name its interpreter with --python",
        )
    return found


def resolve(python: str, environ: Mapping[str, str]) -> Path | None:
    """Find an interpreter: a file, an environment's folder, or a command on PATH."""
    import shutil

    # Unlike Path's own, this leaves a user that does not exist alone.
    given = Path(os.path.expanduser(python))
    if os.path.isdir(given):
        return _inside(given)
    if os.path.isfile(given):
        return given.absolute()
    found = shutil.which(python, path=environ.get("PATH"))
    return Path(found).absolute() if found else None


def refuse_if_managed(target: Target, break_system_packages: bool) -> None:
    """Raise ExternallyManaged as pip does (PEP 668)."""
    if target.externally_managed is not None and not target.virtual and not break_system_packages:
        raise ExternallyManaged(target.externally_managed)


def refuse_if_read_only(target: Target) -> None:
    """Raise TargetUnusable when the folders that an install writes to cannot be written."""
    for folder in target.packages:
        # One that is not there yet will be made.
        there = next(path for path in (folder, *folder.parents) if os.path.exists(path))
        if not os.access(there, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise TargetUnusable(
                f"{folder} cannot be written by this user",
                "install into a virtual environment (python -m venv .venv), or run as the owner",
            )


def _placed(target: Target, placement: Placement) -> Target:
    """Give the target with the folders that pip's options of placement lead to, as pip finds them."""
    if placement.target is not None:
        folder = Path(os.path.abspath(os.path.expanduser(placement.target)))
        target = replace(target, purelib=folder, platlib=folder, scripts=folder / "bin", data=folder)
    elif placement.root is not None:
        root = Path(os.path.abspath(placement.root))
        purelib, platlib, scripts, data = (
            root.joinpath(*path.parts[1:]) for path in (target.purelib, target.platlib, target.scripts, target.data)
        )
        target = replace(target, purelib=purelib, platlib=platlib, scripts=scripts, data=data)
    if not (placement.elsewhere or placement.user):
        return target
    # The environment itself is only looked at then; PEP 668 speaks of what is installed into it.
    managed = None if placement.elsewhere else target.externally_managed
    return replace(target, redirected=True, externally_managed=managed)


def _inside(folder: Path) -> Path | None:
    """Give the interpreter of an environment."""
    places = (Path("bin", "python"), Path("bin", "python3"), Path("Scripts", "python.exe"), Path("python.exe"))
    return next((path for place in places if os.path.isfile(path := folder.absolute() / place)), None)


def _is_a_tools(prefix: Path) -> bool:
    parents = [part.name for part in prefix.parents]
    return len(parents) > 1 and parents[0] in {"venvs", "tools"} and parents[1] in TOOL_HOMES


def _facts(executable: Path, environ: Mapping[str, str], placement: Placement) -> dict[str, Any]:
    asked = ["--user"] if placement.user else ["--prefix", placement.prefix] if placement.prefix is not None else []
    with unpacked("facts.py") as script:
        try:
            status, out, err = process.ask([str(executable), str(script), *asked], Path.cwd(), environ)
        except OSError as error:
            raise TargetUnusable(f"{executable} cannot be run: {error}", "name a Python with --python") from error
    # What an interpreter's own start-up prints (sitecustomize) stands before it.
    facts = _object(out.strip().splitlines()[-1:])
    if status == 0 and facts.keys() >= FACTS:
        return facts
    said = (err or out).strip().splitlines()
    raise TargetUnusable(
        f"{executable} is not a Python that can be used"
        + (f": {said[-1][:200]}" if said else f": it ended with status {status}"),
        "name a Python, 3.9 or newer, with --python",
    )


def _object(lines: list[str]) -> dict[str, Any]:
    try:
        value = json.loads("".join(lines))
    except (ValueError, RecursionError):
        # Something else answered; what it said is in the message.
        return {}
    return value if isinstance(value, dict) else {}

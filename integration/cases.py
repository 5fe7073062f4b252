"""Read the projects: what each is, and what is expected of it on one Python and as one kind of wheel."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECTS: Final = Path(__file__).parent / "projects"
KINDS: Final = ("editable", "wheel")
FAMILIES: Final = (
    *("misspelt-attribute", "misspelt-root", "misspelt-submodule", "no-backend", "no-requires", "not-in-requires"),
    "other-tool",
)
"""The causes that have a project for each backend."""


@dataclass(frozen=True)
class Case:
    """One project on one Python as one kind of wheel, and what must come of it."""

    name: str
    kind: str
    python: str
    """`3.13`, the target's."""
    about: str
    source: str
    """Where the cause comes from: an issue, a PEP, a changelog."""
    outcome: str
    pip: str
    """What the newest pip does with it: `works`, `fails` or `hangs`."""
    diagnosis: str = ""
    """The kind of the first failing attempt; empty when none fails."""
    later: tuple[str, ...] = ()
    """The kinds of the failing attempts after it; empty: anything."""
    remedies: tuple[str, ...] = ()
    """Those proven, in order."""
    patch: bool | tuple[str, ...] = False
    """Whether a diff is shown; or what its added lines contain."""
    advice: str = ""
    """What stderr says to the user of a failed run."""
    module: str = ""
    """What can be imported in the target afterwards."""
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    """Commands without which the project cannot be built."""
    without: tuple[str, ...] = ()
    """Commands that must be absent for the project to fail."""
    git: bool = False
    """Whether the tree is a repository with a tag `v1.0`."""
    committed: str = ""
    """The day of its commit; empty: today."""
    slow: bool = False
    written: bool = False
    """Whether the proposed patch is written and tried with pip by default."""

    @property
    def tree(self) -> Path:
        """Give the project's source tree."""
        return PROJECTS / self.name / "project"

    @property
    def healthy(self) -> bool:
        """Tell whether nothing is wrong with it."""
        return self.name.startswith("healthy-")

    @property
    def id(self) -> str:
        """Name the case and its combination, as pytest shows it."""
        return f"{self.name}-{self.kind}-{self.python}"


def names() -> tuple[str, ...]:
    """List all projects."""
    return tuple(sorted(path.parent.name for path in PROJECTS.glob("*/expect.toml")))


def combinations(name: str, pythons: Mapping[str, Path]) -> tuple[Case, ...]:
    """Give the project as every kind of wheel on every Python where it is meant to be built."""
    document = tomllib.loads((PROJECTS / name / "expect.toml").read_text(encoding="utf-8"))
    kinds = document.pop("kinds", KINDS)
    only = document.pop("pythons", list(pythons))
    return tuple(_case(name, kind, python, document) for python in pythons if python in only for kind in kinds)


def everyday(found: tuple[str, ...]) -> tuple[str, ...]:
    """Choose for every day: of a cause with a project for each backend every second, in turns."""
    families = [[name for name in found if name.startswith(f"{cause}-")] for cause in FAMILIES]
    left_out = {name for turn, family in enumerate(families) for name in family[turn % 2 :: 2]}
    return tuple(name for name in found if name not in left_out)


def representative(combined: tuple[Case, ...]) -> tuple[Case, ...]:
    """Choose the same one every time, of those that pip fails on."""
    telling = tuple(case for case in combined if case.pip != "works") or combined
    return (telling[zlib.crc32(telling[0].name.encode()) % len(telling)],) if telling else ()


def version(python: str) -> tuple[int, ...]:
    """Make `3.10` comparable."""
    return tuple(int(part) for part in python.split(".")[:2])


def _case(name: str, kind: str, python: str, document: Mapping[str, Any]) -> Case:
    values = {key: value for key, value in document.items() if key != "where"}
    for row in document.get("where", ()):
        if _applies(row, kind, python):
            values |= {key: value for key, value in row.items() if key not in ("since", "before", "kind")}
    values["module"] = values.pop("import", "")
    values["env"] = list(values.pop("env", {}).items())
    return Case(name=name, kind=kind, python=python, **{key: _frozen(value) for key, value in values.items()})


def _applies(row: Mapping[str, str], kind: str, python: str) -> bool:
    here = version(python)
    return (
        here >= version(row.get("since", "0.0"))
        and here < version(row.get("before", "9.9"))
        and row.get("kind", kind) == kind
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

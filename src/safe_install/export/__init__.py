"""Gather from the events of a run what it has proven, to be said to other tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from safe_install.events.log import Event
from safe_install.model import BuildSystem, Recipe
from safe_install.recipe_data import recipe_of, system_of
from safe_install.redaction import MASK


@dataclass(frozen=True)
class Proven:
    """A recipe that builds one distribution which cannot be built as declared."""

    name: str
    version: str
    folder: str
    """The project's own; empty for what pip has unpacked, which is gone."""
    declared: BuildSystem | None
    """`None`: it cannot be read."""
    recipe: Recipe
    changes: tuple[str, ...]
    patch: str | None


@dataclass(frozen=True)
class Document:
    """What is to be said, in the language of one tool."""

    text: str
    unsaid: tuple[str, ...] = ()
    """What that language has no words for: one sentence each."""


class Gathering:
    """Takes the events of a run, and knows what was proven."""

    def __init__(self) -> None:
        self._declared: dict[str, BuildSystem | None] = {}
        self._started: dict[tuple[str, int], Event] = {}
        self._built: dict[tuple[str, int], Event] = {}
        self._unpacked: set[str] = set()
        self._installing = False
        self._proven: dict[str, Proven] = {}
        self.written: list[str] = []
        """The projects whose patch was written: nothing is left to say of them."""
        self.troubled = False
        """Whether anything failed."""

    @property
    def proven(self) -> tuple[Proven, ...]:
        """Give what was proven, in the order of the run."""
        return tuple(each for place, each in self._proven.items() if place not in self.written)

    def add(self, event: Event) -> None:
        """Take the next event; what this version does not know is left alone."""
        match event["event"]:
            case "project.read":
                self._declared[event["project"]] = _system(event)
            case "dependency.failed":
                self._unpacked.add(event["source_tree"])
                self._add_wheel(event)
            case "attempt.started":
                self._installing = False
                self._started[event["project"], event["attempt"]] = event
            case "attempt.built":
                self._built[event["project"], event["attempt"]] = event
                self._add_asked(event)
            case "install.started":
                self._installing = True
            case "remedy.proven" if not self._installing:
                self._add(event["project"], event["attempt"], event["changes"], event["patch"])
            case "change.committed" if event["what"] == "pyproject.toml":
                self.written.append(str(PurePath(event["path"]).parent))
            case "attempt.failed":
                self.troubled = True
            case "run.finished" if event["outcome"] not in {"installed", "proven"}:
                self.troubled = True

    def _add(self, project: str, attempt: int, changes: list[str], patch: str | None) -> None:
        started, built = self._started.get((project, attempt)), self._built.get((project, attempt))
        # Of a record that was cut, what came before may be missing.
        if started is not None and built is not None:
            folder = "" if project in self._unpacked else project
            recipe, declared = recipe_of(started["recipe"]), self._declared.get(project)
            self._proven[project] = Proven(
                built["name"], built["version"], folder, declared, recipe, tuple(changes), patch
            )

    def _add_asked(self, built: Event) -> None:
        """Add what was built as declared but for what the user has added: that may be what it needs."""
        started = self._started.get((built["project"], built["attempt"]))
        if started is not None and started["remedy"] is None and not started["remembered"]:
            extra = started["recipe"]["extra_requires"]
            if extra:
                self._add(built["project"], built["attempt"], [f"also installs {', '.join(extra)}, as asked for"], None)

    def _add_wheel(self, failed: Event) -> None:
        """Add what an earlier run has proven, whose wheel was taken."""
        proof = failed["proof"]
        if proof is not None:
            name, version = failed["wheel"].split("-")[:2]
            declared = proof["declared"] and system_of(proof["declared"])
            recipe, changes = recipe_of(proof["recipe"]), tuple(failed["changes"])
            self._proven[failed["source_tree"]] = Proven(name, version, "", declared, recipe, changes, proof["patch"])


def differences(each: Proven) -> Iterator[str]:
    """Say what of a recipe no tool has settings for: another backend, or another path to it."""
    system, declared = each.recipe.system, each.declared
    assert isinstance(system, BuildSystem)
    where = " (--export pyproject has it as a patch)" if each.patch else ""
    if declared is None:
        yield f"its [build-system] cannot be read, and has to be corrected{where}"
    elif system.backend != declared.backend:
        yield f"its build-backend has to be {system.backend}{where}"
    elif system.backend_path != declared.backend_path:
        yield f"its backend-path has to be {', '.join(system.backend_path) or 'left out'}{where}"
    secret = (*each.recipe.extra_requires, *dict(each.recipe.variables).values())
    if any(MASK in text for text in secret):
        yield "it needs something with a secret in it, of which safe-install keeps nothing"


def _system(read: Mapping[str, Any]) -> BuildSystem | None:
    return None if read["problem"] is not None else system_of(read)

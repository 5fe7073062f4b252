"""Gather the events of a run by what they are about: each project, and the install."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from safe_install.events.log import Event
from safe_install.kinds import Kind


@dataclass
class Try:
    """One attempt, as far as it has been told."""

    number: int
    remedy: str | None
    changes: Sequence[str]
    source: str | None = None
    """What vouches for the names that it adds."""
    remembered: bool = False
    """Whether an earlier run has proven its recipe."""
    hooks: list[Event] = field(default_factory=list)
    end: Event | None = None
    """`attempt.built` or `attempt.failed`; of an install `install.finished`."""

    @property
    def good(self) -> bool:
        """Tell whether it did what it was for."""
        return self.end is not None and not self.failed

    @property
    def failed(self) -> bool:
        """Tell whether it ended otherwise."""
        if self.end is None:
            return False
        return bool(self.end["event"] == "attempt.failed" or self.end.get("status", 0) != 0)

    @property
    def cause(self) -> tuple[str, str, str] | None:
        """Give what makes its failure another one than the last."""
        diagnosis = self.end.get("diagnosis") if self.end is not None else None
        return None if diagnosis is None else (diagnosis["kind"], diagnosis["subject"], diagnosis["row"])


@dataclass
class Tale:
    """What happened to one project; or in the install, whose tale has no path."""

    path: str
    name: str
    wheel: str = "wheel"
    read: Event | None = None
    tries: list[Try] = field(default_factory=list)
    rejected: dict[str, list[str]] = field(default_factory=dict)
    """Why remedies were not attempted, as far as it was told."""
    chosen: Event | None = None
    """The remedy of the next attempt."""
    proven: Event | None = None
    end: dict[str, Any] | None = None
    """The project's part of `run.finished`."""
    asked_for: str = ""
    """The requirement whose sources it is, when it is no project of the user's but what pip could not build."""

    @property
    def troubled(self) -> bool:
        """Tell whether anything failed, whatever came of it."""
        return any(each.failed for each in self.tries)

    @property
    def failed(self) -> bool:
        """Tell whether the last attempt failed, too."""
        return bool(self.tries) and self.tries[-1].failed and self.proven is None

    @property
    def waited(self) -> bool:
        """Tell whether an install failed for nothing but wheels that were built after that."""
        ends = [each.end for each in self.tries if each.failed and each.end is not None]
        kinds = {(end["diagnosis"] or {}).get("kind") for end in ends}
        return not self.failed and kinds == {Kind.DEPENDENCY_UNBUILT.value}

    @property
    def recovered(self) -> bool:
        """Tell whether a remedy was proven."""
        return self.proven is not None

    @property
    def never_tried(self) -> dict[str, list[str]]:
        """Give the remedies that no attempt was made with, and why not."""
        tried = {each.remedy for each in self.tries}
        return {remedy: reasons for remedy, reasons in self.rejected.items() if remedy not in tried}


@dataclass
class Run:
    """What happened, as far as it has been told."""

    tales: dict[str, Tale] = field(default_factory=dict)
    """By the path of the project."""
    install: Tale = field(default_factory=lambda: Tale("", "the install"))
    started: Event | None = None
    finished: Event | None = None
    dependencies: list[Event] = field(default_factory=list)
    changes: list[Event] = field(default_factory=list)
    """What was committed and is not reverted."""
    repaired: list[Event] = field(default_factory=list)
    """What an earlier run had left, and is put back."""
    reverted: list[Event] = field(default_factory=list)
    unreverted: list[Event] = field(default_factory=list)
    """What could not be put back."""
    installing: bool = False
    """Whether the last attempt was an install, not a build: remedies are told for that."""

    def add(self, event: Event) -> None:
        """Take the next event; what this version does not know is left alone."""
        match event["event"]:
            case "run.started":
                self.started = event
            case "run.finished":
                self.finished = event
                for end in event["projects"]:
                    self.tale(end["project"]).end = end
            case "install.started" | "install.finished":
                self.installing = True
                _add_install(self.install, event)
            case "dependency.failed":
                self.dependencies.append(event)
                self.tale(event["source_tree"]).asked_for = event["requirement"]
            case "change.committed":
                self.changes.append(event)
            case "change.reverted" | "revert.failed":
                self._revert(event)
            case "attempt.started":
                self.installing = False
                _add(self.about(event), event)
            case _ if "project" in event:
                tale = self.about(event)
                (_add_install if tale is self.install else _add)(tale, event)

    def tale(self, path: str) -> Tale:
        """Give the tale of the project with that path."""
        return self.tales.setdefault(path, Tale(path, PurePath(path).name or path))

    def place_changed(self, what: str) -> bool:
        """Tell whether a change there was committed and stayed."""
        return any(each["what"] == what for each in self.changes)

    def about(self, event: Event) -> Tale:
        """Give the tale that an event with a project belongs to."""
        of_install = self.installing and event["event"].startswith("remedy.")
        return self.install if of_install else self.tale(event["project"])

    def _revert(self, event: Event) -> None:
        if event["event"] == "revert.failed":
            self.unreverted.append(event)
            return
        same = (event["what"], event["path"])
        self.changes = [each for each in self.changes if (each["what"], each["path"]) != same]
        # Before it builds or installs, a run only cleans up after one that was killed.
        begun = self.install.tries or any(tale.troubled for tale in self.tales.values())
        (self.reverted if begun else self.repaired).append(event)


def _add(tale: Tale, event: Event) -> None:
    match event["event"]:
        case "project.read":
            tale.read, tale.wheel = event, event["wheel"]
            tale.name = event["name"] or tale.name
        case "attempt.started":
            source = tale.chosen["source"] if tale.chosen is not None else None
            tale.tries.append(Try(event["attempt"], event["remedy"], event["changes"], source, event["remembered"]))
        case "hook.finished":
            _attempt(tale, event["attempt"]).hooks.append(event)
        case "attempt.built" | "attempt.failed":
            _attempt(tale, event["attempt"]).end = event
        case "remedy.chosen":
            tale.chosen = event
        case "remedy.rejected" if event["attempt"] is None:
            reasons = tale.rejected.setdefault(event["remedy"], [])
            # A remedy of several kinds is rejected once for each, and again after each attempt.
            if event["reason"] not in reasons:
                reasons.append(event["reason"])
        case "remedy.proven":
            tale.proven = event


def _add_install(tale: Tale, event: Event) -> None:
    if event["event"] == "install.started":
        chosen = tale.chosen or {"remedy": None, "changes": ()}
        tale.tries.append(Try(len(tale.tries) + 1, chosen["remedy"], chosen["changes"]))
        # What follows wheels that were built meanwhile is nobody's remedy.
        tale.chosen = None
    elif event["event"] == "install.finished":
        _attempt(tale, len(tale.tries)).end = event
    elif event["event"] == "remedy.proven":
        # Its number is that of the last round; the tale counts through all of them.
        tale.proven = {**event, "attempt": len(tale.tries)}
    else:
        _add(tale, event)


def _attempt(tale: Tale, number: int) -> Try:
    for each in tale.tries:
        if each.number == number:
            return each
    # Its beginning is missing, as in a record that was cut: better a gap than no story.
    tale.tries.append(Try(number, None, ()))
    return tale.tries[-1]

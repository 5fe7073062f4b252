"""Ask the events of a run; the only place of these tests that knows their fields."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema

Event: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """All events of one run, in order."""

    events: tuple[Event, ...]

    def named(self, name: str) -> tuple[Event, ...]:
        """Give the events of one name."""
        return tuple(event for event in self.events if event["event"] == name)

    @property
    def attempts(self) -> int:
        """Count the attempts that were started."""
        return len(self.named("attempt.started"))

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """Give the kind of every failed attempt."""
        return tuple(event["diagnosis"]["kind"] for event in self.named("attempt.failed"))

    @property
    def remedies(self) -> tuple[str, ...]:
        """Give the remedies that were proven."""
        return tuple(name for event in self.named("remedy.proven") for name in event["remedies"])

    @property
    def patch(self) -> str:
        """Give the unified diff that a recovery proposes; empty when there is none."""
        return "".join(event["patch"] or "" for event in self.named("remedy.proven"))

    @property
    def added(self) -> tuple[str, ...]:
        """Give the lines that the patch adds, and that say something."""
        lines = self.patch.splitlines()
        return tuple(line[1:] for line in lines if line[:1] == "+" and line[:3] != "+++" and line[1:].strip())

    @property
    def outcome(self) -> str:
        """Give the run's outcome."""
        return str(self.last["outcome"])

    @property
    def last(self) -> Event:
        """Give the last event."""
        return self.events[-1]


def read(path: Path) -> Story:
    """Read an events file; every event in it must be valid, and the run must have ended."""
    story = Story(tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()))
    for event in story.events:
        _validator().validate(event)
    assert story.last["event"] == "run.finished", story.last
    assert [event["seq"] for event in story.events] == sorted({event["seq"] for event in story.events})
    return story


@cache
def _validator() -> jsonschema.Draft202012Validator:
    text = files("safe_install.events").joinpath("events.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))

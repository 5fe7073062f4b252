"""Tell what each remedy came to over many sdists: how often it was tried, how often it helped, and what it took."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from events import Story

HEAD: Final = "| diagnosis | remedy | tried | helped | seconds, median |\n| --- | --- | --- | --- | --- |"


@dataclass(frozen=True)
class Step:
    """One attempt with a remedy."""

    kind: str
    """Of the diagnosis that it was chosen for."""
    remedy: str
    helped: bool
    """Whether it built, or the build came further with it."""
    seconds: float


def steps_of(story: Story) -> tuple[Step, ...]:
    """Read the attempts of a run that were made with a remedy."""
    return tuple(_steps(story))


def _steps(story: Story) -> Iterator[Step]:
    useless = {(event["project"], event["attempt"]) for event in story.named("remedy.rejected")}
    chosen: dict[str, str] = {}
    remedies: dict[tuple[str, int], tuple[str, str]] = {}
    for event in story.events:
        match event["event"]:
            case "remedy.chosen":
                chosen[event["project"]] = event["because"]["kind"]
            case "attempt.started" if event["remedy"] and event["project"] in chosen:
                remedies[event["project"], event["attempt"]] = chosen[event["project"]], event["remedy"]
            case "attempt.failed" | "attempt.built" as ended:
                attempt = event["project"], event["attempt"]
                if attempt in remedies:
                    helped = ended == "attempt.built" or attempt not in useless
                    yield Step(*remedies[attempt], helped, event["duration_ms"] / 1000)


def table(steps: Iterable[Step]) -> str:
    """Give the steps by diagnosis and remedy, those tried most often first."""
    groups: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        groups[step.kind, step.remedy].append(step)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    rows = (
        f"| {kind} | {remedy} | {len(group)} | {sum(step.helped for step in group)} "
        f"| {statistics.median(step.seconds for step in group):.1f} |"
        for (kind, remedy), group in ordered
    )
    return "\n".join((HEAD, *rows))

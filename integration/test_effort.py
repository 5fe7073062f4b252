"""What each remedy came to is read off the events of runs."""

from __future__ import annotations

from corpus.effort import Step, steps_of, table
from events import Event, Story


def chosen(remedy: str, kind: str) -> Event:
    return {"event": "remedy.chosen", "project": "p", "remedy": remedy, "because": {"kind": kind}}


def attempt(number: int, ended: str, remedy: str | None, milliseconds: int) -> list[Event]:
    both = {"project": "p", "attempt": number}
    return [
        {"event": "attempt.started", "remedy": remedy, **both},
        {"event": f"attempt.{ended}", "duration_ms": milliseconds, **both},
    ]


STORY = Story(
    (
        *attempt(1, "failed", None, 9000),
        chosen("fresh-caches", "unknown"),
        *attempt(2, "failed", "fresh-caches", 1000),
        {"event": "remedy.rejected", "project": "p", "attempt": 2},
        chosen("infer-requires", "module-missing"),
        *attempt(3, "failed", "infer-requires", 2000),
        chosen("infer-requires", "module-missing"),
        *attempt(4, "built", "infer-requires", 4000),
    )
)


def test_what_was_not_rejected_has_helped() -> None:
    assert steps_of(STORY) == (
        Step("unknown", "fresh-caches", False, 1),
        Step("module-missing", "infer-requires", True, 2),
        Step("module-missing", "infer-requires", True, 4),
    )


def test_those_tried_most_often_stand_first() -> None:
    assert table(steps_of(STORY)).splitlines()[2:] == [
        "| module-missing | infer-requires | 2 | 2 | 3.0 |",
        "| unknown | fresh-caches | 1 | 0 | 1.0 |",
    ]

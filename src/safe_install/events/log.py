"""Number, date and redact the events of a run, and hand them to its sinks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Protocol, TextIO, TypeAlias

from safe_install.redaction import Redactor

SCHEMA: Final = 1
"""The version of `events.schema.json`."""

Event: TypeAlias = Mapping[str, Any]
Sink: TypeAlias = Callable[[Event], None]


class Log(Protocol):
    """What the events are given to: any logger of structlog's will do."""

    def debug(self, event: str, **fields: object) -> Any:
        """Tell a detail."""

    def info(self, event: str, **fields: object) -> Any:
        """Tell what is as it should be."""

    def warning(self, event: str, **fields: object) -> Any:
        """Tell what is not as declared."""

    def error(self, event: str, **fields: object) -> Any:
        """Tell what ends the run."""


class JsonLines:
    """A sink that writes each event as one line of JSON, whole and at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: Event) -> None:
        """Write the event; raises OSError when the stream cannot take it."""
        self._stream.write(f"{json.dumps(event)}\n")
        self._stream.flush()


def make_logger(
    run_id: str,
    sinks: Sequence[Sink],
    redactor: Redactor,
    clock: Callable[[], float] = time.monotonic,
    started: datetime | None = None,
) -> Log:
    """Give the logger of one run, which no configuration of structlog touches.

    `clock` gives seconds that never go back, from any origin; `started` is the run's beginning, now
    unless given. Both time fields come from these two, so that a clock set anew confuses none.
    A sink that fails with OSError gets no further event; the other sinks learn of it from
    `lost_sinks` of `run.finished`.
    """
    # Not before a run needs it: importing structlog costs more than all else that `--help` imports.
    import structlog

    writer = _Writer(run_id, sinks, clock, started or datetime.now(timezone.utc))

    def redact(_: object, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        # Names of events and levels are our own words, which a secret may happen to be.
        ours = {key: event[key] for key in ("event", "level")}
        return {str(key): redactor.redact_data(value) for key, value in event.items()} | ours

    logger: Log = structlog.wrap_logger(
        writer,
        processors=[structlog.processors.add_log_level, redact],
        wrapper_class=structlog.BoundLogger,
        context_class=dict,
        cache_logger_on_first_use=True,
    )
    return logger


class _Writer:
    """The end of the chain: gives each event its number and time, and hands it to every sink."""

    def __init__(self, run_id: str, sinks: Sequence[Sink], clock: Callable[[], float], started: datetime) -> None:
        self._run_id, self._sinks, self._clock = run_id, list(sinks), clock
        self._started, self._origin = started, clock()
        self._seq = 0
        self._lost: list[str] = []
        # Numbers must go up in every sink. A signal handler may log while its own thread does.
        self._lock = threading.RLock()

    def debug(self, **fields: Any) -> None:
        """Write an event; structlog calls this by the level's name."""
        with self._lock:
            self._seq += 1
            event = self._stamped(fields)
            for sink in tuple(self._sinks):
                self._hand(event, sink)

    info = warning = error = debug

    def _stamped(self, fields: dict[str, Any]) -> Event:
        elapsed = timedelta(seconds=self._clock() - self._origin)
        stamp = {
            "schema": SCHEMA,
            "run_id": self._run_id,
            "seq": self._seq,
            "timestamp": (self._started + elapsed).isoformat(timespec="milliseconds"),
            "elapsed_ms": elapsed // timedelta(milliseconds=1),
            "level": fields.pop("level"),
            "event": fields.pop("event"),
        }
        if stamp["event"] == "run.finished":
            fields["lost_sinks"] = list(self._lost)
        return stamp | fields

    def _hand(self, event: Event, sink: Sink) -> None:
        try:
            sink(event)
        except OSError as error:
            # A full disk or a closed pipe must not end an install half-way; the last event tells it.
            self._sinks.remove(sink)
            self._lost.append(f"{type(sink).__name__}: {error}")

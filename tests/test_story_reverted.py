"""What putting back took away, or could not put back, is told however quiet the run is."""

from __future__ import annotations

from pathlib import Path

import recorded
from recorded import PROJECT, RECIPE, screen
from safe_install import events
from safe_install.events.log import Log
from safe_install.events.values import Change, Place, ProjectOutcome, RunOutcome


def _displaced(log: Log) -> None:
    recorded.started(log)
    events.attempt_started(log, PROJECT, 1, RECIPE, RECIPE)
    recorded.failed(log, PROJECT, 1, recorded.UNAVAILABLE, recorded.MISSPELT)
    places = tuple(Path(f"/run/displaced/{name}.py") for name in "abcdefg")
    events.change_reverted(log, Change(Place.SOURCE_TREE, PROJECT.path, "9 paths put back", places))


def test_what_was_in_the_way_of_putting_back_is_always_told() -> None:
    def run(log: Log) -> None:
        _displaced(log)
        recorded.finished(log, RunOutcome.FAILED, recorded.end(ProjectOutcome.FAILED, 1))

    told = """\
Back  the source tree: 9 paths put back
      What came meanwhile, and may be somebody's work, is in
        /run/displaced/a.py
        /run/displaced/b.py
        /run/displaced/c.py
        /run/displaced/d.py
        /run/displaced/e.py
        and 2 more
"""
    assert told in screen(run)
    assert "Nothing was changed" not in screen(run)
    for quiet in (-1, -2):
        assert "/run/displaced/a.py" in screen(run, verbosity=quiet)


def test_what_could_not_be_put_back_is_always_told() -> None:
    def run(log: Log) -> None:
        recorded.healthy(log)
        change = Change(Place.SOURCE_TREE, Path("/work/demo"))
        events.revert_failed(log, change, Path("/run/not-put-back/1"), ["/work/demo/a.py: No space left on device"])
        recorded.finished(log, RunOutcome.PROVEN)

    told = """\
Left  the source tree: not all of /work/demo could be put back
        /work/demo/a.py: No space left on device
Next  put back by hand what matters; all of its copies are in /run/not-put-back/1
"""
    for verbosity in (0, -1, -2):
        assert told in screen(run, verbosity=verbosity)

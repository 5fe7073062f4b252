"""What a run has proven is gathered from its events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import recorded
import remembering
from recorded import CURED, PROJECT, RECIPE, TREE, tell
from safe_install import events
from safe_install.events.log import Log
from safe_install.events.values import RunOutcome
from safe_install.export import Gathering, Proven
from safe_install.kinds import Kind, Wheel
from safe_install.model import Malformed


def gathered(run: Callable[[Log], None]) -> Gathering:
    gathering = Gathering()
    tell(run, gathering.add)
    return gathering


def test_a_recovery_is_gathered_with_what_was_declared() -> None:
    (found,) = gathered(recorded.recovery).proven
    changes = ("build-backend: 'hatchlin.build' -> 'hatchling.build'",)
    assert found == Proven("demo-pkg", "0.1", str(TREE), RECIPE.system, CURED, changes, recorded.PATCH)  # type: ignore[arg-type]


def test_what_an_earlier_run_has_proven_counts_as_well() -> None:
    assert gathered(remembering.still_good).proven == gathered(recorded.recovery).proven
    (wheel,) = gathered(remembering.a_wheel).proven
    assert (wheel.name, wheel.version, wheel.folder, wheel.recipe, wheel.declared) == (
        "dead", "1.0", "", CURED, RECIPE.system,
    )  # fmt: skip


def test_what_was_unpacked_has_no_folder() -> None:
    def run(log: Log) -> None:
        events.dependency_failed(log, replace(remembering.DEAD, tree=TREE), None)
        recorded.healed(log)

    (found,) = gathered(run).proven
    assert found.folder == ""


def test_what_the_user_added_to_the_build_counts_as_well() -> None:
    def run(log: Log) -> None:
        asked = replace(CURED, extra_requires=("six",))
        events.project_read(log, replace(PROJECT, system=CURED.system), Wheel.EDITABLE)
        events.attempt_started(log, PROJECT, 1, asked, asked)
        events.attempt_built(log, PROJECT, 1, recorded.BUILT, 1)

    (found,) = gathered(run).proven
    assert (found.recipe.extra_requires, found.changes) == (("six",), ("also installs six, as asked for",))


@pytest.mark.parametrize(
    ("run", "troubled"),
    [
        (recorded.healthy, False),
        (recorded.failure, True),
        (recorded.refused, True),
        (recorded.install_repaired, False),
        (recorded.install_failed, True),
    ],
)
def test_what_is_no_recipe_of_a_project_is_none(run: Callable[[Log], None], troubled: bool) -> None:
    found = gathered(run)
    assert (found.proven, found.troubled) == ((), troubled)


def test_a_record_that_was_cut_is_no_fault() -> None:
    told = tell(recorded.recovery)
    began = next(at for at, event in enumerate(told) if event["event"] == "attempt.started" and event["attempt"] == 2)
    for start in range(len(told)):
        gathering = Gathering()
        for event in told[start:]:
            gathering.add(event)
        assert bool(gathering.proven) == (start <= began)


def test_a_system_that_cannot_be_read_is_nothing() -> None:
    def run(log: Log) -> None:
        malformed = Malformed(Kind.REQUIRES_INVALID, "requires", "no list")
        recorded.healed(log)
        events.project_read(log, replace(PROJECT, system=malformed), Wheel.EDITABLE)
        events.remedy_proven(log, PROJECT, 2, ["repair-build-system"], ["x"], None)
        recorded.finished(log, RunOutcome.INSTALLED)

    (found,) = gathered(run).proven
    assert found.declared is None

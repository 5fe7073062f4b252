"""What is told of runs that are not as simple as most."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import recorded
from recorded import PROJECT, RECIPE, screen, tell
from safe_install import events
from safe_install.events.log import Event, Log
from safe_install.events.values import Change, Choice, Place, ProjectOutcome, RunOutcome
from safe_install.kinds import Kind, Pip, Wheel
from safe_install.model import Diagnosis, Distribution
from safe_install.render.page import Page
from safe_install.render.story import story
from safe_install.render.tale import Run
from safe_install.render.terminal import write
from safe_install.unbuilt import Remembered, Unbuilt


def test_an_install_that_needed_a_repair_is_told() -> None:
    assert (
        screen(recorded.install_repaired)
        == """\
pip could not install it at first:

  ✗ as asked for  pip is too old for this: 20.3.4
                  ERROR: demo_pkg-0.1-py9-none-any.whl is not a supported wheel
  ✓ newer-pip     with the pip that virtualenv carries
                  installed demo-pkg-0.1 in 0.9 s

Also  pip: pip==26.3
Log   /state/runs/20260801-101500-1a2b
"""
    )


def test_an_install_counts_its_attempts_through_all_rounds() -> None:
    def run(log: Log) -> None:
        recorded.refused_by_pip(log, "20.3.4")
        # pip was handed what it could not build: the next round's attempts are numbered anew.
        recorded.refused_by_pip(log, "20.3.4")
        choice = Choice("newer-pip", 3, recorded.TOO_OLD)
        events.remedy_chosen(log, PROJECT, choice, replace(RECIPE, pip=Pip.TARGET), RECIPE)
        recorded.installed(log)
        events.remedy_proven(log, PROJECT, 2, ["newer-pip"], ["with the pip that virtualenv carries"], None)
        recorded.finished(log, RunOutcome.INSTALLED, recorded.end(ProjectOutcome.INSTALLED, 1))

    marks = [line[2:].split("  ")[0] for line in screen(run).splitlines() if line[2:3] in tuple("✓✗·")]
    assert marks == ["✗ as asked for", "✗ as asked for", "✓ newer-pip"]


def test_an_install_that_failed_is_told_without_blaming_the_build() -> None:
    assert (
        screen(recorded.install_failed)
        == """\
pip could not install it:

  ✗ as asked for  pip is too old for this: 20.3.4
                  ERROR: demo_pkg-0.1-py9-none-any.whl is not a supported wheel
  · newer-pip     not tried: there is no newer pip

Nothing was changed.
Log   /state/runs/20260801-101500-1a2b/install.log
Why   pip 26.3 is the newest
Next  install Python 3.12
"""
    )
    assert screen(recorded.install_failed, verbosity=-2) == "the install: pip is too old for this: 20.3.4\n"


def test_a_dry_run_installs_nothing_and_its_fix_is_a_real_run() -> None:
    def run(log: Log) -> None:
        recorded.healed(log, "--dry-run", "-e", "./my demo", dry_run=True)
        recorded.finished(log, RunOutcome.PROVEN, recorded.end(ProjectOutcome.BUILT, 2, "repair-build-system"))

    lines = screen(run).splitlines()
    assert lines[0] == "demo-pkg 0.1 can be built, with a repair. It is not installed:"
    assert lines[-1] == "        safe-install --write-fix -e './my demo'"


def test_a_written_fix_leaves_nothing_to_do() -> None:
    def run(log: Log) -> None:
        recorded.healed(log, "--write-fix", "-e", ".")
        events.change_committed(log, Change(Place.PYPROJECT, PROJECT.path, "written, as the patch shows"))
        recorded.finished(log, RunOutcome.INSTALLED, recorded.end(ProjectOutcome.INSTALLED, 2, "repair-build-system"))

    assert screen(run).splitlines()[-2:] == [
        "Also  pyproject.toml: written, as the patch shows",
        "Log   /state/runs/20260801-101500-1a2b",
    ]


def test_a_probe_is_no_cure_when_something_better_was_proven() -> None:
    missing = Diagnosis(Kind.MODULE_MISSING, "yaml", "No module named 'yaml'")
    probe, extra = replace(RECIPE, isolated=False), replace(RECIPE, extra_requires=("pyyaml==6.0",))
    used = replace(recorded.BUILT, imported=(Distribution("pyyaml", "6.0"),))

    def run(log: Log) -> None:
        recorded.started(log)
        events.project_read(log, PROJECT, Wheel.EDITABLE)
        events.attempt_started(log, PROJECT, 1, RECIPE, RECIPE)
        recorded.failed(log, PROJECT, 1, recorded.HOOK_FAILED, missing)
        events.remedy_chosen(log, PROJECT, Choice("no-isolation-probe", 4, missing), RECIPE, probe)
        events.attempt_started(log, PROJECT, 2, RECIPE, probe, "no-isolation-probe")
        events.attempt_built(log, PROJECT, 2, used, 500)
        events.remedy_chosen(log, PROJECT, Choice("infer-requires", 5, missing, "installed"), RECIPE, extra)
        events.attempt_started(log, PROJECT, 3, RECIPE, extra, "infer-requires")
        events.attempt_built(log, PROJECT, 3, recorded.BUILT, 600)
        events.remedy_proven(log, PROJECT, 3, ["infer-requires"], ["also installs pyyaml==6.0"], None)
        recorded.finished(log, RunOutcome.INSTALLED, recorded.end(ProjectOutcome.INSTALLED, 3, "infer-requires"))

    assert (
        screen(run)
        == """\
demo-pkg 0.1 is installed. Its build needed a repair:

  ✗ as declared         the build needs a module that nothing provides: yaml
                        No module named 'yaml'
  · no-isolation-probe  without isolation
                        it builds, with pyyaml==6.0 of the target's own packages
  ✓ infer-requires      also installs pyyaml==6.0
                        on evidence: installed
                        built demo_pkg-0.1-py3-none-any.whl in 0.6 s

Log   /state/runs/20260801-101500-1a2b
"""
    )


def test_an_unknown_failure_shows_the_end_of_the_output() -> None:
    unknown = Diagnosis(Kind.UNKNOWN, "", "")
    crashed = replace(recorded.HOOK_FAILED, output="".join(f"line {n}\n" for n in range(9)))

    def run(log: Log) -> None:
        recorded.started(log)
        events.attempt_started(log, PROJECT, 1, RECIPE, RECIPE)
        recorded.failed(log, PROJECT, 1, replace(crashed, message=""), unknown)
        recorded.finished(log, RunOutcome.FAILED, recorded.end(ProjectOutcome.FAILED, 1))

    assert screen(run).splitlines()[2:10] == [
        "  ✗ as declared  the build failed for a reason that no table knows, while asking the build backend",
        "                 for more requirements",
        "                 line 8",
        *(f"                 | line {n}" for n in range(3, 8)),
    ]


def test_a_tie_is_told_and_not_broken() -> None:
    tie = Diagnosis(Kind.BACKEND_MISSPELT, "flot", "No module named 'flot'", candidates=("flit", "flat"))

    def run(log: Log) -> None:
        events.attempt_started(log, PROJECT, 1, RECIPE, RECIPE)
        recorded.failed(log, PROJECT, 1, recorded.UNAVAILABLE, tie)

    assert "misspelt: flot (perhaps flit or flat)\n" in screen(run)


def test_an_interrupted_run_says_where_it_was() -> None:
    def run(log: Log) -> None:
        recorded.started(log)
        events.project_read(log, PROJECT, Wheel.EDITABLE)
        events.attempt_started(log, PROJECT, 1, RECIPE, RECIPE)
        recorded.failed(log, PROJECT, 1, recorded.UNAVAILABLE, recorded.MISSPELT)
        events.attempt_started(log, PROJECT, 2, RECIPE, recorded.CURED, "repair-build-system")
        events.change_reverted(log, Change(Place.SOURCE_TREE, PROJECT.path, "2 paths put back"))
        recorded.finished(log, RunOutcome.INTERRUPTED)

    assert (
        screen(run)
        == """\
demo-pkg was not finished:

  ✗ as declared          the name of the build backend is misspelt: hatchlin.build
                         ModuleNotFoundError: No module named 'hatchlin'
  · repair-build-system  build-backend: 'hatchlin.build' -> 'hatchling.build'
                         was not finished

Log   /state/runs/20260801-101500-1a2b
"""
    )


def test_a_dependency_that_is_built_after_pip_failed_has_its_own_story() -> None:
    def run(log: Log) -> None:
        recorded.built(log)
        recorded.refused_by_pip(log, "26.3")
        dead = Unbuilt("sonde==1.0 from url", "url", recorded.MODULE_PROJECT.path)
        events.dependency_failed(log, dead, None)
        ready = Unbuilt("dead==2.0 from url", "url", Path("/scratch/dead"))
        events.dependency_failed(log, ready, Remembered(Path("/cache/dead-2.0-py3-none-any.whl"), ("Cython<3",)))
        events.attempt_started(log, recorded.MODULE_PROJECT, 1, RECIPE, RECIPE)
        recorded.failed(log, recorded.MODULE_PROJECT, 1, recorded.HOOK_FAILED, recorded.MISSING)
        events.remedy_rejected(log, recorded.MODULE_PROJECT, "infer-requires", "nothing vouches for a name")
        events.change_committed(log, Change(Place.PIP_CACHE, Path("/cache"), "removed: a.whl"))
        recorded.finished(log, RunOutcome.FAILED, recorded.end(ProjectOutcome.BUILT, 1))

    assert (
        screen(run)
        == """\
sonde could not be built.

  ✗ as declared     the build needs a module that nothing provides: frobnicate
                    ModuleNotFoundError: No module named 'frobnicate'
  · infer-requires  not tried: nothing vouches for a name

pip could not install it:

  ✗ as asked for  pip is too old for this: 20.3.4
                  ERROR: demo_pkg-0.1-py9-none-any.whl is not a supported wheel

dead==2.0 from url: pip could not build it
  an earlier run has proven dead-2.0-py3-none-any.whl: Cython<3

Also  pip's cache: removed: a.whl
Log   /state/runs/20260801-101500-1a2b
"""
    )


def test_a_command_is_not_broken_so_that_it_can_be_copied() -> None:
    def run(log: Log) -> None:
        recorded.healed(log, "--python", "/a/rather/long/path/to/an/interpreter/bin/python", "-e", "./demo")
        recorded.finished(log, RunOutcome.INSTALLED, recorded.end(ProjectOutcome.INSTALLED, 2, "repair-build-system"))

    assert screen(run, width=60).splitlines()[-1] == (
        "        safe-install --write-fix --python /a/rather/long/path/to/an/interpreter/bin/python -e ./demo"
    )


def test_what_an_earlier_run_had_left_is_told() -> None:
    def run(log: Log) -> None:
        recorded.started(log)
        events.change_reverted(log, Change(Place.TARGET, Path("/venv"), "3 paths put back"))
        recorded.installed(log)
        recorded.finished(log, RunOutcome.INSTALLED)

    assert screen(run) == "Back  the environment: 3 paths put back\n"


def test_a_lost_events_file_is_told() -> None:
    def full(event: Event) -> None:
        raise OSError("No space left on device")

    gathered = Run()
    tell(recorded.healthy, full, gathered.add)
    stream = io.StringIO()
    write(stream, story(gathered, Page()), colour=False)
    assert stream.getvalue() == "Lost  events could not be written any more: function: No space left on device\n"

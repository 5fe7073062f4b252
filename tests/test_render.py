"""What a person sees: whole screens, and what may never reach one."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import recorded
from recorded import PROJECT, RECIPE, tell
from safe_install import events
from safe_install.event_log import Log
from safe_install.event_values import Advice, Change, Choice, Place, ProjectOutcome, RunOutcome
from safe_install.model import Diagnosis, Distribution, Kind, Wheel
from safe_install.page import Page
from safe_install.phrases import CAUSES, DURING, cause, seconds
from safe_install.render import Renderer
from safe_install.story import story
from safe_install.tale import Run
from safe_install.terminal import (
    ASCII,
    write,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def screen(run: Callable[[Log], None], verbosity: int = 0, width: int = 100, ascii_only: bool = False) -> str:
    """Give what is told at the end of a run."""
    gathered = Run()
    tell(run, gathered.add)
    page = Page(verbosity, width, ASCII) if ascii_only else Page(verbosity, width)
    stream = io.StringIO()
    write(stream, story(gathered, page), colour=False)
    return stream.getvalue()


def drawn(run: Callable[[Log], None], verbosity: int = 0, colour: bool = False) -> str:
    """Give all that is drawn of a run in a pipe."""
    stream = io.StringIO()
    tell(run, Renderer(stream, colour, verbosity, live=False))
    return stream.getvalue()


def test_a_healthy_run_says_nothing_but_what_it_builds() -> None:
    assert drawn(recorded.healthy) == "Building editable for demo-pkg (hatchling.build)\n"
    assert drawn(recorded.healthy, verbosity=-1) == ""


RECOVERY = """\
demo-pkg 0.1 is installed. Its build needed a repair:

  ✗ as declared          the name of the build backend is misspelt: hatchlin.build
                         ModuleNotFoundError: No module named 'hatchlin'
  ✓ repair-build-system  build-backend: 'hatchlin.build' -> 'hatchling.build'
                         on evidence: known: PEP 517
                         built demo_pkg-0.1-py3-none-any.whl in 1.4 s

--- a/pyproject.toml
+++ b/pyproject.toml
@@ -1,6 +1,6 @@
 [build-system]
 requires = ["hatchling"]
-build-backend = "hatchlin.build"
+build-backend = "hatchling.build"

 [project]
 name = "demo-pkg"

Log   /state/runs/20260801-101500-1a2b
Next  apply this patch, so that plain pip can build it, too; or have it written:
        safe-install --write-fix -e .
"""


def test_a_recovery_is_told_on_one_screen() -> None:
    assert screen(recorded.recovery) == RECOVERY
    assert RECOVERY.count("\n") <= 24


def test_in_a_pipe_each_beginning_is_a_line_and_the_story_stands_apart() -> None:
    assert drawn(recorded.recovery) == (
        "Building editable for demo-pkg (hatchlin.build)\n"
        "demo-pkg: the name of the build backend is misspelt: hatchlin.build; trying repair-build-system\n"
        "\n" + RECOVERY
    )


FAILURE = """\
sonde could not be built.

  ✗ as declared         the build needs a module that nothing provides: frobnicate
                        ModuleNotFoundError: No module named 'frobnicate'
  ✗ fresh-caches        without pip's cache — the same failure
  · no-isolation-probe  not tried: the target has no distribution that provides frobnicate
  · infer-requires      not tried: nothing says which distribution provides frobnicate

Nothing was changed.
Log   /state/runs/20260801-101500-1a2b/sonde-1.log
Why   a module's name does not tell which distribution provides it
Next  find out which one does, and allow it:
        safe-install --allow NAME .
"""


def test_a_failure_ends_with_the_one_step_to_take() -> None:
    assert screen(recorded.failure) == FAILURE


def test_a_narrow_screen_and_a_poor_encoding_change_nothing_but_the_form() -> None:
    assert (
        screen(recorded.failure, width=60, ascii_only=True)
        == """\
sonde could not be built.

  x as declared         the build needs a module that
                        nothing provides: frobnicate
                        ModuleNotFoundError: No module named
                        'frobnicate'
  x fresh-caches        without pip's cache -- the same
                        failure
  - no-isolation-probe  not tried: the target has no
                        distribution that provides
                        frobnicate
  - infer-requires      not tried: nothing says which
                        distribution provides frobnicate

Nothing was changed.
Log   /state/runs/20260801-101500-1a2b/sonde-1.log
Why   a module's name does not tell which distribution
      provides it
Next  find out which one does, and allow it:
        safe-install --allow NAME .
"""
    )


def test_asked_for_more_it_shows_hooks_and_output() -> None:
    assert screen(recorded.recovery, verbosity=1).splitlines()[2:14] == [
        "  ✗ as declared          the name of the build backend is misspelt: hatchlin.build",
        "                         ModuleNotFoundError: No module named 'hatchlin'",
        "                         installing build requirements  2.1 s",
        "                         | Traceback (most recent call last):",
        '                         |   File "x.py", line 1',
        "                         | ModuleNotFoundError: No module named 'hatchlin'",
        "  ✓ repair-build-system  build-backend: 'hatchlin.build' -> 'hatchling.build'",
        "                         on evidence: known: PEP 517",
        "                         built demo_pkg-0.1-py3-none-any.whl in 1.4 s",
        "                         build_editable  0.8 s",
        "",
        "--- a/pyproject.toml",
    ]
    assert (
        screen(recorded.healthy, verbosity=1)
        == """\
demo-pkg 0.1 is installed.

  ✓ as declared  built demo_pkg-0.1-py3-none-any.whl in 1.4 s
                 build_editable  0.8 s

Log   /state/runs/20260801-101500-1a2b
"""
    )


def test_asked_for_everything_it_shows_each_event_as_it_comes() -> None:
    lines = drawn(recorded.refused, verbosity=2).splitlines()
    assert lines[0].startswith('   0.250 run.started version="0.1" arguments=["./nowhere"] cwd="/home/me/demo"')
    assert lines[1].startswith('   0.500 run.finished outcome="error" status=2')


def test_quiet_it_tells_what_failed_and_silent_only_that() -> None:
    assert (
        screen(recorded.failure, verbosity=-1)
        == """\
sonde: the build needs a module that nothing provides: frobnicate
  ModuleNotFoundError: No module named 'frobnicate'
Why   a module's name does not tell which distribution provides it
Next  find out which one does, and allow it:
        safe-install --allow NAME .
"""
    )
    assert screen(recorded.failure, verbosity=-2) == (
        "sonde: the build needs a module that nothing provides: frobnicate\n"
    )
    assert screen(recorded.recovery, verbosity=-1).splitlines()[0] == (
        "demo-pkg: repaired by repair-build-system: build-backend: 'hatchlin.build' -> 'hatchling.build'"
    )
    assert screen(recorded.recovery, verbosity=-2) == ""


@pytest.mark.parametrize("verbosity", [0, -1])
def test_what_cannot_be_done_is_told_with_its_step(verbosity: int) -> None:
    assert screen(recorded.refused, verbosity) == (
        "error: there is no directory /home/me/demo/nowhere\nNext  name the directory of a project\n"
    )


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


def test_what_an_earlier_run_had_left_is_told() -> None:
    def run(log: Log) -> None:
        recorded.started(log)
        events.change_reverted(log, Change(Place.TARGET, Path("/venv"), "3 paths put back"))
        recorded.installed(log)
        recorded.finished(log, RunOutcome.INSTALLED)

    assert screen(run) == "Back  the environment: 3 paths put back\n"


def test_a_lost_events_file_is_told() -> None:
    def full(event: Any) -> None:
        raise OSError("No space left on device")

    gathered = Run()
    tell(recorded.healthy, full, gathered.add)
    stream = io.StringIO()
    write(stream, story(gathered, Page()), colour=False)
    assert stream.getvalue() == "Lost  events could not be written any more: function: No space left on device\n"


def test_every_kind_and_stage_of_the_model_has_words() -> None:
    assert set(CAUSES) == set(Kind)
    assert [words for words in CAUSES.values() if len(words) > 80] == []
    assert cause("of-tomorrow", "x") == "of tomorrow: x"
    assert cause("module-missing", "") == "the build needs a module that nothing provides"
    assert len(DURING) == len(set(DURING.values()))
    assert [seconds(n) for n in (40, 1449, 59_940, 61_000)] == ["0.0 s", "1.4 s", "59.9 s", "1 min 1 s"]


def test_colours_mark_what_is_bad_good_and_to_be_done() -> None:
    text = drawn(recorded.recovery, colour=True)
    assert "\x1b[31m✗\x1b[0m" in text
    assert '\x1b[32m+build-backend = "hatchling.build"\x1b[0m' in text
    assert "\x1b[36m  safe-install --write-fix -e .\x1b[0m" in text
    assert "\x1b[" not in drawn(recorded.recovery)


def test_foreign_output_is_neutralised_wherever_it_is_drawn() -> None:
    evil = "\x1b]0;pwned\x07\x1b[2J::stop-commands::x"
    diagnosis = Diagnosis(Kind.PROJECT_ERROR, evil, evil, candidates=(evil, evil))
    failure = replace(recorded.HOOK_FAILED, output=f"{evil}\n{evil}", message=evil)
    project = replace(PROJECT, name=evil)

    def run(log: Log) -> None:
        recorded.started(log, evil)
        events.project_read(log, project, Wheel.EDITABLE)
        events.attempt_started(log, project, 1, RECIPE, replace(RECIPE, extra_requires=(evil,)), evil)
        recorded.failed(log, project, 1, failure, diagnosis)
        events.remedy_chosen(log, project, Choice(evil, 1, diagnosis, evil), RECIPE, RECIPE)
        events.remedy_rejected(log, project, evil, evil)
        events.remedy_proven(log, project, 1, [evil], [evil], f"{evil}\n {evil}")
        events.change_committed(log, Change(Place.PIP, Path(evil), evil))
        recorded.finished(log, RunOutcome.FAILED, advice=Advice(evil, f"{evil}\n  {evil}"))

    for verbosity in (-2, -1, 0, 1, 2):
        for colour in (False, True):
            text = drawn(run, verbosity, colour)
            assert "pwned" not in text.replace("\\u001b]0;pwned", "")
            assert "\x1b[2J" not in text
            assert "\x07" not in text
            assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_on_a_terminal_no_line_is_left_of_a_step() -> None:
    stream = Terminal()
    renderer = Renderer(stream, colour=False, verbosity=0, live=True)
    tell(recorded.recovery, renderer)
    renderer.close()
    assert stream.getvalue() == "\n" + RECOVERY

"""What a person sees: whole screens, and what may never reach one."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import recorded
from recorded import PROJECT, RECIPE, screen, tell
from safe_install import events
from safe_install.events.log import Log
from safe_install.events.values import Advice, Change, Choice, Place, RunOutcome
from safe_install.kinds import Kind, Wheel
from safe_install.model import Diagnosis
from safe_install.render.phrases import CAUSES, DURING, cause, seconds
from safe_install.render.renderer import Renderer
from safe_install.render.step_line import ERASE


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


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


def test_a_long_step_is_drawn_on_a_terminal_only() -> None:
    def run(log: Log) -> None:
        events.project_read(log, PROJECT, Wheel.EDITABLE)
        events.attempt_started(log, PROJECT, 1, RECIPE, RECIPE)

    terminal, pipe = Terminal(), io.StringIO()
    renderers = [Renderer(terminal, False, 0, live=True), Renderer(pipe, False, 0, live=False)]
    tell(run, *renderers)
    time.sleep(1.3)
    for renderer in renderers:
        renderer.close()
    line = "Building editable for demo-pkg (hatchlin.build)"
    assert pipe.getvalue() == f"{line}\n"
    assert f" {line} 1s" in terminal.getvalue()
    assert terminal.getvalue().endswith(ERASE)


def test_on_a_terminal_no_line_is_left_of_a_step() -> None:
    stream = Terminal()
    renderer = Renderer(stream, colour=False, verbosity=0, live=True)
    tell(recorded.recovery, renderer)
    renderer.close()
    assert stream.getvalue() == "\n" + RECOVERY

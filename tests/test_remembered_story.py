"""What an earlier run has proven is told as that."""

from __future__ import annotations

import io
from pathlib import Path

import recorded
import remembering
from recorded import screen, tell
from safe_install.render.annotations import Annotations
from safe_install.render.renderer import Renderer
from safe_install.render.step_summary import StepSummary


def test_on_the_screen() -> None:
    assert (
        screen(remembering.still_good)
        == """\
demo-pkg 0.1 is installed. Its build needed a repair:

  ✓ as remembered  build-backend: 'hatchlin.build' -> 'hatchling.build'
                   proven by an earlier run: repair-build-system
                   built demo_pkg-0.1-py3-none-any.whl in 1.4 s

"""
        + recorded.PATCH
        + """\

Next  apply this patch, so that plain pip can build it, too; or have it written:
        safe-install --write-fix -e .
"""
    )


def test_what_holds_no_more_is_told_before_what_does() -> None:
    assert screen(remembering.good_no_more).splitlines()[2:6] == [
        "  ✗ as remembered  build-backend: 'hatchlin.build' -> 'hatchling.build'",
        "                   the build needs a module that nothing provides: frobnicate",
        "                   ModuleNotFoundError: No module named 'frobnicate'",
        "  ✓ as declared    built demo_pkg-0.1-py3-none-any.whl in 1.4 s",
    ]


def test_in_a_pipe() -> None:
    stream = io.StringIO()
    tell(remembering.still_good, Renderer(stream, False, 0, False))
    tell(remembering.good_no_more, Renderer(stream, False, 0, False))
    assert [line for line in stream.getvalue().splitlines() if "uilding" in line] == [
        "Building editable for demo-pkg (hatchlin.build) as remembered",
        "Building editable for demo-pkg (hatchlin.build) as remembered",
        "demo-pkg: what an earlier run has proven fails now; building as declared",
    ]


def test_in_a_workflow(tmp_path: Path) -> None:
    stream, file = io.StringIO(), tmp_path / "summary.md"
    tell(remembering.still_good, Annotations(stream, {}, str(recorded.TREE)), StepSummary(file))
    (line,) = stream.getvalue().splitlines()
    assert line.startswith(
        "::warning file=pyproject.toml,line=3,col=1,title=safe-install%3A repaired by repair-build-system"
    )
    assert "demo-pkg: an earlier run has proven what it needs%0ARepaired for this run: build-backend" in line
    assert "installed, with a repair that an earlier run has proven: build" in file.read_text()
    tell(remembering.good_no_more, StepSummary(file))
    assert "- as remembered: " in file.read_text()

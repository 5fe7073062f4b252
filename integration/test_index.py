"""What the index is asked for: never a name that nobody vouched for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from loopback import ONLY, Index, make_wheel, serving
from workplace import Run, Workplace

SETUP: Final = 'import {module}\nfrom setuptools import setup\n\nsetup(name="demo", version="1.0", packages=[])\n'
SYSTEM: Final = '[build-system]\nrequires = ["setuptools>=64"]\nbuild-backend = "setuptools.build_meta"\n'


@pytest.fixture
def index(place: Workplace, tmp_path: Path) -> Iterator[Index]:
    """Serve setuptools and flit_core as they are, and distributions named like modules."""
    directory = tmp_path / "served"
    place.make_target("--no-pip")
    done = place.pip("download", "-q", "--no-deps", "-d", directory, "setuptools", "flit_core")
    assert done.returncode == 0, done.stderr
    for name in ("roman", "binhex", "zzz_internal_tool"):
        make_wheel(directory, name, "1.0", {f"{name}.py": ""})
    with serving(directory) as running:
        yield running


def test_unvouched_name_is_never_asked_for(index: Index, place: Workplace) -> None:
    """The index has a distribution of the module's very name; that is no evidence."""
    run = _install(index, place, "zzz_internal_tool")
    assert run.status == 1, run
    assert run.story.diagnoses[0] == "module-missing"
    assert "zzz_internal_tool" in run.stderr
    assert "--allow" in run.stderr
    assert set(index.requested) == {"setuptools"}


def test_allowed_name_is_installed(index: Index, place: Workplace) -> None:
    """The same with the user's word for it."""
    run = _install(index, place, "zzz_internal_tool", "--allow", "zzz_internal_tool")
    assert run.status == 0, run
    assert run.story.remedies == ("infer-requires",)
    assert set(index.requested) == {"setuptools", "zzz-internal-tool"}


def test_named_build_requirement_is_installed(index: Index, place: Workplace) -> None:
    """A requirement that the user adds is there from the first attempt on."""
    run = _install(index, place, "roman", "--build-requires", "roman==1.0")
    assert (run.status, run.story.attempts) == (0, 1), run
    assert set(index.requested) == {"setuptools", "roman"}


def test_removed_module_is_never_asked_for(index: Index, place: Workplace) -> None:
    """A module of the standard library is not looked up, though the index has its name."""
    if place.ask("import sys; print(sys.version_info < (3, 11))") == "True":
        pytest.skip("this Python still has binhex")
    run = _install(index, place, "binhex")
    assert run.status == 1, run
    assert run.story.diagnoses[0] == "module-removed"
    assert set(index.requested) == {"setuptools"}


def test_misspelt_requirement(index: Index, place: Workplace) -> None:
    """A requirement that the index does not have, and that is nearly the backend's."""
    table = '[build-system]\nrequires = ["flit_cor"]\nbuild-backend = "flit_core.buildapi"\n'
    project = '\n[project]\nname = "demo"\nversion = "1.0"\ndescription = "A module."\n'
    place.write({"pyproject.toml": table + project, "demo.py": ""})
    run = place.safe_install("-i", index.url, "-e", place.tree, **ONLY)
    assert run.status == 0, run
    assert run.story.diagnoses == ("requirement-not-found",)
    assert run.story.remedies == ("repair-build-system",)
    assert set(index.requested) == {"flit-cor", "flit-core"}


@pytest.mark.parametrize("remedies", ["none", "-infer-requires"])
def test_remedies_that_are_switched_off(remedies: str, index: Index, place: Workplace) -> None:
    """What would have cured it is not tried."""
    run = _install(index, place, "zzz_internal_tool", "--allow", "zzz_internal_tool", "--remedies", remedies)
    assert run.status == 1, run
    assert "infer-requires" not in {event["remedy"] for event in run.story.named("remedy.chosen")}
    assert set(index.requested) == {"setuptools"}


def _install(index: Index, place: Workplace, module: str, *arguments: str) -> Run:
    place.write({"pyproject.toml": SYSTEM, "setup.py": SETUP.format(module=module)})
    return place.safe_install("-i", index.url, *arguments, "-e", place.tree, **ONLY)

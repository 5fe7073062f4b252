"""What a run has proven is said in the language of uv, of pip and of patches, and what they lack beside it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import recorded
from attempted import START
from recorded import PROJECT, TREE, tell
from safe_install import events
from safe_install.command.options import BY_NAME
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.export import Gathering, Proven, pip, pyproject, uv
from safe_install.export.exporter import FORMATS, Exporter, Writer
from safe_install.kinds import Wheel
from safe_install.model import BuildSystem, Recipe

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SYSTEM = BuildSystem(("setuptools>=40", "Cython"), "setuptools.build_meta")


def proven(name: str = "demo", declared: BuildSystem | None = SYSTEM, **changes: object) -> Proven:
    """Give what was proven for a distribution: a recipe with these changes."""
    recipe = replace(Recipe(declared or SYSTEM), **changes)  # type: ignore[arg-type]
    return Proven(name, "1.0", "", declared, recipe, ("something",), None)


def gathered(run: Callable[[Log], None]) -> Gathering:
    gathering = Gathering()
    tell(run, gathering.add)
    return gathering


def test_the_languages_are_those_that_the_option_takes() -> None:
    assert tuple(FORMATS) == BY_NAME["--export"].choices


def test_what_was_written_is_left_out() -> None:
    def run(log: Log) -> None:
        recorded.healed(log)
        events.change_committed(log, Change(Place.PYPROJECT, TREE / "pyproject.toml", "written"))
        events.change_committed(log, Change(Place.PIP, TREE, "pip==26.3"))

    assert gathered(run).proven == ()
    assert written(run) == (0, "", "what was proven is written into pyproject.toml: there is nothing to export\n")


def settings(*each: Proven) -> dict[str, object]:
    found: dict[str, object] = tomllib.loads(uv.document(each).text).get("tool", {}).get("uv", {})
    return found


def test_uv_is_told_requirements_and_bounds_for_each_build() -> None:
    both = proven("Demo_X", extra_requires=("six",), constraints=("Cython<3", "numpy<2"))
    other = proven("other", extra_requires=("attrs>=20", "setuptools"), variables=(("A", 'b"c'),))
    assert settings(both, other) == {
        "build-constraint-dependencies": ["numpy<2"],
        "extra-build-dependencies": {"demo-x": ["six", "Cython<3"], "other": ["attrs>=20"]},
        "extra-build-variables": {"other": {"A": 'b"c'}},
    }
    assert uv.document((both, other)).unsaid == ()


def test_uv_is_told_what_two_releases_need_together() -> None:
    one, other = proven(constraints=("Cython<3",)), proven(extra_requires=("six",), constraints=("Cython<3",))
    assert settings(one, other) == {"extra-build-dependencies": {"demo": ["Cython<3", "six"]}}


def test_uv_is_told_what_is_required_otherwise() -> None:
    raised = replace(SYSTEM, requires=("setuptools>=64", "Cython", "wheel"))
    assert settings(proven(system=raised)) == {"extra-build-dependencies": {"demo": ["wheel", "setuptools>=64"]}}
    assert uv.document((proven(system=raised),)).unsaid == (
        "demo 1.0: it must not require setuptools>=40, which no setting takes away",
    )
    bare = BuildSystem(("setuptools", "Cython"), SYSTEM.backend)
    assert (
        uv.document((proven(declared=bare, system=replace(bare, requires=("setuptools>=64", "Cython"))),)).unsaid == ()
    )


@pytest.mark.parametrize(
    ("each", "said"),
    [
        (proven(system=replace(SYSTEM, backend="b")), "its build-backend has to be b"),
        (proven(system=replace(SYSTEM, backend_path=("x",))), "its backend-path has to be x"),
        (proven(declared=None), "its [build-system] cannot be read, and has to be corrected"),
        (
            replace(proven(system=replace(SYSTEM, backend="b")), patch="x"),
            "its build-backend has to be b (--export pyproject has it as a patch)",
        ),
        (
            proven(extra_requires=("a @ https://****@host/a.zip",)),
            "it needs something with a secret in it, of which safe-install keeps nothing",
        ),
    ],
)
def test_what_neither_tool_can_be_told_is_said(each: Proven, said: str) -> None:
    for language in (uv, pip):
        assert f"demo 1.0: {said}" in language.document((each,)).unsaid


def test_uv_is_told_to_build_without_isolation_and_the_user_what_that_takes() -> None:
    each = proven(isolated=False)
    assert settings(each) == {"no-build-isolation-package": ["demo"]}
    assert uv.document((each,)).unsaid == (
        "demo 1.0: it is built without isolation: what it needs has to be installed before it",
    )


def test_pip_is_told_bounds_each_once() -> None:
    one = proven(constraints=("Cython<3", "numpy<2"))
    other = proven(extra_requires=("setuptools<58 ; python_version > '3'", "cython"), constraints=("Cython<3",))
    found = pip.document((one, other))
    assert found.text == 'Cython<3\nnumpy<2\nsetuptools<58 ; python_version > "3"\n'
    assert found.unsaid == ()
    assert [str(Requirement(line).specifier) for line in found.text.splitlines()] == ["<3", "<2", "<58"]


def test_what_pip_cannot_be_told_is_said() -> None:
    each = proven(
        extra_requires=("six", "Cython[x]>=1"),
        system=replace(SYSTEM, requires=("setuptools", "Cython")),
        variables=(("A", "1"),),
        isolated=False,
    )
    found = pip.document((each,))
    assert found.text == "Cython>=1\n"
    assert found.unsaid == (
        "demo 1.0: it also needs six in its build environment, which no constraint adds",
        "demo 1.0: it needs Cython[x]>=1, of which a constraint says the version at most",
        "demo 1.0: it must not require setuptools>=40, which no constraint takes away",
        "demo 1.0: it is built with A=1 in the environment",
        "demo 1.0: it is built with --no-build-isolation: what it needs has to be installed before it",
    )


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("Cython<3", "cython>=3", True),
        ("Cython==3.0", "cython<3.0", True),
        ("Cython==1", "cython==2", True),
        ("Cython<3", "cython<2", False),
        ("Cython<3", "cython>=2", False),
        ("Cython==1.*", "cython>=1.2", False),
        ("Cython<3", "cython>=3; python_version < '3'", False),
        ("Cython<3", "numpy>=3", False),
        ("Cython!=3", "cython==2", False),
    ],
)
def test_bounds_that_contradict_each_other_are_told(one: str, other: str, contradict: bool) -> None:
    found = pip.document((proven(constraints=(one,)), proven(constraints=(other,))))
    assert [words.endswith(" contradict each other: they need a file each") for words in found.unsaid] == (
        [True] if contradict else []
    )


def test_patches_start_in_the_directory() -> None:
    def text(directory: str, folder: str = str(TREE)) -> str:
        found = replace(gathered(recorded.recovery).proven[0], folder=folder)
        return pyproject.document((found,), directory).text

    assert text(str(TREE)) == recorded.PATCH
    assert text(str(TREE.parent)).splitlines()[:3] == [
        "--- a/demo/pyproject.toml",
        "+++ b/demo/pyproject.toml",
        "@@ -1,6 +1,6 @@",
    ]
    for elsewhere in (text("/other"), text("/", folder="")):
        assert elsewhere.startswith("--- a/demo-pkg-0.1/pyproject.toml\n+++ b/demo-pkg-0.1/pyproject.toml\n@@")


def test_what_no_patch_says_is_told() -> None:
    found = pyproject.document((proven(variables=(("PYTHONUTF8", "1"),)),), "/")
    assert found.unsaid == ("demo 1.0: no edit of pyproject.toml says something",)


def written(run: Callable[[Log], None], language: str = "uv", verbosity: int = 0) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = Writer(language, str(TREE), out, err, verbosity).write(gathered(run))
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("run", "status", "reason"),
    [(recorded.healthy, 0, "everything was built as declared"), (recorded.failure, 1, "nothing was proven")],
)
def test_nothing_is_said_to_be_nothing(run: Callable[[Log], None], status: int, reason: str) -> None:
    assert written(run) == (status, "", f"{reason}: there is nothing to export\n")
    assert written(run, verbosity=-2) == (status, "", "")


def test_the_text_says_what_it_is_of_and_what_it_lacks() -> None:
    head = f"{pyproject.HEAD}\n# demo-pkg 0.1 in {TREE}: build-backend: 'hatchlin.build' -> 'hatchling.build'\n"
    assert written(recorded.recovery, "pyproject") == (0, f"{head}\n{recorded.PATCH}", "")
    lacking = "demo-pkg 0.1: its build-backend has to be hatchling.build (--export pyproject has it as a patch)"
    for language in ("uv", "pip"):
        status, out, err = written(recorded.recovery, language)
        assert (status, err) == (1, f"not in it: {lacking}\n")
        assert out.endswith(f"'hatchling.build'\n# Not in it: {lacking}\n")
        assert all(line.startswith("#") for line in out.splitlines())


def test_it_is_written_at_the_end_of_the_run_that_asked_for_it(tmp_path: Path) -> None:
    out = io.StringIO()
    lengths: list[int] = []
    exporter = Exporter(Writer("pyproject", str(TREE), out, io.StringIO()))
    tell(recorded.recovery, exporter, lambda _: lengths.append(len(out.getvalue())))
    assert set(lengths[:-1]) == {0}
    assert out.getvalue() == written(recorded.recovery, "pyproject")[1]


def test_a_name_that_commands_is_one_line_of_a_comment() -> None:
    def run(log: Log) -> None:
        evil = replace(recorded.BUILT, name="demo\n[tool.uv]", version="1")
        asked = replace(START, extra_requires=("six",))
        events.project_read(log, replace(PROJECT, system=START.system), Wheel.EDITABLE)
        events.attempt_started(log, PROJECT, 1, asked, asked)
        events.attempt_built(log, PROJECT, 1, evil, 1)

    assert "\n[tool.uv]" not in written(run, "pip")[1]

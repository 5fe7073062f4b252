"""What the user is told when nothing is left to try."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.diagnosis.advice import Advice, advise
from safe_install.diagnosis.advice_rows import ROWS
from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import BuildSystem, Diagnosis, Malformed, Project

PROJECT = Project(Path("/project"), BuildSystem(("setuptools",), "setuptools.build_meta"), name="demo")
EVIDENCE = Evidence(PROJECT, Policy(frozenset()), (3, 13))
BROKEN = replace(PROJECT, system=Malformed(Kind.TOML_INVALID, "pyproject.toml", "Unclosed array", 3, 1))


def told(
    kind: Kind, subject: str = "", line: str = "the line", project: Project = PROJECT, **changes: object
) -> Advice:
    diagnosis = replace(Diagnosis(kind, subject, line), **changes)  # type: ignore[arg-type]
    return advise(diagnosis, replace(EVIDENCE, project=project))


def test_every_kind_has_a_row() -> None:
    assert set(ROWS) == set(Kind)


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
@pytest.mark.parametrize("subject", ["", "thing"])
@pytest.mark.parametrize("project", [PROJECT, BROKEN], ids=["readable", "malformed"])
def test_every_kind_gives_a_reason_and_a_step(kind: Kind, subject: str, project: Project) -> None:
    advice = told(kind, subject, project=project)
    assert advice.reason
    assert advice.step
    assert "\n" not in advice.reason
    assert not any(brace in f"{advice.reason}{advice.step}" for brace in "{}")
    first, *commands = advice.step.split("\n")
    assert first == first.strip()
    assert all(line.startswith(("  ", "or, ")) for line in commands)


@given(kind=st.sampled_from(Kind), subject=st.text(max_size=60), line=st.text(max_size=60), row=st.text(max_size=9))
def test_no_foreign_text_makes_it_raise(kind: Kind, subject: str, line: str, row: str) -> None:
    advice = told(kind, subject, line, row=row, candidates=(subject, line))
    assert advice.reason
    assert advice.step


OLD = "classifiers=['Programming Language :: Python :: 3.7', 'Programming Language :: Python :: 3']"
DECLARING = replace(PROJECT, sources=(("setup.py", f"setup({OLD}, python_requires='<3.10')"),))


def test_the_pythons_that_the_project_declares_are_told_where_this_one_is_none_of_them() -> None:
    declared = "(the newest Python that its classifiers name is 3.7, and it declares Requires-Python <3.10)"
    assert told(Kind.PYTHON_UNSUPPORTED, "longintrepr.h", project=DECLARING).step == (
        f"Use a Python that it supports, or a release that supports Python 3.13 {declared}:\n"
        "  safe-install --python PYTHON ..."
    )
    assert told(Kind.PYTHON_2_SOURCE, "setup.py", project=DECLARING).step.endswith(f"needs Python 2 {declared}.")
    assert told(Kind.MODULE_REMOVED, "sched", project=DECLARING).step.endswith(f"no longer imports it {declared}.")


@pytest.mark.parametrize(
    "setup_py", [OLD.replace("3.7", "3.13"), OLD.replace("3.7", "3.14"), "python_requires='>=3.7'"]
)
def test_and_not_where_this_one_is(setup_py: str) -> None:
    project = replace(PROJECT, sources=(("setup.py", f"setup({setup_py})"),))
    assert "(" not in told(Kind.PYTHON_UNSUPPORTED, "longintrepr.h", project=project).step


def test_invalid_toml_is_told_with_its_place() -> None:
    advice = told(Kind.TOML_INVALID, "pyproject.toml", "Unclosed array (line 3, column 1)", BROKEN)
    assert advice == Advice(
        "pyproject.toml is not valid TOML: Unclosed array (line 3, column 1).",
        "Correct pyproject.toml at /project/pyproject.toml:3:1.",
    )


def test_a_tie_is_a_question_with_every_candidate() -> None:
    advice = told(Kind.BACKEND_MISSPELT, "hatchcore.build", candidates=("hatchling.build", "flit_core.buildapi"))
    assert advice == Advice(
        "There is no build backend called hatchcore.build.",
        "Write the backend that you mean into [build-system] of pyproject.toml. Which of these is it?\n"
        '  build-backend = "hatchling.build"\n  build-backend = "flit_core.buildapi"',
    )


def test_one_candidate_is_an_edit() -> None:
    advice = told(Kind.BACKEND_MISSPELT, "hatching.build", candidates=("hatchling.build",))
    assert advice == Advice(
        "There is no build backend called hatching.build; hatchling.build was surely meant.",
        'Write the backend that you mean into [build-system] of pyproject.toml:\n  build-backend = "hatchling.build"',
    )


def test_a_missing_module_is_named_with_both_ways_to_vouch_for_it() -> None:
    advice = told(Kind.MODULE_MISSING, "acme_helpers.version")
    assert advice == Advice(
        "The build imports acme_helpers.version, and nothing tells which distribution provides it.",
        "Find out which distribution provides acme_helpers, and vouch for it:\n"
        "  safe-install --build-requires DISTRIBUTION ...\n"
        "or, if it is called acme_helpers itself:\n"
        "  safe-install --allow acme_helpers ...",
    )


def test_a_header_of_a_known_library_is_told_with_its_packages() -> None:
    row = next(each for each in tables().systems if "apt" in each.packages)
    step = told(Kind.HEADER_MISSING, "x.h", row=row.id).step
    assert f"  apt-get install {row.packages['apt']}" in step.split("\n")


def test_a_header_of_an_unknown_library_is_told_in_general() -> None:
    assert told(Kind.HEADER_MISSING, "x.h").step == (
        "Install the library's development package from your system's package manager, then run it again."
    )


def test_a_known_removal_is_told_with_its_bound() -> None:
    row = tables().removals[0]
    assert f'"{row.constraint}"' in told(Kind.API_REMOVED, row.distribution, row=row.id).step
    assert '"acme<VERSION"' in told(Kind.API_REMOVED, "acme").step


def test_what_no_release_for_this_python_has_is_told_with_the_python_and_what_to_use_instead() -> None:
    advice = told(
        Kind.PYTHON_UNSUPPORTED, "numpy.distutils", "No module named 'numpy.distutils'", row="numpy-distutils"
    )
    assert advice == Advice(
        "This does not run on Python 3.13: No module named 'numpy.distutils'",
        "Use a Python before 3.12, as no numpy for a newer one has what the project uses, or change the project "
        "(numpy's documentation tells how to move to meson-python or scikit-build-core):\n"
        "  safe-install --python PYTHON ...",
    )
    without = told(Kind.PYTHON_UNSUPPORTED, "use_2to3", row="setuptools-use-2to3").step
    assert "or change the project:\n" in without
    for row in ("", "setuptools-sandbox"):
        assert told(Kind.PYTHON_UNSUPPORTED, "acme", row=row).step == (
            "Use a Python that it supports, or a release that supports Python 3.13:\n  safe-install --python PYTHON ..."
        )


def test_a_plugin_is_told_by_its_distribution_or_asked_for() -> None:
    assert told(Kind.PLUGIN_MISSING, "hatch-vcs").step == (
        'Add "hatch-vcs" to `requires` in [build-system] of pyproject.toml.'
    )
    assert told(Kind.PLUGIN_MISSING, "acme-internal") == Advice(
        "The project uses the plugin acme-internal, and none of the build requirements brings it.",
        "Find out which distribution brings that plugin, and vouch for it:\n"
        "  safe-install --build-requires DISTRIBUTION ...",
    )


def test_a_module_that_python_lost_is_told_with_what_brings_it_back_if_anything_does() -> None:
    rows = tables().stdlib.values()
    advised = next(row for row in rows if row.advice)
    assert told(Kind.MODULE_REMOVED, advised.module).step == advised.advice
    back = next(row for row in rows if row.requires and not row.advice)
    assert f"--build-requires {back.requires} " in told(Kind.MODULE_REMOVED, back.module).step
    assert told(Kind.MODULE_REMOVED, "acme").step.startswith("Use an older Python")


def test_a_backend_that_learnt_editable_installs_is_told_with_the_release() -> None:
    row = next(each for each in tables().backends if each.editable_since)
    assert f'"{row.distribution}>={row.editable_since}"' in told(Kind.EDITABLE_UNSUPPORTED, row.distribution).step
    assert told(Kind.EDITABLE_UNSUPPORTED, "bk").step == "Install the project without -e."


def test_a_leftover_is_told_with_the_command_that_removes_it() -> None:
    tree = replace(PROJECT, path=Path("/my project"), artefacts=("build",))
    assert told(Kind.STALE_ARTEFACT, "build", project=tree).step == (
        "Remove it, once you are sure that it holds nothing of yours:\n  rm -r '/my project/build'"
    )
    assert "\n" not in told(Kind.STALE_ARTEFACT, "CMakeCache.txt", project=tree).step


def test_a_version_that_only_git_knows_is_told_with_the_variable_that_sets_it() -> None:
    step = told(Kind.PROJECT_ERROR, "the version", row="scm-version").step
    assert "SETUPTOOLS_SCM_PRETEND_VERSION=" in step
    assert told(Kind.PROJECT_ERROR, "setup.py").step.startswith("Correct it there")


@pytest.mark.parametrize(
    ("unbuilt", "asked"),
    [
        ("Demo, six", "safe-install --only-binary Demo,six ..."),
        ("/tmp/demo-1.0.tar.gz", ""),
        ("six, https://h/demo-1.0.tar.gz", ""),
    ],
)
def test_only_what_has_a_name_is_to_be_asked_for_as_a_wheel(unbuilt: str, asked: str) -> None:
    step = told(Kind.DEPENDENCY_UNBUILT, unbuilt).step
    assert (asked in step) if asked else ("safe-install" not in step)


def test_what_python_itself_took_away_is_told_with_the_last_that_had_it() -> None:
    advice = told(Kind.PYTHON_UNSUPPORTED, "rU", curable=False, row="open-mode-u")
    assert "a Python before 3.11" in advice.step

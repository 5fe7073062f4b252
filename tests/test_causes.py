"""What each structured cause means, and what speaks for one reading of a text and against another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from failing import EVIDENCE, PROJECT, SETUPTOOLS, SYSTEM, building, hook_failed, raised, told, unavailable
from safe_install.diagnosis import diagnose
from safe_install.diagnosis.advice import advise
from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Cause, Kind, Stage
from safe_install.model import BuildSystem, Diagnosis, Distribution, Failure, Malformed, Oddity, Recipe

RUNNER = "/frontend/site-packages/pyproject_hooks/_in_process/_in_process.py"
ODD_KEY = Oddity(Kind.KEY_MISSPELT, "build_backend", "build-backend")
NUMPY = Distribution("numpy", "2.5.5", ("numpy",))


def cause(found: Diagnosis) -> tuple[Kind, str]:
    return found.cause


def failed(
    kind: Cause, message: str, output: str = "", status: int | None = None, stage: Stage = Stage.BUILD
) -> Failure:
    return Failure(stage, kind, message, output, status)


# Tables ------------------------------------------------------------------------------------------------------


def test_a_table_that_cannot_be_read_is_told_with_its_place() -> None:
    wrong = Malformed(Kind.TOML_INVALID, "pyproject.toml", "Unclosed array", 3)
    failure = Failure(Stage.READ, Cause.TABLE, wrong.message, malformed=wrong)
    expected = Diagnosis(Kind.TOML_INVALID, "pyproject.toml", "Unclosed array (line 3, column 1)", curable=False)
    assert told(failure, building(wrong)) == expected


def test_requires_that_is_only_misspelt_is_told_as_such() -> None:
    wrong = Malformed(Kind.REQUIRES_ABSENT, "requires", "[build-system] has no `requires`")
    odd = Oddity(Kind.KEY_MISSPELT, "require", "requires")
    failure = Failure(Stage.READ, Cause.TABLE, wrong.message, malformed=wrong)
    assert told(failure, building(wrong, oddities=(ODD_KEY, odd))) == Diagnosis(
        Kind.KEY_MISSPELT, "require", wrong.message, candidates=("requires",)
    )
    assert told(failure, building(wrong, oddities=(ODD_KEY,))).kind is Kind.REQUIRES_ABSENT


def test_a_malformed_system_has_no_backend_to_blame() -> None:
    wrong = Malformed(Kind.TABLE_INVALID, "build-system", "it is no table")
    assert told(failed(Cause.HOOK_FAILED, "odd"), building(wrong)).kind is Kind.UNKNOWN


# The backend ---------------------------------------------------------------------------------------------------


def test_without_a_traceback_it_is_the_backend_that_is_missing() -> None:
    assert cause(told(unavailable("Cannot import 'setuptools.build_meta'"))) == (Kind.BACKEND_CORRUPT, "setuptools")


def test_of_an_unknown_environment_the_requirements_tell() -> None:
    bare = building(BuildSystem((), "setuptools.build_meta"))
    message = "Cannot import 'setuptools.build_meta'\n\nTraceback:\n" + raised(
        "ModuleNotFoundError: No module named 'setuptools'", RUNNER
    )
    assert cause(told(unavailable(message), bare)) == (Kind.BACKEND_UNDECLARED, "setuptools")
    assert cause(told(unavailable(message), bare, extra=("setuptools",))) == (Kind.BACKEND_CORRUPT, "setuptools")


@pytest.mark.parametrize(
    ("isolated", "kind"), [(False, Kind.REQUIREMENT_NOT_INSTALLED), (True, Kind.BACKEND_UNDECLARED)]
)
def test_a_backend_that_is_required_and_not_in_the_target(isolated: bool, kind: Kind) -> None:
    message = "Cannot import 'setuptools.build_meta'\n\nTraceback:\n" + raised(
        "ModuleNotFoundError: No module named 'setuptools'", RUNNER
    )
    found = diagnose(unavailable(message, NUMPY), Recipe(SYSTEM, isolated=isolated), EVIDENCE)
    assert cause(found) == (kind, "setuptools")


def test_a_backend_that_a_table_speaks_for_is_meant() -> None:
    torn = building(BuildSystem(("flit_core",), "hatchling.build"), tools=frozenset({"hatch", "flit"}))
    found = told(unavailable("Cannot import 'hatchling.build'", SETUPTOOLS), torn)
    assert cause(found) == (Kind.BACKEND_UNDECLARED, "hatchling")


def test_of_one_that_nothing_speaks_for_what_is_required_and_configured_is_meant() -> None:
    system = BuildSystem(("flit_core", "pdm-backend"), "hatchling.build")
    found = told(
        unavailable("Cannot import 'hatchling.build'", SETUPTOOLS), building(system, tools=frozenset({"flit"}))
    )
    assert cause(found) == (Kind.BACKEND_OF_ANOTHER_TOOL, "hatchling.build")
    assert found.candidates == ("flit_core.buildapi",)


def test_a_setup_py_speaks_for_setuptools() -> None:
    project = building(BuildSystem(("hatchling",), "setuptools.build_meta"), has_setup_py=True)
    found = told(unavailable("Cannot import 'setuptools.build_meta'", NUMPY), project)
    assert cause(found) == (Kind.BACKEND_UNDECLARED, "setuptools")


def test_whether_an_unknown_backend_can_be_cured_is_for_the_evidence_to_say() -> None:
    found = told(unavailable("Cannot import 'acme.api'", SETUPTOOLS), building(BuildSystem((), "acme.api")))
    assert (found.kind, found.curable) == (Kind.BACKEND_UNKNOWN, True)


def test_a_repaired_table_is_not_blamed_again() -> None:
    project = building(SYSTEM, oddities=(ODD_KEY,), names_backend=False)
    failure = unavailable("Cannot import 'setuptools.build_meta'", NUMPY)
    assert told(failure, project) == Diagnosis(
        Kind.KEY_MISSPELT, "build_backend", "Cannot import 'setuptools.build_meta'", candidates=("build-backend",)
    )
    repaired = Recipe(BuildSystem(("hatchling",), "setuptools.build_meta"))
    again = diagnose(failure, repaired, replace(EVIDENCE, project=project))
    assert again.kind is Kind.BACKEND_OF_ANOTHER_TOOL


def test_a_hook_that_fails_for_the_sake_of_a_misspelt_table_is_told_so() -> None:
    project = building(SYSTEM, oddities=(Oddity(Kind.TABLE_MISSPELT, "build_system", "build-system"),))
    own = hook_failed(raised("NameError: name 'x' is not defined", "/project/setup.py"), SETUPTOOLS)
    assert cause(told(own, project)) == (Kind.TABLE_MISSPELT, "build_system")
    full = hook_failed("OSError: [Errno 28] No space left on device")
    assert told(full, project).kind is Kind.DISK_FULL


@pytest.mark.parametrize(
    ("backend", "kind"),
    [("hatchling", Kind.BACKEND_MISSPELT), ("bk", Kind.PROJECT_ERROR), ("acme", Kind.BACKEND_UNKNOWN)],
)
def test_a_backend_without_the_mandatory_hook(backend: str, kind: Kind) -> None:
    project = building(BuildSystem((), backend), modules=frozenset({"bk"}))
    printed = raised(f"AttributeError: module '{backend}' has no attribute 'build_wheel'", RUNNER)
    assert cause(told(hook_failed(printed), project)) == (kind, backend)


def test_the_runners_other_errors_are_not_the_backends() -> None:
    assert told(hook_failed(raised("AttributeError: odd", RUNNER))).kind is Kind.UNKNOWN
    unwritable = "TypeError: Object of type object is not JSON serializable"
    assert cause(told(hook_failed(raised(unwritable, RUNNER, "/python/json/encoder.py")))) == (
        Kind.HOOK_LIED,
        "setuptools.build_meta",
    )
    assert told(hook_failed(raised(unwritable, RUNNER, "/project/bk.py"))).kind is Kind.PROJECT_ERROR


def test_a_known_backend_without_the_hook_for_editables() -> None:
    missing = failed(Cause.HOOK_MISSING, "build_editable")
    assert told(missing) == Diagnosis(
        Kind.EDITABLE_UNSUPPORTED, "setuptools", "setuptools.build_meta has no hook build_editable"
    )
    own = building(BuildSystem((), "bk"), modules=frozenset({"bk"}))
    assert not told(missing, own).curable


# Text ----------------------------------------------------------------------------------------------------------


def test_a_signal_of_its_own_is_named() -> None:
    assert cause(told(failed(Cause.SIGNAL, "ended", status=-9))) == (Kind.KILLED, "SIGKILL")
    assert cause(told(failed(Cause.SIGNAL, "ended", status=-63))) == (Kind.KILLED, "signal 63")
    memory = failed(Cause.SIGNAL, "ended", "c++: fatal error: Killed signal terminated program cc1plus", -9)
    assert told(memory).kind is Kind.OUT_OF_MEMORY
    assert cause(told(replace(memory, status=-11))) == (Kind.KILLED, "SIGSEGV")


def test_an_environment_that_cannot_be_made() -> None:
    full = failed(Cause.ENVIRONMENT, "OSError: [Errno 28] No space left on device", stage=Stage.FILL)
    assert told(full).kind is Kind.DISK_FULL
    odd = failed(Cause.ENVIRONMENT, "RuntimeError: failed to find interpreter", stage=Stage.FILL)
    assert told(odd) == Diagnosis(Kind.UNKNOWN, "", "RuntimeError: failed to find interpreter")


def test_nothing_printed_at_all() -> None:
    assert told(failed(Cause.HOOK_FAILED, "build_wheel failed")) == Diagnosis(Kind.UNKNOWN, "", "build_wheel failed")
    assert told(failed(Cause.HOOK_FAILED, "")) == Diagnosis(Kind.UNKNOWN, "", "")
    assert told(failed(Cause.PIP_FAILED, "pip failed", "\n \n", 1, Stage.FILL)) == Diagnosis(
        Kind.UNKNOWN, "", "pip failed"
    )


def test_trouble_with_the_disk_is_ours_also_when_another_build_meets_it() -> None:
    printed = "error: subprocess-exited-with-error\n  OSError: [Errno 28] No space left on device\n"
    assert told(failed(Cause.PIP_FAILED, "", printed, 1, Stage.FILL)).kind is Kind.DISK_FULL


def test_paths_of_the_project_are_told_from_its_folder_on() -> None:
    project = replace(PROJECT, path=Path("/home/me/demo"))
    printed = raised("KeyError: 'x'", "/home/me/demo/tools/build.py", "/python/json/__init__.py")
    assert cause(told(hook_failed(printed), project)) == (Kind.PROJECT_ERROR, "tools/build.py")


def test_what_pip_names_is_no_subject_when_it_cannot_be_one() -> None:
    printed = "ERROR: Cannot install \u202e\u00e9 because these package versions have conflicting dependencies."
    assert cause(told(failed(Cause.PIP_FAILED, "", printed, 1, Stage.FILL))) == (Kind.UNKNOWN, "")
    odd = "ERROR: No matching distribution found for a b"
    assert cause(told(failed(Cause.PIP_FAILED, "", odd, 1, Stage.FILL))) == (Kind.UNKNOWN, "")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("KeyError: 'VERSION'", Kind.PROJECT_ERROR),
        ("AttributeError: 'NoneType' object has no attribute 'group'", Kind.PROJECT_ERROR),
        ("AttributeError: 'build_ext' object has no attribute 'sources'", Kind.UNKNOWN),
        ("TypeError: can only concatenate str to str", Kind.PROJECT_ERROR),
        ("TypeError: cythonize() got an unexpected keyword argument 'x'", Kind.UNKNOWN),
        ("RuntimeError: install the prerequisites first", Kind.UNKNOWN),
    ],
)
def test_what_the_projects_own_frame_proves(line: str, kind: Kind) -> None:
    found = told(hook_failed(raised(line, "/project/setup.py")))
    assert (found.kind, found.curable) == (kind, kind is Kind.UNKNOWN)


def test_what_only_the_project_can_have_done_goes_before_any_line() -> None:
    noise = "x.c:1:10: fatal error: ffi.h: No such file or directory\n"
    printed = noise + raised("NameError: name 'x' is not defined", "/project/setup.py")
    assert cause(told(hook_failed(printed))) == (Kind.PROJECT_ERROR, "setup.py")
    assert told(hook_failed(noise + raised("KeyError: 'x'", "/project/setup.py"))).kind is Kind.HEADER_MISSING


def test_of_two_lines_the_last_tells() -> None:
    printed = "x.c:1: fatal error: a.h: No such file or directory\ny.c:1: fatal error: b.h: No such file or directory\n"
    assert cause(told(hook_failed(printed))) == (Kind.HEADER_MISSING, "b.h")


def test_another_builds_environment_is_not_ours() -> None:
    printed = "error: subprocess-exited-with-error\n  ModuleNotFoundError: No module named 'pkg_resources'\n"
    old = Distribution("setuptools", "60.0", ("pkg_resources", "setuptools"))
    failure = replace(failed(Cause.PIP_FAILED, "", printed, 1, Stage.FILL), environment=(old,))
    assert cause(told(failure)) == (Kind.API_REMOVED, "setuptools")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Exception: Can not find valid pkg-config name.", (Kind.HEADER_MISSING, "mysql")),
        ("configure: error: no acceptable C compiler found in $PATH", (Kind.COMPILER_MISSING, "c-compiler")),
        ("The headers or library files could not be found for zlib,", (Kind.HEADER_MISSING, "zlib")),
    ],
)
def test_a_systems_own_words_are_enough(line: str, expected: tuple[Kind, str]) -> None:
    found = told(hook_failed(f"configuring\n{line}\nleaving\n"))
    assert (found.cause, found.row, found.curable) == (expected, expected[1], False)


# What Python no longer has --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "AttributeError: module 'inspect' has no attribute 'getargspec'",
        "ImportError: cannot import name 'getargspec' from 'inspect' (/python/inspect.py)",
    ],
)
def test_a_name_that_the_standard_library_lost_is_of_the_python(line: str) -> None:
    project = building(SYSTEM, has_setup_py=True)
    found = told(hook_failed(raised(line, "<string>"), SETUPTOOLS), project)
    assert (found.kind, found.subject, found.curable) == (Kind.PYTHON_UNSUPPORTED, "inspect.getargspec", False)
    step = advise(found, Evidence(project, Policy(frozenset()), (3, 13))).step
    assert "a Python before 3.11" in step


@pytest.mark.parametrize(
    "line",
    [
        "AttributeError: module 'configparser' has no attribute 'SafeConfigParser'",
        "AttributeError: 'ConfigParser' object has no attribute 'readfp'",
        "ImportError: cannot import name 'getargspec' from 'inspect' (/python/inspect.py)",
        "SyntaxError: invalid syntax",
    ],
)
def test_a_copy_of_a_tool_may_be_for_another_python(line: str) -> None:
    project = building(SYSTEM, has_setup_py=True)
    found = told(hook_failed(raised(line, f"{project.path}/versioneer.py"), SETUPTOOLS), project)
    assert (found.kind, found.subject, found.curable) == (Kind.HELPER_OUTDATED, "versioneer.py", True)
    assert "versioneer install --vendor" in advise(found, Evidence(project, Policy(frozenset()), (3, 13))).step


def test_what_a_copy_of_a_tool_finds_fault_with_is_its_own_finding() -> None:
    line = "VersioneerBadRootError: Versioneer was unable to run the project root directory"
    project = building(SYSTEM, has_setup_py=True)
    found = told(hook_failed(raised(line, f"{project.path}/versioneer.py"), SETUPTOOLS), project)
    assert found.kind is not Kind.HELPER_OUTDATED


def test_what_python_2_had_cannot_be_brought_back() -> None:
    found = told(hook_failed(raised("ModuleNotFoundError: No module named 'ConfigParser'", "<string>"), SETUPTOOLS))
    assert (found.kind, found.curable) == (Kind.MODULE_REMOVED, False)
    step = advise(found, Evidence(PROJECT, Policy(frozenset()), (3, 13))).step
    assert "written for Python 2" in step
    assert "--allow" not in step


@pytest.mark.parametrize(
    ("module", "kind"),
    [("pip._vendor.urllib3.packages.six.moves", Kind.PYTHON_UNSUPPORTED), ("pip.inner", Kind.UNKNOWN)],
)
def test_an_old_release_that_a_constraint_brought_is_not_damaged(module: str, kind: Kind) -> None:
    pip = Distribution("pip", "9.0.3", ("pip",))
    line = f"ModuleNotFoundError: No module named '{module}'"
    failure = hook_failed(raised(line, "/env/lib/site-packages/pip/_vendor/x.py"), pip)
    assert told(failure, constraints=("pip<10",)).kind is kind
    assert told(failure).kind is Kind.BACKEND_CORRUPT


def test_a_line_that_announces_more_is_told_with_it() -> None:
    log = raised("setuptools.errors.InvalidConfigError: Please remove:", "/x.py") + "\n\nthis one\n\nand that\n"
    found = told(hook_failed(log))
    assert found.kind is Kind.PROJECT_ERROR
    assert found.evidence == "setuptools.errors.InvalidConfigError: Please remove: this one and that"


def test_a_name_that_the_standard_library_never_had_is_the_project_s_own_fault() -> None:
    line = "AttributeError: module 'inspect' has no attribute 'frobnicate'"
    found = told(hook_failed(raised(line, "/project/setup.py"), SETUPTOOLS))
    assert (found.kind, found.subject) == (Kind.PROJECT_ERROR, "setup.py")


@pytest.mark.parametrize(
    ("pip", "kind"), [("9.0", Kind.UNKNOWN), ("24.0", Kind.PIP_REFUSED), ("odd", Kind.PIP_REFUSED)]
)
def test_only_an_old_pip_is_not_taken_at_its_word(pip: str, kind: Kind) -> None:
    failure = failed(Cause.PIP_FAILED, "", "ERROR: no", 1, Stage.INSTALL)
    assert diagnose(failure, Recipe(SYSTEM), replace(EVIDENCE, target_pip=pip)).kind is kind


# What a variable lets a tool do ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "variable"),
    [
        (
            "UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 in position 2: ordinal not in range(128)",
            "PYTHONUTF8",
        ),
        (
            "UnicodeDecodeError: 'charmap' codec can't decode byte 0x8f in position 4: character maps to <undefined>",
            "PYTHONUTF8",
        ),
        (
            "the configured Python interpreter version (3.14) is newer than PyO3's maximum supported version (3.13)",
            "PYO3_USE_ABI3_FORWARD_COMPATIBILITY",
        ),
    ],
)
def test_a_tool_says_that_a_variable_decides(line: str, variable: str) -> None:
    found = told(hook_failed(line, SETUPTOOLS), building(SYSTEM))
    assert (found.kind, found.subject, found.curable) == (Kind.VARIABLE_WANTED, variable, True)


def test_a_file_that_is_not_utf_8_is_none_with_any_variable() -> None:
    line = "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 29: invalid start byte"
    assert told(hook_failed(raised(line, "<string>"), SETUPTOOLS), building(SYSTEM)).kind is not Kind.VARIABLE_WANTED

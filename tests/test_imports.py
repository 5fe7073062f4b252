"""What it means that something cannot be imported: whose fault, and of which release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from failing import EVIDENCE, SETUPTOOLS, SYSTEM, building, hook_failed, raised, told
from safe_install.diagnosis import diagnose
from safe_install.kinds import Cause, Kind, Stage
from safe_install.model import Diagnosis, Distribution, Failure, Recipe

NAME = "ImportError: cannot import name 'a'"
SITE = "/env/lib/python3.13/site-packages"
NUMPY = Distribution("numpy", "2.5.5", ("numpy",))


def cause(found: Diagnosis) -> tuple[Kind, str]:
    return found.cause


def test_an_import_error_without_a_known_form_is_unknown() -> None:
    found = told(hook_failed(raised("ImportError: DLL load failed", f"{SITE}/numpy/x.py"), NUMPY))
    assert cause(found) == (Kind.UNKNOWN, "ImportError")


def test_a_file_of_the_project_that_no_package_holds_is_its_own_module() -> None:
    homes = (("demo", "."), ("versioning", "tools"), ("yaml", "demo"), ("numpy", "tools"))
    project = building(SYSTEM, homes=homes)
    assert cause(told(hook_failed(raised("ImportError: No module named versioning", "<string>")), project)) == (
        Kind.OWN_PACKAGE_MISSING,
        "versioning",
    )
    for name in ("yaml", "numpy"):
        found = told(hook_failed(raised(f"ModuleNotFoundError: No module named '{name}'", "<string>")), project)
        assert cause(found) == (Kind.MODULE_MISSING, name)


def test_the_projects_own_name_is_its_own_module() -> None:
    project = building(SYSTEM, name="Demo-Tools", modules=frozenset())
    line = "ModuleNotFoundError: No module named 'demo_tools.version'"
    assert cause(told(hook_failed(raised(line, "<string>")), project)) == (Kind.OWN_PACKAGE_MISSING, "demo_tools")


@pytest.mark.parametrize(
    ("line", "file", "expected"),
    [
        (f"{NAME} from 'demo' (/project/demo.py)", "<string>", (Kind.PROJECT_ERROR, "demo.py")),
        (f"{NAME} from 'numpy' (unknown location)", "<string>", (Kind.BACKEND_CORRUPT, "numpy")),
        (f"{NAME} from 'build' (unknown location)", "<string>", (Kind.STALE_ARTEFACT, "build")),
        (f"{NAME} from 'numpy' (/env/numpy.py)", "<string>", (Kind.VERSION_SKEW, "numpy")),
        (f"{NAME} from 'acme' (/acme.py)", f"{SITE}/numpy/x.py", (Kind.UNKNOWN, "ImportError")),
        ("AttributeError: module 'inspect' has no attribute 'a'", f"{SITE}/numpy/x.py", (Kind.VERSION_SKEW, "numpy")),
        ("AttributeError: module 'inspect' has no attribute 'a'", "/python/x.py", (Kind.UNKNOWN, "AttributeError")),
        ("AttributeError: module 'demo' has no attribute 'a'", f"{SITE}/numpy/x.py", (Kind.PROJECT_ERROR, "demo")),
        ("AttributeError: module 'acme' has no attribute 'a'", f"{SITE}/acme/x.py", (Kind.UNKNOWN, "AttributeError")),
        ("AttributeError: 'X' object has no attribute 'a'", f"{SITE}/numpy/x.py", (Kind.UNKNOWN, "AttributeError")),
        ("SyntaxError: source code cannot contain null bytes", f"{SITE}/numpy/x.py", (Kind.BACKEND_CORRUPT, "numpy")),
        ("SyntaxError: source code cannot contain null bytes", f"{SITE}/acme/x.py", (Kind.UNKNOWN, "SyntaxError")),
        ("SyntaxError: source code cannot contain null bytes", "/project/demo.py", (Kind.PROJECT_ERROR, "demo.py")),
        ("ImportError: /project/build/lib/demo.so: undefined symbol: x", "/project/build/lib/demo.py",
         (Kind.STALE_ARTEFACT, "build")),
        ("ModuleNotFoundError: No module named 'acme'", "/project/build/lib/demo.py", (Kind.STALE_ARTEFACT, "build")),
        ("ModuleNotFoundError: No module named 'numpy.old'", f"{SITE}/numpy/x.py", (Kind.BACKEND_CORRUPT, "numpy")),
        ("ModuleNotFoundError: No module named 'numpy.old'", "<string>", (Kind.MODULE_MISSING, "numpy.old")),
        ("ModuleNotFoundError: No module named '_ctypes'", "<string>", (Kind.PYTHON_UNSUPPORTED, "_ctypes")),
    ],
)  # fmt: skip
def test_what_cannot_be_imported(line: str, file: str, expected: tuple[Kind, str]) -> None:
    project = building(SYSTEM, artefacts=("build",), has_setup_py=True)
    assert cause(told(hook_failed(raised(line, file), NUMPY), project)) == expected


def test_a_bounded_tool_is_too_old_for_this_python() -> None:
    printed = hook_failed(
        raised("AttributeError: module 'inspect' has no attribute 'getargspec'", f"{SITE}/numpy/x.py"), NUMPY
    )
    assert cause(told(printed, constraints=("numpy<3",))) == (Kind.PYTHON_UNSUPPORTED, "numpy")
    assert cause(told(printed, constraints=("numpy>=1",))) == (Kind.VERSION_SKEW, "numpy")


def test_a_removal_is_one_only_from_the_release_on_that_removed_it() -> None:
    printed = raised("ModuleNotFoundError: No module named 'pkg_resources'", "<string>")
    held = {version: Distribution("setuptools", version, ("setuptools",)) for version in ("60.0", "84.2.1", "odd")}
    assert cause(told(hook_failed(printed, held["60.0"]))) == (Kind.MODULE_MISSING, "pkg_resources")
    for environment in ((held["84.2.1"],), (held["odd"],), (NUMPY,), ()):
        assert cause(told(hook_failed(printed, *environment))) == (Kind.API_REMOVED, "setuptools")


def test_what_no_release_for_this_python_has_is_for_another_python() -> None:
    printed = hook_failed(raised("ModuleNotFoundError: No module named 'numpy.distutils'", "<string>"), NUMPY)
    assert told(printed) == Diagnosis(
        Kind.PYTHON_UNSUPPORTED,
        "numpy.distutils",
        "ModuleNotFoundError: No module named 'numpy.distutils'",
        curable=False,
        row="numpy-distutils",
    )
    # There every release has it: this one is damaged.
    held = Distribution("numpy", "2.4.6", ("numpy",))
    printed = hook_failed(raised("ModuleNotFoundError: No module named 'numpy.distutils'", "<string>"), held)
    before = diagnose(printed, Recipe(SYSTEM), replace(EVIDENCE, python=(3, 11)))
    assert cause(before) == (Kind.MODULE_MISSING, "numpy.distutils")
    removed = hook_failed("error in demo setup command: use_2to3 is invalid.", SETUPTOOLS)
    for python, expected in (
        ((3, 11), (Kind.API_REMOVED, "setuptools")),
        ((3, 12), (Kind.PYTHON_UNSUPPORTED, "use_2to3")),
    ):
        assert cause(diagnose(removed, Recipe(SYSTEM), replace(EVIDENCE, python=python))) == expected


def test_what_another_builds_environment_lacks_for_good_is_told_so() -> None:
    printed = "error: subprocess-exited-with-error\n  error in old setup command: use_2to3 is invalid.\n"
    found = told(Failure(Stage.FILL, Cause.PIP_FAILED, "", printed, 1))
    assert (found.cause, found.curable) == ((Kind.PYTHON_UNSUPPORTED, "use_2to3"), False)


def test_a_module_that_python_has_not_lost_yet_is_for_another_python() -> None:
    printed = hook_failed(raised("ModuleNotFoundError: No module named 'imp'", "<string>"))
    assert cause(told(printed)) == (Kind.MODULE_REMOVED, "imp")
    older = diagnose(printed, Recipe(SYSTEM), replace(EVIDENCE, python=(3, 11)))
    assert cause(older) == (Kind.PYTHON_UNSUPPORTED, "imp")


def test_a_plugin_that_is_installed_is_not_missing() -> None:
    printed = raised("hatchling.plugin.exceptions.UnknownPluginError: Unknown version source: vcs", "/env/x.py")
    assert cause(told(hook_failed(printed, NUMPY))) == (Kind.PLUGIN_MISSING, "hatch-vcs")
    held = Distribution("hatch-vcs", "0.5", ("hatch_vcs",))
    assert told(hook_failed(printed, held)).kind is Kind.UNKNOWN


def test_a_program_that_is_not_there() -> None:
    def absent(message: str) -> Diagnosis:
        return told(hook_failed(raised(f"FileNotFoundError: {message}", "<string>", "/python/subprocess.py")))

    assert cause(absent("[Errno 2] No such file or directory: '/opt/acme-config'")) == (
        Kind.TOOL_MISSING,
        "acme-config",
    )
    assert cause(absent("[Errno 2] No such file or directory: 'gcc'")) == (Kind.COMPILER_MISSING, "gcc")
    assert absent("odd").kind is Kind.UNKNOWN

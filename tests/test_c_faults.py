"""What compilers say of Python's C API: names that are gone, and code that Cython may generate anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from failing import EVIDENCE, PROJECT, SETUPTOOLS, SYSTEM, hook_failed
from safe_install.diagnosis import diagnose
from safe_install.kinds import Kind
from safe_install.model import Diagnosis, Distribution, Recipe

GUARDED = "try:\n    import Cython.Compiler.Main\nexcept ImportError:\n    pass\n"
HEADER = "src/x.c:196:12: fatal error: longintrepr.h: No such file or directory"
FORCED = (("CYTHON_FORCE_REGEN", "1"),)


def read(text: str, setup_py: str = "", recipe: Recipe | None = None, python: tuple[int, int] = (3, 12)) -> Diagnosis:
    project = replace(PROJECT, sources=(("setup.py", setup_py),))
    evidence = replace(EVIDENCE, project=project, python=python)
    return diagnose(hook_failed(text, SETUPTOOLS), recipe or Recipe(SYSTEM), evidence)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x.c:1:1: error: '_PyLong_One' undeclared (first use in this function); did you mean 'x'?", "_PyLong_One"),
        ("x.c:1:1: error: use of undeclared identifier '_PyLong_One'", "_PyLong_One"),
        ("x.c:1:1: error: implicit declaration of function \u2018PyEval_CallObject\u2019", "PyEval_CallObject"),
        ("x.c:1:1: error: call to undeclared function 'PyEval_CallObject'; ISO C99", "PyEval_CallObject"),
        ("x.cpp:1:1: error: 'PyUnicode_GET_SIZE' was not declared in this scope", "PyUnicode_GET_SIZE"),
        ("x.c:1: error: unknown type name 'PyTryBlock'", "PyTryBlock"),
        ("x.c:1:1: error: lvalue required as left operand of assignment\n 1 | Py_SIZE(x) = Py_TYPE(y);", "Py_SIZE"),
        ("x.c:1:1: error: expression is not assignable\n    Py_REFCNT(x) = 1;", "Py_REFCNT"),
    ],
)
def test_a_name_that_the_headers_lost_is_for_an_older_python(text: str, name: str) -> None:
    newer, older = read(text, python=(3, 13)), read(text, python=(3, 9))
    assert (newer.kind, newer.subject, newer.curable) == (Kind.PYTHON_UNSUPPORTED, name, False)
    assert older.kind is Kind.PROJECT_ERROR


@pytest.mark.parametrize(
    "text",
    [
        "x.c:1:1: error: 'own' undeclared (first use in this function); did you mean '_PyLong_One'?",
        "x.c:1:1: error: conflicting types for '_PyLong_One'",
        "x.c:1:1: error: lvalue required as left operand of assignment",
        "x.c:1:1: error: lvalue required as left operand of assignment\n 1 | own(Py_TYPE) = 1;",
        "x.c:1:1: warning: '_PyLong_One' undeclared",
    ],
)
def test_other_errors_are_the_code_s_own(text: str) -> None:
    assert read(f"{text}\nx.c:9:9: error: expected ';'").kind is Kind.PROJECT_ERROR


def test_beside_numpy_s_api_the_same_file_s_is_told() -> None:
    numpy = Distribution("numpy", "2.5.0", ("numpy",))
    lines = (
        "x.c:1:1: error: 'PyTryBlock' undeclared",
        "x.c:2:2: error: 'PyArray_Descr' has no member named 'elsize'",
    )
    failure = hook_failed("\n".join(lines), SETUPTOOLS, numpy)
    for text, expected in ((lines[0], Kind.PYTHON_UNSUPPORTED), (lines[0].replace("x.c", "y.c"), Kind.API_REMOVED)):
        told = replace(failure, output=f"{text}\n{lines[1]}")
        assert diagnose(told, Recipe(SYSTEM), replace(EVIDENCE, python=(3, 11))).kind is expected


@pytest.mark.parametrize(
    ("setup_py", "kind"),
    [
        (GUARDED, Kind.GENERATED_OUTDATED),
        ("ext = Extension('x', ['src/x.pyx'])\n", Kind.GENERATED_OUTDATED),
        ("# from Cython.Build import cythonize\n# cythonize('src/x.pyx')\n", Kind.PYTHON_UNSUPPORTED),
        ("", Kind.PYTHON_UNSUPPORTED),
    ],
)
def test_what_cython_may_generate_anew(setup_py: str, kind: Kind) -> None:
    found = read(HEADER, setup_py)
    assert (found.kind, found.curable) == (kind, kind is Kind.GENERATED_OUTDATED)
    assert read(HEADER, setup_py, Recipe(SYSTEM, variables=FORCED)).kind is Kind.PYTHON_UNSUPPORTED


def test_an_error_that_names_no_file_is_no_generated_code_s() -> None:
    assert read("fatal error: 'longintrepr.h' file not found", GUARDED).kind is Kind.PYTHON_UNSUPPORTED


class TestNumpysHeaders:
    """Names of numpy's own C API, by the releases that took them away."""

    TEXT = (
        "x.c:1:1: error: \u2018PyArray_DOUBLE\u2019 undeclared ; did you mean \u2018PyArray_DTYPE\u2019?\n"
        "x.c:2:1: error: \u2018NPY_OWNDATA\u2019 undeclared (first use in this function)\n"
    )

    def told(self, release: str, text: str = TEXT, python: tuple[int, int] = (3, 12)) -> Diagnosis:
        held = Distribution("numpy", release, ("numpy",))
        return diagnose(hook_failed(text, SETUPTOOLS, held), Recipe(SYSTEM), replace(EVIDENCE, python=python))

    def test_of_several_the_one_that_was_lost_first_tells(self) -> None:
        found = self.told("2.5.0")
        assert (found.kind, found.subject, found.row) == (Kind.API_REMOVED, "numpy", "numpy 2.0.0")
        assert "PyArray_DOUBLE" in found.evidence

    def test_a_later_loss_alone(self) -> None:
        assert self.told("2.5.0", self.TEXT.splitlines()[1]).row == "numpy 2.3.0"

    def test_a_release_that_has_it_is_not_to_blame(self) -> None:
        assert self.told("1.26.4").kind is Kind.PROJECT_ERROR
        assert read(self.TEXT).kind is Kind.PROJECT_ERROR

    def test_where_no_release_that_has_it_runs_on_this_python(self) -> None:
        found = self.told("2.5.0", python=(3, 13))
        assert (found.kind, found.curable) == (Kind.PYTHON_UNSUPPORTED, False)


class TestHeadersOfDistributions:
    TEXT = "x.cpp:14:10: fatal error: pybind11/numpy.h: No such file or directory\n"

    def test_the_distribution_is_missing(self) -> None:
        assert (read(self.TEXT).kind, read(self.TEXT).subject) == (Kind.MODULE_MISSING, "pybind11")

    def test_one_that_is_there_is_not(self) -> None:
        held = Distribution("pybind11", "3.0.1", ("pybind11",))
        found = diagnose(hook_failed(self.TEXT, SETUPTOOLS, held), Recipe(SYSTEM), EVIDENCE)
        assert found.kind is Kind.HEADER_MISSING


class TestWhatCythonMakes:
    """C code that is not there."""

    ABSENT = "cc1: fatal error: demo/inner/fast.c: No such file or directory\n"

    def told(self, text: str, setup_py: str = "", held: tuple[Distribution, ...] = ()) -> Diagnosis:
        project = replace(
            PROJECT,
            sources=(("setup.py", setup_py),),
            modules=frozenset({"demo"}),
            submodules=frozenset({"demo.quick"}),
        )
        given = replace(EVIDENCE, project=project)
        return diagnose(hook_failed(text, SETUPTOOLS, *held), Recipe(SYSTEM), given)

    @pytest.mark.parametrize(
        ("text", "setup_py"),
        [
            (ABSENT, "Extension('demo.inner.fast', ['demo/inner/fast.pyx'])"),
            (ABSENT, "end = '.pyx' if USE_CYTHON else '.c'"),
            (ABSENT, "cythonize(glob('demo/*.pyx'))"),
            ("gcc: error: demo/quick.cpp: No such file or directory\n", ""),
            ("clang: error: no such file or directory: 'x'\nclang: error: 'src/demo/quick.c': no such file\n", ""),
        ],
    )
    def test_it_is_cython_that_is_missing(self, text: str, setup_py: str) -> None:
        found = self.told(text, setup_py)
        assert (found.kind, found.subject, found.row) == (Kind.MODULE_MISSING, "Cython", "ungenerated")
        with_cython = self.told(text, setup_py, (Distribution("Cython", "3.3.1", ("Cython",)),))
        assert with_cython.kind is not Kind.MODULE_MISSING

    def test_of_a_check_it_tells_nothing(self) -> None:
        text = "gcc: error: conftest.c: No such file\nx.c:1:1: fatal error: libpq-fe.h: No such file or directory\n"
        assert self.told(text, "cythonize('*.pyx')").kind is Kind.HEADER_MISSING

    def test_what_cython_does_not_make_is_the_projects_own(self) -> None:
        assert self.told(self.ABSENT, "from Cython.Build import cythonize").kind is Kind.FILE_MISSING
        found = self.told(self.ABSENT, "# from Cython: demo/inner/fast.pyx\n")
        assert (found.kind, found.subject, found.curable) == (Kind.FILE_MISSING, "demo/inner/fast.c", False)

    def test_a_definition_file_of_an_own_package(self) -> None:
        text = "demo/a.pyx:7:8: 'demo/b.pxd' not found\nCython.Compiler.Errors.CompileError: demo/a.pyx\n"
        assert self.told(text).subject == "demo/b.pxd"
        assert self.told(text.replace("'demo/b", "'libc/b")).kind is not Kind.FILE_MISSING


class TestChecks:
    """Files that build scripts compile to see what there is."""

    CHECK = "/tmp/tmp1a2b3c4d/fftw3.c:1:10: fatal error: fftw3.h: No such file or directory\n"

    @pytest.mark.parametrize("file", ["/tmp/tmp1a2b3c4d/fftw3.c", "./tmpab12cd34/x.cpp", "_configtest.c", "conftest.c"])
    def test_what_else_was_said_goes_before_it(self, file: str) -> None:
        check = f"{file}:1:10: fatal error: fftw3.h: No such file or directory\n"
        found = read(f"src/x.c:1:1: error: expected ';'\n{check}")
        assert (found.kind, found.subject) == (Kind.PROJECT_ERROR, "src/x.c")

    def test_where_nothing_else_was_said_it_tells(self) -> None:
        assert read(self.CHECK).kind is Kind.HEADER_MISSING


class TestFunctionsOfPython:
    """Arguments that a function of Python's took and takes no more."""

    TEXT = (
        "demo/x.c:9:27: error: too few arguments to function \u2018_PyLong_AsByteArray\u2019\n"
        "    9 |  int ret = _PyLong_AsByteArray((PyLongObject *)v,\n"
        "      |            ^~~~~~~~~~~~~~~~~~~\n"
        "{}:111:17: note: declared here\n"
    )

    def test_one_that_the_headers_of_python_declare(self) -> None:
        text = self.TEXT.format("/usr/include/python3.13/cpython/longobject.h")
        found = read(text)
        assert (found.kind, found.subject, found.curable) == (Kind.PYTHON_UNSUPPORTED, "_PyLong_AsByteArray", False)
        assert read(text, "from Cython.Build import cythonize").kind is Kind.GENERATED_OUTDATED

    def test_a_note_about_another_function_is_not_heard(self) -> None:
        later = "x.c:2:1: warning: y\n/usr/include/python3.13/x.h:1:1: note: declared here\n"
        assert read(self.TEXT.format("demo/x.h") + later).kind is Kind.PROJECT_ERROR

    def test_one_of_the_projects_own(self) -> None:
        assert read(self.TEXT.format("demo/x.h")).kind is Kind.PROJECT_ERROR

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

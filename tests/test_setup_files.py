"""What setup.py, setup.cfg and requirements files say is read without running them, whatever they hold."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.setup_files import Static, read, requirement_lines
from safe_install.model import Mention

SETUP_PY = """
import os
from setuptools import setup

REQUIRED = ["six", "numpy>=1.20; python_version < '3.12'"]
EXTRAS = {"test": ["pytest"], "docs": "sphinx"}

def more():
    return os.listdir()

setup(
    name="demo",
    version=more(),
    setup_requires="cython\\nsetuptools_scm",
    install_requires=REQUIRED,
    tests_require=more(),
    extras_require=EXTRAS,
    **more(),
)
"""
SETUP_CFG = """
[metadata]
name = configured
[options]
setup_requires = cffi
install_requires =
    six>=1
    not a requirement
    numpy
tests_require = pytest; python_version > "3"
[options.extras_require]
docs = sphinx
all =
    a
    b[c]
"""


def test_both_files() -> None:
    assert read(SETUP_PY, SETUP_CFG) == Static(
        "demo",
        (
            Mention("cython", "setup.py setup_requires"),
            Mention("setuptools_scm", "setup.py setup_requires"),
            Mention("six", "setup.py install_requires"),
            Mention("numpy>=1.20; python_version < '3.12'", "setup.py install_requires"),
            Mention("pytest", "setup.py extras_require"),
            Mention("sphinx", "setup.py extras_require"),
            Mention("cffi", "setup.cfg setup_requires"),
            Mention("six>=1", "setup.cfg install_requires"),
            Mention("numpy", "setup.cfg install_requires"),
            Mention('pytest; python_version > "3"', "setup.cfg tests_require"),
            Mention("sphinx", "setup.cfg extras_require docs"),
            Mention("a", "setup.cfg extras_require all"),
            Mention("b[c]", "setup.cfg extras_require all"),
        ),
    )


def test_neither_file() -> None:
    assert read(None, None) == read("", "") == Static(None, ())


@pytest.mark.parametrize(
    ("setup_py", "name"),
    [
        ("from distutils.core import setup\nsetup(name='a')", "a"),
        ("import setuptools\nsetuptools.setup(name='a')", "a"),
        ("NAME = 'a'\nif True:\n    setup(name=NAME)", "a"),
        ("setup(name=compute())", None),
        ("setup(name='a' + 'b')", None),
        ("setup(name=UNKNOWN)", None),
        ("setup(name=1)", None),
        ("def setup(**k): pass\nsetup(name='a')\nsetup(name='b')", "b"),
        ("other(name='a')\nx[0](name='a')\n(lambda: 0)(name='a')", None),
        ("x, y = 1, 2\na.b = 3\nsetup(name='a', **kw)", "a"),
    ],
)
def test_the_name(setup_py: str, name: str | None) -> None:
    assert read(setup_py, None).name == name


def test_the_name_of_setup_cfg_is_the_second_choice() -> None:
    assert read("setup()", "[metadata]\nname = a").name == "a"
    assert read("setup(name='b')", "[metadata]\nname = a").name == "b"
    assert read("setup(name=x())", "[metadata]\nname = a").name == "a"


@pytest.mark.parametrize(
    "text",
    [
        "setup(", "\0", "\ud800", "(" * 5000, "x = " + "-" * 20_000 + "1",
        "setup(name=" + "[" * 150 + "]" * 150 + ")",
        "print 'a'", "setup(install_requires={1: 2, **x})",
        "setup(install_requires=[[['six']], {'a': ['b c']}, 7, None])",
        "setup(install_requires='a; " + "(" * 4000 + "')", "setup(install_requires={[]: 1})", "\ufeffsetup(",
    ],
)  # fmt: skip
def test_a_setup_py_that_is_odd_is_no_error(text: str) -> None:
    assert read(text, None).name is None


@pytest.mark.parametrize(
    "text",
    [
        "a = b",
        "[a\n",
        "[options]\n\tb\n",
        "[a]\nb = %(c)s\n[a]\nd=e",
        "[options]\n= x",
        "\0",
        "[a]\n  b\n c\nd",
    ],
)
def test_a_setup_cfg_that_is_odd_is_no_error(text: str) -> None:
    assert read(None, text) == Static(None, ())


def test_an_invalid_escape_sequence_is_nobodys_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read('setup(name="a", description="\\d")', None).name == "a"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("six", "six"),
        ("  six>=1  # why", "six>=1"),
        ("six\t# why", "six"),
        ("six>=1 --hash=sha256:00", "six>=1"),
        ("six ; python_version < '3' --config-settings x=y", "six ; python_version < '3'"),
        ("six \\\n    --hash=sha256:00 \\\n    --hash=sha256:11", "six"),
        ("six>=\\\r\n1.0", "six>=1.0"),
        ("six @ https://host/six.whl#sha256=00", "six @ https://host/six.whl#sha256=00"),
        ("# six", None),
        ("#six", None),
        ("-r other.txt", None),
        ("-e .", None),
        ("--pre", None),
        ("./six", None),
        ("six-1.0-py3-none-any.whl", None),
        ("six-1.0.tar.gz", None),
        ("https://host/six.whl", None),
        ("git+https://host/six#egg=six", None),
        ("$SIX", None),
        ("", None),
        ("   ", None),
        ("\ufeffsix", None),
    ],
)
def test_a_line_of_a_requirements_file(line: str, wanted: str | None) -> None:
    found = [mention.requirement for mention in requirement_lines(line, "r.txt")]
    assert found == ([wanted] if wanted else [])


def test_lines_keep_their_order_and_place() -> None:
    text = "six\n\n-c c.txt\nnumpy==1\\\n.20\r\npytest\n"
    assert [*requirement_lines(text, "r.txt")] == [
        Mention("six", "r.txt"), Mention("numpy==1.20", "r.txt"), Mention("pytest", "r.txt"),
    ]  # fmt: skip


def _of(*fragments: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(fragments)).map("".join)


SETUP_FRAGMENTS = _of(
    *[
        "setup(",
        ")",
        "name=",
        "'a'",
        "install_requires=",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        "x",
        "=",
        "**",
        "lambda: ",
        "\\",
    ]
)


@given(st.one_of(st.text(), SETUP_FRAGMENTS), st.text())
def test_whatever_text_setup_py_is(text: str, config: str) -> None:
    found = read(text, config)
    assert found.name is None or isinstance(found.name, str)
    assert all(isinstance(mention.requirement, str) for mention in found.mentions)


@given(_of("[options]", "[metadata]", "name", "=", "\n", " ", "install_requires", "six", ":", "%", "[", "]"))
def test_whatever_text_setup_cfg_is(text: str) -> None:
    read(None, text)


@given(st.one_of(st.text(), _of("six", " ", "#", "--", "\\\n", "\n", ";", "==", "1", "\t", "(")))
def test_whatever_text_a_requirements_file_is(text: str) -> None:
    for mention in requirement_lines(text, "r.txt"):
        assert mention.requirement == mention.requirement.strip() != ""

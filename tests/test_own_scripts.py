"""What the project's own scripts mean by how they fail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failing import EVIDENCE, PROJECT, SETUPTOOLS, hook_failed, raised, told
from safe_install.diagnosis import diagnose
from safe_install.diagnosis.advice import advise
from safe_install.evidence import Evidence
from safe_install.kinds import Kind
from safe_install.model import Diagnosis, Distribution, Mention, Project, Recipe

EXPAND = "/env/lib/python3.13/site-packages/setuptools/config/expand.py"
NO_VERSION = "AttributeError: module 'demo' has no attribute '__version__'"
ASKS = "try:\n    import {}\nexcept ImportError:\n    raise SystemExit({})\n"


def having(**sources: str) -> Project:
    texts = tuple((name.replace("__", "/").replace("_", "."), text) for name, text in sources.items())
    homes = (("demo", "src"), ("other", "."))
    return replace(PROJECT, sources=texts, homes=homes, has_setup_py=True)


def packaged(text: str) -> Project:
    return replace(having(), sources=(("src/demo/__init__.py", text),))


def read_attr(line: str = NO_VERSION) -> str:
    return raised(line, EXPAND).replace("<module>", "read_attr")


class TestAVersionThatSetuptoolsReads:
    def test_it_is_not_there_for_want_of_the_first_import_that_fails(self) -> None:
        project = packaged("import os, demo.x, setuptools, numpy.linalg, six\n__version__ = '1'\n")
        found = told(hook_failed(read_attr(), SETUPTOOLS), project)
        assert (found.kind, found.subject, found.evidence) == (Kind.MODULE_MISSING, "numpy", NO_VERSION)

    def test_the_log_shows_that_import(self) -> None:
        project = packaged("import numpy\n__version__ = '1'\n")
        earlier = raised("ModuleNotFoundError: No module named 'numpy'", "/project/src/demo/__init__.py")
        found = told(hook_failed(earlier + read_attr(), SETUPTOOLS), project)
        assert (found.subject, found.evidence) == ("numpy", "ModuleNotFoundError: No module named 'numpy'")

    @pytest.mark.parametrize(
        ("text", "log"),
        [
            ("import numpy\n", read_attr()),
            ("__version__ = '1'\n", read_attr()),
            ("import numpy\n__version__ = '1'\n", raised(NO_VERSION, EXPAND)),
            ("import numpy\n__version__ = '1'\n", raised(NO_VERSION, "/project/setup.py")),
        ],
    )
    def test_it_is_the_project_s_own_fault_otherwise(self, text: str, log: str) -> None:
        assert told(hook_failed(log, SETUPTOOLS), packaged(text)).kind is Kind.PROJECT_ERROR


class TestAScriptThatEndsItself:
    def test_for_want_of_a_module(self) -> None:
        project = having(setup_py=ASKS.format("numpy", "'install numpy first'"))
        found = told(hook_failed("setup: install numpy first\n", SETUPTOOLS), project)
        assert (found.kind, found.subject) == (Kind.MODULE_MISSING, "numpy")
        assert found.evidence == "setup: install numpy first"

    def test_with_no_word_of_its_own(self) -> None:
        found = told(hook_failed("bye\n", SETUPTOOLS), having(setup_py=ASKS.format("numpy", "1")))
        assert (found.kind, found.subject, found.evidence) == (Kind.MODULE_MISSING, "numpy", "bye")

    def test_for_want_of_what_a_tool_has_removed(self) -> None:
        found = told(hook_failed("bye\n", SETUPTOOLS), having(setup_py=ASKS.format("pkg_resources", "1")))
        assert (found.kind, found.subject, found.evidence) == (Kind.API_REMOVED, "setuptools", "bye")

    def test_for_want_of_a_name_that_a_tool_has_removed(self) -> None:
        text = (
            "try:\n    from distutils.command.build_py import build_py_2to3\n"
            "except ImportError:\n    sys.exit('This wants the 2to3 tool')\n"
        )
        project = having(setup_py=text)
        given = replace(EVIDENCE, python=(3, 10), project=project)
        found = diagnose(hook_failed("This wants the 2to3 tool\n", SETUPTOOLS), Recipe(project.system), given)
        assert (found.kind, found.row) == (Kind.API_REMOVED, "distutils-2to3")
        assert found.evidence == "This wants the 2to3 tool"
        silent = replace(given, project=having(setup_py=text.replace("'This wants the 2to3 tool'", "1")))
        assert diagnose(hook_failed("bye\n", SETUPTOOLS), Recipe(project.system), silent).kind is Kind.UNKNOWN
        older = Distribution("setuptools", "57.5", ("setuptools",))
        found = diagnose(hook_failed("This wants the 2to3 tool\n", older), Recipe(project.system), given)
        assert found.kind is Kind.PROJECT_ERROR

    def test_with_words_that_the_log_does_not_have(self) -> None:
        project = having(setup_py=ASKS.format("numpy", "'install numpy first'"))
        assert told(hook_failed("bye\n", SETUPTOOLS), project).kind is Kind.UNKNOWN

    def test_though_the_module_is_there(self) -> None:
        project = having(setup_py=ASKS.format("numpy", "'the time is not ripe'"))
        held = Distribution("numpy", "2.0", ("numpy",))
        found = told(hook_failed("the time is not ripe\n", held), project)
        assert (found.kind, found.subject, found.curable) == (Kind.PROJECT_ERROR, "setup.py", False)

    def test_because_of_the_python(self) -> None:
        project = having(setup_py="import sys\nsys.exit('This wants Python 2.7 or 3.5')\n")
        found = told(hook_failed("This wants Python 2.7 or 3.5\n"), project)
        assert (found.kind, found.curable) == (Kind.PYTHON_UNSUPPORTED, False)


class TestWhatIsReachedForWithPip:
    """Code that lets pip install what it lacks, while it is built."""

    LOG = (
        raised("ModuleNotFoundError: No module named '{}'", "<string>")
        + "\nDuring handling of the above exception, another exception occurred:\n\n"
        + raised("ModuleNotFoundError: No module named 'pip'", "<string>")
    )

    @pytest.mark.parametrize(("module", "subject"), [("pybind11", "pybind11"), ("thing", "thing"), ("stranger", "pip")])
    def test_what_it_lacks_is_brought_where_somebody_vouches_for_it(self, module: str, subject: str) -> None:
        project = replace(having(setup_py=""), mentions=(Mention("thing>=1", "setup.py install_requires"),))
        found = told(hook_failed(self.LOG.replace("{}", module), SETUPTOOLS), project)
        assert (found.kind, found.subject) == (Kind.MODULE_MISSING, subject)

    def test_pip_alone_is_missed_as_it_is(self) -> None:
        log = raised("ModuleNotFoundError: No module named 'pip'", "<string>")
        assert told(hook_failed(log, SETUPTOOLS), having(setup_py="")).subject == "pip"


class TestAHelperThatNobodyMaintains:
    LOG = raised("ModuleNotFoundError: No module named 'ez_setup'", "<string>")

    def test_its_copy_is_missing(self) -> None:
        found = told(hook_failed(self.LOG, SETUPTOOLS), having(setup_py="import ez_setup\n"))
        assert (found.kind, found.subject, found.curable) == (Kind.FILE_MISSING, "ez_setup.py", False)
        assert "take its import out of setup.py" in advise(found, EVIDENCE).step

    def test_unless_somebody_vouches_for_it(self) -> None:
        project = replace(having(setup_py=""), mentions=(Mention("ez_setup", "setup.py setup_requires"),))
        assert told(hook_failed(self.LOG, SETUPTOOLS), project).kind is Kind.MODULE_MISSING

    def test_a_copy_that_does_not_run_is_the_projects_own(self) -> None:
        log = raised("AttributeError: module 'x' has no attribute 'y'", "/project/ez_setup.py")
        assert told(hook_failed(log, SETUPTOOLS), having(setup_py="")).kind is not Kind.HELPER_OUTDATED


class TestAFileThatIsNotInTheTree:
    MISSING = raised("ModuleNotFoundError: No module named 'demo.version'", "/project/setup.py")

    def test_it_is_named(self) -> None:
        found = told(hook_failed(self.MISSING), packaged(""))
        assert (found.kind, found.subject, found.curable) == (Kind.FILE_MISSING, "src/demo/version.py", False)

    @pytest.mark.parametrize(
        "project", [replace(packaged(""), submodules=frozenset({"demo.version"})), replace(packaged(""), sources=())]
    )
    def test_one_that_is_there_is_not_seen(self, project: Project) -> None:
        assert told(hook_failed(self.MISSING), project).kind is Kind.OWN_PACKAGE_MISSING

    @pytest.mark.parametrize(
        ("sources", "says"),
        [
            ((), "Put it there"),
            (((".gitignore", "*.pyc\n/src/demo/version.py\n"),), ".gitignore names it"),
            ((("setup.cfg", "[x]\nwrite_to = src/demo/version.py\n"),), "setup.cfg names it"),
        ],
    )
    def test_the_advice_says_what_names_it(self, sources: tuple[tuple[str, str], ...], says: str) -> None:
        evidence = Evidence(replace(PROJECT, sources=sources), EVIDENCE.policy, (3, 13))
        diagnosis = Diagnosis(Kind.FILE_MISSING, "src/demo/version.py", "…", curable=False)
        assert says in advise(diagnosis, evidence).step


@given(
    st.lists(
        st.sampled_from(["Error: a", "Caused by:", "Traceback (most recent call last):", "  --> x", ""]) | st.text()
    )
)
def test_no_log_makes_the_diagnosis_raise(lines: list[str]) -> None:
    project = having(setup_py=ASKS.format("numpy", "'install numpy first'"))
    failure = hook_failed("\n".join(lines))
    assert isinstance(diagnose(failure, Recipe(project.system), replace(EVIDENCE, project=project)), Diagnosis)

"""What the project's own files mean by how they fail: for Python 2, incomplete, not valid, or a stub."""

from __future__ import annotations

from dataclasses import replace

import pytest

from failing import PROJECT, SETUPTOOLS, hook_failed, raised, told
from safe_install.declared import scripts
from safe_install.diagnosis.advice import advise
from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Kind
from safe_install.model import Diagnosis, Mention, Project

VERSION = raised("ModuleNotFoundError: No module named 'version'", "<string>")
PACKAGING = "/env/lib/python3.13/site-packages/packaging/requirements.py"


def with_setup(text: str, *mentions: str) -> Project:
    named = tuple(Mention(each, "setup.py") for each in mentions)
    return replace(PROJECT, has_setup_py=True, sources=(("setup.py", text),), mentions=named)


class TestAModuleThatTellsWhoTheProjectIs:
    @pytest.mark.parametrize(
        "text",
        [
            "from version import get_version\nsetup(version=get_version())\n",
            "import version\nsetuptools.setup(version=version.__version__)\n",
            "from version import get_version\nfound = get_version()\nsetup(version=found)\n",
            "from version import AUTHOR as by\nsetup(author=by)\n",
        ],
    )
    def test_is_the_project_s_own(self, text: str) -> None:
        found = told(hook_failed(VERSION, SETUPTOOLS), with_setup(text))
        assert (found.kind, found.subject, found.curable) == (Kind.FILE_MISSING, "version.py", False)
        assert "--build-requires" in advise(found, Evidence(PROJECT, Policy(frozenset()), (3, 13))).step

    @pytest.mark.parametrize(
        "text",
        [
            "import version\nsetup(cmdclass=version.commands())\n",
            "import version\nsetup(version=version.read('meta.yaml'))\n",
            "import version\nversion.setup\nother(version=version.now)\n[](version=version.now)\n",
            "from . import version\nsetup(version=version)\n",
        ],
    )
    def test_may_be_a_stranger_s_where_it_is_used_as_a_tool(self, text: str) -> None:
        assert told(hook_failed(VERSION, SETUPTOOLS), with_setup(text)).kind is Kind.MODULE_MISSING

    def test_is_a_stranger_s_where_the_project_names_its_distribution(self) -> None:
        project = with_setup("import version\nsetup(version=version.now)\n", "version>=1")
        assert told(hook_failed(VERSION, SETUPTOOLS), project).kind is Kind.MODULE_MISSING

    def test_is_a_stranger_s_where_a_table_knows_it(self) -> None:
        log = raised("ModuleNotFoundError: No module named 'versioneer'", "<string>")
        project = with_setup("import versioneer\nsetup(version=versioneer.get_version())\n")
        assert told(hook_failed(log, SETUPTOOLS), project).kind is Kind.MODULE_MISSING


class TestAStub:
    def test_says_what_to_install_in_its_place(self) -> None:
        text = "words = 'demo is deprecated,\\nsee the other one'\ndef no():\n    raise SystemExit(words)\nno()\n"
        found = told(hook_failed("demo is deprecated,\nsee the other one\n", SETUPTOOLS), with_setup(text))
        assert (found.kind, found.subject, found.curable) == (Kind.DELIBERATE_STUB, "setup.py", False)
        assert found.evidence == "demo is deprecated,"

    def test_says_so_in_an_exception(self) -> None:
        text = "raise RuntimeError('demo was renamed, install other')\n"
        log = raised("RuntimeError: demo was renamed, install other", "<string>")
        assert told(hook_failed(log, SETUPTOOLS), with_setup(text)).kind is Kind.DELIBERATE_STUB

    @pytest.mark.parametrize(
        ("text", "log", "kind"),
        [
            ("raise SystemExit('this moon is not full')\n", "this moon is not full\n", Kind.PROJECT_ERROR),
            ("raise SystemExit('demo is deprecated')\n", "demo is deprecated\nbut this failed\n", Kind.PROJECT_ERROR),
            (
                "raise SystemExit('deprecated since Python 3.9')\n",
                "deprecated since Python 3.9\n",
                Kind.PYTHON_UNSUPPORTED,
            ),
            (
                "try:\n    import numpy\nexcept ImportError:\n    raise SystemExit('use conda instead of this')\n",
                "use conda instead of this\n",
                Kind.MODULE_MISSING,
            ),
        ],
    )
    def test_is_not_every_script_that_ends_itself(self, text: str, log: str, kind: Kind) -> None:
        assert told(hook_failed(log, SETUPTOOLS), with_setup(text)).kind is kind


class TestCodeForPython2:
    @pytest.mark.parametrize(
        ("code", "line"),
        [
            ('    "a"<>"b"\n       ^^\n', "SyntaxError: invalid syntax"),
            ("    except ValueError, error:\n", "SyntaxError: invalid syntax"),
            ("    except ValueError, error:\n", "SyntaxError: multiple exception types must be parenthesized"),
            ("    print >>out, 1\n", "SyntaxError: invalid syntax"),
            ("    mode = 0755\n", "SyntaxError: invalid token"),
            ("", "TabError: inconsistent use of tabs and spaces in indentation"),
            ("", "NameError: name 'unicode' is not defined"),
        ],
    )
    def test_is_known_by_what_python_3_says_of_it(self, code: str, line: str) -> None:
        log = raised(f"{code}{line}", "/project/demo.py")
        found = told(hook_failed(log))
        assert (found.kind, found.subject, found.curable) == (Kind.PYTHON_2_SOURCE, "demo.py", False)

    @pytest.mark.parametrize(
        "line",
        ["    a b\nSyntaxError: invalid syntax", "SyntaxError: invalid syntax", "NameError: name 'x' is not defined"],
    )
    def test_is_not_every_error_of_syntax(self, line: str) -> None:
        assert told(hook_failed(raised(line, "/project/demo.py"))).kind is Kind.PROJECT_ERROR

    def test_of_a_stranger_is_not_the_project_s(self) -> None:
        log = raised("NameError: name 'unicode' is not defined", "/env/lib/python3.13/site-packages/six.py")
        assert told(hook_failed(log)).kind is not Kind.PYTHON_2_SOURCE

    def test_imports_what_python_3_never_had(self) -> None:
        found = told(hook_failed(raised("ModuleNotFoundError: No module named 'urllib2'", "/project/demo.py")))
        assert (found.kind, found.subject) == (Kind.PYTHON_2_SOURCE, "demo.py")


class TestMetadata:
    @pytest.mark.parametrize(
        ("line", "subject"),
        [
            ("packaging.version.InvalidVersion: Invalid version: 'one.two-final!'", "one.two-final!"),
            ("packaging.version.InvalidVersion: Invalid version: '{{ x }}'", ""),
            ("packaging.requirements.InvalidRequirement: .* suffix\n    six>=1.*\n       ~~~~^", "six>=1.*"),
            ("packaging.requirements.InvalidRequirement: .* suffix\n    six>=1.*\n", ""),
        ],
    )
    def test_that_is_not_valid_is_named(self, line: str, subject: str) -> None:
        found = told(hook_failed(raised(line, "<string>", PACKAGING)))
        assert (found.kind, found.subject, found.curable) == (Kind.METADATA_INVALID, subject, False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("requirements.txt", (Kind.FILE_MISSING, "requirements.txt")),
        ("./a/b.txt", (Kind.FILE_MISSING, "a/b.txt")),
        ("/project/VERSION", (Kind.FILE_MISSING, "VERSION")),
        ("/etc/absent", (Kind.PROJECT_ERROR, "demo.py")),
    ],
)
def test_a_file_that_a_script_reads_in_the_tree(path: str, expected: tuple[Kind, str]) -> None:
    log = raised(f"FileNotFoundError: [Errno 2] No such file or directory: '{path}'", "/project/demo.py")
    found = told(hook_failed(log))
    assert (found.kind, found.subject) == expected


def test_the_step_for_a_file_speaks_of_the_release() -> None:
    diagnosis = Diagnosis(Kind.FILE_MISSING, "VERSION", "…", curable=False)
    step = advise(diagnosis, Evidence(PROJECT, Policy(frozenset()), (3, 13))).step
    assert "clone" in step
    assert "--build-requires" not in step


def test_a_setup_py_that_is_no_python_tells_nothing() -> None:
    assert scripts.tell_of_project("def (") == frozenset()


@pytest.mark.parametrize(
    ("file", "missing", "kind"),
    [
        ("/project/suds/__init__.py", "client", Kind.PYTHON_2_SOURCE),
        ("/project/src/suds/x.py", "client.deeper", Kind.PYTHON_2_SOURCE),
        ("/project/suds/__init__.py", "other", Kind.MODULE_MISSING),
        ("/project/client/x.py", "client", Kind.MODULE_MISSING),
        ("/env/lib/python3.13/site-packages/suds/x.py", "client", Kind.MODULE_MISSING),
    ],
)
def test_a_module_that_lies_beside_is_found_by_python_2_only(file: str, missing: str, kind: Kind) -> None:
    project = replace(PROJECT, modules=frozenset({"suds"}), submodules=frozenset({"suds.client"}))
    text = raised(f"ModuleNotFoundError: No module named '{missing}'", "<string>", file)
    assert told(hook_failed(text, SETUPTOOLS), project).kind is kind

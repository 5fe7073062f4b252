"""What an inspection finds, where, and what it must leave alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from inspected import HATCHLING, SETUPTOOLS, found, requiring, told
from safe_install.checking import check
from safe_install.errors import ProjectUnreadable

LEGACY = '[build-system]\nrequires = ["setuptools"]\n'
IN_TREE = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "own.api"\nbackend-path = ["tools"]\n'


@pytest.mark.parametrize("text", [SETUPTOOLS, HATCHLING, LEGACY, "", "[project]\nname = 'x'\n"])
def test_a_healthy_table_has_no_finding(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, pyproject__toml=text) == []


@pytest.mark.parametrize(
    ("text", "expected", "correction"),
    [
        ("[build-system\n", "1:14 toml-invalid", "correct it"),
        ('[build-system]\nbuild-backend = "hatchling.build"\n', "1:1 requires-absent", 'requires = ["hatchling"]'),
        ('[build-system]\nrequires = ["a", "b c"]\n', "2:18 requires-invalid", 'requires = ["a"'),
        ('[build-system]\nrequires = "hatchling"\nbuild-backend = "hatchling.build"\n', "2:12 requires-invalid",
         'requires = ["hatchling"]'),
        ("[build-system]\nrequires = []\nbuild-backend = 1\n", "3:17 table-invalid", "not a string"),
        ('[build-system]\nrequires = []\nbackend-path = ["."]\n', "3:16 table-invalid", "backend-path"),
        ("build-system = 1\n", "1:1 table-invalid", "not a table"),
        ('[build-system]\nrequires = ["hatchling"]\nbuild_backend = "hatchling.build"\n', "3:1 key-misspelt",
         "write build-backend"),
        ('[tool.build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n', "1:1 table-misspelt",
         "write [build-system]"),
        (HATCHLING.replace("ling.", "lin."), "3:17 backend-misspelt", 'build-backend = "hatchling.build"'),
        (HATCHLING.replace(".build", ".bild"), "3:17 backend-misspelt", 'build-backend = "hatchling.build"'),
        (HATCHLING.replace(".build", ".build:api"), "3:17 backend-misspelt", 'build-backend = "hatchling.build"'),
        ('[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.masonry.api"\n', "3:17 backend-renamed",
         'build-backend = "poetry.core.masonry.api"'),
        (HATCHLING.replace("hatchling.build", "flit_core.buildapi"), "3:17 backend-of-another-tool",
         'build-backend = "hatchling.build"'),
        ('[build-system]\nrequires = ["hatchling"]\n', "1:1 backend-of-another-tool", "no `build-backend` is written"),
        (HATCHLING.replace('"hatchling"', ""), "2:12 backend-undeclared", 'requires = ["hatchling"]'),
        ('[build-system]\nrequires = ["setuptools"]\nbuild-backend = "acme.api"\n', "3:17 backend-unknown", "acme.api"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table(tmp_path: Path, text: str, expected: str, correction: str) -> None:
    assert found(tmp_path, pyproject__toml=text) == [f"pyproject.toml:{expected}"]
    assert correction in told(tmp_path, pyproject__toml=text)


@pytest.mark.parametrize(
    "text",
    [
        requiring("acme-builder", backend="acme_builder.api"),
        requiring("acme", backend="acme.builder"),
        requiring("something-else", backend="acme.api"),
        requiring("my-setuptools", backend="my_setuptools.build_meta"),
        requiring("setuptools-scm"),
        requiring("flit_core", backend="flit_core.buildapi"),
        requiring("poetry_core>=1", backend="poetry.core.masonry.api"),
        requiring("wheel", "Setuptools[core]>=70; python_version > '3'"),
    ],
)
def test_a_backend_that_comes_with_a_requirement_is_fine(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, pyproject__toml=text) == []


def test_a_path_to_the_backend_has_to_lead_to_it(tmp_path: Path) -> None:
    own = {"tools/own.py": ""}
    assert found(tmp_path / "a", pyproject__toml=IN_TREE, **own) == []
    wrong = IN_TREE.replace("tools", "toosl")
    assert found(tmp_path / "b", pyproject__toml=wrong, **own) == ["pyproject.toml:4:17 backend-path-wrong"]
    assert 'write backend-path = ["tools"]' in told(tmp_path / "b")
    outside = IN_TREE.replace("tools", "../x")
    assert found(tmp_path / "c", pyproject__toml=outside) == ["pyproject.toml:4:17 backend-path-wrong"]
    absolute = IN_TREE.replace("tools", str(tmp_path))
    assert found(tmp_path / "d", pyproject__toml=absolute) == ["pyproject.toml:4:17 backend-path-wrong"]
    assert found(tmp_path / "e", pyproject__toml=IN_TREE, **{"tools/x.py": ""}) == [
        "pyproject.toml:4:16 backend-path-wrong"
    ]
    without = IN_TREE.replace('backend-path = ["tools"]\n', "")
    assert found(tmp_path / "f", pyproject__toml=without, **own) == ["pyproject.toml:3:17 backend-path-wrong"]


def test_a_link_out_of_the_tree_leads_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "tools").symlink_to(tmp_path / "elsewhere")
    assert found(tmp_path / "a", pyproject__toml=IN_TREE) == ["pyproject.toml:4:17 backend-path-wrong"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import six\n", "setup.py:1:1 module-missing"),
        ("import os\nfrom yaml import load, dump\n", "setup.py:2:1 module-missing"),
        ("import imp\n", "setup.py:1:1 module-removed"),
        ("from setuptools_scm import get_version\n", "setup.py:1:1 module-missing"),
        ("import frobnicate\n", "setup.py:1:1 module-missing"),
        ("x = (\n", "setup.py:1:5 project-error"),
        ("from setuptools import setup\nsetup(setup_requires=['x'])\n", "setup.py:2:7 setup-requires"),
        ("import pkg_resources\n", "pyproject.toml:2:13 api-removed"),
        ("from setuptools import Feature\n", "setup.py:1:1 api-removed"),
        ("from setuptools import setup\nsetup(use_2to3=True)\n", "setup.py:2:7 api-removed"),
        ("import distutils.msvccompiler\n", "pyproject.toml:2:13 api-removed"),
    ],
)
def test_what_setup_py_imports_in_vain(tmp_path: Path, script: str, expected: str) -> None:
    assert found(tmp_path, pyproject__toml=SETUPTOOLS, setup__py=script) == [expected]


@pytest.mark.parametrize(
    "script",
    [
        "import distutils.core\nimport os, re\nfrom pathlib import Path\nimport tomllib, annotationlib\n",
        "try:\n    import six\nexcept ImportError:\n    six = None\n",
        "if True:\n    import six\n",
        "import demo, helper, near, fast, space.inner, own_name\n",
        "import sys\nsys.path.insert(0, 'x')\nimport frobnicate\n",
        "from setuptools.command.test import test\n",
        "setup(setup_requires=[], use_2to3=False)\n",
        "from setuptools import setup, Extension, find_packages\nimport setuptools.command.build_ext\n",
    ],
)
def test_what_setup_py_may_import(tmp_path: Path, script: str) -> None:
    files = {"demo/__init__.py": "", "src/near.py": "", "tools/helper.py": "", "fast.so": "", "space/x.txt": ""}
    own = SETUPTOOLS + '[project]\nname = "own-name"\n'
    assert found(tmp_path, pyproject__toml=own, setup__py=script, **files) == []


@pytest.mark.parametrize(
    ("requirements", "script"),
    [
        (("setuptools<82",), "import pkg_resources\n"),
        (("setuptools==65.*",), "import pkg_resources\n"),
        (("setuptools", "setuptools<80"), "import pkg_resources\n"),
        (("setuptools", "cffi"), "import pycparser\n"),
        (("setuptools", "hatch-vcs"), "import setuptools_scm\n"),
        (("setuptools", "acme-tools"), "import six, frobnicate\n"),
        (("setuptools", "PyYAML"), "import yaml\n"),
        (("setuptools", "zombie-imp"), "import imp\n"),
    ],
)
def test_what_is_required_may_be_imported(tmp_path: Path, requirements: tuple[str, ...], script: str) -> None:
    assert found(tmp_path, pyproject__toml=requiring(*requirements), setup__py=script) == []


def test_an_open_range_admits_what_was_removed(tmp_path: Path) -> None:
    text = requiring("wheel", "setuptools>=90")
    assert found(tmp_path, pyproject__toml=text, setup__py="import pkg_resources\n") == [
        "pyproject.toml:4:5 api-removed"
    ]
    assert "setup.py:1 imports pkg_resources" in told(tmp_path)
    assert "write requires" not in told(tmp_path)


def test_what_no_release_for_a_python_has_is_bounded_only_for_older_ones(tmp_path: Path) -> None:
    script = "from setuptools import setup\nsetup(use_2to3=True)\n"
    assert "keep requires-python below 3.12" in told(tmp_path, pyproject__toml=SETUPTOOLS, setup__py=script)
    old = SETUPTOOLS + '[project]\nname = "x"\nrequires-python = "<3.12"\n'
    assert told(tmp_path, pyproject__toml=old, setup__py=script).endswith("for which its own lower bound has to go")
    unbounded = old.replace(">=64", "")
    assert told(tmp_path, pyproject__toml=unbounded, setup__py=script).endswith('write requires = ["setuptools<58"]')
    script = "from numpy.distutils.core import setup\n"
    numpy = requiring("setuptools", "numpy")
    assert found(tmp_path, pyproject__toml=numpy, setup__py=script) == ["setup.py:1:1 api-removed"]
    assert "numpy has for Python 3.12 and later; numpy's documentation" in told(tmp_path)
    old = numpy + '[project]\nname = "x"\nrequires-python = "<3.12"\n'
    assert found(tmp_path, pyproject__toml=old, setup__py=script) == []


def test_without_a_table_the_use_is_placed(tmp_path: Path) -> None:
    assert found(tmp_path, setup__py="import pkg_resources\n") == ["setup.py:1:1 api-removed"]
    assert 'write [build-system] requires = ["setuptools>=40.8.0,<82"]' in told(tmp_path)
    assert "write [build-system] requires = " in told(tmp_path / "other", setup__py="import six\n")


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("pyproject__toml", SETUPTOOLS + '[project]\nname = "x"\nrequires-python = "<3.12"\n'),
        ("setup__cfg", "[options]\npython_requires = <3.12\n"),
        ("setup__py", "setup(python_requires='<3.12')\n"),
    ],
)
def test_a_module_is_missed_only_by_a_python_that_lacks_it(tmp_path: Path, where: str, text: str) -> None:
    def found_for(bound: str) -> list[str]:
        files = {"pyproject__toml": SETUPTOOLS, "setup__py": "", where: text.replace("<3.12", bound)}
        return found(tmp_path, **(files | {"setup__py": f"import imp\n{files['setup__py']}"}))

    assert found_for("<3.12") == []
    assert found_for(">=3.8") == ["setup.py:1:1 module-removed"]


def test_a_requires_python_that_is_none_admits_every_python(tmp_path: Path) -> None:
    text = SETUPTOOLS + '[project]\nname = "x"\nrequires-python = "three"\n'
    assert found(tmp_path, pyproject__toml=text, setup__py="import imp\n") == ["setup.py:1:1 module-removed"]


def test_what_only_another_python_understands_is_no_fault(tmp_path: Path) -> None:
    text = SETUPTOOLS + '[project]\nname = "x"\nrequires-python = ">=3.99"\n'
    assert found(tmp_path, pyproject__toml=text, setup__py="x = (\n") == []


def test_a_python_is_admitted_by_any_of_its_releases(tmp_path: Path) -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    text = f'{SETUPTOOLS}[project]\nname = "x"\nrequires-python = ">={version}.4,<{version}.9999"\n'
    assert found(tmp_path, pyproject__toml=text, setup__py="x = (\n") == ["setup.py:1:5 project-error"]


def test_setup_py_is_not_read_where_nothing_runs_it(tmp_path: Path) -> None:
    script = "import six\nsetup(setup_requires=['x'])\n"
    assert found(tmp_path, pyproject__toml=HATCHLING, setup__py=script) == []


def test_a_backend_in_the_tree_is_read_with_its_packages(tmp_path: Path) -> None:
    package = {"tools/own/__init__.py": "import six\n", "tools/own/api.py": "import yaml\nimport beside\n"}
    assert found(tmp_path, pyproject__toml=IN_TREE, **package, **{"tools/beside.py": ""}) == [
        "tools/own/__init__.py:1:1 module-missing",
        "tools/own/api.py:1:1 module-missing",
    ]


def test_a_backend_in_the_tree_that_is_made_of_setuptools_runs_setup_py(tmp_path: Path) -> None:
    text = IN_TREE.replace("flit_core", "setuptools")
    backend = {"tools/own.py": "from setuptools.build_meta import *\n"}
    assert found(tmp_path, pyproject__toml=text, setup__py="import six\n", **backend) == ["setup.py:1:1 module-missing"]


def test_setup_requires_of_setup_cfg_has_its_line(tmp_path: Path) -> None:
    text = "[metadata]\nsetup_requires = no\n[options]\nsetup_requires =\n    x\n"
    assert found(tmp_path, pyproject__toml=SETUPTOOLS, setup__cfg=text) == ["setup.cfg:4:1 setup-requires"]


def test_a_text_that_is_none_is_placed(tmp_path: Path) -> None:
    tmp_path.joinpath("pyproject.toml").write_bytes("[project]\n# é".encode() + b"\xff")
    (finding,) = check(tmp_path)
    assert (finding.place.line, finding.place.column, finding.rule.value) == (2, 4, "toml-invalid")
    tmp_path.joinpath("pyproject.toml").write_bytes(b"\xef\xbb\xbf")
    assert told(tmp_path).startswith("begins with a byte order mark")


def test_what_is_no_project_is_not_inspected(tmp_path: Path) -> None:
    with pytest.raises(ProjectUnreadable):
        check(tmp_path)


def test_nothing_in_the_tree_is_run_or_changed(tmp_path: Path) -> None:
    script = f"open({str(tmp_path / 'ran')!r}, 'w')\nimport six\n"
    text = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
    assert found(tmp_path, pyproject__toml=text, **{"own.py": script}, setup__py=script) == [
        "own.py:2:1 module-missing"
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.py", "pyproject.toml", "setup.py"]

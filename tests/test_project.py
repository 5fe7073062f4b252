"""A source tree is read as it lies there: nothing of it is run, nothing in it is an exception."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from safe_install.declared import metadata
from safe_install.errors import ProjectUnreadable
from safe_install.kinds import Kind
from safe_install.model import LEGACY_BACKEND, BuildSystem, Malformed, Mention, Project
from safe_install.project import read
from trees import tree, without_privileges

ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo"
dependencies = ["six"]
[tool.hatch]
"""
EGG = {"demo.egg-info/PKG-INFO": "", "demo.egg-info/SOURCES.txt": ""}


def _read(path: Path, files: Mapping[str, str | bytes]) -> Project:
    return read(tree(path, files), ENVIRON)


def test_a_whole_project(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": PYPROJECT,
        "setup.cfg": "[options]\nsetup_requires = cffi\n",
        "requirements.txt": "numpy\n",
        "dev-requirements.txt": "pytest\n",
        "requirements/docs.txt": "sphinx\n",
        "demo/__init__.py": "",
        "single.py": "",
        "conftest.py": "",
        "src/deep/__init__.py": "",
        "tools/helper.py": "",
        "tools/pack/__init__.py": "",
        "tools/data/x.txt": "",
        ".venv/hidden.py": "",
        **EGG,
    }
    assert _read(tmp_path, files) == Project(
        path=tmp_path,
        system=BuildSystem(("hatchling",), "hatchling.build"),
        text=PYPROJECT,
        name="demo",
        names_backend=True,
        has_table=True,
        tools=frozenset({"hatch"}),
        mentions=(
            Mention("six", "project.dependencies"),
            Mention("cffi", "setup.cfg setup_requires"),
            Mention("pytest", "dev-requirements.txt"),
            Mention("sphinx", "requirements/docs.txt"),
            Mention("numpy", "requirements.txt"),
        ),
        modules=frozenset({"demo", "single", "deep"}),
        homes=(
            ("demo", "."), ("single", "."),
            ("deep", "src"), ("helper", "tools"), ("pack", "tools"),
        ),
        artefacts=("demo.egg-info",),
        sources=(
            ("setup.cfg", "[options]\nsetup_requires = cffi\n"), ("demo/__init__.py", ""),
            ("single.py", ""), ("src/deep/__init__.py", ""),
        ),
        submodules=frozenset({"demo.__init__", "deep.__init__"}),
    )  # fmt: skip


def test_setup_py_alone(tmp_path: Path) -> None:
    project = _read(tmp_path, {"setup.py": "setup(name='old', install_requires=['six'])"})
    assert (project.text, project.name, project.has_setup_py) == (None, "old", True)
    assert project.system == BuildSystem(("setuptools>=40.8.0",), LEGACY_BACKEND)
    assert project.mentions == (Mention("six", "setup.py install_requires"),)
    assert not project.has_table


def test_what_an_sdist_says_of_itself(tmp_path: Path) -> None:
    info = "Metadata-Version: 2.1\nName: Demo.X\nRequires-Dist: click (>=7.0)\nRequires-Dist: six; extra == 'old'\n\n"
    files = {
        "setup.py": "from setuptools import setup\nsetup(**found)\n",
        "PKG-INFO": f"{info}Requires-Dist: of-the-readme\n",
        "demo_x.egg-info/requires.txt": "click>=7.0\n\n[fast:python_version < '4']\nnumpy\nnot a requirement\n",
        "src/Demo.X.egg-info/requires.txt": "attrs\n",
        "other.egg-info/requires.txt": "pyyaml\n",
    }
    project = _read(tmp_path, files)
    assert project.name == "Demo.X"
    assert project.mentions == (
        Mention("click (>=7.0)", "PKG-INFO Requires-Dist"),
        Mention("six; extra == 'old'", "PKG-INFO Requires-Dist"),
        Mention("click>=7.0", "demo_x.egg-info/requires.txt"),
        Mention("numpy ; python_version < '4'", "demo_x.egg-info/requires.txt"),
        Mention("attrs", "src/Demo.X.egg-info/requires.txt"),
    )


def test_what_the_project_says_goes_before_what_a_build_made_of_it(tmp_path: Path) -> None:
    files = {
        "setup.py": "setup(name='mine', install_requires=['six'])",
        "PKG-INFO": "Name: theirs\nRequires-Dist: six<2\n",
    }
    project = _read(tmp_path, files)
    assert project.name == "mine"
    assert [each.requirement for each in project.mentions] == ["six", "six<2"]


@given(st.text() | st.text(alphabet="\n :;[]Requires-Dist()<>=\\\t\x00"))
def test_property_whatever_metadata_holds_nothing_is_raised(text: str) -> None:
    told = metadata.read(f"Name: x\n{text}")
    assert all(Requirement(each.requirement) for each in (*told.mentions, *metadata.requires(text, "requires.txt")))


def test_the_backends_own_folder_is_the_projects(tmp_path: Path) -> None:
    text = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["./_own/"]\n'
    project = _read(tmp_path, {"pyproject.toml": text, "_own/bk.py": "", "_own/more.py": "", "other/x.py": ""})
    assert project.modules == {"bk", "more"}


def test_a_table_that_is_wrong_is_no_error(tmp_path: Path) -> None:
    system = _read(tmp_path, {"pyproject.toml": "[build-system\n"}).system
    assert isinstance(system, Malformed)
    assert system.kind is Kind.TOML_INVALID


def test_newlines_stay_as_they_are(tmp_path: Path) -> None:
    assert _read(tmp_path, {"pyproject.toml": b"[project]\r\nname = 'x'\r\n"}).text == "[project]\r\nname = 'x'\r\n"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "{path} is not a Python project: it has neither pyproject.toml nor setup.py"),
        ({"setup.py/x": ""}, "{path} is not a Python project: it has neither pyproject.toml nor setup.py"),
        ({"pyproject.toml/x": ""}, "{path}/pyproject.toml is not a file"),
        (
            {"pyproject.toml": b"\xef\xbb\xbf[project]\n"},
            "{path}/pyproject.toml begins with a byte order mark, which TOML does not allow",
        ),
        ({"pyproject.toml": b"a = 1\nb = '\xff'\n"}, "{path}/pyproject.toml is not UTF-8: line 2, byte 11"),
        (
            {"pyproject.toml": "\ufeffa".encode("utf-16")},
            "{path}/pyproject.toml is not UTF-8: line 1, byte 0",
        ),
    ],
)
def test_what_is_no_project_is_told(files: dict[str, str | bytes], message: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectUnreadable) as caught:
        _read(tmp_path, files)
    assert caught.value.message == message.format(path=tmp_path)
    assert caught.value.step


def test_a_pyproject_that_leads_nowhere_waits_or_has_no_end(tmp_path: Path) -> None:
    for number, to in enumerate(("nowhere", "pyproject.toml", "/dev/zero", "fifo")):
        place = tree(tmp_path / str(number), {"setup.py": ""})
        os.mkfifo(place / "fifo")
        (place / "pyproject.toml").symlink_to(to)
        with pytest.raises(ProjectUnreadable, match=r"pyproject\.toml (cannot be read|is not a file)"):
            read(place, ENVIRON)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(ProjectUnreadable):
        read(tmp_path / "none", ENVIRON)


def test_other_files_that_cannot_be_read_say_nothing(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": PYPROJECT, "setup.cfg/x": ""})
    for name in ("setup.py", "requirements.txt"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "test-requirements.txt").symlink_to("nowhere")
    project = read(tmp_path, ENVIRON)
    assert (project.mentions, project.has_setup_py) == ((Mention("six", "project.dependencies"),), False)


def test_what_is_somebody_elses_is_passed_by() -> None:
    with without_privileges() as folder:
        files = {
            "pyproject.toml": PYPROJECT, "setup.py": "", "data/x/__init__.py": "", "src/demo.py": "",
            "build/lib/x.py": "", "x.egg-info/PKG-INFO": "", "x.egg-info/SOURCES.txt": "",
        }  # fmt: skip
        for mode in (0o000, 0o400):
            root = tree(folder / oct(mode), files)
            shut = [root / name for name in ("data", "build", "x.egg-info", "src")]
            for path in (*shut, root / "setup.py"):
                path.chmod(0 if path.is_file() else mode)
            project = read(root, ENVIRON)
            assert project.has_setup_py
            assert mode or (project.modules, project.artefacts) == (frozenset(), ())
            (root / "pyproject.toml").chmod(0)
            with pytest.raises(ProjectUnreadable, match=r"pyproject\.toml cannot be read: Permission denied"):
                read(root, ENVIRON)
            root.chmod(0)
            with pytest.raises(ProjectUnreadable):
                read(root, ENVIRON)
            for path in (root, *shut):
                path.chmod(0o700)


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9")
    egg = {f"{odd}.egg-info/{name}": "" for name in ("PKG-INFO", "SOURCES.txt")}
    project = _read(tmp_path, egg | {"pyproject.toml": PYPROJECT, f"{odd}/x.py": ""})
    assert (project.homes, project.artefacts) == ((("x", odd),), (f"{odd}.egg-info",))

"""Which Pythons a project says that it is for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.declared.pythons import allows, newest, required
from safe_install.model import BuildSystem, Project
from safe_install.project import declared

BARE = Project(Path("/project"), BuildSystem(()))
P = "Programming Language :: Python ::"


def holding(text: str | None = None, **files: str) -> Project:
    names = {"setup_py": "setup.py", "setup_cfg": "setup.cfg", "pkg_info": "PKG-INFO"}
    return replace(BARE, text=text, sources=tuple((names[name], content) for name, content in files.items()))


class TestNewest:
    @pytest.mark.parametrize(
        "project",
        [
            holding(setup_py=f"setup(classifiers=['{P} 3.6', '{P} 3.7', '{P} 2.7', '{P} Implementation :: CPython'])"),
            holding(setup_py=f"told = ['{P} 3.7']\nsetup(classifiers=told)"),
            holding(setup_py=f"setup(classifiers='{P} 3.6\\n{P} 3.7')"),
            holding(setup_cfg=f"[metadata]\nclassifiers =\n  {P} 3.6\n  {P} 3.7\n"),
            holding(f"[project]\nclassifiers = ['{P} 3.7', '{P} 3 :: Only', '{P} 3']"),
            holding(pkg_info=f"Name: x\nClassifier: {P} 3.7\nClassifier: {P} 3.6\n\nClassifier: {P} 3.9\n"),
        ],
    )
    def test_it_is_read_wherever_classifiers_stand(self, project: Project) -> None:
        assert newest(project) == (3, 7)

    def test_a_later_minor_is_newer(self) -> None:
        assert newest(holding(setup_py=f"setup(classifiers=['{P} 3.10', '{P} 3.9'])")) == (3, 10)

    def test_python_2_alone_is_told(self) -> None:
        assert newest(holding(setup_py=f"setup(classifiers=['{P} 2', '{P} 2.7'])")) == (2, 7)
        assert newest(holding(setup_py=f"setup(classifiers=['{P} 2'])")) == (2,)

    @pytest.mark.parametrize("also", ["", f", '{P} 2.7'"])
    def test_any_python_3_has_no_newest(self, also: str) -> None:
        assert newest(holding(setup_py=f"setup(classifiers=['{P} 3'{also}])")) == ()

    @pytest.mark.parametrize(
        "project",
        [
            BARE,
            holding("[project]\nclassifiers = 3", setup_py="setup(classifiers=read('x'))", setup_cfg="[metadata"),
            holding("[project]\nclassifiers = [3]\n", setup_py="setup(classifiers=[3])"),
            holding("project = 3"),
            holding("not TOML"),
        ],
    )
    def test_of_what_is_not_written_nothing_is_known(self, project: Project) -> None:
        assert (newest(project), required(project)) == ((), "")


class TestRequired:
    def test_the_metadata_comes_first(self) -> None:
        sdist = holding("[project]\nrequires-python = '>=3.9'", pkg_info="Name: x\nRequires-Python: >=3.6, <3.10\n\n")
        assert required(sdist) == ">=3.6, <3.10"
        assert required(replace(sdist, sources=(("PKG-INFO", "Name: x\n"),))) == ">=3.9"

    def test_a_setup_py_or_setup_cfg_may_say_it(self) -> None:
        assert required(holding(setup_py="setup(python_requires='<3.10')")) == "<3.10"
        assert required(holding(setup_cfg="[options]\npython_requires = >=3,\n  <3.9\n")) == ">=3, <3.9"

    def test_what_is_none_admits_all(self) -> None:
        assert allows("nonsense", (3, 13))
        assert allows(None, (3, 13))
        assert not allows("<3.10", (3, 10))
        assert allows("<=3.10.4", (3, 10))


@given(st.text(max_size=80))
def test_no_text_makes_it_raise(text: str) -> None:
    project = holding(text, setup_py=text, setup_cfg=text, pkg_info=text)
    newest(project)
    required(project)


def test_the_metadata_of_an_sdist_is_read_from_its_root(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("setup()")
    (tmp_path / "PKG-INFO").write_text(f"Name: x\nClassifier: {P} 3.4\n")
    assert newest(declared(tmp_path)) == (3, 4)

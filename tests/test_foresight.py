"""What setup.py shows that it will want next of a build tool is bounded with the first remedy that touches the tool."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attempted import PROJECT, evidence, failed, missing, step, tried
from safe_install.evidence import Evidence
from safe_install.kinds import Kind, Stage
from safe_install.ladder import Try
from safe_install.model import Attempt, Diagnosis, Recipe

LOST = Diagnosis(Kind.API_REMOVED, "setuptools", "No module named 'pkg_resources'", row="setuptools-pkg-resources")
FIRST = failed(LOST, Stage.REQUIRES)


def writing(setup_py: str, python: tuple[int, int] = (3, 10)) -> Evidence:
    project = replace(PROJECT, has_setup_py=True, sources=(("setup.py", setup_py),))
    return replace(evidence(project=project), python=python)


def proposed(given: Evidence, *attempts: Attempt) -> Recipe:
    taken = step(*(attempts or (FIRST,)), given=given)
    assert isinstance(taken, Try)
    return taken.recipe


class TestOfTheSameTool:
    def test_what_an_earlier_release_has_removed_is_bounded_at_once(self) -> None:
        taken = step(FIRST, given=writing("import pkg_resources\nsetup(name='x', use_2to3=True)\n"))
        assert isinstance(taken, Try)
        assert taken.recipe.constraints == ("setuptools<82", "setuptools<58")
        assert taken.source is not None
        assert taken.source.endswith("(setuptools 58.0.0), as setup.py shows")

    def test_so_is_a_name_that_is_imported(self) -> None:
        given = writing("from distutils.command.build_py import build_py_2to3\n", python=(3, 9))
        assert proposed(given).constraints == ("setuptools<82", "setuptools<60")

    def test_what_the_bound_implies_is_not_said_again(self) -> None:
        two = Diagnosis(Kind.API_REMOVED, "setuptools", "use_2to3 is invalid", row="setuptools-use-2to3")
        given = writing("import pkg_resources\nsetup(name='x', use_2to3=True)\n")
        assert proposed(given, failed(two)).constraints == ("setuptools<58",)

    def test_where_it_does_not_do_the_bound_alone_is_tried(self) -> None:
        given = writing("import pkg_resources\nsetup(name='x', use_2to3=True)\n")
        worse = tried(step(FIRST, given=given), Diagnosis(Kind.REQUIREMENTS_CONFLICT, "setuptools", "…"), Stage.FILL)
        assert proposed(given, FIRST, worse).constraints == ("setuptools<82",)

    @pytest.mark.parametrize(
        "setup_py",
        [
            "setup(name='x', use_2to3=False)",
            "def later():\n    from setuptools.command import test\n",
            "try:\n    import setuptools.command.test\nexcept ImportError:\n    pass\n",
            "not Python",
            "",
        ],
    )
    def test_what_may_never_be_used_is_left_alone(self, setup_py: str) -> None:
        assert proposed(writing(setup_py)).constraints == ("setuptools<82",)

    def test_nor_is_what_no_release_has_for_this_python(self) -> None:
        given = writing("setup(name='x', use_2to3=True)", python=(3, 12))
        assert proposed(given).constraints == ("setuptools<82",)


class TestOfWhatIsAdded:
    @staticmethod
    def added(setup_py: str) -> Recipe:
        return proposed(writing(setup_py), failed(missing("pypandoc"), Stage.REQUIRES))

    @pytest.mark.parametrize(
        "used",
        [
            "long = pypandoc.convert('README.md', 'rst')",
            "print(pypandoc.convert('README.md', 'rst'))",
            "setup(name='x', long_description=pypandoc.convert('README.md', 'rst'))",
        ],
    )
    def test_a_name_that_its_newest_release_lacks_keeps_it_old(self, used: str) -> None:
        recipe = self.added(f"import pypandoc\n{used}\n")
        assert (recipe.extra_requires, recipe.constraints) == (("pypandoc",), ("pypandoc<1.8",))

    @pytest.mark.parametrize(
        "used",
        [
            "long = pypandoc.convert_file('README.md', 'rst')",
            "later = lambda: pypandoc.convert('README.md', 'rst')",
            "def later():\n    return pypandoc.convert('README.md', 'rst')",
            "other.convert('README.md', 'rst')",
        ],
    )
    def test_another_one_or_one_that_may_never_be_wanted_does_not(self, used: str) -> None:
        recipe = self.added(f"import pypandoc\n{used}\n")
        assert (recipe.extra_requires, recipe.constraints) == (("pypandoc",), ())

    def test_nothing_of_another_tool_is_bounded(self) -> None:
        recipe = self.added("import pypandoc\nsetup(name='x', use_2to3=True)\n")
        assert (recipe.extra_requires, recipe.constraints) == (("pypandoc",), ())

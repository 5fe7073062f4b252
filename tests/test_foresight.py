"""What setup.py shows that it will want next of a build tool is bounded with the first remedy that touches the tool."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from attempted import ALL, PROJECT, evidence, failed, missing, step, tried
from safe_install.evidence import Evidence
from safe_install.kinds import Kind, Stage
from safe_install.ladder import NAMES, Try
from safe_install.model import Attempt, BuildSystem, Diagnosis, Distribution, Failure, Mention, Recipe

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


HELD = (Distribution("setuptools", "84.2.1"),)
IN_BUILD_EXT = """
from setuptools.command.build_ext import build_ext as builds
class Builder(builds):
    def finalize_options(self):
        import numpy
        super().finalize_options()
"""


class TestWhatItImports:
    """The script's own imports: those that the failed environment does not hold are brought at once."""

    @staticmethod
    def brought(setup_py: str, *mentions: str, first: Diagnosis = LOST, own: str = "", **values: Any) -> Recipe:
        project = replace(
            PROJECT,
            has_setup_py=True,
            mentions=tuple(Mention(each, "setup.py") for each in mentions),
            sources=(("setup.py", setup_py), ("demo/__init__.py", own)),
            modules=frozenset({"demo"}),
            homes=(("demo", "."), ("helper", "tools")),
        )
        system = values.pop("system", PROJECT.system)
        held = values.pop("held", HELD)
        attempt = failed(first, Stage.REQUIRES, Recipe(system))
        assert isinstance(attempt.result, Failure)
        failure = replace(attempt.result, environment=held)
        return proposed(replace(evidence(project=project), **values), replace(attempt, result=failure))

    def test_what_is_declared_is_brought_along(self) -> None:
        recipe = self.brought("import pkg_resources, requests\n", "requests>=2")
        assert (recipe.extra_requires, recipe.constraints) == (("requests>=2",), ("setuptools<82",))

    def test_so_is_what_the_table_knows(self) -> None:
        assert self.brought("import pkg_resources\nfrom Cython.Build import cythonize\n").extra_requires == ("Cython",)

    def test_so_is_what_the_own_package_imports(self) -> None:
        recipe = self.brought(
            "import demo\n", "requests", "click", first=missing("requests"), own="import requests, click, demo.inner\n"
        )
        assert recipe.extra_requires == ("requests", "click")

    def test_so_is_what_its_extensions_are_built_with(self) -> None:
        script = f"{IN_BUILD_EXT}setup(name='demo', ext_modules=modules, cmdclass={{'build_ext': Builder}})\n"
        assert self.brought(script).extra_requires == ("numpy",)
        assert self.brought(f"{IN_BUILD_EXT}setup(name='demo')\n").extra_requires == ()
        assert self.brought(script.replace("(builds)", "(test)")).extra_requires == ()
        assert self.brought(script.replace("finalize_options(", "write_documents(")).extra_requires == ()
        assert self.brought(script.replace("(builds)", "(command.build_ext)")).extra_requires == ("numpy",)

    def test_what_is_brought_is_bounded_by_its_use(self) -> None:
        recipe = self.brought("import pkg_resources, pypandoc\nlong = pypandoc.convert('README.md', 'rst')\n")
        assert recipe.extra_requires == ("pypandoc",)
        assert recipe.constraints == ("setuptools<82", "pypandoc<1.8")

    @pytest.mark.parametrize(
        "script",
        [
            "try:\n    import requests\nexcept ImportError:\n    requests = None\n",
            "if True:\n    import requests\n",
            "def later():\n    import requests\n",
            "import helper, stranger, json\n",
            "",
        ],
    )
    def test_nothing_that_may_not_be_wanted_or_that_nobody_vouches_for(self, script: str) -> None:
        assert self.brought(script, "requests", "helper").extra_requires == ()

    def test_what_went_farther_is_not_followed_by_less(self) -> None:
        script = "import requests, click\n"
        project = replace(PROJECT, has_setup_py=True, sources=(("setup.py", script),), mentions=(
            Mention("requests", "setup.py"), Mention("click", "setup.py"),
        ))  # fmt: skip
        given = evidence(project=project)
        first = failed(missing("requests"), Stage.REQUIRES)
        assert isinstance(first.result, Failure)
        first = replace(first, result=replace(first.result, environment=HELD))
        taken = step(first, given=given)
        assert isinstance(taken, Try)
        assert taken.recipe.extra_requires == ("requests", "click")
        wall = Diagnosis(Kind.VERSION_SKEW, "click", "ImportError: …")
        after = step(first, tried(taken, wall, Stage.REQUIRES), given=given)
        assert not isinstance(after, Try) or after.recipe.extra_requires != ("requests",)
        no_such = Diagnosis(Kind.REQUIREMENT_NOT_FOUND, "click", "…")
        after = step(first, tried(taken, no_such, Stage.FILL), given=given)
        assert isinstance(after, Try)
        assert after.recipe.extra_requires == ("requests",)

    def test_nothing_that_is_there_already(self) -> None:
        there = (*HELD, Distribution("Requests", "2.32"))
        assert self.brought("import requests\n", "requests", held=there).extra_requires == ()
        written = BuildSystem(("setuptools", "requests"), "setuptools.build_meta")
        assert self.brought("import requests\n", "requests", system=written).extra_requires == ()

    def test_nothing_where_the_environment_is_not_known(self) -> None:
        assert self.brought("import requests\n", "requests", held=()).extra_requires == ()

    def test_nothing_where_another_backend_does_not_run_it(self) -> None:
        other = BuildSystem(("setuptools", "hatchling"), "hatchling.build")
        assert self.brought("import requests\n", "requests", system=other).extra_requires == ()

    def test_nothing_whose_release_is_kept_old(self) -> None:
        assert self.brought("import requests\n", "requests==1.0").extra_requires == ()

    def test_nothing_where_the_remedy_that_adds_names_may_not_be_tried(self) -> None:
        without = replace(ALL, remedies=frozenset(NAMES) - {"infer-requires"})
        assert self.brought("import requests\n", "requests", policy=without).extra_requires == ()
        without = replace(ALL, reach=frozenset({"constrain-requires"}))
        assert self.brought("import requests\n", "requests", policy=without).extra_requires == ()

    def test_nothing_where_no_name_may_be_added(self) -> None:
        strict = replace(ALL, hashes=True)
        assert self.brought("import requests\n", "requests", policy=strict).extra_requires == ()

    def test_nothing_after_a_failure_of_another_kind(self) -> None:
        given = self.brought("import requests\n", "requests", first=Diagnosis(Kind.UNKNOWN, "", "boom"))
        assert given.extra_requires == ()

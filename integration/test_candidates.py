"""Where pip alone would finish with another candidate, so does the tool; where pip gives up, it heals if it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from _pytest.mark import ParameterSet

from conftest import newest
from ground import Ground
from loopback import make_wheel
from small import broken_tree, sdist, tree
from workplace import Workplace


class Shelf:
    """The releases that pip chooses from."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the archives."""
        self.folder = folder
        self.attributes: dict[str, str] = {}

    def good(self, name: str, version: str, *needs: str) -> None:
        """Lay a wheel."""
        required = "".join(f"Requires-Dist: {each}\n" for each in needs)
        make_wheel(self.folder, name, version, {f"{name}.py": ""}, required)

    def own(self, name: str, version: str, *told: str, says: str = "", **files: str) -> None:
        """Lay an sdist that says of itself what it is told to."""
        project = tree(self.folder / name, name, says or version, told, **files)
        sdist(self.folder, project, f"{name}-{version}")

    def broken(self, name: str, version: str, *needs: str, says: str = "", python: str = ">=3") -> None:
        """Lay an sdist that can be healed."""
        project = broken_tree(self.folder / name, name, says or version, needs, python)
        sdist(self.folder, project, f"{name}-{version}")

    def links(self) -> None:
        """Write the page of links, with what it says of some of them (PEP 503, PEP 592)."""
        files = sorted(path.name for path in self.folder.iterdir())
        lines = [f'<a href="{file}" {self.attributes.get(file, "")}>{file}</a>\n' for file in files]
        (self.folder / "page.html").write_text("".join(lines), encoding="utf-8")


def two_conflicting(shelf: Shelf) -> None:
    """Lay `base` and what `lib 3.0` would need of it."""
    shelf.good("base", "1.0")
    shelf.good("base", "0.5")


def _slow(lay: Callable[[Shelf], str]) -> ParameterSet:
    return pytest.param(lay, marks=pytest.mark.slow, id=lay.__name__)


DEAD: Final = {"dies-in-prepare_metadata_for_build_wheel": "", "dies-in-build_wheel": ""}


def another_version(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", says="3.0")
    return "lib"


def another_name(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", **{"PKG-INFO": "Metadata-Version: 2.1\nName: other\nVersion: 2.0\n"})
    return "lib"


def unreadable_needs(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", "Requires-Dist: base (>=1, <=2.*)")
    return "lib"


def another_python(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", "Requires-Python: <3")
    return "lib"


def another_python_by_the_index(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", **DEAD)
    shelf.attributes["lib-2.0.tar.gz"] = 'data-requires-python="&lt;3"'
    return "lib"


def yanked(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", **DEAD)
    shelf.attributes["lib-2.0.tar.gz"] = 'data-yanked="it is dead"'
    return "lib"


def a_pre_release(shelf: Shelf) -> str:
    shelf.own("lib", "2.0rc1", **DEAD)
    return "lib"


def binaries_only(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", **DEAD)
    return "--only-binary lib lib"


def binaries_preferred(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", **DEAD)
    return "--prefer-binary lib"


def constrained(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", **DEAD)
    (shelf.folder / "bounds.txt").write_text("lib<2\n", encoding="utf-8")
    return "-c archives/bounds.txt lib"


def no_wheel_of_a_conflicting_one(shelf: Shelf) -> str:
    two_conflicting(shelf)
    shelf.own("lib", "2.0", "Requires-Dist: base<1", **{"dies-in-build_wheel": ""})
    return "lib base>=1"


FINISHED: Final = (
    *(another_version, unreadable_needs, another_python, yanked, no_wheel_of_a_conflicting_one),
    *map(_slow, (another_name, another_python_by_the_index, a_pre_release, constrained)),
    *map(_slow, (binaries_only, binaries_preferred)),
)
"""Each has a newest release of `lib` that pip leaves alone, or lets go, for the older one."""


def healed_as_another_version(shelf: Shelf) -> str:
    shelf.broken("lib", "2.0", says="3.0")
    return "lib"


def healed_for_another_python(shelf: Shelf) -> str:
    shelf.broken("lib", "2.0", python="<3")
    return "lib"


def healed_and_conflicting(shelf: Shelf) -> str:
    two_conflicting(shelf)
    shelf.broken("lib", "2.0", "base<1")
    return "lib base>=1"


LET_GO: Final = (healed_as_another_version, healed_and_conflicting, _slow(healed_for_another_python))
"""Each has a newest release of `lib` that pip cannot even look at, and lets go once it can."""


def beside_one_that_pip_lets_go(shelf: Shelf) -> str:
    shelf.own("lib", "2.0", says="3.0")
    shelf.broken("app", "1.0", "lib")
    return "app"


def older_than_a_conflicting_one(shelf: Shelf) -> str:
    two_conflicting(shelf)
    shelf.good("lib", "2.0", "base<1")
    shelf.broken("lib", "1.5")
    return "lib base>=1"


TAKEN: Final[Mapping[Callable[[Shelf], str], Mapping[str, str]]] = {
    beside_one_that_pip_lets_go: {"app": "1.0", "lib": "1.0"},
    older_than_a_conflicting_one: {"base": "1.0", "lib": "1.5"},
}
"""What is installed where pip takes the one that was healed."""


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    place = Workplace(template.parent, newest())
    folder = tmp_path_factory.mktemp("backend")
    assert place.pip("download", "-q", "--no-deps", "-d", folder, "flit_core").returncode == 0
    return folder


@pytest.fixture
def ground(place: Workplace, template: Path, backend: Path) -> Ground:
    return Ground.laid(place, template, backend)


def laid(ground: Ground, lay: Callable[[Shelf], str]) -> list[str]:
    """Lay the releases, an older one of `lib` among them that is good, and give the arguments."""
    shelf = Shelf(ground.archives)
    shelf.good("lib", "1.0")
    words = lay(shelf).split()
    shelf.links()
    return words


def versions(ground: Ground) -> dict[str, str]:
    return {name: told["version"] for name, told in ground.inspected().items() if name != "pip"}


@pytest.mark.parametrize("lay", FINISHED, ids=lambda lay: lay.__name__)
def test_pip_finishes_and_so_does_the_tool(lay: Callable[[Shelf], str], ground: Ground, template: Path) -> None:
    words = laid(ground, lay)
    done = ground.pip(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    theirs = ground.inspected()
    assert theirs["lib"]["version"] == "1.0"
    ground.lay_target(template)
    run = ground.run(*words)
    assert run.status == 0, run
    assert ground.inspected() == theirs
    assert not run.story.attempts
    assert not run.story.last["recovered"]


@pytest.mark.parametrize("lay", LET_GO, ids=lambda lay: lay.__name__)
def test_what_is_healed_may_be_let_go(lay: Callable[[Shelf], str], ground: Ground) -> None:
    """It is proven to build, and the run does not say that it is installed."""
    words = laid(ground, lay)
    assert ground.pip(*words).returncode == 1
    run = ground.run(*words)
    assert run.status == 0, run
    assert versions(ground)["lib"] == "1.0"
    (end,) = run.story.last["projects"]
    assert (end["name"], end["outcome"]) == ("lib", "built")
    assert "It is not installed" in run.stderr
    assert run.story.remedies == ("repair-build-system",)


@pytest.mark.parametrize("lay", TAKEN, ids=lambda lay: lay.__name__)
def test_what_is_healed_is_taken(lay: Callable[[Shelf], str], ground: Ground) -> None:
    words = laid(ground, lay)
    run = ground.run(*words)
    assert run.status == 0, run
    assert versions(ground) == TAKEN[lay]
    (end,) = run.story.last["projects"]
    assert (end["outcome"], end["version"]) == ("installed", TAKEN[lay][end["name"]])

"""What pip's documentation and the PEPs promise of builds: hooks, settings, isolation, constraints (PEP 517, 660)."""

from __future__ import annotations

from typing import Final

import pytest

from small import BACKEND, EDITABLE
from spot import Spot

SYSTEM: Final = '[build-system]\nrequires = {requires}\nbuild-backend = "backend"\nbackend-path = ["."]\n'
WITH_TOOL: Final = """
import tool as found

_without_tool = _members

def _members(hook, settings):
    info, members = _without_tool(hook, settings)
    return info, members | {info + "tool.json": json.dumps({"version": found.version})}
"""
"""It cannot be imported without a module, whose version it writes down."""
ASKS_LATE: Final = 'def get_requires_for_build_wheel(config_settings=None):\n    return ["tool"]\n'
NO_EDITABLE: Final = {"backend.py": BACKEND}


def with_tool(requires: str = '["tool"]') -> dict[str, str]:
    """Give the files of a project that is built with `tool`."""
    return {"pyproject.toml": SYSTEM.format(requires=requires), "backend.py": BACKEND + EDITABLE + WITH_TOOL}


def tool_of(spot: Spot, name: str = "app") -> str:
    """Give the version of the tool that it was built with."""
    return (spot.info(name) / "tool.json").read_text(encoding="utf-8")


def two_tools(spot: Spot) -> None:
    """Lay an old and a new release of the tool, and a file that holds it to the old one."""
    spot.wheel("tool", "1.0")
    spot.wheel("tool", "2.0")
    spot.file("old.txt", "tool<2\n")


@pytest.mark.slow
def test_a_regular_install_is_built_by_build_wheel(spot: Spot) -> None:
    """PEP 517, `build_wheel`; local-project-installs, regular installs."""
    spot.install(spot.project("app"))
    assert spot.built("app") == {"hook": "build_wheel", "settings": None}


@pytest.mark.slow
def test_an_editable_install_is_built_by_build_editable(spot: Spot) -> None:
    """PEP 660, `build_editable`; local-project-installs: the source is imported where it is."""
    app = spot.project("app")
    spot.install("-e", app)
    assert spot.built("app") == {"hook": "build_editable", "settings": None}
    (app / "src" / "app.py").write_text("changed = True\n", encoding="utf-8")
    assert spot.ground.place.ask("import app; print(app.changed)") == "True"


def test_a_setting_that_is_given_twice_is_a_list(either: Spot) -> None:
    """Options of pip install, `--config-settings`; PEP 517, config settings: a string, or a list of strings."""
    either.install("-C", "one=a", "-C", "two=b", "--config-settings=two=c", either.project("app"))
    assert either.built("app")["settings"] == {"one": "a", "two": ["b", "c"]}


@pytest.mark.slow
def test_settings_reach_an_editable_build(either: Spot) -> None:
    """build-system, backend configuration: settings are given to every hook; for editables since pip 24.0."""
    either.install("-C", "key=value", "-e", either.project("app"))
    assert either.built("app") == {"hook": "build_editable", "settings": {"key": "value"}}


def test_settings_of_the_command_line_do_not_reach_a_dependency(either: Spot) -> None:
    """build-system, backend configuration: they are not for the builds of dependencies."""
    either.sdist("lib")
    either.install("-C", "key=value", either.project("app", "1.0", "Requires-Dist: lib"))
    assert (either.built("app")["settings"], either.built("lib")["settings"]) == ({"key": "value"}, None)


def test_settings_reach_an_archive_that_is_named_on_the_command_line(either: Spot) -> None:
    """build-system, backend configuration: settings are for what is named on the command line."""
    either.install("-C", "key=value", either.sdist("lib"))
    assert either.built("lib")["settings"] == {"key": "value"}


def test_settings_of_a_line_are_for_that_requirement_only(either: Spot) -> None:
    """requirements-file-format, per-requirement options; and those of the command line are not for files."""
    either.project("app")
    either.project("other")
    either.sdist("lib")
    listed = either.file("all.txt", "./app --config-settings a=b\nlib --config-settings c=d\n./other\n")
    either.install("-C", "e=f", "-r", listed)
    assert [either.built(name)["settings"] for name in ("app", "lib", "other")] == [{"a": "b"}, {"c": "d"}, None]


def test_what_the_hook_asks_for_is_installed(spot: Spot) -> None:
    """PEP 517, `get_requires_for_build_wheel`; build-system, build-time dependencies."""
    spot.wheel("tool")
    files = with_tool("[]")
    late = files["backend.py"].replace("import tool as found", "").replace("found.", "__import__('tool').")
    spot.install(spot.project("app", **files | {"backend.py": late + ASKS_LATE}))
    assert tool_of(spot) == '{"version": "1.0"}'
    assert spot.versions() == {"app": "1.0"}


@pytest.mark.slow
def test_a_build_does_not_see_what_is_installed(spot: Spot) -> None:
    """build-system, build isolation: its requirements are independent of the environment."""
    two_tools(spot)
    spot.install("tool==1.0")
    spot.install(spot.project("app", **with_tool()))
    assert tool_of(spot) == '{"version": "2.0"}'
    assert spot.versions() == {"app": "1.0", "tool": "1.0"}


def test_without_isolation_it_does(spot: Spot) -> None:
    """build-system, disabling build isolation: the requirements are the user's to install."""
    two_tools(spot)
    spot.install("tool==1.0")
    spot.install("--no-build-isolation", spot.project("app", **with_tool('["tool>=2"]')))
    assert tool_of(spot) == '{"version": "1.0"}'


def test_requirements_of_a_build_can_be_checked_without_isolation(spot: Spot) -> None:
    """Options of pip install, `--check-build-dependencies`: what is missing or does not fit ends the run."""
    two_tools(spot)
    spot.install("tool==1.0")
    app = spot.project("app", **with_tool('["tool>=2"]'))
    done = spot.refuse("--no-build-isolation", "--check-build-dependencies", app)
    assert "tool==1.0" in done.stderr
    assert "tool>=2" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("said", ["option", "variable"])
def test_a_build_constraint_is_for_builds_only(said: str, spot: Spot) -> None:
    """user_guide, build constraints: what is installed is not affected."""
    two_tools(spot)
    app = spot.project("app", "1.0", "Requires-Dist: tool", **with_tool())
    if said == "option":
        spot.install("--build-constraint", "old.txt", app)
    else:
        spot.install(app, PIP_BUILD_CONSTRAINT="old.txt")
    assert (tool_of(spot), spot.versions()["tool"]) == ('{"version": "1.0"}', "2.0")


def test_a_build_constraint_is_for_dependencies_too(either: Spot) -> None:
    """user_guide, build constraints: they apply to every isolated build environment."""
    two_tools(either)
    either.sdist("lib", **with_tool())
    app = either.project("app", "1.0", "Requires-Dist: lib", **with_tool())
    either.install("--build-constraint", "old.txt", app)
    assert (tool_of(either, "app"), tool_of(either, "lib")) == ('{"version": "1.0"}',) * 2


def test_a_constraint_is_not_for_builds(either: Spot) -> None:
    """user_guide, constraints files; since pip 26.2 they are kept out of builds."""
    two_tools(either)
    app = either.project("app", "1.0", "Requires-Dist: tool", **with_tool())
    either.install("-c", "old.txt", app)
    assert (tool_of(either), either.versions()["tool"]) == ('{"version": "2.0"}', "1.0")


def test_build_constraints_need_isolation(spot: Spot) -> None:
    """user_guide, build constraints: they are for isolated build environments."""
    two_tools(spot)
    done = spot.refuse("--build-constraint", "old.txt", "--no-build-isolation", spot.project("app"))
    assert "--no-build-isolation" in done.stderr


def test_a_backend_without_the_editable_hook_refuses(spot: Spot) -> None:
    """PEP 660: without `build_editable` there is no editable install."""
    done = spot.refuse("-e", spot.project("app", **NO_EDITABLE))
    assert "build_editable" in done.stderr


@pytest.mark.slow
def test_metadata_may_come_from_the_wheel(spot: Spot) -> None:
    """build-system, metadata generation: without `prepare_metadata_for_build_wheel` a wheel is built for it."""
    backend = BACKEND.replace("def prepare_metadata_for_build_wheel", "def not_a_hook")
    spot.wheel("lib")
    spot.install(spot.project("app", "1.0", "Requires-Dist: lib", **{"backend.py": backend}))
    assert spot.versions() == {"app": "1.0", "lib": "1.0"}


@pytest.mark.slow
def test_a_backend_runs_in_the_source_tree(spot: Spot) -> None:
    """PEP 517: hooks are run with the root of the source tree as working directory; requirements may be relative."""
    told = "\n_told_where = _members\n\ndef _members(hook, settings):\n    assert os.path.exists('PKG-INFO')\n"
    backend = BACKEND + told + "    return _told_where(hook, {'at': os.getcwd()})\n"
    app = spot.project("app", **{"backend.py": backend})
    spot.install(app)
    assert spot.built("app")["settings"] == {"at": str(app)}


@pytest.mark.slow
def test_what_is_broken_in_no_build_system_is_told_in_its_own_words(spot: Spot) -> None:
    """build-system: what a backend says when it fails is shown."""
    done = spot.refuse(spot.project("app", **{"dies-in-build_wheel": ""}))
    assert "it dies in build_wheel" in done.stderr + done.stdout

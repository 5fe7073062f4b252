"""What pip's documentation promises of which release is taken: upgrades, formats, extras, constraints, Pythons."""

from __future__ import annotations

import pytest

from spot import Spot

EXTRA: tuple[str, ...] = ("Provides-Extra: x", "Requires-Dist: lib; extra == 'x'")


@pytest.mark.slow
def test_what_is_installed_stays_without_upgrade(spot: Spot) -> None:
    """pip_install, overview: an installed version is left as it is unless `--upgrade` is given."""
    spot.wheel("lib", "1.0")
    spot.install("lib")
    spot.wheel("lib", "2.0")
    assert "already satisfied" in spot.install("lib").stdout
    assert spot.versions() == {"lib": "1.0"}


@pytest.mark.parametrize(
    ("strategy", "version"), [pytest.param("only-if-needed", "1.0", marks=pytest.mark.slow), ("eager", "2.0")]
)
def test_an_upgrade_of_what_it_needs_is_a_strategy(strategy: str, version: str, either: Spot) -> None:
    """user_guide and development/architecture/upgrade-options: only what is needed, or all."""
    either.wheel("lib", "1.0")
    either.wheel("app", "1.0", "Requires-Dist: lib")
    either.install("app")
    either.sdist("lib", "2.0")
    either.sdist("app", "2.0", "Requires-Dist: lib")
    either.install("--upgrade", "--upgrade-strategy", strategy, "app")
    assert either.versions() == {"app": "2.0", "lib": version}


def test_a_folder_is_installed_each_time(either: Spot) -> None:
    """local-project-installs: what is changed is there after another install, though the version is the same."""
    either.wheel("lib")
    app = either.project("app", "1.0", "Requires-Dist: lib")
    either.install(app)
    (app / "src" / "app.py").write_text("changed = True\n", encoding="utf-8")
    either.install(app)
    assert either.ground.place.ask("import app; print(app.changed)") == "True"


def test_a_reinstall_is_one_even_if_nothing_is_newer(either: Spot) -> None:
    """Options of pip install, `--force-reinstall`: everything, what it needs too."""
    either.sdist("lib")
    either.sdist("app", "1.0", "Requires-Dist: lib")
    either.install("app")
    for name in ("app", "lib"):
        (either.info(name).parent / f"{name}.py").unlink()
    either.install("--force-reinstall", "app")
    assert (either.script("app"), either.script("lib")) == ("1.0", "1.0")
    assert (either.requested("app"), either.requested("lib")) == (True, False)


@pytest.mark.slow
def test_a_failed_upgrade_leaves_the_older_one(spot: Spot) -> None:
    """pip_install, overview: wheels are built before anything is installed or removed."""
    spot.wheel("lib", "1.0")
    spot.install("lib")
    spot.sdist("lib", "2.0", **{"dies-in-build_wheel": ""})
    spot.refuse("--upgrade", "lib")


@pytest.mark.slow
def test_without_dependencies_they_are_not_looked_at(either: Spot) -> None:
    """Options of pip install, `--no-deps`."""
    either.install("--no-deps", either.project("app", "1.0", "Requires-Dist: absent"))
    assert either.versions() == {"app": "1.0"}


@pytest.mark.parametrize("formats", ["lib", pytest.param(":all:", marks=pytest.mark.slow)])
def test_no_binary_means_an_sdist(formats: str, either: Spot) -> None:
    """Options of pip install, `--no-binary`: wheels are not used, neither by name nor at all."""
    either.wheel("lib")
    either.sdist("lib")
    either.install("--no-binary", formats, "lib")
    assert either.built("lib")["hook"] == "build_wheel"


@pytest.mark.slow
def test_formats_are_told_by_name_after_all(either: Spot) -> None:
    """Options of pip install, `--only-binary`: the later and the more exact ones win; another name stays a wheel."""
    either.sdist("lib")
    either.wheel("app", "1.0", "Requires-Dist: lib")
    either.sdist("app", "2.0", "Requires-Dist: lib")
    either.install("--only-binary", ":all:", "--no-binary", "lib", "app")
    assert (either.versions(), either.built("lib")["hook"]) == ({"app": "1.0", "lib": "1.0"}, "build_wheel")


@pytest.mark.slow
def test_only_binary_means_no_sdist(either: Spot) -> None:
    """Options of pip install, `--only-binary`: what has no wheel is not installed, and not built."""
    either.sdist("lib")
    done = either.refuse("--only-binary", ":all:", "lib")
    assert "No matching distribution found for lib" in done.stderr


@pytest.mark.slow
def test_a_wheel_may_be_preferred(either: Spot) -> None:
    """Options of pip install, `--prefer-binary`: even if there is a newer sdist."""
    either.wheel("lib", "1.0")
    either.sdist("lib", "2.0")
    either.install("--prefer-binary", "lib")
    assert either.versions() == {"lib": "1.0"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "version"),
    [("", "1.0"), ("--pre", "2.0b1"), ("--all-releases lib", "2.0b1"), ("--all-releases app", "1.0")],
)
def test_a_prerelease_is_taken_where_it_is_allowed(words: str, version: str, either: Spot) -> None:
    """user_guide, controlling pre-release installation."""
    either.wheel("lib", "1.0")
    either.sdist("lib", "2.0b1")
    either.install(*words.split(), "lib")
    assert either.versions() == {"lib": version}


def test_an_extra_brings_what_it_names(either: Spot) -> None:
    """requirement-specifiers; PEP 508, extras; their names are compared as PEP 685 says."""
    either.sdist("lib")
    told = ("Provides-Extra: some-extra", "Requires-Dist: lib; extra == 'some-extra'")
    either.install("-e", f"{either.project('app', '1.0', *told)}[Some_Extra]")
    assert either.versions() == {"app": "1.0", "lib": "1.0"}


def test_an_extra_may_name_another_of_the_same(either: Spot) -> None:
    """topics/self-referential-extras: `app[all]` needs `app[x]`."""
    either.wheel("lib")
    told = (*EXTRA, "Provides-Extra: all", "Requires-Dist: app[x]; extra == 'all'")
    either.install(f"{either.project('app', '1.0', *told)}[all]")
    assert either.versions() == {"app": "1.0", "lib": "1.0"}


@pytest.mark.slow
def test_an_unknown_extra_is_a_warning(either: Spot) -> None:
    """Common behaviour: it is said, and the rest is installed."""
    done = either.install(f"{either.project('app')}[unknown]")
    assert "does not provide the extra 'unknown'" in done.stderr
    assert either.versions() == {"app": "1.0"}


def test_a_folder_serves_what_another_one_needs(either: Spot) -> None:
    """dependency-resolution: what is named on the command line fulfils what the rest needs."""
    either.wheel("lib", "1.0")
    app = either.project("app", "1.0", "Requires-Dist: lib")
    either.install(app, either.project("lib", "0.5"))
    assert either.versions() == {"app": "1.0", "lib": "0.5"}


@pytest.mark.slow
def test_folders_that_exclude_each_other_are_refused(either: Spot) -> None:
    """dependency-resolution, dealing with conflicts: `ResolutionImpossible`, with both sides."""
    app = either.project("app", "1.0", "Requires-Dist: lib>=1")
    done = either.refuse(app, either.project("lib", "0.5"))
    assert "ResolutionImpossible" in done.stderr
    assert "app 1.0 depends on lib>=1" in done.stdout + done.stderr


def test_a_constraint_holds_for_a_folder(either: Spot) -> None:
    """user_guide, constraints files: which version is installed; here there is no other."""
    either.file("bounds.txt", "app>=2\n")
    done = either.refuse("-c", "bounds.txt", either.project("app"))
    assert "app>=2" in done.stdout + done.stderr


@pytest.mark.slow
def test_a_constraint_installs_nothing(either: Spot) -> None:
    """user_guide, constraints files: naming something in one does not install it."""
    either.wheel("lib")
    either.file("bounds.txt", "lib==1.0\n")
    either.install("-c", "bounds.txt", either.project("app"))
    assert either.versions() == {"app": "1.0"}


def test_another_python_is_refused_and_may_be_insisted_on(either: Spot) -> None:
    """PEP 345, Requires-Python; options of pip install, `--ignore-requires-python`."""
    app = either.project("app", "1.0", "Requires-Python: <3")
    done = either.refuse(app)
    assert "requires a different Python" in done.stderr
    either.install("--ignore-requires-python", app)
    assert either.versions() == {"app": "1.0"}


def test_what_is_for_another_environment_is_not_built(spot: Spot) -> None:
    """requirement-specifiers; PEP 508, markers: it is told that it is ignored."""
    spot.project("app", **{"dies-in-build_wheel": ""})
    spot.wheel("lib")
    done = spot.install("./app ; python_version < '3'", "lib")
    assert "Ignoring" in done.stdout
    assert spot.versions() == {"lib": "1.0"}


@pytest.mark.slow
def test_what_is_installed_and_no_longer_fits_is_told(either: Spot) -> None:
    """Options of pip install, `--no-warn-conflicts`: a conflict with what is there is told, and does not fail."""
    either.wheel("other", "1.0", "Requires-Dist: lib<2")
    either.wheel("lib", "1.0")
    either.install("other")
    done = either.install(either.project("lib", "2.0"))
    assert "other 1.0 requires lib<2, but you have lib 2.0 which is incompatible" in done.stderr

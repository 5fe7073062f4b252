"""What PEP 668 and pip's documentation promise of a Python that somebody else manages, and of one that is no venv."""

from __future__ import annotations

import json
import shutil

import pytest

from spot import Spot

ADVICE = "[externally-managed]\nError=Ask whoever\n manages this Python.\n"


@pytest.fixture
def managed(spot: Spot) -> Spot:
    """Give a spot whose target is a Python of its own: its libraries are links, its packages are not."""
    place = spot.ground.place
    (packages,) = place.target.glob("lib/python*/site-packages")
    kept = place.root / "kept"
    packages.rename(kept)
    shutil.rmtree(place.target)
    interpreter = place.interpreter.resolve()
    libraries = place.target / "lib" / packages.parent.name
    (place.target / "bin").mkdir(parents=True)
    (libraries / "site-packages").mkdir(parents=True)
    shutil.copy2(interpreter, place.python)
    for path in (interpreter.parents[1] / "lib" / libraries.name).iterdir():
        if path.name not in {"site-packages", "EXTERNALLY-MANAGED"}:
            (libraries / path.name).symlink_to(path)
    for path in kept.glob("pip*"):
        path.rename(libraries / "site-packages" / path.name)
    (libraries / "EXTERNALLY-MANAGED").write_text(ADVICE, encoding="utf-8")
    return spot


def test_it_is_refused_with_what_the_file_says(managed: Spot) -> None:
    """PEP 668, guidance to the user: the message is that of the file."""
    done = managed.refuse(managed.project("app"))
    assert "Ask whoever" in done.stderr
    assert "manages this Python." in done.stderr


@pytest.mark.slow
def test_it_can_be_insisted_on(managed: Spot) -> None:
    """PEP 668, `--break-system-packages`."""
    managed.install("--break-system-packages", managed.project("app"))
    assert managed.versions() == {"app": "1.0"}


@pytest.mark.slow
def test_a_variable_can_insist(managed: Spot) -> None:
    """Topics/configuration: each option has its variable."""
    managed.install(managed.project("app"), PIP_BREAK_SYSTEM_PACKAGES="1")
    assert managed.versions() == {"app": "1.0"}


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--target", "--prefix", "--root"])
def test_other_places_are_not_managed(option: str, managed: Spot) -> None:
    """PEP 668: it is about the default scheme only; the interpreter's own folders stay as they are."""
    managed.install(option, managed.root / "out", managed.project("app"))
    assert managed.versions() == {}
    assert list((managed.root / "out").rglob("app.py"))


@pytest.mark.slow
def test_a_plan_with_a_report_is_allowed(managed: Spot) -> None:
    """PEP 668 as pip keeps it: what changes nothing may be asked, for its report."""
    done = managed.refuse("--dry-run", "-q", "--report", "-", managed.project("app"), status=0)
    assert [entry["metadata"]["name"] for entry in json.loads(done.stdout)["install"]] == ["app"]


def test_an_environment_can_be_required(managed: Spot) -> None:
    """Options of pip, `--require-virtualenv`: exit status 3 outside of one."""
    done = managed.refuse("--require-virtualenv", "--break-system-packages", managed.project("app"), status=3)
    assert "virtualenv" in done.stderr

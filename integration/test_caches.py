"""Guilty caches, damaged environments and stale artefacts: found, set right, and nothing else touched."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from fingerprint import Fingerprint, differences, fingerprint
from workplace import Workplace

BUILDER: Final = '''"""A distribution's own backend: it packs the modules beside it."""

import os
import zipfile


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name, info = "{name}-1.0-py3-none-any.whl", "{name}-1.0.dist-info"
    metadata = "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n"
    wheel = "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    members = {{info + "/METADATA": metadata, info + "/WHEEL": wheel}}
    for file in os.listdir("{name}"):
        with open(os.path.join("{name}", file)) as text:
            members["{name}/" + file] = text.read()
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
        archive.writestr(info + "/RECORD", "".join(m + ",,\\n" for m in [*members, info + "/RECORD"]))
    return name
'''
IN_TREE: Final = '[build-system]\nrequires = []\nbuild-backend = "builder"\nbackend-path = ["."]\n'
TINY: Final = '''"""A backend for projects of one module named demo."""

from tiny_backend.packing import build


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return build(wheel_directory)


build_editable = build_wheel
'''
PACKING: Final = '''"""Pack demo.py."""

import os
import zipfile


def build(folder):
    name, info = "demo-1.0-py3-none-any.whl", "demo-1.0.dist-info"
    wheel = "Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    metadata = "Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n"
    members = {"demo.py": "", info + "/METADATA": metadata, info + "/WHEEL": wheel}
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
        archive.writestr(info + "/RECORD", "".join(m + ",,\\n" for m in [*members, info + "/RECORD"]))
    return name
'''
PROJECT: Final = '[build-system]\nrequires = ["tiny_backend", "bystander"]\nbuild-backend = "tiny_backend"\n'
FLIT: Final = {
    "pyproject.toml": '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n\n'
    '[project]\nname = "demo"\nversion = "1.0"\ndescription = "A module."\n',
    "demo.py": "",
}
STALE: Final = {
    "demo.egg-info/PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 0.1\n",
    "demo.egg-info/SOURCES.txt": "setup.py\n",
    "demo.egg-info/entry_points.txt": "[setuptools.finalize_distribution_options]\nold = demo_old:finish\n",
}


def truncated(data: bytes) -> bytes:
    """Cut a wheel off, as a full disk does."""
    return data[: len(data) // 2]


def without_packing(data: bytes) -> bytes:
    """Take one module out of a wheel that is otherwise all right."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w") as new:
        for member in old.namelist():
            if member != "tiny_backend/packing.py":
                new.writestr(member, old.read(member))
    return result.getvalue()


@pytest.mark.parametrize("damage", [truncated, without_packing])
def test_guilty_entry_of_pips_cache(damage: Callable[[bytes], bytes], place: Workplace) -> None:
    """The damaged wheel is gone from the cache afterwards, and no other entry is."""
    place.make_target()
    links = _sdists(place)
    done = place.pip("wheel", "-q", "--no-index", "-f", links, "-w", place.root / "w", "tiny_backend", "bystander")
    assert done.returncode == 0, done.stderr
    guilty = next(place.cache.rglob("tiny_backend-*.whl"))
    guilty.write_bytes(damage(guilty.read_bytes()))
    damaged, others = guilty.read_bytes(), _others(place)
    place.write({"pyproject.toml": PROJECT, "demo.py": ""})
    run = place.safe_install("--no-index", "-f", links, place.tree)
    assert run.status == 0, run
    assert run.story.remedies == ("fresh-caches",), run
    assert not guilty.exists() or guilty.read_bytes() != damaged
    assert differences(others, _others(place)) == []
    assert place.safe_install("--no-index", "-f", links, place.tree).story.attempts == 1


def test_cache_that_is_not_guilty_stays(place: Workplace) -> None:
    """A failure that a fresh cache does not cure leaves the cache alone."""
    place.make_target()
    links = _sdists(place, packing="raise RuntimeError('the moon is full')\n")
    done = place.pip("wheel", "-q", "--no-index", "-f", links, "-w", place.root / "w", "tiny_backend", "bystander")
    assert done.returncode == 0, done.stderr
    place.write({"pyproject.toml": PROJECT, "demo.py": ""})
    known = fingerprint(place.cache)
    run = place.safe_install("--no-index", "-f", links, place.tree)
    assert run.status == 1, run
    assert differences(known, fingerprint(place.cache)) == []


def test_damaged_backend_in_the_target(place: Workplace) -> None:
    """Without isolation a damaged backend of the target is not used: the build is isolated."""
    place.make_target()
    done = place.pip("install", "-q", "flit_core")
    assert done.returncode == 0, done.stderr
    next(place.target.rglob("flit_core/buildapi.py")).unlink()
    shutil.rmtree(next(place.target.rglob("flit_core/__pycache__")), ignore_errors=True)
    place.write(FLIT)
    run = place.safe_install("--no-build-isolation", place.tree)
    assert run.status == 0, run
    assert run.story.diagnoses == ("backend-corrupt",)
    assert run.story.remedies == ("fresh-caches",)
    place.ask("import demo")


@pytest.mark.parametrize("git", [True, False])
def test_stale_metadata_in_the_tree(git: bool, place: Workplace) -> None:
    """An egg-info that an older release left names a module that is gone; pip fails on it."""
    _lay_setup_py(place, {".gitignore": "*.egg-info\n"}, commit=git)
    place.write(STALE)
    assert place.pip("install", place.tree).returncode != 0
    _lay_setup_py(place, {".gitignore": "*.egg-info\n"}, commit=git)
    place.write(STALE)
    run = place.safe_install(place.tree)
    assert run.status == 0, run
    assert run.story.remedies == ("fresh-caches",)
    assert not (place.tree / "demo.egg-info/entry_points.txt").exists()
    assert place.pip("install", "--force-reinstall", place.tree).returncode == 0


def test_tracked_build_directory_is_the_users(place: Workplace) -> None:
    """`build/` under version control, and a dist/ that nobody tracks, stay where they are."""
    own = {"build/lib/own.py": "x = 1\n", "build/lib/__init__.py": ""}
    _lay_setup_py(place, own, commit=True)
    place.write(STALE)
    place.write({"dist/demo-0.1.tar.gz": "an older release\n"})
    known = {name: fingerprint(place.tree / name) for name in ("build", "dist")}
    run = place.safe_install("-e", place.tree)
    assert run.status == 0, run
    assert run.story.remedies == ("fresh-caches",)
    for name, before in known.items():
        assert differences(before, fingerprint(place.tree / name)) == []


def test_stale_artefacts_that_are_not_guilty_are_back(place: Workplace) -> None:
    """When setting them aside cured nothing, they are where they were."""
    _lay_setup_py(place, {}, commit=False, line="raise RuntimeError('the moon is full')")
    place.write({"build/lib/demo.py": "", **STALE})
    known = fingerprint(place.tree)
    run = place.safe_install(place.tree)
    assert run.status == 1, run
    assert differences(known, fingerprint(place.tree)) == []


def _lay_setup_py(place: Workplace, more: Mapping[str, str], *, commit: bool, line: str = "") -> None:
    for directory in (place.tree, place.target):
        shutil.rmtree(directory, ignore_errors=True)
    setup = f'from setuptools import setup\n\n{line}\nsetup(name="demo", version="1.0", py_modules=["demo"])\n'
    place.write({"setup.py": setup, "demo.py": "", **more})
    if commit:
        place.commit_tree()
    place.make_target()


def _sdists(place: Workplace, packing: str = PACKING) -> Path:
    """Write two sdists, which exist in no other form, so that pip caches the wheels that it builds."""
    links = place.root / "links"
    links.mkdir()
    _sdist(links, "tiny_backend", {"__init__.py": TINY, "packing.py": packing})
    _sdist(links, "bystander", {"__init__.py": ""})
    return links


def _sdist(links: Path, name: str, modules: Mapping[str, str]) -> None:
    files = {
        "pyproject.toml": IN_TREE,
        "builder.py": BUILDER.format(name=name),
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        **{f"{name}/{file}": text for file, text in modules.items()},
    }
    with tarfile.open(links / f"{name}-1.0.tar.gz", "w:gz") as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{name}-1.0/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


def _others(place: Workplace) -> Fingerprint:
    """Describe what the cache holds besides the guilty distribution's entry."""
    guilty = {path.parent.relative_to(place.cache) for path in place.cache.rglob("tiny_backend-*.whl")}
    return {
        name: entry
        for name, entry in fingerprint(place.cache).items()
        if entry.content and not any(Path(name).is_relative_to(folder) for folder in guilty)
    }

"""The version that is installed is told as importlib.metadata tells it, and mostly without it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from safe_install.dist_info import version_of
from trees import tree

METADATA = "Metadata-Version: 2.1\nName: de.mo\nVersion: 2.0\n\nVersion: 9\n"


def as_importlib_has_it(name: str, folders: list[Path]) -> str | None:
    found = distributions(name=name, path=list(map(str, folders)))
    return next((each.version for each in found if "Version" in each.metadata), None)


def test_all_that_is_installed_here() -> None:
    folders = [Path(entry) for entry in sys.path[1:] if entry]
    names = {each.metadata["Name"] for each in distributions(path=list(map(str, folders)))}
    assert {"pytest", "packaging"} <= names
    for name in names:
        assert version_of(name, folders) == as_importlib_has_it(name, folders)


@pytest.mark.parametrize(
    "files",
    [
        {"two/de_mo-2.0.dist-info/METADATA": METADATA},
        {"two/De.Mo-2.0.dist-info/METADATA": METADATA},
        {"two/de_mo-2.0.egg-info/PKG-INFO": METADATA},
        {"two/de_mo-2.0.egg-info": METADATA},
        {"two/de_mo-2.0.dist-info/METADATA": METADATA.replace("Version: 2.0\n", "")},
        {"two/de_mo-2.0.dist-info/RECORD": ""},
        {"two/de_mo2-2.0.dist-info/METADATA": METADATA},
        {
            "one/de_mo-1.0.dist-info/METADATA": "Name: de.mo\nversion:1.0\n",
            "two/de_mo-2.0.dist-info/METADATA": METADATA,
        },
        {"one/de_mo-1.0.egg-info": "Name: de.mo\nVersion: 1.0\n", "two/de_mo-2.0.dist-info/METADATA": METADATA},
        {"one": "no folder", "two/de_mo-2.0.dist-info/METADATA": METADATA},
        {"two/old.egg/EGG-INFO/PKG-INFO": METADATA},
    ],
)
def test_whatever_is_there(files: dict[str, str], tmp_path: Path) -> None:
    tree(tmp_path, files)
    folders = [tmp_path / "absent", tmp_path / "one", tmp_path / "two", tmp_path / "two" / "old.egg"]
    assert version_of("de-mo", folders) == as_importlib_has_it("de-mo", folders)


def test_metadata_that_is_no_utf_8(tmp_path: Path) -> None:
    tree(tmp_path, {"de_mo-2.0.dist-info/METADATA": b"Name: de.mo\nAuthor: \xff\nVersion: 2.0\n"})
    assert version_of("de-mo", [tmp_path]) == "2.0"


def test_a_plain_folder_needs_no_importlib_metadata(tmp_path: Path) -> None:
    tree(tmp_path, {"de_mo-2.0.dist-info/METADATA": METADATA})
    code = (
        "import pathlib, sys; from safe_install.dist_info import version_of\n"
        f"assert version_of('de-mo', [pathlib.Path({str(tmp_path)!r})]) == '2.0'\n"
        "sys.exit('importlib.metadata' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Projects that are built in no time: by a backend in their own tree, or by flit_core where they are to be healed."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

OWN: Final = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
BACKEND: Final = """\
import base64, hashlib, json, os, pathlib, zipfile

def _told():
    return dict(line.split(": ", 1) for line in pathlib.Path("PKG-INFO").read_text().splitlines() if ": " in line)

def _members(hook, settings):
    if os.path.exists(f"dies-in-{hook}"):
        raise SystemExit(f"it dies in {hook}")
    told = _told()
    info = f"{told['Name']}-{told['Version']}.dist-info/"
    return info, {
        info + "METADATA": pathlib.Path("PKG-INFO").read_text(),
        info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: small\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        info + "entry_points.txt": pathlib.Path("entry_points.txt").read_text(),
        info + "built.json": json.dumps({"hook": hook, "settings": settings}),
    }

def _prepared(folder, hook, settings):
    info, members = _members(hook, settings)
    for name, text in members.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return info.rstrip("/")

def _row(name, text):
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(text.encode())}\\n"

def _wheel(folder, hook, settings, modules):
    info, members = _members(hook, settings)
    members = {**modules, **members}
    members[info + "RECORD"] = "".join(map(_row, *zip(*members.items()))) + info + "RECORD,,\\n"
    wheel = info.removesuffix(".dist-info/") + "-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, wheel), "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return wheel

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    return _prepared(folder, "prepare_metadata_for_build_wheel", config_settings)

def build_wheel(folder, config_settings=None, metadata_directory=None):
    modules = {path.name: path.read_text() for path in pathlib.Path("src").iterdir()}
    return _wheel(folder, "build_wheel", config_settings, modules)
"""
EDITABLE: Final = """
def prepare_metadata_for_build_editable(folder, config_settings=None):
    return _prepared(folder, "prepare_metadata_for_build_editable", config_settings)

def build_editable(folder, config_settings=None, metadata_directory=None):
    return _wheel(folder, "build_editable", config_settings, {_told()["Name"] + ".pth": os.path.abspath("src")})
"""
"""The hooks of PEP 660."""
FORGETFUL: Final = """\
[build-system]
requires = []
build-backend = "flit_core.buildapi"

[project]
name = "{name}"
version = "{version}"
description = "It forgets to require its backend."
dependencies = {needs}
requires-python = "{python}"
"""


def tree(folder: Path, name: str, version: str = "1.0", told: Sequence[str] = (), **files: str) -> Path:
    """Make a healthy project; `told` are further lines of its metadata, `files` replace its own or are added.

    What was built by which hook, with which settings, is in `built.json` beside the metadata.
    """
    (folder / "src").mkdir(parents=True)
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *told]
    own = {
        "pyproject.toml": OWN,
        "backend.py": BACKEND + EDITABLE,
        "PKG-INFO": "\n".join((*metadata, "")),
        "entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
        f"src/{name}.py": f"def main():\n    print({version!r})\n",
    }
    return _written(folder, own | files)


def broken_tree(folder: Path, name: str, version: str = "1.0", needs: Sequence[str] = (), python: str = ">=3") -> Path:
    """Make a project that is built once somebody adds its backend to what it requires."""
    folder.mkdir(parents=True)
    text = FORGETFUL.format(name=name, version=version, needs=list(needs), python=python)
    return _written(folder, {"pyproject.toml": text, f"{name}.py": ""})


def sdist(folder: Path, project: Path, top: str) -> Path:
    """Pack a project's tree, which goes, into `TOP.tar.gz`, whatever its metadata say."""
    path = folder / f"{top}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(project, top)
    shutil.rmtree(project)
    return path


def _written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder

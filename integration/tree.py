"""The folder that the compared command lines speak of: projects, archives, a repository, files of requirements."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path
from typing import Final

from loopback import make_wheel
from workplace import GIT

PYPROJECT: Final = """\
[build-system]
requires = ["{requires}"]
build-backend = "{backend}"

[project]
name = "{{name}}"
version = "{{version}}"
description = "An application"
dependencies = ["{{needs}}"]
optional-dependencies.x = ["idna"]
scripts.{{name}} = "{{name}}:main"
"""
LAYOUT: Final = '\n[tool.setuptools]\npackage-dir = {{"" = "src"}}\n'
SETUP_PY: Final = """\
from setuptools import setup

setup(
    name="{name}",
    version="{version}",
    package_dir={{"": "src"}},
    packages=["{name}"],
    install_requires=["{needs}"],
    extras_require={{"x": ["idna"]}},
    entry_points={{"console_scripts": ["{name} = {name}:main"]}},
)
"""
SHAPES: Final = {
    "flit": ("pyproject.toml", PYPROJECT.format(requires="flit_core", backend="flit_core.buildapi")),
    "hatchling": ("pyproject.toml", PYPROJECT.format(requires="hatchling", backend="hatchling.build")),
    "setuptools": (
        "pyproject.toml",
        PYPROJECT.format(requires="setuptools", backend="setuptools.build_meta") + LAYOUT,
    ),
    "setup-py": ("setup.py", SETUP_PY),
}
"""How the projects are built; the quickest first."""
MODULE: Final = '"""An application."""\n\n\ndef main():\n    print("it runs")\n'
METADATA: Final = "Requires-Dist: six\nProvides-Extra: x\nRequires-Dist: idna; extra == 'x'\n"
FILES: Final = {
    "all.txt": "# all\n./app[x]\nsix \\\n    ==1.16.0\n-r deps/more.txt\n",
    "deps/more.txt": "iniconfig\n",
    "deps/editable.txt": "-c ../bounds.txt\n-e ./app\n",
    "options.txt": "--find-links dist\n--no-binary app\n-c bounds.txt\napp[x] ; python_version>'3'\n${NAME}==1.16.0\n",
    "settings.txt": "./app --config-settings a=b\nsix\n",
    "dead.txt": "six\n-e ./dead\n",
    "wrong.txt": f"six==1.16.0 --hash=sha256:{'0' * 64}\n",
    "bounds.txt": "six<1.17\n",
    "high.txt": "six>2\n",
    "builds.txt": "setuptools>60\nhatchling>1\nflit_core>3\n",
    "impossible.txt": "setuptools>6000\nhatchling>1000\nflit_core>3000\n",
    "pip.conf": "[global]\nno-compile = yes\n[install]\nupgrade-strategy = eager\n",
    "script.py": '# /// script\n# dependencies = ["six==1.16.0", "idna"]\n# ///\n',
    "groups/pyproject.toml": '[dependency-groups]\none = ["iniconfig"]\nall = ["six<1.17", {include-group = "one"}]\n',
    "dead/setup.py": "raise RuntimeError('it never builds')\n",
}
LOCK: Final = """\
lock-version = "1.0"
created-by = "hand"

[[packages]]
name = "six"
version = "1.16.0"
wheels = [{{path = "{wheel}", hashes = {{sha256 = "{sum}"}}}}]

[[packages]]
name = "app"
directory = {{path = "app", editable = true}}
"""


def lay(tree: Path, shape: str, archives: Path) -> None:
    """Make the folder, with its projects of one shape."""
    for folder, name, version, needs in (
        ("app", "app", "1.0", "six"),
        ("app-0.9", "app", "0.9", "six"),
        ("other", "other", "1.0", "app"),
        ("repo", "app", "1.0", "six"),
    ):
        package = tree / folder / "src" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(MODULE, encoding="utf-8")
        file, text = SHAPES[shape]
        (tree / folder / file).write_text(text.format(name=name, version=version, needs=needs), encoding="utf-8")
    make_wheel(tree / "dist", "app", "1.0", {"app/__init__.py": MODULE}, METADATA)
    sdist = _make_sdist(tree)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"], ["tag", "v1.0"]):
        subprocess.run([*GIT, *command], cwd=tree / "repo", check=True)
    six = archives / "six-1.16.0-py2.py3-none-any.whl"
    hashed = f"six==1.16.0 --hash=sha256:{_sum(six)}\n./dist/app-1.0.tar.gz --hash=sha256:{_sum(sdist)}\n"
    made = {"hashed.txt": hashed, "pylock.toml": LOCK.format(wheel=six, sum=_sum(six))}
    for path, content in {**FILES, **made}.items():
        (tree / path).parent.mkdir(exist_ok=True)
        (tree / path).write_text(content, encoding="utf-8")


def _make_sdist(tree: Path) -> Path:
    info = tree / "PKG-INFO"
    info.write_text("Metadata-Version: 2.1\nName: app\nVersion: 1.0\n", encoding="utf-8")
    path = tree / "dist" / "app-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(tree / "app", "app-1.0")
        archive.add(info, "app-1.0/PKG-INFO")
    info.unlink()
    return path


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

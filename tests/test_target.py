"""The target is the interpreter that was meant, and what it says of itself; anything else is told."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from safe_install.errors import ExternallyManaged, TargetUnusable
from safe_install.model import Distribution
from safe_install.target import Target, choose, inspect, refuse_if_managed, refuse_if_read_only, resolve
from trees import a_target, executable, members, record, tree, without_privileges

PLATFORM = f"{platform.python_implementation()}-{sysconfig.get_platform()}"
ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/"}
FACTS = {
    "version": [3, 11, 4], "platform": "CPython-x", "prefix": "/p", "virtual": False, "purelib": "/p/pure",
    "platlib": "/p/plat",
    "scripts": "/p/bin", "data": "/p", "path": ["/p/pure"], "externally_managed": None,
}  # fmt: skip


def _pythons() -> list[Path]:
    """Find Pythons of several versions: this one, and what pyenv has."""
    found = {"{}.{}".format(*sys.version_info): Path(sys.executable)}
    for minor in (9, 13):
        for path in sorted((Path.home() / ".pyenv/versions").glob(f"3.{minor}.*/bin/python")):
            found.setdefault(f"3.{minor}", path)
    return list(found.values())


def _fake(place: Path, facts: Mapping[str, object] | str, before: str = "", status: int = 0) -> Path:
    """Write an interpreter that says these things, whatever it is asked."""
    text = facts if isinstance(facts, str) else json.dumps(facts)
    return executable(place, f"#!/bin/sh\n{before}\ncat <<'END'\n{text}\nEND\nexit {status}\n")


@pytest.mark.parametrize("python", _pythons(), ids=str)
def test_a_virtual_environment_of_a_real_python(python: Path, tmp_path: Path) -> None:
    subprocess.run([python, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True, timeout=60)
    target = inspect(str(tmp_path / "venv"), tmp_path, ENVIRON)
    told = "[sysconfig.get_paths(), sys.version_info[:3], sys.path]"
    code = f"import sys, sysconfig, json; print(json.dumps({told}))"
    inside = tmp_path / "venv/bin/python"
    paths, version, path = json.loads(subprocess.check_output([inside, "-c", code], env=ENVIRON))
    assert target == Target(
        executable=inside,
        version=tuple(version),
        platform=PLATFORM,
        prefix=tmp_path / "venv",
        virtual=True,
        purelib=Path(paths["purelib"]),
        platlib=Path(paths["platlib"]),
        scripts=tmp_path / "venv/bin",
        data=tmp_path / "venv",
        path=tuple(Path(entry) for entry in path if entry),
        externally_managed=None,
    )
    assert target.python == tuple(version[:2])
    assert target.packages == (target.purelib,)
    assert (target.pip(), target.distributions()) == (None, ())
    tree(target.purelib, {**members("pip", "1.2"), **members()})
    assert target.pip() == "1.2"
    assert target.distributions() == (
        Distribution("demo", "1.0", ("demo",)),
        Distribution("pip", "1.2", ("demo",)),
    )


@pytest.mark.parametrize("variables", [{}, {"PYTHONSAFEPATH": "1"}, {"PYTHONPATH": "{place}/more"}])
def test_the_path_is_that_of_the_interpreter_whatever_is_set(variables: dict[str, str], tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    (tmp_path / "more").mkdir()
    environ = ENVIRON | {name: value.format(place=tmp_path) for name, value in variables.items()}
    target = inspect(str(tmp_path / "venv"), tmp_path, environ)
    code = "import sys, json; print(json.dumps(sys.path))"
    path = json.loads(subprocess.check_output([target.executable, "-c", code], env=environ))
    assert [str(entry) for entry in target.path] == [entry for entry in path if entry]
    assert (tmp_path / "more" in target.path) == ("PYTHONPATH" in variables)


def test_what_its_start_up_prints_is_no_matter(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    packages = next((tmp_path / "venv/lib").glob("python*/site-packages"))
    tree(packages, {"sitecustomize.py": "print('hello')\nprint('{}')\n"})
    assert inspect(str(tmp_path / "venv"), tmp_path, ENVIRON).purelib == packages


@pytest.mark.parametrize("place", ["bin/python", "bin/python3", "Scripts/python.exe", "python.exe"])
def test_the_folder_of_an_environment(place: str, tmp_path: Path) -> None:
    python = _fake(tmp_path / "env" / place, FACTS)
    assert inspect(str(tmp_path / "env"), tmp_path, ENVIRON).executable == python


def test_all_that_it_says(tmp_path: Path) -> None:
    python = _fake(tmp_path / "py", FACTS | {"externally_managed": "/p/EXTERNALLY-MANAGED"})
    target = inspect(str(python), tmp_path, ENVIRON)
    assert target == Target(
        python, (3, 11, 4), "CPython-x", Path("/p"), False, Path("/p/pure"), Path("/p/plat"), Path("/p/bin"),
        Path("/p"), (Path("/p/pure"),), Path("/p/EXTERNALLY-MANAGED"),
    )  # fmt: skip
    assert target.packages == (Path("/p/pure"), Path("/p/plat"))


@pytest.mark.parametrize("version", [[2, 7, 18], [3, 8, 18]])
def test_a_python_that_is_too_old(version: list[int], tmp_path: Path) -> None:
    python = _fake(tmp_path / "py", FACTS | {"version": version})
    with pytest.raises(TargetUnusable) as caught:
        inspect(str(python), tmp_path, ENVIRON)
    wanted = f"{python} is Python {version[0]}.{version[1]}, and 3.9 is the oldest that can be installed into"
    assert caught.value.message == wanted


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8"])
def test_a_real_python_that_is_too_old(version: str, tmp_path: Path) -> None:
    found = sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python"))
    if not found:
        pytest.skip(f"there is no Python {version} here")
    with pytest.raises(TargetUnusable, match=f"is Python {version}, and 3.9 is the oldest"):
        inspect(str(found[0]), tmp_path, ENVIRON)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo hello", ": hello"),
        ("echo out; echo err >&2", ": err"),
        ("exit 3", ": it ended with status 3"),
        ("exit 0", ": it ended with status 0"),
        ("kill -9 $$", ": it ended with status -9"),
        ("echo '{}'", ": {}"),
        ("echo '[]'", ": []"),
        ("echo '{\"version\": [3, 11, 0]}'", ': {"version": [3, 11, 0]}'),
        ("echo 'null'", ": null"),
        ('cat "$1"', ": main()"),
        ("head -c 100000 /dev/zero | tr '\\0' '['", ": " + "[" * 200),
        ("printf '\\377\\n'", ": \ufffd"),
        (f"echo '{json.dumps(FACTS)}'; exit 1", ": " + json.dumps(FACTS)[:200]),
    ],
)
def test_what_is_no_python(script: str, reason: str, tmp_path: Path) -> None:
    python = executable(tmp_path / "py", f"#!/bin/sh\n{script}\n")
    with pytest.raises(TargetUnusable) as caught:
        inspect(str(python), tmp_path, ENVIRON)
    assert caught.value.message == f"{python} is not a Python that can be used{reason}"
    assert caught.value.step == "name a Python, 3.9 or newer, with --python"


def test_what_is_no_program(tmp_path: Path) -> None:
    tree(tmp_path, {"text": "hello", "script": "hello"})
    (tmp_path / "script").chmod(0o755)
    for name in ("text", "script"):
        with pytest.raises(TargetUnusable, match=f"{name} cannot be run: "):
            inspect(str(tmp_path / name), tmp_path, ENVIRON)


@pytest.mark.parametrize("python", ["{place}/none", "{place}/empty", "no-such-command", "~no-such-user/python"])
def test_what_is_not_there(python: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    given = python.format(place=tmp_path)
    with pytest.raises(TargetUnusable) as caught:
        inspect(given, tmp_path, ENVIRON)
    assert caught.value.message == f"there is no Python interpreter {given!r}"


def test_what_cannot_be_looked_at_is_not_there() -> None:
    with without_privileges() as folder:
        tree(folder, {"shut/env/bin/python": ""})
        (folder / "shut").chmod(0)
        for python in ("shut/env", "shut/env/bin/python"):
            assert resolve(str(folder / python), ENVIRON) is None
        (folder / "shut").chmod(0o700)


def test_a_command_is_found_on_the_path_of_the_run(tmp_path: Path) -> None:
    python = _fake(tmp_path / "bin" / "my-python", FACTS)
    assert resolve("my-python", {"PATH": str(tmp_path / "bin")}) == python
    assert resolve("my-python", ENVIRON) is None


def test_a_link_is_not_followed_and_a_relative_name_is_made_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = _fake(tmp_path / "real", FACTS)
    (tmp_path / "link").symlink_to(real)
    monkeypatch.chdir(tmp_path)
    assert resolve("link", ENVIRON) == tmp_path / "link"
    assert resolve("./link", ENVIRON) == tmp_path / "link"


def test_the_default_is_the_environment_that_it_runs_in(tmp_path: Path) -> None:
    assert choose(tmp_path, ENVIRON) == Path(sys.executable)
    assert inspect(None, tmp_path, ENVIRON).prefix == Path(sys.prefix)
    assert choose(tmp_path, {"VIRTUAL_ENV": "/other"}, "/home/me/tools/venvs/x") == Path(sys.executable)
    assert choose(tmp_path, {}, "/") == Path(sys.executable)


@pytest.mark.parametrize("own", ["/home/me/.local/share/pipx/venvs/pip-safe-install", "/home/me/uv/tools/x"])
def test_not_a_tools_own(own: str, tmp_path: Path) -> None:
    beside = _fake(tmp_path / "project" / ".venv" / "bin" / "python", FACTS)
    active = _fake(tmp_path / "active" / "bin" / "python", FACTS)
    conda = _fake(tmp_path / "conda" / "bin" / "python", FACTS)
    near, variables = tmp_path / "project", {"CONDA_PREFIX": str(tmp_path / "conda")}
    assert choose(near, variables | {"VIRTUAL_ENV": str(tmp_path / "active")}, own) == active
    assert choose(near, variables | {"VIRTUAL_ENV": str(tmp_path / "gone")}, own) == conda
    assert choose(near, {"VIRTUAL_ENV": "", "CONDA_PREFIX": "sh"}, own) == beside
    shutil.rmtree(near)
    with pytest.raises(TargetUnusable, match=rf"a tool's own environment \({own}\) and no other is active"):
        choose(near, {}, own)


def test_a_managed_target_is_refused_as_pip_does(tmp_path: Path) -> None:
    marker = tree(tmp_path, {"EXTERNALLY-MANAGED": "[externally-managed]\nError=Use apt.\n"}) / "EXTERNALLY-MANAGED"
    managed = a_target(tmp_path, externally_managed=marker, virtual=False)
    with pytest.raises(ExternallyManaged, match="Use apt"):
        refuse_if_managed(managed, break_system_packages=False)
    refuse_if_managed(managed, break_system_packages=True)
    refuse_if_managed(a_target(tmp_path, externally_managed=marker, virtual=True), break_system_packages=False)
    refuse_if_managed(a_target(tmp_path, virtual=False), break_system_packages=False)


def test_a_read_only_target_is_refused() -> None:
    with without_privileges() as folder:
        target = a_target(folder / "target")
        refuse_if_read_only(target)
        target.purelib.mkdir(parents=True)
        refuse_if_read_only(target)
        for shut in (target.purelib, target.purelib.parent):
            shut.chmod(0o500)
            with pytest.raises(TargetUnusable, match=f"{target.purelib} cannot be written by this user"):
                refuse_if_read_only(target)
            shut.chmod(0o700)
            target.purelib.rmdir() if target.purelib.exists() else None


def test_a_pip_without_a_version_is_none(tmp_path: Path) -> None:
    target = a_target(tmp_path)
    tree(target.purelib, {"pip-1.dist-info/METADATA": "Name: pip\n", "pip-1.dist-info/RECORD": record({}, "x")})
    assert target.pip() is None

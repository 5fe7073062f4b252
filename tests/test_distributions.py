"""What folders of packages hold, and which modules it provides, as importlib.metadata and pip see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.dist_info import version_of
from safe_install.model import Distribution
from safe_install.target.distributions import from_an_index, importers, installed, pins
from trees import members, record, tree, wheel_file

pip = pytest.importorskip("pip")


def _dist(
    name: str, version: str = "1.0", files: tuple[str, ...] = (), info: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Give the files of an installed distribution, empty but for its metadata."""
    folder = f"{name}-{version}.dist-info"
    contents = {
        **dict.fromkeys(files, ""),
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        **{f"{folder}/{each}": text for each, text in (info or {}).items()},
    }
    return {f"{folder}/RECORD": record(contents, f"{folder}/RECORD")} | contents


def test_a_real_environment(tmp_path: Path) -> None:
    wheel = wheel_file(tmp_path, members(extra={"pack/__init__.py": "", "pack/sub.py": ""}))
    venv.create(tmp_path / "venv", symlinks=True)
    python = str(tmp_path / "venv/bin/python")
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
    command = [python, str(Path(pip.__path__[0])), "install", "--no-index", "-q", str(wheel)]
    subprocess.run(command, env=environ, check=True, capture_output=True)
    code = "import demo, pack.sub, json, sys; print(json.dumps([sys.path[1:], demo.__file__, json.__file__]))"
    done = subprocess.run([python, "-c", code], env=environ, check=True, capture_output=True, text=True)
    path, file, other = json.loads(done.stdout)
    folders = [Path(each) for each in path]
    assert installed(folders) == (Distribution("demo", "1.0", ("demo", "pack")),)
    assert pins(folders) == (Distribution("demo", "1.0"),)
    assert version_of("Demo", folders) == "1.0"
    assert importers(folders, [file, other]) == ("demo",)
    # It was installed from a file, and not by name.
    assert from_an_index(folders) == ()


def test_this_very_environment_agrees_with_pip() -> None:
    folders = [Path(entry) for entry in sys.path[1:] if entry]
    command = [sys.executable, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd="/")
    wanted = {each["name"]: each["version"] for each in json.loads(done.stdout)}
    found = {each.name: each.version for each in installed(folders)}
    assert {name: found.get(name) for name in wanted} == wanted
    modules = {module for each in installed(folders) for module in each.modules}
    assert {"pytest", "hypothesis", "packaging", "structlog", "virtualenv"} <= modules


def test_the_first_of_the_folders_wins_whatever_the_spelling(tmp_path: Path) -> None:
    one = tree(tmp_path / "one", _dist("De.Mo", "2.0", ("one.py",)))
    two = tree(tmp_path / "two", _dist("de_mo", "1.0", ("two.py",)) | _dist("alpha", files=("alpha/x.py",)))
    wanted = (Distribution("alpha", "1.0", ("alpha",)), Distribution("De.Mo", "2.0", ("one",)))
    assert installed([one, two, tmp_path / "absent"]) == wanted
    assert pins([one, two]) == (Distribution("alpha", "1.0"), Distribution("De.Mo", "2.0"))
    assert (version_of("de-mo", [one, two]), version_of("beta", [one, two])) == ("2.0", None)


@pytest.mark.parametrize(
    ("files", "modules"),
    [
        (("a.py", "b/c.py", "b/d/e.py", "f.cpython-313-x86_64-linux-gnu.so", "g.abi3.so", "h.pyd"), "abfgh"),
        (("../../../bin/a", "__pycache__/a.cpython-313.pyc", "a-1.data/x.py", "demo.pth", "readme.txt"), ""),
        (("my-tool/a.py", "1st.py"), ""),
        (("__editable___demo_finder.py", "__editable__.demo-1.0.pth"), ""),
        (("_cffi.so", "_x.py"), ("_cffi", "_x")),
    ],
)
def test_modules_are_told_from_files(files: tuple[str, ...], modules: str | tuple[str, ...], tmp_path: Path) -> None:
    text = "".join(f"{file},,\n" for file in files)
    tree(tmp_path, _dist("demo") | {"demo-1.0.dist-info/RECORD": text})
    assert installed([tmp_path]) == (Distribution("demo", "1.0", tuple(modules)),)


def test_an_editable_install_names_its_modules_elsewhere(tmp_path: Path) -> None:
    files = ("__editable___demo_finder.py", "__editable__.demo-1.0.pth")
    tree(tmp_path, _dist("demo", files=files, info={"top_level.txt": "one\ntwo\n"}))
    assert installed([tmp_path])[0].modules == ("one", "two")


def test_files_are_believed_before_top_level_txt(tmp_path: Path) -> None:
    tree(tmp_path, _dist("demo", files=("real.py",), info={"top_level.txt": "stale\n"}))
    assert installed([tmp_path])[0].modules == ("real",)


def test_eggs(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "old-3.egg-info/PKG-INFO": "Metadata-Version: 1.1\nName: old\nVersion: 3\n",
            "old-3.egg-info/installed-files.txt": "../old.py\n../old2/x.py\nPKG-INFO\n",
            "old.py": "",
            "old2/x.py": "",
        },
    )
    tree(tmp_path, {"bare-1.egg-info": "Metadata-Version: 1.0\nName: bare\nVersion: 1\n", "bare.py": ""})
    found = {each.name: each for each in installed([tmp_path])}
    assert found["bare"] == Distribution("bare", "1")
    assert found["old"].modules == ("old", "old2")
    assert importers([tmp_path], [str(tmp_path / "old2" / "x.py")]) == ("old",)


def test_what_has_no_name_or_version_is_left_out(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "empty-1.0.dist-info/RECORD": "empty.py,,\n",
            "nameless-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nVersion: 1.0\n",
            "versionless-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: versionless\n",
            **{name.replace("demo", "~emo"): text for name, text in _dist("demo").items()},
            "~emo-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
            "empty.py": "",
        },
    )
    assert installed([tmp_path]) == pins([tmp_path]) == from_an_index([tmp_path]) == ()
    assert version_of("versionless", [tmp_path]) is None
    assert importers([tmp_path], [str(tmp_path / "empty.py")]) == ()


def test_what_lives_on_this_machine_only_is_not_from_an_index(tmp_path: Path) -> None:
    packages = tree(
        tmp_path / "packages",
        _dist("indexed")
        | _dist("local", info={"direct_url.json": '{"url": "file:///x", "dir_info": {}}'})
        | _dist("both", info={"direct_url.json": '{"url": "file:///y", "dir_info": {"editable": true}}'}),
    )
    egg = "Metadata-Version: 1.0\nName: {}\nVersion: 1\n"
    developed = tree(tmp_path / "developed", {"setup.py": "", "dev.egg-info/PKG-INFO": egg.format("dev")})
    source = tree(tmp_path / "tree", {"pyproject.toml": "", "src/deep.egg-info/PKG-INFO": egg.format("deep")}) / "src"
    editable = tree(tmp_path / "both", {"both.egg-info/PKG-INFO": egg.format("both")})
    system = tree(tmp_path / "dist-packages", {"debian.egg-info/PKG-INFO": egg.format("debian")})
    folders = [packages, developed, source, editable, system]
    assert {each.name for each in installed(folders)} == {"indexed", "local", "both", "dev", "deep", "debian"}
    assert [each.name for each in from_an_index(iter(folders))] == ["debian", "indexed"]


def test_importers_are_the_owners_of_files_wherever_links_lead(tmp_path: Path) -> None:
    packages = tree(
        tmp_path / "packages", _dist("one", files=("one/a.py",)) | _dist("two", files=("two.so", "two.txt"))
    )
    (tmp_path / "link").symlink_to(packages)
    files = [str(tmp_path / "link" / "one" / "a.py"), str(packages / "two.txt"), str(packages / "nobody.py")]
    assert importers([packages], files) == ("one",)
    assert importers([packages], [*files, str(packages / "two.so")]) == ("one", "two")
    assert importers([packages], []) == ()


def test_a_record_that_is_none_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    text = "one.py,,\n" + "x" * 200_000 + ",,\ntwo.py,,\n"
    tree(tmp_path, _dist("demo", info={"METADATA": "Name: demo\nVersion: 1\n"}))
    tree(tmp_path, {"demo-1.0.dist-info/RECORD": text})
    assert installed([tmp_path]) == (Distribution("demo", "1", ("one",)),)


@given(st.text(), st.text(), st.text())
def test_whatever_is_in_there_is_no_error(metadata: str, listed: str, top: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        files = {"METADATA": metadata, "RECORD": listed, "top_level.txt": top}
        tree(
            Path(place),
            {f"x-1.dist-info/{name}": text.encode("utf-8", "replace") for name, text in files.items()},
        )
        assert all(each.name and each.version for each in installed([Path(place)]))
        importers([Path(place)], [])

"""An installed wheel looks as if its folder had been installed, to the last byte that pip writes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.target import metadata
from trees import members, tree, wheel_file

pip = pytest.importorskip("pip")

BACKEND = """
import shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    shutil.copy("demo-1.0-py3-none-any.whl", folder)
    return "demo-1.0-py3-none-any.whl"

build_editable = build_wheel
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n'


def _rows(record: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(record.read_bytes().decode("utf-8"), newline="")))


def _agrees(folder: Path) -> bool:
    """Tell whether each row of RECORD that says a hash says the right one."""
    for path, told, size in _rows(folder / "RECORD"):
        data = (folder.parent / path).read_bytes()
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        if told and (told, size) != (f"sha256={digest}", str(len(data))):
            return False
    return True


@pytest.fixture(scope="module")
def installed(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[dict[str, bytes], dict[str, bytes]]]:
    """Give, editable and regular, the metadata that pip leaves and those that we do."""
    place = tmp_path_factory.mktemp("installed").resolve()
    project = tree(place / "a project é", {"pyproject.toml": PYPROJECT, "bk.py": BACKEND})
    wheel = wheel_file(project)
    venv.create(place / "venv", symlinks=True)
    version = "python{}.{}".format(*sys.version_info)
    packages = place / "venv/lib" / version / "site-packages"

    def run(*arguments: str) -> dict[str, bytes]:
        command = [str(place / "venv/bin/python"), str(Path(pip.__path__[0])), "install", "--no-index", "-q"]
        environ = {"HOME": str(place), "PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
        subprocess.run([*command, *arguments], env=environ, check=True, capture_output=True, timeout=60)
        return look()

    def look() -> dict[str, bytes]:
        folder = packages / "demo-1.0.dist-info"
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    found = {}
    for kind, options in (("regular", ()), ("editable", ("-e",))):
        wanted = run("--force-reinstall", *options, str(project))
        run("--force-reinstall", str(wheel))
        folder = metadata.dist_info((packages,), "Demo")
        assert folder == packages / "demo-1.0.dist-info"
        assert metadata.came_from(folder, wheel)
        metadata.record_origin(folder, project, editable=kind == "editable")
        assert not metadata.came_from(folder, wheel)
        found[kind] = (wanted, look())
    return found


@pytest.mark.parametrize("kind", ["regular", "editable"])
def test_all_is_as_pip_leaves_it(kind: str, installed: dict[str, tuple[dict[str, bytes], dict[str, bytes]]]) -> None:
    wanted, found = installed[kind]
    assert found == wanted
    assert set(found) == {"INSTALLER", "METADATA", "RECORD", "REQUESTED", "WHEEL", "direct_url.json"}
    told = json.loads(found["direct_url.json"])
    assert told["dir_info"] == ({"editable": True} if kind == "editable" else {})
    assert told["url"].endswith("/a%20project%20%C3%A9")


def _installed(place: Path, **files: str) -> Path:
    tree(place, members() | {f"demo-1.0.dist-info/{name}": text for name, text in files.items()})
    return place / "demo-1.0.dist-info"


def test_a_row_is_added_where_a_pip_of_old_wrote_none(tmp_path: Path) -> None:
    folder = _installed(tmp_path)
    before = _rows(folder / "RECORD")
    metadata.record_origin(folder, Path("/project"), editable=True)
    rows = _rows(folder / "RECORD")
    assert rows[:-1] == before
    assert rows[-1][0] == "demo-1.0.dist-info/direct_url.json"
    assert (folder / "direct_url.json").read_text() == '{"dir_info": {"editable": true}, "url": "file:///project"}'
    assert _agrees(folder)
    metadata.record_origin(folder, Path("/other"), editable=False)
    assert len(_rows(folder / "RECORD")) == len(rows)
    assert _agrees(folder)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_end_as_they_did(end: str, tmp_path: Path) -> None:
    folder = _installed(tmp_path)
    text = (folder / "RECORD").read_text().replace("\n", end)
    (folder / "RECORD").write_bytes(text.encode())
    metadata.record_origin(folder, Path("/project"), editable=True)
    data = (folder / "RECORD").read_bytes()
    assert data.startswith(text.encode())
    assert data.count(b"\r\n") == (data.count(b"\n") if end == "\r\n" else 0)


def test_modes_are_kept_and_else_those_that_pip_gives(tmp_path: Path) -> None:
    folder = _installed(tmp_path)
    (folder / "RECORD").chmod(0o640)
    metadata.record_origin(folder, Path("/project"), editable=True)
    modes = [stat.S_IMODE((folder / name).stat().st_mode) for name in ("RECORD", "direct_url.json")]
    assert modes == [0o640, 0o644]
    assert sorted(path.name for path in folder.iterdir()) == [
        "METADATA",
        "RECORD",
        "WHEEL",
        "direct_url.json",
    ]


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8), max_size=5))
def test_odd_names_in_a_record_survive(names: list[str]) -> None:
    with TemporaryDirectory() as place:
        text = io.StringIO(newline="")
        rows = [[name, "", ""] for name in [*names, "a\nb", 'c"d', "e\u2028f"]]
        csv.writer(text, lineterminator="\n").writerows(rows)
        folder = _installed(Path(place), RECORD=text.getvalue())
        before = _rows(folder / "RECORD")
        metadata.record_origin(folder, Path("/project"), editable=True)
        assert _rows(folder / "RECORD")[:-1] == before


def test_the_metadata_are_found_under_any_spelling(tmp_path: Path) -> None:
    one, two = tree(tmp_path / "one", {"x": ""}), tree(tmp_path / "two", members(name="De_Mo.Pkg"))
    for name in ("De_Mo.Pkg", "de-mo-pkg", "DE_MO_PKG"):
        found = metadata.dist_info((one, two, tmp_path / "absent"), name)
        assert found == two / "De_Mo.Pkg-1.0.dist-info"
    assert metadata.dist_info((one, two), "demo") is None


def test_an_egg_is_none(tmp_path: Path) -> None:
    tree(tmp_path, {"demo-1.0.egg-info/PKG-INFO": "Name: demo\nVersion: 1.0\n"})
    assert metadata.dist_info((tmp_path,), "demo") is None
    tree(tmp_path / "two", members())
    assert metadata.dist_info((tmp_path, tmp_path / "two"), "demo") == tmp_path / "two" / "demo-1.0.dist-info"


def test_what_an_interrupted_uninstall_left_is_none(tmp_path: Path) -> None:
    tree(tmp_path, {name.replace("demo-1.0", "~emo-1.0"): text for name, text in members().items()})
    assert metadata.dist_info((tmp_path,), "demo") is None


@pytest.mark.parametrize("told", ["[]", "{}", "{", "\ufeff{", '{"url": "file:///other.whl"}'])
def test_an_origin_that_is_not_this_file(told: str, tmp_path: Path) -> None:
    wheel = wheel_file(tmp_path / "wheels")
    folder = _installed(tmp_path, **{"direct_url.json": told})
    os.utime(wheel, (2**31, 2**31))
    assert not metadata.came_from(folder, wheel)


def test_without_an_origin_the_times_tell(tmp_path: Path) -> None:
    wheel = wheel_file(tmp_path / "wheels")
    folder = _installed(tmp_path)
    os.utime(folder / "RECORD", (1000, 1000))
    os.utime(wheel, (1000, 1000))
    assert metadata.came_from(folder, wheel)
    os.utime(wheel, (1001, 1001))
    assert not metadata.came_from(folder, wheel)
    (folder / "RECORD").unlink()
    assert not metadata.came_from(folder, wheel)

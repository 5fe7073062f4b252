"""The cache is where pip itself says, and what is broken in it is told from what is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install import pip_cache
from trees import members, record, tree, wheel_file

pip = pytest.importorskip("pip")

ASK_PIP = """
import json, os, sys
from pip._internal.commands import create_command
from pip._internal.utils import appdirs
from pip._internal.utils.misc import normalize_path
answers = []
for options, variables, place in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(place)
    sys.prefix = os.path.join(place, "prefix")
    parser = create_command("install").parser
    # All that pip takes from its variables when it is imported.
    parser.defaults["cache_dir"] = appdirs.user_cache_dir("pip")
    chosen, _ = parser.parse_args(options)
    answers.append(normalize_path(chosen.cache_dir) if chosen.cache_dir else "")
print(json.dumps(answers))
"""


@dataclass(frozen=True)
class Case:
    """Options, variables and files, with `{home}`, `{other}` and `{prefix}` for folders."""

    options: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


USER = "home/.config/pip/pip.conf"
LEGACY = "home/.pip/pip.conf"
SITE = "prefix/pip.conf"
NAMED = "other/named.conf"
HOME_CACHE = "[global]\ncache-dir = {other}/configured\n"
CASES = {
    "nothing": Case(),
    "XDG_CACHE_HOME": Case(variables={"XDG_CACHE_HOME": "{other}/xdg"}),
    "PIP_CACHE_DIR": Case(variables={"PIP_CACHE_DIR": "{other}/variable"}),
    "PIP_CACHE_DIR with a tilde": Case(variables={"PIP_CACHE_DIR": "~/tilde"}),
    "PIP_CACHE_DIR, relative": Case(variables={"PIP_CACHE_DIR": "relative"}),
    "PIP_CACHE_DIR, empty": Case(variables={"PIP_CACHE_DIR": ""}, files={USER: HOME_CACHE}),
    "PIP_NO_CACHE_DIR": Case(variables={"PIP_NO_CACHE_DIR": "1", "PIP_CACHE_DIR": "{other}/x"}),
    "PIP_NO_CACHE_DIR, false": Case(variables={"PIP_NO_CACHE_DIR": "false"}),
    "PIP_NO_CACHE_DIR, empty": Case(variables={"PIP_NO_CACHE_DIR": ""}),
    "--cache-dir=": Case(("--cache-dir={other}/option",), {"PIP_CACHE_DIR": "{other}/variable"}),
    "--cache-dir": Case(("--cache-dir", "{other}/a", "--pre", "--cache-dir", "{other}/b")),
    "--cache-dir over PIP_NO_CACHE_DIR": Case(("--cache-dir", "{other}/a"), {"PIP_NO_CACHE_DIR": "1"}),
    "--no-cache-dir": Case(("--no-cache-dir",), {"PIP_CACHE_DIR": "{other}/variable"}),
    "--no-cache-dir, then --cache-dir": Case(("--no-cache-dir", "--cache-dir={other}/a")),
    "--cache-dir, then --no-cache-dir": Case(("--cache-dir={other}/a", "--no-cache-dir")),
    "user": Case(files={USER: HOME_CACHE}),
    "legacy": Case(files={LEGACY: HOME_CACHE}),
    "user over legacy": Case(files={LEGACY: HOME_CACHE, USER: "[global]\ncache-dir = {other}/user\n"}),
    "site over user": Case(files={USER: HOME_CACHE, SITE: "[global]\ncache-dir = {other}/site\n"}),
    "named over site": Case(
        variables={"PIP_CONFIG_FILE": "{other}/named.conf"},
        files={SITE: HOME_CACHE, NAMED: "[global]\ncache-dir = {other}/named\n"},
    ),
    "named instead of user": Case(
        variables={"PIP_CONFIG_FILE": "{other}/named.conf"}, files={USER: HOME_CACHE, NAMED: "[global]\n"}
    ),
    "named and absent": Case(variables={"PIP_CONFIG_FILE": "{other}/absent.conf"}, files={USER: HOME_CACHE}),
    "no configuration": Case(
        variables={"PIP_CONFIG_FILE": os.devnull}, files={USER: HOME_CACHE, SITE: HOME_CACHE}
    ),
    "XDG_CONFIG_HOME": Case(
        variables={"XDG_CONFIG_HOME": "{other}"}, files={"other/pip/pip.conf": HOME_CACHE}
    ),
    "XDG_CONFIG_DIRS": Case(
        variables={"XDG_CONFIG_DIRS": "{other}/one:{other}/two"},
        files={
            "other/one/pip/pip.conf": HOME_CACHE,
            "other/two/pip/pip.conf": "[global]\ncache-dir = {other}/2\n",
        },
    ),
    "the command's section over the general": Case(
        files={USER: "[install]\ncache-dir = {other}/install\n", SITE: HOME_CACHE}
    ),
    "another command's section": Case(files={USER: "[download]\ncache-dir = {other}/download\n"}),
    "another spelling": Case(files={USER: "[global]\ncache_dir = {other}/underscore\n"}),
    "a third spelling": Case(files={USER: "[global]\n--Cache-Dir = {other}/dashes\n"}),
    "no-cache-dir in a file": Case(
        variables={"PIP_CACHE_DIR": "{other}/x"}, files={USER: "[global]\nno-cache-dir = 1\n"}
    ),
    "an empty value in a file": Case(files={USER: HOME_CACHE, SITE: "[global]\ncache-dir =\n"}),
    "a percent sign in a file": Case(files={USER: "[global]\ncache-dir = {other}/%x\n"}),
}


def _ready(place: Path, case: Case) -> tuple[tuple[str, ...], dict[str, str], str]:
    """Put a case in its place, and give its options and variables as they are there."""
    folders = {name: str(place / name) for name in ("home", "other", "prefix")}
    for folder in folders.values():
        Path(folder).mkdir(parents=True)
    tree(place, {name: text.format(**folders) for name, text in case.files.items()})
    variables = {name: value.format(**folders) for name, value in case.variables.items()}
    return (
        tuple(option.format(**folders) for option in case.options),
        {"HOME": folders["home"]} | variables,
        str(place),
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the cases have the places of Linux")
def test_the_folder_is_the_one_that_pip_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path.resolve()
    ready = {name: _ready(place / str(number), case) for number, (name, case) in enumerate(CASES.items())}
    done = subprocess.run(
        [sys.executable, "-c", ASK_PIP],
        input=json.dumps(list(ready.values())), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found = {}
    for name, (options, variables, cwd) in ready.items():
        monkeypatch.chdir(cwd)
        # platformdirs reads the process's own variables, which are those that a run is given.
        with mock.patch.dict(os.environ, variables, clear=True):
            found[name] = str(pip_cache.folder(options, variables, Path(cwd, "prefix")) or "")
    assert found == dict(zip(ready, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("case", ["nothing", "XDG_CACHE_HOME", "site over user"])
def test_pip_says_so_itself(case: str, tmp_path: Path) -> None:
    place = tmp_path.resolve() / "place"
    _, variables, _ = _ready(place, CASES[case])
    venv.create(place / "prefix", symlinks=True)
    command = [str(place / "prefix/bin/python"), str(Path(pip.__path__[0])), "cache", "dir"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    with mock.patch.dict(os.environ, variables, clear=True):
        assert str(pip_cache.folder((), variables, place / "prefix")) == done.stdout.strip()


@pytest.mark.parametrize("text", ["no section\n", "[global\n", b"[global]\ncache-dir = \xff\n"])
def test_a_file_that_pip_refuses_says_nothing(text: str | bytes, tmp_path: Path) -> None:
    tree(tmp_path, {"pip.conf": text, "good.conf": "[global]\ncache-dir = /good\n"})
    variables = {"PIP_CONFIG_FILE": str(tmp_path / "good.conf")}
    assert pip_cache.folder((), variables, tmp_path) == Path("/good")


def _cached(
    cache: Path, number: int, files: Mapping[str, str | bytes] | None = None, name: str = "demo"
) -> Path:
    """Put a wheel where pip puts those that it built."""
    folder = cache / "wheels" / f"{number:02}" / "ab" / "cd" / "ef"
    tree(folder, {"origin.json": "{}"})
    return wheel_file(folder, files, f"{name}-1.0-py3-none-any.whl")


def _altered(path: Path) -> Path:
    """Alter one byte of a member's content, which is compressed."""
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo("demo.py").header_offset + 30 + len("demo.py")
    data = bytearray(path.read_bytes())
    data[offset + 3] ^= 0xFF
    path.write_bytes(data)
    return path


def test_the_broken_wheels_are_found_and_no_others(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    _cached(cache, 1)
    truncated = _cached(cache, 2)
    truncated.write_bytes(truncated.read_bytes()[:-30])
    altered = _altered(_cached(cache, 3))
    exchanged = _cached(cache, 4, members() | {"demo.py": "VALUE = 2\n"})
    incomplete = _cached(cache, 5, {name: text for name, text in members().items() if name != "demo.py"})
    other = _altered(_cached(cache, 6, name="other"))
    emptied = _cached(cache, 7)
    emptied.write_bytes(b"")
    (emptied.parent / "origin.json").unlink()
    tree(cache, {"wheels/07/ab/cd/ef/not-a-wheel.whl": "x", "selfcheck/x.json": "{}"})
    found = pip_cache.broken(cache, ["Demo"])
    wanted = [truncated, altered, exchanged, incomplete]
    assert found == (*(path for wheel in wanted for path in (wheel, wheel.parent / "origin.json")), emptied)
    assert pip_cache.broken(cache, ["de-mo", "x"]) == ()
    assert set(pip_cache.broken(cache, ["other"])) == {other, other.parent / "origin.json"}


def test_broken_downloads_are_found_whatever_they_are_of(tmp_path: Path) -> None:
    good = wheel_file(tmp_path).read_bytes()
    bad = _altered(wheel_file(tmp_path / "bad")).read_bytes()
    cache = tree(
        tmp_path / "cache",
        {
            "http-v2/1/2/3/good": "{}", "http-v2/1/2/3/good.body": good,
            "http-v2/1/2/4/bad": "{}", "http-v2/1/2/4/bad.body": bad,
            "http-v2/1/2/5/cut.body": good[:100],
            "http-v2/1/2/6/page.body": "<html>",
        },
    )  # fmt: skip
    folder = cache / "http-v2/1/2"
    assert pip_cache.broken(cache, []) == (folder / "4/bad.body", folder / "4/bad", folder / "5/cut.body")


def test_a_cache_that_is_not_there_has_nothing_broken(tmp_path: Path) -> None:
    assert pip_cache.broken(tmp_path / "none", ["demo"]) == ()
    assert pip_cache.everything(tmp_path / "none") == ()


def test_everything_is_what_a_purge_takes(tmp_path: Path) -> None:
    cache = tree(tmp_path, {"http/a": "", "http-v2/b": "", "wheels/c": "", "selfcheck/d": ""})
    assert pip_cache.everything(cache) == (cache / "http", cache / "http-v2", cache / "wheels")


@pytest.mark.parametrize(
    ("row", "sound"),
    [
        ("demo.py,,", True),
        ("demo.py", True),
        ("demo.py,sha256=AAAA,1", False),
        ("demo.py,nonsense=AAAA,1", False),
        ("absent.py,,", False),
        ("", True),
        ('"' + "x" * 200_000 + '",,', False),
        ('"demo\n.py",,', True),
    ],
)
def test_what_a_record_may_say(row: str, sound: bool, tmp_path: Path) -> None:
    records = {"demo-1.0.dist-info/RECORD": f"{row}\n", "demo.dist-info/sub/RECORD": "absent,,\n"}
    files = {"demo.py": "x", "demo\n.py": "y"} | records
    assert pip_cache.sound(wheel_file(tmp_path, files)) is sound


def test_a_record_that_is_no_text(tmp_path: Path) -> None:
    assert not pip_cache.sound(wheel_file(tmp_path, {"demo-1.0.dist-info/RECORD": b"\xff,,\n"}))


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_a_changed_content_is_never_sound(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = members(extra={"data.bin": data.draw(st.text(max_size=50))})
        name = data.draw(st.sampled_from(["demo.py", "data.bin"]))
        other = data.draw(st.text(max_size=50).filter(lambda text: text != files[name]))
        assert pip_cache.sound(wheel_file(Path(folder), files))
        assert not pip_cache.sound(wheel_file(Path(folder), files | {name: other.encode("utf-8", "replace")}))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4), st.integers(0, 10_000))
def test_whatever_bytes_are_in_the_cache_is_told(flips: list[tuple[int, int]], end: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = wheel_file(Path(folder), members(extra={"a.txt": "a" * 1000}))
        data = bytearray(path.read_bytes())
        for place, value in flips:
            data[place % len(data)] = value
        path.write_bytes(data[: end % (len(data) * 2)])
        assert pip_cache.sound(path) in {True, False}


def test_a_record_of_our_own_agrees() -> None:
    assert record({"a": ""}, "own") == "a,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\nown,,\n"

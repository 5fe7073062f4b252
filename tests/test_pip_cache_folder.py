"""The cache is where pip itself says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest

from safe_install.target import pip_cache
from trees import tree

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
    "no configuration": Case(variables={"PIP_CONFIG_FILE": os.devnull}, files={USER: HOME_CACHE, SITE: HOME_CACHE}),
    "XDG_CONFIG_HOME": Case(variables={"XDG_CONFIG_HOME": "{other}"}, files={"other/pip/pip.conf": HOME_CACHE}),
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

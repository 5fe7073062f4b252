"""Groups, scripts and lock files in which a wheel stands in for a folder."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from safe_install.requirements.places import StandIns
from safe_install.requirements.tables import Copied, group, is_lock, lock, script
from trees import tree

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WHEEL = "app-1.0-py3-none-any.whl"
SCRIPT = """\
#!/usr/bin/env python
# /// script
# requires-python = ">=3.9"
# dependencies = [
#   "app[x] @ file://{app} ; python_version > '3'",
#
#   "six",
# ]
# ///
print("it runs")
"""
LOCK = """\
lock-version = "1.0"
created-by = "hand"
[[packages]]
name = "six"
wheels = [{{path = "wheels/six.whl", hashes = {{sha256 = "0"}}}}, {{url = "https://host/six.whl"}}]
[[packages]]
name = "app"
directory = {{path = "{app}", editable = true}}
"""


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    """Have a folder, and a wheel that stands in for it."""
    tree(tmp_path, {"app/setup.py": "", "inner/sub/setup.py": "", "copies/x": "", WHEEL: "wheel"})
    wheel = tmp_path / WHEEL
    return StandIns({str(tmp_path / "app"): wheel, str(tmp_path / "inner" / "sub"): wheel})


def _copied(function: Callable[..., Copied], value: str, stand_ins: StandIns, place: Path) -> tuple[str, str, str]:
    """Give the new value, the name that is shown, and what is in the copy."""
    text, ((copy, shown),) = function(value, stand_ins, place / "copies", place)
    assert text.startswith(copy)
    return text.removeprefix(copy), shown, Path(copy).read_text("utf-8")


def _table(text: str) -> Any:
    return tomllib.loads(text)


@pytest.mark.parametrize(("value", "shown"), [("dev", "pyproject.toml"), ("x/pyproject.toml:dev", "x/pyproject.toml")])
def test_a_group(value: str, shown: str, stand_ins: StandIns, tmp_path: Path) -> None:
    app = (tmp_path / "app").as_uri()
    text = f'[dependency-groups]\nother = ["six"]\ndev = ["app @ {app}", {{include-group = "other"}}]\n[tool]\nx = 1\n'
    tree(tmp_path, {shown: text})
    rest, told, copy = _copied(group, value, stand_ins, tmp_path)
    assert (rest, told) == (":dev", shown)
    dev = [f"app @ {(tmp_path / WHEEL).as_uri()}", {"include-group": "other"}]
    assert _table(copy) == {"dependency-groups": {"other": ["six"], "dev": dev}}


def test_a_script(stand_ins: StandIns, tmp_path: Path) -> None:
    tree(tmp_path, {"run.py": SCRIPT.format(app=tmp_path / "app")})
    rest, told, copy = _copied(script, "run.py", stand_ins, tmp_path)
    first, *lines, last = copy.splitlines()
    assert (rest, told, first, last) == ("", "run.py", "# /// script", "# ///")
    assert all(line.startswith("# ") for line in lines)
    app = f'app[x] @ {(tmp_path / WHEEL).as_uri()} ; python_version > "3"'
    told_by_it = _table("\n".join(line[2:] for line in lines))
    assert told_by_it == {"requires-python": ">=3.9", "dependencies": [app, "six"]}


@pytest.mark.parametrize(
    ("value", "function"),
    [("pylock.toml", lock), ("./pylock.dev.toml[x]", lock), ("pylock.toml:dev", group)],
)
def test_a_lock_file(value: str, function: Callable[..., Copied], stand_ins: StandIns, tmp_path: Path) -> None:
    name = value.partition("[")[0].partition(":")[0]
    tree(tmp_path, {name: LOCK.format(app="./app")})
    rest, told, copy = _copied(function, value, stand_ins, tmp_path)
    assert (rest, told) == (value.removeprefix(name), name)
    six, app = _table(copy)["packages"]
    assert [each.get("path") for each in six["wheels"]] == [str(tmp_path / "wheels/six.whl"), None]
    hashes = {"sha256": hashlib.sha256(b"wheel").hexdigest()}
    assert app == {"name": "app", "archive": {"path": str(tmp_path / WHEEL), "hashes": hashes}}


def test_a_folder_in_a_folder_of_a_lock_file(stand_ins: StandIns, tmp_path: Path) -> None:
    text = LOCK.format(app="inner").replace("editable = true", 'subdirectory = "sub"')
    tree(tmp_path, {"pylock.toml": text})
    _, _, copy = _copied(lock, "pylock.toml", stand_ins, tmp_path)
    assert "archive" in _table(copy)["packages"][1]


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (group, "dev", '[dependency-groups]\ndev = ["six"]\n'), (group, "dev", "[dependency-groups\n"),
        (group, "dev", 'dependency-groups = "x"\n'), (group, "dev", '[dependency-groups]\ndev = "six"\n'),
        (group, "none/pyproject.toml:dev", ""), (script, "run.py", "print()\n"),
        (script, "run.py", "# /// script\n# dependencies = 1\n# ///\n"),
        (script, "run.py", '# /// script\n# dependencies = ["six"]\n# ///\n'),
        (script, "run.py", "# /// script\n# x = 1\n# ///\n# /// script\n# x = 1\n# ///\n"),
        (lock, "pylock.toml", "packages = 1\n"), (lock, "pylock.toml[x]", LOCK.format(app="other")),
        (lock, "pylock.toml", '[[packages]]\ndirectory = "app"\n'), (lock, "none/pylock.toml", ""),
    ],
)  # fmt: skip
def test_what_needs_no_copy(
    function: Callable[..., Copied], value: str, text: str, stand_ins: StandIns, tmp_path: Path
) -> None:
    names = {group: "pyproject.toml", script: "run.py", lock: "pylock.toml"}
    tree(tmp_path, {names[function]: text})
    assert function(value, stand_ins, tmp_path / "copies", tmp_path) == (value, ())


def test_without_a_wheel_nothing_is_read(tmp_path: Path) -> None:
    tree(tmp_path, {"pyproject.toml": "[dependency-groups\n"})
    assert group("dev", StandIns(), tmp_path, tmp_path) == ("dev", ())


def test_a_file_is_copied_to_one_place(stand_ins: StandIns, tmp_path: Path) -> None:
    tree(tmp_path, {"pylock.toml": LOCK.format(app="./app")})
    (one, _), (two, _) = (
        function(value, stand_ins, tmp_path / "copies", tmp_path)
        for function, value in ((lock, "pylock.toml"), (group, "pylock.toml:dev"))
    )
    assert two == f"{one}:dev"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("pylock.toml", True), ("a/pylock.dev.toml[x,y]", True), ("lock.toml", False), ("pylock.a.b.toml", False)],
)
def test_what_is_a_lock_file(value: str, expected: bool) -> None:
    assert is_lock(value) is expected

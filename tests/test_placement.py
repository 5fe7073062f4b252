"""Where packages go when options of pip's say so."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path

from safe_install.request import Placement
from safe_install.target import Target, inspect, prefix_of


def placed(tmp_path: Path, placement: Placement) -> Target:
    return inspect(sys.executable, tmp_path, os.environ, placement)


def test_in_place(tmp_path: Path) -> None:
    target = placed(tmp_path, Placement())
    assert not target.redirected
    assert target.purelib == Path(sysconfig.get_paths()["purelib"])
    assert target.is_whole is target.virtual


def test_a_folder(tmp_path: Path) -> None:
    target = placed(tmp_path, Placement(target=str(tmp_path / "d"), user=False))
    assert target.packages == (tmp_path / "d",)
    assert (target.scripts, target.redirected, target.is_whole) == (tmp_path / "d" / "bin", True, False)


def test_a_prefix(tmp_path: Path) -> None:
    target = placed(tmp_path, Placement(prefix=str(tmp_path)))
    assert all(tmp_path in folder.parents for folder in (*target.packages, target.scripts))
    assert (target.redirected, target.externally_managed) == (True, None)


def test_a_root(tmp_path: Path) -> None:
    plain, target = placed(tmp_path, Placement()), placed(tmp_path, Placement(root=str(tmp_path)))
    assert target.purelib == tmp_path / plain.purelib.relative_to("/")
    assert target.scripts == tmp_path / plain.scripts.relative_to("/")


def test_the_users_own(tmp_path: Path) -> None:
    target = placed(tmp_path, Placement(user=True))
    assert target.purelib == Path(site.getusersitepackages())
    assert target.redirected


def test_the_prefix_of_an_interpreter_is_told_by_its_place(tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert prefix_of(str(python), {}) == prefix_of(str(tmp_path / "env"), {}) == tmp_path / "env"
    assert prefix_of(None, {}) == Path(sys.executable).parent.parent
    assert prefix_of("no-such-python", {"PATH": ""}) == Path(sys.prefix)

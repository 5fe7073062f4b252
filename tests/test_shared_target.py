"""Of a Python that shares its prefix with others, what pip did is undone, and what others did is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from safe_install.journal import Journal
from safe_install.journal.safekeeping import kept_target, recover, target_scope
from safe_install.target import Target, ownership
from trees import a_log, a_target, tree

PACKAGES = "lib/site-packages"
OLD = {
    f"{PACKAGES}/demo.py": "1\n",
    f"{PACKAGES}/demo-1.0.dist-info/RECORD": "demo.py,,\n../../bin/demo,,\n../../share/demo/data,,\n../../bin/gone,,\n",
    f"{PACKAGES}/other-1.0.dist-info/RECORD": "../../bin/other,,\n",
    "bin/demo": "demo 1\n",
    "bin/gone": "gone 1\n",
    "bin/other": "other\n",
    "bin/npm": "npm\n",
    "bin/removed-by-somebody": "x\n",
    "share/demo/data": "data 1\n",
    "share/theirs": "theirs\n",
}
INSTALLED = "demo.py,,\n../../bin/demo,,\n../../bin/new,,\n../../share/demo/data,,\n../../etc/demo.ini,,\n"
UNFINISHED = "demo.py,,\ndemo-2.0.data/data/etc/demo.ini,,\ndemo-2.0.data/data/share/demo/data,,\n"
ENTRY_POINTS = "[console_scripts]\nnew = demo:main\ndemo = demo:main\n[other]\nnpm = x\n"


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return a_target(tree(tmp_path / "usr", OLD), virtual=False)


def _pip(target: Target, record: str) -> None:
    """Replace demo 1.0 by 2.0, as far as pip came."""
    root = target.prefix
    old = f"{PACKAGES}/demo-1.0.dist-info"
    for name in (f"{PACKAGES}/demo.py", f"{old}/RECORD", "bin/demo", "bin/gone", "share/demo/data"):
        (root / name).unlink()
    for folder in (old, "share/demo"):
        (root / folder).rmdir()
    info = f"{PACKAGES}/demo-2.0.dist-info"
    tree(root, {f"{PACKAGES}/demo.py": "2\n", f"{info}/RECORD": record, f"{info}/entry_points.txt": ENTRY_POINTS})
    tree(root, {"bin/demo": "demo 2\n", "bin/new": "new\n", "share/demo/data": "data 2\n", "etc/demo.ini": "i\n"})


def _others(target: Target) -> None:
    tree(
        target.prefix,
        {"bin/installed-by-somebody": "s\n", "bin/npm": "npm 2\n", "share/new": "s\n", "bin/other": "o\n"},
    )
    (target.prefix / "bin/removed-by-somebody").unlink()


def _contents(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


WANTED = {name: text for name, text in OLD.items() if name != "bin/removed-by-somebody"} | {
    "bin/installed-by-somebody": "s\n",
    "bin/npm": "npm 2\n",
    "bin/other": "o\n",
    "share/new": "s\n",
}


def _failed(target: Target, place: Path, record: str) -> None:
    with kept_target(target, place / "store", place, a_log()[0]):
        _pip(target, record)
        _others(target)


def _killed(target: Target, place: Path, record: str) -> None:
    Journal.begin(place / "store", target_scope(target))
    _pip(target, record)
    _others(target)
    recover(place / "store", target, a_log()[0])


@pytest.mark.parametrize("end", [_failed, _killed])
@pytest.mark.parametrize("record", [INSTALLED, UNFINISHED])
def test_what_pip_did_is_undone_and_what_others_did_is_not(
    record: str, end: Callable[[Target, Path, str], None], target: Target, tmp_path: Path
) -> None:
    end(target, tmp_path, record)
    assert _contents(target.prefix) == WANTED


def test_what_is_kept_is_what_distributions_have(target: Target) -> None:
    root = target.prefix
    assert target_scope(target).roots == (root / PACKAGES, root / "bin", root / "share/demo/data")


@pytest.mark.parametrize("text", ['"' + "x" * 200_000, "", "\n\n"])
def test_a_record_that_is_none_names_nothing(text: str, target: Target) -> None:
    assert list(ownership.named("/p/x.dist-info/RECORD", text, "no section\n", target)) == []

"""The same command line given to pip and to the tool leaves the same target and the same exit status."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

import command_lines
import shelf
from command_lines import Line
from conftest import newest
from covering import covering
from grounds import Grounds, differences, reported_of, restore
from loopback import serving
from workplace import Workplace

Record: TypeAlias = Callable[[str, object], None]

SAMPLE: Final = 6
"""Command lines that are tried by default; `--all` tries every one."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hand each test its command line."""
    if "line" not in metafunc.fixturenames:
        return
    every = command_lines.lines()
    asked = metafunc.config.getoption("--lines") or (len(every) if metafunc.config.getoption("--all") else SAMPLE)
    chosen = command_lines.sampled(asked, metafunc.config.getoption("--seed"))
    metafunc.parametrize("line", [pytest.param(each, id=each.id) for each in chosen])


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    """Fetch the archives for the newest Python, make the target, serve an index."""
    archives = shelf.shared(tmp_path_factory, newest())
    with serving(archives) as index:
        ground = Grounds(Workplace(tmp_path_factory.mktemp("ground"), newest()), archives, index)
        ground.prepare()
        yield ground


def test_it_leaves_what_pip_leaves(line: Line, ground: Grounds, record_property: Record) -> None:
    seen = []
    for tool in ("pip", "safe-install"):
        ground.lay(line)
        laid = ground.built(line)
        seen.append((ground.run(tool, line), ground.described(line)))
    (theirs, left), (ours, left_by_us) = seen
    record_property("status", theirs.returncode)
    told = f"{theirs.stdout}{theirs.stderr}\n--- and ours\n{ours.stdout}{ours.stderr}"
    if line.spoils_builds and ours.returncode == 0 != theirs.returncode:
        assert "Failed to build" in theirs.stderr, told
        return
    assert ours.returncode == theirs.returncode, told
    if theirs.returncode:
        # A failed run leaves everything as it was; pip's leaves what its builds have made.
        left["tree"] = laid
        # What there is was written by a pip inside pip.
        left["report"] = None if line.spoils_builds else left["report"]
    assert not differences(left, left_by_us), told
    if "--report -" in line.words and theirs.returncode == 0:
        assert _reported(ours.stdout) == _reported(theirs.stdout), told


def test_every_two_values_meet() -> None:
    columns = (("a", "b", "c"), ("d", "e"), ("f", "g", "h", "i"), ("j", "k"))
    rows = covering(columns, 1)
    for left, right in itertools.combinations(range(len(columns)), 2):
        met = {(row[left], row[right]) for row in rows}
        assert met == set(itertools.product(columns[left], columns[right]))
    assert len(rows) < 20
    assert rows == covering(columns, 1)


def test_every_line_is_another() -> None:
    every = command_lines.lines()
    assert len(every) == len(set(every)) == len({line.id for line in every})


def test_what_is_put_back_is_what_it_was(tmp_path: Path) -> None:
    template, folder = tmp_path / "template", tmp_path / "folder"
    for each in (template, folder):
        (each / "kept").mkdir(parents=True)
    (template / "kept" / "one").write_text("1")
    (template / "link").symlink_to("kept")
    restore(folder, template)
    (folder / "kept" / "one").write_text("2")
    (folder / "more").mkdir()
    (folder / "more" / "two").write_text("2")
    (folder / "link").unlink()
    (folder / "link").mkdir()
    restore(folder, template)
    assert sorted(path.name for path in folder.rglob("*")) == ["kept", "link", "one"]
    assert (folder / "kept" / "one").read_text() == "1"
    assert (folder / "link").is_symlink()


def _reported(text: str) -> Any:
    return reported_of(json.loads(text))

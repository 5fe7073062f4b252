"""The cache is where pip itself says, and what is broken in it is told from what is not."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.target import pip_cache
from trees import members, record, tree, wheel_file


def _cached(cache: Path, number: int, files: Mapping[str, str | bytes] | None = None, name: str = "demo") -> Path:
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


@settings(max_examples=80)
@given(st.data())
def test_a_changed_content_is_never_sound(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = members(extra={"data.bin": data.draw(st.text(max_size=50))})
        name = data.draw(st.sampled_from(["demo.py", "data.bin"]))
        other = data.draw(st.text(max_size=50).filter(lambda text: text != files[name]))
        assert pip_cache.sound(wheel_file(Path(folder), files))
        assert not pip_cache.sound(wheel_file(Path(folder), files | {name: other.encode("utf-8", "replace")}))


@settings(max_examples=80)
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

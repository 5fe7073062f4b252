"""A wheel is good exactly when pip would install it, and nothing that is in one is an exception."""

from __future__ import annotations

import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.wheel import Contents, inspect
from trees import members, tree, wheel_file

INFO = "demo-1.0.dist-info"
GOOD = Contents("demo", "1.0", ())


def _with(**changed: str) -> dict[str, str]:
    """Give a good wheel's members with some of `.dist-info` changed."""
    return members() | {f"{INFO}/{name}": text for name, text in changed.items()}


def _metadata(*lines: str, head: str = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n") -> dict[str, str]:
    return _with(METADATA=head + "".join(f"{line}\n" for line in lines))


def _without(name: str) -> dict[str, str]:
    return {path: text for path, text in members().items() if path != f"{INFO}/{name}"}


def test_a_good_wheel_says_what_it_is(tmp_path: Path) -> None:
    assert inspect(wheel_file(tmp_path)) == GOOD


@pytest.mark.parametrize(
    ("files", "contents"),
    [
        (
            _metadata("Requires-Dist: six>=1", "Requires-Dist: a[b]; extra == 'c'"),
            ("six>=1", "a[b]; extra == 'c'"),
        ),
        (_metadata("Requires-Dist:", "  six"), ("six",)),
        (_metadata("Requires-Python: >=3.6.*"), ()),
        (_metadata("Requires-Python: soon"), ()),
        (_metadata(head="Metadata-Version: 2.1\nName: DEMO\nVersion: 1.0.0\n"), ()),
        (_with(WHEEL="Wheel-Version: 1.9\n"), ()),
        (_with(WHEEL="Wheel-Version: 1\n"), ()),
    ],
)
def test_what_pip_takes_is_good(files: dict[str, str], contents: tuple[str, ...], tmp_path: Path) -> None:
    found = inspect(wheel_file(tmp_path, files))
    assert isinstance(found, Contents)
    assert found.requires == contents


def test_names_are_compared_as_pip_does(tmp_path: Path) -> None:
    renamed = ((path.replace("demo-", "De.Mo-"), text) for path, text in members().items())
    files = {path: text.replace("Name: demo", "Name: de_mo") for path, text in renamed}
    found = inspect(wheel_file(tmp_path, files, name="de_mo-1.0-py3-none-any.whl"))
    assert found == Contents("de_mo", "1.0", ())


BAD = {
    "no version": (_with(WHEEL="Generator: x\n"), "Wheel-Version is '', and 1.x is what installers know"),
    "a version of tomorrow": (_with(WHEEL="Wheel-Version: 2.0\n"), "Wheel-Version is '2.0', and 1.x is what"),
    "no number": (_with(WHEEL="Wheel-Version: 1.x\n"), "Wheel-Version is '1.x', and 1.x is what"),
    "another name": (
        _metadata(head="Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"),
        "METADATA has Name 'other', the file's name says 'demo'",
    ),
    "no name": (
        _metadata(head="Metadata-Version: 2.1\nVersion: 1.0\n"),
        "METADATA has Name '', the file's name says",
    ),
    "another version": (
        _metadata(head="Metadata-Version: 2.1\nName: demo\nVersion: 1.1\n"),
        "METADATA has Version '1.1', the file's name says '1.0'",
    ),
    "no version of its own": (
        _metadata(head="Metadata-Version: 2.1\nName: demo\n"),
        "METADATA has an invalid Version or Metadata-Version: ",
    ),
    "a version that is none": (
        _metadata(head="Metadata-Version: 2.1\nName: demo\nVersion: one\n"),
        "METADATA has an invalid Version or Metadata-Version: ",
    ),
    "no metadata version": (
        _metadata(head="Name: demo\nVersion: 1.0\n"),
        "METADATA has an invalid Version or Metadata-Version: ",
    ),
    "a requirement that is none": (
        _metadata("Requires-Dist: a b c"),
        "METADATA has an invalid Requires-Dist: ",
    ),
    "a requirement without end": (
        _metadata("Requires-Dist: a; " + "(" * 5000),
        "METADATA has an invalid Requires-Dist: ",
    ),
    "no WHEEL": (
        _without("WHEEL"),
        "demo-1.0-py3-none-any.whl: There is no item named 'demo-1.0.dist-info/WHEEL'",
    ),
    "no METADATA": (_without("METADATA"), "demo-1.0-py3-none-any.whl: There is no item named"),
    "no RECORD": (_without("RECORD"), "demo-1.0-py3-none-any.whl: There is no item named"),
    "nothing": ({}, "demo-1.0-py3-none-any.whl: it has 0 .dist-info folders, and must have one"),
    "two": (members() | members(version="1.1"), "demo-1.0-py3-none-any.whl: it has 2 .dist-info folders"),
    "of another": (
        members(name="other"),
        "demo-1.0-py3-none-any.whl: its other-1.0.dist-info is that of another distribution than demo",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_pip_refuses_is_told_in_one_line(case: str, tmp_path: Path) -> None:
    files, message = BAD[case]
    found = inspect(wheel_file(tmp_path, files))
    assert isinstance(found, str)
    assert found.startswith(message)
    assert "\n" not in found


@pytest.mark.parametrize("name", ["demo.whl", "demo-1.0.whl", "demo-1.0-py3-none-any.zip", "demo-one-py3-none-any.whl"])
def test_a_name_that_is_none(name: str, tmp_path: Path) -> None:
    assert "nvalid" in str(inspect(wheel_file(tmp_path, name=name)))


def test_what_is_no_archive(tmp_path: Path) -> None:
    name = "demo-1.0-py3-none-any.whl"
    assert "not a readable archive" in str(inspect(tmp_path / name))
    (tmp_path / name).mkdir()
    assert "not a readable archive" in str(inspect(tmp_path / name))
    for content in (b"", b"PK", b"hello", b"PK\x05\x06" + b"\0" * 18):
        path = tree(tmp_path / "other", {name: content}) / name
        assert isinstance(inspect(path), str)


def test_metadata_that_is_no_utf_8(tmp_path: Path) -> None:
    files = members() | {f"{INFO}/METADATA": b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nAuthor: \xff\n"}
    assert "not a readable archive: 'utf-8' codec can't decode" in str(inspect(wheel_file(tmp_path, files)))


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = wheel_file(tmp_path)
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 1)
    path.write_bytes(data)
    assert "is encrypted" in str(inspect(path))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 98])
def test_a_member_compressed_in_another_way_than_it_says(method: int, tmp_path: Path) -> None:
    path = wheel_file(tmp_path)
    data = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.find(signature)
        while at >= 0:
            struct.pack_into("<H", data, at + place, method)
            at = data.find(signature, at + 1)
    path.write_bytes(data)
    assert "not a readable archive" in str(inspect(path))


with tempfile.TemporaryDirectory() as _folder:
    WHOLE = wheel_file(Path(_folder)).read_bytes()


@settings(max_examples=120)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(WHOLE)),
)
def test_whatever_bytes_it_has_it_is_good_or_told(flips: list[tuple[int, int]], end: int) -> None:
    data = bytearray(WHOLE)
    for place, value in flips:
        data[place] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "demo-1.0-py3-none-any.whl")
        path.write_bytes(data)
        assert inspect(path) == GOOD or isinstance(inspect(path), (str, Contents))
        path.write_bytes(data[:end])
        assert isinstance(inspect(path), (str, Contents))


@settings(max_examples=100)
@given(st.text(), st.text())
def test_whatever_its_metadata_say_it_is_good_or_told(wheel: str, metadata: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = members() | {f"{INFO}/WHEEL": f"Wheel-Version: 1.0\n{wheel}"}
        files[f"{INFO}/METADATA"] = f"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n{metadata}"
        encodable = {name: text.encode("utf-8", "replace") for name, text in files.items()}
        assert isinstance(inspect(wheel_file(Path(folder), encodable)), (str, Contents))

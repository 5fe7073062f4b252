"""Requirements files, read as pip reads them, and their copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pip._internal.req.req_file import get_line_parser, preprocess

from safe_install.requirements import files
from safe_install.requirements.places import StandIns
from trees import tree

WHEEL = Path("/scratch/app-1.0-py3-none-any.whl")


def found(root: Path, name: str, **variables: str) -> list[tuple[str, bool]]:
    return [(each.place.where, each.editable) for each in files.places(root / name, root, variables)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tree(tmp_path, {"app/pyproject.toml": "", "lib/pyproject.toml": "", "links/x": "", "c.txt": "", "deps/c.txt": ""})
    return tmp_path


def test_places_are_found_wherever_pip_finds_requirements(root: Path) -> None:
    tree(
        root,
        {
            "all.txt": b"\xef\xbb\xbf# ./no\n-e ./app[x]  # c\n--requirement=deps/more.txt\nsix\n\\\n./lib --hash=x\n",
            "deps/more.txt": "-r ../all.txt\n-rlast.txt\n-r absent.txt\n-r https://h/r.txt\n-e 'unfinished\n",
            "deps/last.txt": "${HERE}/lib ; os_name == 'nt'\n--editable ./lib --config-settings=a=b\n${NOT}/lib\n",
        },
    )
    assert found(root, "all.txt", HERE=str(root)) == [
        (str(root / "app"), True),
        (str(root / "lib"), False),
        (str(root / "lib"), False),
        (str(root / "lib"), True),
    ]


@pytest.mark.parametrize(
    ("tail", "settings"),
    [
        ("--config-settings a=${ONE} --config-setting=a=2", ("a=1", "a=2")),
        ("-C 'a=b c' -Cd=e --hash=sha256:0", ("a=b c", "d=e")),
        ("--hash=sha256:0", ()),
        ("--config-settings", ()),
        ("--config-settings 'a=b", ()),
    ],
)
def test_a_line_says_what_its_backend_is_told(root: Path, tail: str, settings: tuple[str, ...]) -> None:
    tree(root, {"r.txt": f"./app {tail}\n"})
    (named,) = files.places(root / "r.txt", root, {"ONE": "1"})
    assert named.settings == settings


def test_lock_files_and_what_cannot_be_read_are_left_to_pip(root: Path) -> None:
    tree(root, {"pylock.toml": "./app\n", "pylock.dev.toml": "./app\n", "binary.txt": b"# coding: nosuch\n./app\n"})
    assert [found(root, name) for name in ("pylock.toml", "pylock.dev.toml", "binary.txt", "absent.txt")] == [[]] * 4


def test_other_encodings_are_read_as_pip_reads_them(root: Path) -> None:
    tree(
        root,
        {
            "sixteen.txt": "./app\n".encode("utf-16"),
            "told.txt": "# -*- coding: latin-1 -*-\n./app # é\n".encode("latin-1"),
        },
    )
    assert found(root, "sixteen.txt") == found(root, "told.txt") == [(str(root / "app"), False)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("six==1 \\\n  --hash=sha256:0\n", True),
        ("--require-hashes\n", True),
        ("-r hashed.txt\n", True),
        ("six==1 # --hash=sha256:0\n", False),
    ],
)
def test_hashes(root: Path, text: str, asked: bool) -> None:
    tree(root, {"r.txt": text, "hashed.txt": "six==1 --hash=sha256:0\n"})
    assert files.asks_for_hashes(root / "r.txt", {}) is asked


def test_a_copy_keeps_lines_and_leads_where_the_file_does(root: Path, tmp_path: Path) -> None:
    tree(
        root,
        {
            "deps/all.txt": "# one\n-c c.txt\n-f ../links\n-r more.txt\nsix \\\n  ==1.0\n"
            "-e ./app[x] --config-settings a=b\n-r https://h/r.txt\n--pre\n",
            "deps/more.txt": "./lib\n",
        },
    )
    stand_ins = StandIns({str(root / "app"): WHEEL})
    copies = tmp_path / "copies"
    copies.mkdir()
    copy = files.copied(root / "deps" / "all.txt", stand_ins, copies, root, {})
    assert copy.parent == copies
    assert copy.read_text("utf-8-sig") == (
        f"\n-c {root}/deps/c.txt\n-f {root}/links\n-r {root}/deps/more.txt\nsix   ==1.0\n\n"
        f"{WHEEL}[x] --config-settings a=b\n-r https://h/r.txt\n--pre\n"
    )


def test_what_needs_no_copy_is_given_itself(root: Path) -> None:
    tree(root, {"r.txt": "./app\n-r self.txt\n", "self.txt": "-r r.txt\n"})
    assert files.copied(root / "r.txt", StandIns(), root / "copies", root, {}) == root / "r.txt"


def test_a_nested_file_is_copied_with_the_one_that_names_it(root: Path, tmp_path: Path) -> None:
    tree(root, {"r.txt": "-r deps/n.txt\n", "deps/n.txt": "./app\n"})
    copies = tmp_path / "copies"
    copies.mkdir()
    copy = files.copied(root / "r.txt", StandIns({str(root / "app"): WHEEL}), copies, root, {})
    nested = copies / "0-n.txt"
    assert nested.read_text("utf-8-sig") == f"{WHEEL}\n"
    assert copy.read_text("utf-8-sig") == f"-r {nested}\n"


LINE = st.sampled_from(
    [
        "six",
        "./app",
        "-e ./app",
        "-r x.txt",
        "# c",
        "",
        "a # c",
        "a\\",
        "\\",
        " -c c.txt ",
        "a --hash=sha256:0",
        "a#b",
        "--pre",
        "x \\ # c",
    ]
)


@given(st.lists(LINE, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_lines_are_joined_and_cleaned_as_pip_does(lines: list[str], end: str) -> None:
    text = end.join(lines)
    parse = get_line_parser(None)
    theirs = []
    for _, line in preprocess(text):
        arguments, options = parse(line)
        theirs.append(arguments or (options.editables or [""])[0])
    ours = [line.requirement for line in files.read_lines(text) if line.text]
    assert ours == theirs

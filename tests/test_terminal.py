"""Nothing foreign commands a terminal, and everything suits the stream."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.render.terminal import (
    ASCII,
    Style,
    clip,
    columns,
    encodable,
    is_live,
    neutralise,
    paint,
    symbols_for,
    wants_colour,
    write,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


FOREIGN = {
    "\x1b[31mred\x1b[0m": "red",
    "\x1b]0;title\x07x": "x",
    "\x1b]8;;http://x\x1b\\link": "link",
    "\x9b2Jx": "x",
    "\x1bPq\x1b\\x": "x",
    "a\x1b[2": "a\\x1b[2",
    "\x1b]0;endless": "\\x1b]0;endless",
    "a\rb\x08\x07": "a\\rb\\x08\\x07",
    "a\tb": "a   b",
    "\u202eevil": "\\u202eevil",
    "::set-output name=x::y": ": :set-output name=x::y",
    "  ::error::x": "  : :error::x",
    "a ##[error]x": "a # #[error]x",
    "##vso[task.x]": "# #vso[task.x]",
    "## heading, a::b": "## heading, a::b",
    "ünïcode ✗": "ünïcode ✗",
}


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign_output_commands_nothing(text: str) -> None:
    assert neutralise(text) == FOREIGN[text]


@given(st.text())
def test_whatever_is_drawn_holds_no_control_character(text: str) -> None:
    safe = neutralise(text)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in safe)
    assert not safe.lstrip().startswith("::")
    assert neutralise(safe) == safe
    assert paint(((Style.PLAIN, text),), colour=False) == safe.rstrip()


@pytest.mark.parametrize(
    ("environ", "terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"CLICOLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
    ],
)
def test_colour_is_the_users_wish(environ: dict[str, str], terminal: bool, wanted: bool) -> None:
    assert wants_colour(Terminal() if terminal else io.StringIO(), environ) is wanted


def test_a_dumb_terminal_is_not_live() -> None:
    assert is_live(Terminal(), {"TERM": "xterm"})
    assert not is_live(Terminal(), {"TERM": "dumb"})
    assert not is_live(io.StringIO(), {"TERM": "xterm"})


def test_a_stream_that_cannot_encode_gets_what_it_can() -> None:
    written = io.BytesIO()
    latin = io.TextIOWrapper(written, encoding="latin-1")
    assert symbols_for(latin) is ASCII
    assert encodable("ü ✗ \udcff", latin) == "ü \\u2717 \\udcff"
    write(latin, [((Style.PLAIN, "✗ \udcff"),)], colour=False)
    assert written.getvalue() == b"\\u2717 \\udcff\n"


def test_the_width_is_the_terminals_within_reason() -> None:
    assert columns(io.StringIO()) == 100
    for wide, used in ((80, 79), (200, 100), (20, 40)):
        parent, child = pty.openpty()
        with closing(os.fdopen(parent, "w")), os.fdopen(child, "w") as stream:
            fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, wide, 0, 0))
            assert columns(stream) == used


def test_wide_characters_count_for_two() -> None:
    assert [clip("日本語", 6, "…"), clip("日本語", 5, "…"), clip("abc", 2, "…")] == ["日本語", "日本…", "a…"]

"""A step line comes late, goes without a trace, and leaves the terminal alone when it must."""

from __future__ import annotations

import io
import time

from safe_install.render.step_line import ERASE, StepLine


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def wait_for(stream: io.StringIO, text: str) -> None:
    until = time.monotonic() + 10
    while text not in stream.getvalue():
        assert time.monotonic() < until, stream.getvalue()
        time.sleep(0.005)


def test_a_long_step_is_drawn_and_taken_away() -> None:
    stream = Terminal()
    step = StepLine(stream, delay=0.02, interval=0.01)
    step.show("Building wheel for demo\x1b[2J")
    wait_for(stream, "Building wheel for demo 0s")
    step.close()
    said = stream.getvalue()
    assert said.endswith(ERASE)
    assert "\n" not in said
    assert "\x1b[2J" not in said
    assert all(part.startswith(ERASE) for part in said.split("⠋")[:1])
    time.sleep(0.05)
    assert stream.getvalue() == said


def test_a_short_step_is_not_drawn() -> None:
    stream = Terminal()
    step = StepLine(stream)
    step.show("a")
    step.clear()
    step.show("b")
    step.close()
    assert stream.getvalue() == ""


def test_a_paused_step_line_leaves_the_terminal_alone() -> None:
    stream = Terminal()
    step = StepLine(stream, delay=0, interval=0.01)
    step.show("a step")
    wait_for(stream, "a step")
    with step.pause():
        assert stream.getvalue().endswith(ERASE)
        with step.pause():
            pass
        stream.write("pip's own words\n")
        time.sleep(0.05)
        assert stream.getvalue().endswith("pip's own words\n")
    wait_for(stream, f"words\n{ERASE}")
    step.close()


def test_a_terminal_that_goes_away_ends_the_step_line_quietly() -> None:
    class Gone(Terminal):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    step = StepLine(Gone(), delay=0, interval=0.01)
    step.show("a step")
    time.sleep(0.05)
    step.close()

"""What must be done whole is done whole, and who asked for the end gets it afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from safe_install.process.undisturbed import HELD, undisturbed
from trees import WITH_US


class Asked(BaseException):
    """What a handler of a run raises."""


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Have handlers that raise, and give the signals back."""

    def handler(number: int, frame: object) -> None:
        raise Asked(number)

    before = {number: signal.signal(number, handler) for number in HELD}
    yield
    for number, old in before.items():
        signal.signal(number, old)


@pytest.mark.parametrize("number", HELD)
def test_a_signal_is_delivered_at_the_end_and_once(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in HELD]
    done = []
    with pytest.raises(Asked) as asked, undisturbed():
        signal.raise_signal(number)
        signal.raise_signal(number)
        done.append("whole")
    assert (done, asked.value.args) == (["whole"], (number,))
    assert [signal.getsignal(each) for each in HELD] == before


def test_the_first_of_several_is_delivered_at_the_end_of_the_outermost() -> None:
    done = []
    with pytest.raises(Asked) as asked, undisturbed():
        with undisturbed():
            signal.raise_signal(signal.SIGTERM)
        done.append("inner")
        signal.raise_signal(signal.SIGINT)
        done.append("outer")
    assert (done, asked.value.args) == (["inner", "outer"], (signal.SIGTERM,))


def test_nothing_came_and_nothing_happens() -> None:
    before = [signal.getsignal(each) for each in HELD]
    with undisturbed():
        assert [signal.getsignal(each) for each in HELD] != before
    assert [signal.getsignal(each) for each in HELD] == before


def test_an_error_inside_is_not_hidden() -> None:
    with pytest.raises(Asked) as asked, undisturbed():
        signal.raise_signal(signal.SIGINT)
        raise ValueError("inside")
    assert isinstance(asked.value.__context__, ValueError)
    with pytest.raises(ValueError, match="inside"), undisturbed():
        raise ValueError("inside")


def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with undisturbed():
        signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_another_thread_does_it_as_it_is() -> None:
    seen: list[object] = []

    def work() -> None:
        with undisturbed():
            seen.extend(signal.getsignal(number) for number in HELD)

    before = [signal.getsignal(number) for number in HELD]
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == before


def test_without_a_handler_the_signal_ends_the_process_but_only_then() -> None:
    code = """
import os, signal
from safe_install.process.undisturbed import undisturbed
with undisturbed():
    os.kill(os.getpid(), signal.SIGTERM)
    print("whole", flush=True)
print("never")
"""
    done = subprocess.run([sys.executable, "-c", code], env=WITH_US, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "whole\n")

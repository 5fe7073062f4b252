"""What a process prints comes out whole, redacted, in order and never in the way."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from running import ENVIRON, python_command
from safe_install.process import Command, run
from safe_install.process.output import CHUNK, TAIL


def _mask(secret: str) -> Callable[[str], str]:
    return lambda text: text.replace(secret, "****")


def test_streams_are_shown_apart_and_redacted(tmp_path: Path) -> None:
    out: list[str] = []
    err: list[str] = []
    code = "import sys; print('out s3cret'); print('err s3cret', file=sys.stderr)"
    finished = run(python_command(code, tmp_path, redact=_mask("s3cret"), out=out.append, err=err.append))
    assert ("".join(out), "".join(err)) == ("out ****\n", "err ****\n")
    assert sorted(finished.output.splitlines()) == ["err ****", "out ****"]
    assert sorted((tmp_path / "log").read_text().splitlines()) == ["err ****", "out ****"]


def test_binary_output_is_text_in_the_end(tmp_path: Path) -> None:
    finished = run(python_command(r"import os; os.write(1, b'\xff\x00caf\xc3\xa9\n')", tmp_path))
    assert finished.output == "\ufffd\x00café\n"


def test_only_the_end_is_kept_and_everything_is_logged(tmp_path: Path) -> None:
    code = "for number in range(100_000): print(f'line {number:6}')"
    finished = run(python_command(code, tmp_path))
    whole = "".join(f"line {number:6}\n" for number in range(100_000))
    assert (tmp_path / "log").read_text() == whole
    assert finished.output == whole[-TAIL:]


def test_fifty_megabytes_are_no_matter(tmp_path: Path) -> None:
    code = "import os\nfor _ in range(800): os.write(1, b'x' * 65535 + b'\\n')"
    finished = run(python_command(code, tmp_path))
    assert (finished.status, (tmp_path / "log").stat().st_size) == (0, 800 * 65536)
    assert finished.output == "x" * 65535 + "\n"
    assert finished.seconds < 10


def test_two_streams_that_fill_do_not_wait_for_each_other(tmp_path: Path) -> None:
    code = "import os\nfor fd in (2, 1, 2, 1): os.write(fd, b'y' * 500_000 + b'\\n')"
    sizes = {"out": 0, "err": 0}
    finished = run(
        python_command(
            code, tmp_path, timeout=20,
            out=lambda text: sizes.update(out=sizes["out"] + len(text)),
            err=lambda text: sizes.update(err=sizes["err"] + len(text)),
        )
    )  # fmt: skip
    assert (finished.status, sizes) == (0, {"out": 1_000_002, "err": 1_000_002})


@pytest.mark.parametrize("gap", [0, 1, 5, 11])
def test_a_secret_is_not_cut_at_the_border_of_a_chunk(gap: int, tmp_path: Path) -> None:
    # Written in two halves, right before and behind what one read takes.
    code = f"""
        import os, time
        os.write(1, b"." * ({CHUNK} - {gap}) + b"hunter2-hunt"[:{gap}])
        time.sleep(0.1)
        os.write(1, b"hunter2-hunt"[{gap}:] + b" end\\n")
    """
    shown: list[str] = []
    finished = run(python_command(code, tmp_path, redact=_mask("hunter2-hunt"), out=shown.append))
    wanted = "." * (CHUNK - gap) + "**** end\n"
    assert ("".join(shown), (tmp_path / "log").read_text()) == (wanted, wanted)
    assert finished.output == wanted[-TAIL:]


def test_a_secret_in_an_endless_line_is_not_cut_nor_is_a_character(tmp_path: Path) -> None:
    code = """
        import os
        data = ("é" + "hunter2 hunter2").encode() * 60_000
        for start in range(0, len(data), 997):
            os.write(1, data[start:start + 997])
    """
    finished = run(python_command(code, tmp_path, redact=_mask("hunter2 hunter2")))
    wanted = "é****" * 60_000
    assert (tmp_path / "log").read_text() == wanted
    assert finished.output == wanted[-TAIL:]


def test_an_endless_line_that_changes_wherever_it_is_cut_is_cut_all_the_same(tmp_path: Path) -> None:
    lengths: list[str] = []

    def redact(text: str) -> str:
        lengths.append(text)
        return f"[{len(text)}]"

    finished = run(python_command(f"print('z' * {4 * CHUNK})", tmp_path, redact=redact))
    assert sum(int(size) for size in finished.output.strip("[]").split("][")) == 4 * CHUNK + 1


def test_a_line_that_is_written_over_is_shown_as_it_comes(tmp_path: Path) -> None:
    shown: list[tuple[float, str]] = []
    code = "import os, time\nfor percent in (b'1%\\r', b'2%\\r'): os.write(1, percent); time.sleep(0.3)"
    run(python_command(code, tmp_path, out=lambda text: shown.append((time.monotonic(), text))))
    assert [text for _, text in shown] == ["1%\r", "2%\r"]
    assert shown[1][0] - shown[0][0] > 0.1


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), UnicodeEncodeError("ascii", "é", 0, 1, "no"), ValueError("closed")]
)
def test_who_looks_on_and_goes_away_does_not_stop_the_process(error: Exception, tmp_path: Path) -> None:
    def show(text: str) -> None:
        raise error

    finished = run(python_command("for _ in range(40_000): print('spam' * 10)", tmp_path, out=show, timeout=20))
    assert (finished.status, finished.timed_out) == (0, False)
    assert (tmp_path / "log").stat().st_size == 40_000 * 41


def test_who_looks_on_slowly_gets_everything(tmp_path: Path) -> None:
    shown: list[str] = []

    def show(text: str) -> None:
        if not shown:
            time.sleep(2.5)
        shown.append(text)

    code = "import os\nos.write(1, b'one\\n')\nfor _ in range(1000): os.write(1, b'x' * 49 + b'\\n')"
    finished = run(python_command(code, tmp_path, out=show))
    assert len("".join(shown)) == len(finished.output) == 50_004


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_does_not_stop_the_process_and_is_told(tmp_path: Path) -> None:
    code = "for number in range(20_000): print(f'line {number:5}')"
    finished = run(Command((sys.executable, "-c", code), tmp_path, ENVIRON, Path("/dev/full"), timeout=20))
    assert (finished.status, finished.timed_out) == (0, False)
    assert finished.output.endswith("line 19999\n")
    short = run(Command((sys.executable, "-c", "print('a')"), tmp_path, ENVIRON, Path("/dev/full")))
    assert short.output == "a\n\nthe log cannot be written any further: [Errno 28] No space left on device\n"


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=300), max_size=5))
def test_whatever_is_printed_comes_out(pieces: list[bytes]) -> None:
    code = f"import os\nfor piece in {pieces!r}: os.write(1, piece)"
    shown: list[str] = []
    arguments = (sys.executable, "-S", "-I", "-c", code)
    finished = run(Command(arguments, Path("/"), ENVIRON, Path(os.devnull), out=shown.append))
    assert "".join(shown) == finished.output
    assert finished.output.encode("utf-8") == b"".join(pieces).decode("utf-8", "replace").encode()

"""Processes end with all they started, and what they print is whole, redacted and never in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.output import CHUNK, LONGEST_ANSWER, TAIL
from safe_install.process import GRACE_SECONDS, Command, ask, run
from trees import WITH_US

ENVIRON = {"PATH": os.environ["PATH"]}


def _python(code: str, tmp_path: Path, **fields: Any) -> Command:
    arguments = (sys.executable, "-S", "-c", textwrap.dedent(code))
    return Command(arguments, cwd=tmp_path, environ=ENVIRON, log=tmp_path / "log", **fields)


def _alive(pid: int) -> bool:
    try:
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 2
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not _alive(pid)


def _mask(secret: str) -> Callable[[str], str]:
    return lambda text: text.replace(secret, "****")


def test_both_streams_are_one_in_their_true_order(tmp_path: Path) -> None:
    code = """
        import os
        for number in range(3):
            os.write(1, b"out %d\\n" % number)
            os.write(2, b"err %d\\n" % number)
    """
    finished = run(_python(code, tmp_path))
    wanted = "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n"
    assert (finished.status, finished.output, finished.timed_out) == (0, wanted, False)
    assert (tmp_path / "log").read_text() == wanted


def test_the_log_is_appended_to_and_standard_input_is_empty(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("before\n")
    finished = run(_python("import sys; print(repr(sys.stdin.read()))", tmp_path))
    assert finished.output == "''\n"
    assert (tmp_path / "log").read_text() == "before\n''\n"


def test_it_runs_where_and_with_what_it_is_told(tmp_path: Path) -> None:
    finished = run(_python("import os; print(os.getcwd(), sorted(set(os.environ) - {'LC_CTYPE'}))", tmp_path))
    assert finished.output == f"{tmp_path} ['PATH']\n"


def test_streams_are_shown_apart_and_redacted(tmp_path: Path) -> None:
    out: list[str] = []
    err: list[str] = []
    code = "import sys; print('out s3cret'); print('err s3cret', file=sys.stderr)"
    finished = run(_python(code, tmp_path, redact=_mask("s3cret"), out=out.append, err=err.append))
    assert ("".join(out), "".join(err)) == ("out ****\n", "err ****\n")
    assert sorted(finished.output.splitlines()) == ["err ****", "out ****"]
    assert sorted((tmp_path / "log").read_text().splitlines()) == ["err ****", "out ****"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise SystemExit(3)", 3),
        ("import os; os._exit(0)", 0),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
    ],
)
def test_the_status_is_the_exit_status_or_the_signal(code: str, status: int, tmp_path: Path) -> None:
    assert run(_python(code, tmp_path)).status == status


def test_a_program_that_does_not_exist_is_an_error_and_leaves_an_empty_log(tmp_path: Path) -> None:
    threads = threading.active_count()
    with pytest.raises(FileNotFoundError):
        run(Command((str(tmp_path / "none"),), tmp_path, ENVIRON, tmp_path / "log"))
    assert (tmp_path / "log").read_bytes() == b""
    assert threading.active_count() == threads


@pytest.mark.parametrize("place", ["cwd", "log"])
def test_a_folder_that_does_not_exist_is_an_error(place: str, tmp_path: Path) -> None:
    folders = {"cwd": tmp_path, "log": tmp_path} | {place: tmp_path / "none"}
    with pytest.raises(FileNotFoundError):
        run(Command((sys.executable, "-c", ""), folders["cwd"], ENVIRON, folders["log"] / "log"))


def test_a_text_file_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "text").chmod(0o755)
    with pytest.raises(OSError, match="Exec format error"):
        run(Command((str(tmp_path / "text"),), tmp_path, ENVIRON, tmp_path / "log"))


def test_binary_output_is_text_in_the_end(tmp_path: Path) -> None:
    finished = run(_python(r"import os; os.write(1, b'\xff\x00caf\xc3\xa9\n')", tmp_path))
    assert finished.output == "\ufffd\x00café\n"


def test_only_the_end_is_kept_and_everything_is_logged(tmp_path: Path) -> None:
    code = "for number in range(100_000): print(f'line {number:6}')"
    finished = run(_python(code, tmp_path))
    whole = "".join(f"line {number:6}\n" for number in range(100_000))
    assert (tmp_path / "log").read_text() == whole
    assert finished.output == whole[-TAIL:]


def test_fifty_megabytes_are_no_matter(tmp_path: Path) -> None:
    code = "import os\nfor _ in range(800): os.write(1, b'x' * 65535 + b'\\n')"
    finished = run(_python(code, tmp_path))
    assert (finished.status, (tmp_path / "log").stat().st_size) == (0, 800 * 65536)
    assert finished.output == "x" * 65535 + "\n"
    assert finished.seconds < 10


def test_two_streams_that_fill_do_not_wait_for_each_other(tmp_path: Path) -> None:
    code = "import os\nfor fd in (2, 1, 2, 1): os.write(fd, b'y' * 500_000 + b'\\n')"
    sizes = {"out": 0, "err": 0}
    finished = run(
        _python(
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
    finished = run(_python(code, tmp_path, redact=_mask("hunter2-hunt"), out=shown.append))
    wanted = "." * (CHUNK - gap) + "**** end\n"
    assert ("".join(shown), (tmp_path / "log").read_text()) == (wanted, wanted)
    assert finished.output == wanted[-TAIL:]


def test_a_secret_in_an_endless_line_is_not_cut_nor_is_a_character(tmp_path: Path) -> None:
    code = """
        import os
        text = ("é" * 701 + "hunter2 hunter2") * 1000
        for start in range(0, len(text), 1009):
            os.write(1, text[start:start + 1009].encode())
    """
    finished = run(_python(code, tmp_path, redact=_mask("hunter2 hunter2")))
    wanted = ("é" * 701 + "****") * 1000
    assert (tmp_path / "log").read_text() == wanted
    assert finished.output == wanted[-TAIL:]


def test_an_endless_line_that_changes_wherever_it_is_cut_is_cut_all_the_same(tmp_path: Path) -> None:
    lengths: list[str] = []

    def redact(text: str) -> str:
        lengths.append(text)
        return f"[{len(text)}]"

    finished = run(_python(f"print('z' * {4 * CHUNK})", tmp_path, redact=redact))
    assert sum(int(size) for size in finished.output.strip("[]").split("][")) == 4 * CHUNK + 1


def test_a_line_that_is_written_over_is_shown_as_it_comes(tmp_path: Path) -> None:
    shown: list[tuple[float, str]] = []
    code = "import os, time\nfor percent in (b'1%\\r', b'2%\\r'): os.write(1, percent); time.sleep(0.3)"
    run(_python(code, tmp_path, out=lambda text: shown.append((time.monotonic(), text))))
    assert [text for _, text in shown] == ["1%\r", "2%\r"]
    assert shown[1][0] - shown[0][0] > 0.1


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), UnicodeEncodeError("ascii", "é", 0, 1, "no"), ValueError("closed")]
)
def test_who_looks_on_and_goes_away_does_not_stop_the_process(error: Exception, tmp_path: Path) -> None:
    def show(text: str) -> None:
        raise error

    finished = run(_python("for _ in range(40_000): print('spam' * 10)", tmp_path, out=show, timeout=20))
    assert (finished.status, finished.timed_out) == (0, False)
    assert (tmp_path / "log").stat().st_size == 40_000 * 41


def test_who_looks_on_slowly_gets_everything(tmp_path: Path) -> None:
    shown: list[str] = []

    def show(text: str) -> None:
        if not shown:
            time.sleep(2.5)
        shown.append(text)

    code = "import os\nos.write(1, b'one\\n')\nfor _ in range(1000): os.write(1, b'x' * 49 + b'\\n')"
    finished = run(_python(code, tmp_path, out=show))
    assert len("".join(shown)) == len(finished.output) == 50_004


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_does_not_stop_the_process_and_is_told(tmp_path: Path) -> None:
    code = "for number in range(20_000): print(f'line {number:5}')"
    finished = run(Command((sys.executable, "-c", code), tmp_path, ENVIRON, Path("/dev/full"), timeout=20))
    assert (finished.status, finished.timed_out) == (0, False)
    assert finished.output.endswith("line 19999\n")
    short = run(Command((sys.executable, "-c", "print('a')"), tmp_path, ENVIRON, Path("/dev/full")))
    assert short.output == "a\n\nthe log cannot be written any further: [Errno 28] No space left on device\n"


def test_time_out_asks_before_it_forces(tmp_path: Path) -> None:
    code = """
        import signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: (print("tidied up", flush=True), sys.exit(4)))
        print("ready", flush=True)
        time.sleep(60)
    """
    finished = run(_python(code, tmp_path, timeout=0.7))
    assert (finished.status, finished.output, finished.timed_out) == (4, "ready\ntidied up\n", True)


def test_who_ignores_being_asked_is_forced(tmp_path: Path) -> None:
    code = """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("never", flush=True)
        time.sleep(60)
    """
    finished = run(_python(code, tmp_path, timeout=0.7))
    assert (finished.status, finished.output, finished.timed_out) == (-signal.SIGKILL, "never\n", True)
    assert GRACE_SECONDS < finished.seconds < GRACE_SECONDS + 5


def test_what_a_process_leaves_behind_in_its_group_ends_with_it(tmp_path: Path) -> None:
    # The grandchild holds the pipe, and no signal but one would end it.
    code = """
        import signal, subprocess, sys
        ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        sleep = ignore + "print('up', flush=True); time.sleep(60)"
        child = subprocess.Popen([sys.executable, "-S", "-c", sleep], stdout=subprocess.PIPE)
        child.stdout.readline()
        other = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
        print(child.pid, other.pid)
    """
    finished = run(_python(code, tmp_path))
    assert finished.seconds < 5
    assert finished.status == 0
    assert all(_gone(int(pid)) for pid in finished.output.split())


def test_a_process_that_leaves_the_group_and_keeps_the_pipe_is_not_waited_for(tmp_path: Path) -> None:
    code = """
        import subprocess, sys
        sleep = "import time; time.sleep(2.6); print('too late', flush=True)"
        child = subprocess.Popen([sys.executable, "-S", "-c", sleep], start_new_session=True)
        print(child.pid, flush=True)
    """
    shown: list[str] = []
    finished = run(_python(code, tmp_path, out=shown.append))
    assert finished.seconds < 2.6
    pid = int(finished.output)
    assert _gone(pid)
    time.sleep(0.1)
    assert (shown, (tmp_path / "log").read_text()) == ([f"{pid}\n"], f"{pid}\n")


INTERRUPTED = """
import os, signal, sys, threading, time
from pathlib import Path
from safe_install.process import Command, run

CHILD = '''
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[2] == "stubborn" else signal.SIG_DFL)
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
with open(sys.argv[1] + ".part", "w") as stream:
    stream.write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(60)
'''

def interrupt():
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.01)
    for _ in range(int(sys.argv[3])):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)

threading.Thread(target=interrupt, daemon=True).start()
arguments = (sys.executable, "-S", "-c", CHILD, sys.argv[1], sys.argv[2])
try:
    run(Command(arguments, Path.cwd(), os.environ, Path(sys.argv[1] + ".log")))
except KeyboardInterrupt:
    sys.exit(99)
"""


@pytest.mark.parametrize(("temper", "times"), [("mild", 1), ("stubborn", 3)])
def test_an_interrupt_leaves_nothing_alive_however_often_it_comes(
    temper: str, times: int, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    arguments = [sys.executable, "-c", INTERRUPTED, str(pids), temper, str(times)]
    done = subprocess.run(arguments, cwd=tmp_path, env=WITH_US, timeout=30, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (99, b"")
    assert all(_gone(int(pid)) for pid in pids.read_text().split())


EARLY = """
import os, signal, sys, time
from pathlib import Path
from safe_install.process import Command, run

class Started(BaseException):
    pass

def handler(number, frame):
    raise Started

signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
signal.signal(signal.SIGTERM, handler)
signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))
try:
    arguments = (sys.executable, "-S", "-c", "import time; time.sleep(60)", sys.argv[2])
    run(Command(arguments, Path.cwd(), os.environ, Path(os.devnull)))
except Started:
    sys.exit(99)
"""


@pytest.mark.skipif(not os.path.exists("/proc"), reason="this system has no /proc")
def test_an_interrupt_while_it_starts_leaves_nothing_alive(tmp_path: Path) -> None:
    marker = f"marker-{os.getpid()}"
    for delay in ("0.0001", "0.0005", "0.001", "0.002"):
        arguments = [sys.executable, "-c", EARLY, delay, marker]
        done = subprocess.run(arguments, cwd=tmp_path, env=WITH_US, timeout=30, check=False)
        assert done.returncode == 99
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _readable(path)]
    assert not [line for line in lines if marker.encode() in line]


def _readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


def test_runs_in_threads_do_not_disturb_one_another(tmp_path: Path) -> None:
    outputs: dict[int, str] = {}

    def one(number: int) -> None:
        arguments = (sys.executable, "-S", "-c", f"print('from {number}')")
        outputs[number] = run(Command(arguments, tmp_path, ENVIRON, tmp_path / f"{number}.log")).output

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outputs == {number: f"from {number}\n" for number in range(6)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=5))
def test_whatever_is_printed_comes_out(pieces: list[bytes]) -> None:
    code = f"import os\nfor piece in {pieces!r}: os.write(1, piece)"
    shown: list[str] = []
    arguments = (sys.executable, "-S", "-I", "-c", code)
    finished = run(Command(arguments, Path("/"), ENVIRON, Path(os.devnull), out=shown.append))
    assert "".join(shown) == finished.output
    assert finished.output.encode("utf-8") == b"".join(pieces).decode("utf-8", "replace").encode()


def test_ask_gives_status_and_both_streams(tmp_path: Path) -> None:
    code = "import sys; print('yes'); print('but', file=sys.stderr); sys.exit(5)"
    assert ask([sys.executable, "-c", code], tmp_path, ENVIRON) == (5, "yes\n", "but\n")


def test_ask_reads_no_more_than_an_answer(tmp_path: Path) -> None:
    code = f"import os\nfor _ in range(3): os.write(1, b'y' * ({LONGEST_ANSWER} - 1) + b'\\n')"
    assert ask([sys.executable, "-c", code], tmp_path, ENVIRON)[1] == "y" * (LONGEST_ANSWER - 1) + "\n"


def test_ask_gives_up_and_leaves_nothing_alive(tmp_path: Path) -> None:
    code = """
        import os, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
        open("pids", "w").write(f"{os.getpid()} {child.pid}")
        while True: print("y" * 1000)
    """
    with pytest.raises(subprocess.TimeoutExpired):
        ask([sys.executable, "-S", "-c", textwrap.dedent(code)], tmp_path, ENVIRON, timeout=1)
    assert all(_gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_ask_cannot_start_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ask([str(tmp_path / "none")], tmp_path, ENVIRON)

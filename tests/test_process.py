"""Processes end with all they started, and what they print is whole, redacted and never in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from running import ENVIRON, gone, python_command
from safe_install.process import GRACE_SECONDS, Command, run
from trees import WITH_US


def test_both_streams_are_one_in_their_true_order(tmp_path: Path) -> None:
    code = """
        import os
        for number in range(3):
            os.write(1, b"out %d\\n" % number)
            os.write(2, b"err %d\\n" % number)
    """
    finished = run(python_command(code, tmp_path))
    wanted = "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n"
    assert (finished.status, finished.output, finished.timed_out) == (0, wanted, False)
    assert (tmp_path / "log").read_text() == wanted


def test_the_log_is_appended_to_and_standard_input_is_empty(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("before\n")
    finished = run(python_command("import sys; print(repr(sys.stdin.read()))", tmp_path))
    assert finished.output == "''\n"
    assert (tmp_path / "log").read_text() == "before\n''\n"


def test_it_runs_where_and_with_what_it_is_told(tmp_path: Path) -> None:
    finished = run(python_command("import os; print(os.getcwd(), sorted(set(os.environ) - {'LC_CTYPE'}))", tmp_path))
    assert finished.output == f"{tmp_path} ['PATH']\n"


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
    assert run(python_command(code, tmp_path)).status == status


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


def test_time_out_asks_before_it_forces(tmp_path: Path) -> None:
    code = """
        import signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: (print("tidied up", flush=True), sys.exit(4)))
        print("ready", flush=True)
        time.sleep(60)
    """
    finished = run(python_command(code, tmp_path, timeout=0.7))
    assert (finished.status, finished.output, finished.timed_out) == (4, "ready\ntidied up\n", True)


def test_who_ignores_being_asked_is_forced(tmp_path: Path) -> None:
    code = """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("never", flush=True)
        time.sleep(60)
    """
    finished = run(python_command(code, tmp_path, timeout=0.7))
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
    finished = run(python_command(code, tmp_path))
    assert finished.seconds < 5
    assert finished.status == 0
    assert all(gone(int(pid)) for pid in finished.output.split())


def test_a_process_that_leaves_the_group_and_keeps_the_pipe_is_not_waited_for(tmp_path: Path) -> None:
    code = """
        import subprocess, sys
        sleep = "import time; time.sleep(2.6); print('too late', flush=True)"
        child = subprocess.Popen([sys.executable, "-S", "-c", sleep], start_new_session=True)
        print(child.pid, flush=True)
    """
    shown: list[str] = []
    finished = run(python_command(code, tmp_path, out=shown.append))
    assert finished.seconds < 2.6
    pid = int(finished.output)
    assert gone(pid)
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
def test_an_interrupt_leaves_nothing_alive_however_often_it_comes(temper: str, times: int, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    arguments = [sys.executable, "-c", INTERRUPTED, str(pids), temper, str(times)]
    done = subprocess.run(arguments, cwd=tmp_path, env=WITH_US, timeout=30, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (99, b"")
    assert all(gone(int(pid)) for pid in pids.read_text().split())


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

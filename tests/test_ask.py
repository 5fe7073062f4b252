"""A question of our own is answered shortly, or not at all."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from running import ENVIRON, gone
from safe_install.process import ask
from safe_install.process.output import LONGEST_ANSWER


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
    with pytest.raises(TimeoutError):
        ask([sys.executable, "-S", "-c", textwrap.dedent(code)], tmp_path, ENVIRON, timeout=1)
    assert all(gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_ask_cannot_start_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ask([str(tmp_path / "none")], tmp_path, ENVIRON)

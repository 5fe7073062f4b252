"""The command `--check`: what it takes, what it writes, and its exit status."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import safe_install
from inspected import SETUPTOOLS
from safe_install.command.check import check
from safe_install.command.pip_args import parse
from safe_install.errors import Usage
from safe_install.redaction import Redactor
from trees import tree

HEAVY = {"structlog", "virtualenv", "tomlkit", "platformdirs", "filelock", "subprocess", "safe_install.ladder"}
BROKEN = {"pyproject.toml": SETUPTOOLS, "setup.py": "import six, yaml\n"}
FINDING = 'nothing in `requires` brings it; write requires = ["setuptools>=64", "{}"]'


class Done:
    """What one check wrote, and its exit status."""

    def __init__(self, *arguments: str, **environ: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.status = int(check(parse(["--check", *arguments]), Redactor(arguments, environ), environ, out, err))
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tree(tmp_path / "good", {"pyproject.toml": SETUPTOOLS})
    tree(tmp_path / "bad", BROKEN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_finding_is_a_line_and_the_sum_stands_apart(place: Path) -> None:
    done = Done("bad", "./good/")
    told = "is imported whenever this file is run, and"
    assert done.out == (
        f"bad/setup.py:1:1: module-missing six {told} {FINDING.format('six')}\n"
        f"bad/setup.py:1:1: module-missing yaml {told} {FINDING.format('PyYAML')}\n"
    )
    assert (done.status, done.err) == (1, "2 findings in 2 projects.\n")


def test_without_findings_the_status_is_0(place: Path) -> None:
    done = Done("good")
    assert (done.status, done.out, done.err) == (0, "", "No findings in 1 project.\n")
    assert Done("good", "-q").err == ""


def test_without_a_path_it_is_the_working_directory(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place / "bad")
    assert Done().out.startswith("setup.py:1:1: module-missing six ")


def test_files_of_a_project_stand_for_it_once(place: Path) -> None:
    done = Done("bad/setup.py", "bad/pyproject.toml", "bad")
    assert (done.status, done.err) == (1, "2 findings in 1 project.\n")
    assert Done(str(place / "bad" / "setup.cfg")).out.startswith(f"{place}/bad/setup.py:1:1: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("absent",), "there is no absent"),
        (("good", "notes.txt"), "neither a project's folder nor a file of its build is notes.txt"),
        (("empty",), "empty is not a Python project"),
        (("good", "--dry-run"), "--check builds nothing, and --dry-run would say nothing to it"),
        (("-e", "good"), "--check builds nothing, and -e would say nothing to it"),
    ],
)
def test_what_is_wrong_usage(place: Path, arguments: tuple[str, ...], message: str) -> None:
    tree(place, {"notes.txt": "", "empty/x.txt": ""})
    with pytest.raises(Usage, match=message) as error:
        Done(*arguments)
    assert (error.value.exit_status, bool(error.value.step)) == (2, True)


def test_in_a_workflow_each_finding_is_an_annotation(place: Path) -> None:
    done = Done("bad", GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(place.parent))
    first, second, _ = done.err.splitlines()
    head = f"::error file={place.name}/bad/setup.py,line=1,col=1,title=safe-install%3A module-missing::"
    assert first.startswith(f"{head}six is imported")
    assert second.startswith(f"{head}yaml is imported")
    assert "::error" not in done.out
    outside = Done("bad", GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(place / "good"))
    assert outside.err.startswith("::error title=safe-install%3A module-missing::")


def test_foreign_text_neither_breaks_a_line_nor_commands_anybody(place: Path) -> None:
    text = '[build-system]\nrequires = ["x\\n::error::y", "\\u001b[31mz"]\n'
    tree(place, {"bad/pyproject.toml": text})
    done = Done("bad", GITHUB_ACTIONS="true")
    assert (len(done.out.splitlines()), len(done.err.splitlines())) == (1, 2)
    assert "\x1b" not in done.out + done.err


def test_a_secret_in_a_requirement_is_masked(place: Path) -> None:
    tree(place, {"bad/pyproject.toml": '[build-system]\nrequires = ["x y @ https://me:hunter22@host/x.zip"]\n'})
    done = Done("bad", GITHUB_ACTIONS="true")
    assert "hunter22" not in done.out + done.err
    assert "****@host" in done.out


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": str(Path(safe_install.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, *arguments], env=environ, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_command_checks(place: Path) -> None:
    done = run("-m", "safe_install", "--check", "bad")
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (1, 2, "2 findings in 1 project.\n")
    assert run("-m", "safe_install", "--check", "absent").returncode == 2


def test_a_project_without_findings_imports_nothing_heavy(place: Path) -> None:
    code = "import sys; from safe_install.cli import main; main(['--check', 'good']); print(*sys.modules)"
    assert {"subprocess"} | HEAVY - set(run("-c", code).stdout.split()) == HEAVY


def test_nothing_is_started_and_nothing_is_connected_to(place: Path) -> None:
    code = (
        "import sys\n"
        "def refuse(event, _):\n"
        "    if event.startswith(('subprocess.', 'os.exec', 'os.posix_spawn', 'os.fork', 'os.system', 'socket.')):\n"
        "        raise SystemExit(event)\n"
        "sys.addaudithook(refuse)\n"
        "from safe_install.cli import main\n"
        "sys.exit(main(['--check', 'bad', 'good']))\n"
    )
    tree(place, {"bad/build/lib/x.py": "", "bad/.git/HEAD": "", "bad/x.egg-info/PKG-INFO": ""})
    assert (run("-c", code).returncode, run("-c", code).stderr) == (1, "2 findings in 2 projects.\n")

"""The command: what it says, and its exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import safe_install
from safe_install.command.options import OPTIONS
from safe_install.errors import ExitStatus, ExternallyManaged

SECRET = "hunter22"
HEAVY = {"structlog", "virtualenv", "tomlkit", "packaging", "platformdirs", "filelock", "safe_install.model"}
HEALING = {
    *("virtualenv", "tomlkit", "packaging", "filelock", "pyproject_hooks", "importlib.metadata", "importlib.resources"),
    *("safe_install.ladder", "safe_install.diagnosis", "safe_install.knowledge", "safe_install.recovery"),
}

# Also where it is no installed distribution, and in any working directory.
PACKAGE = {"PYTHONPATH": str(Path(safe_install.__file__).parents[1])}


def command(tmp_path: Path, *argv: str, variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environ = PACKAGE | {"SAFE_INSTALL_STATE_DIR": str(tmp_path / "state")} | (variables or {})
    return subprocess.run(
        [sys.executable, "-m", "safe_install", *argv],
        cwd=tmp_path,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_help_names_every_option(tmp_path: Path) -> None:
    shown = command(tmp_path, "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    words = shown.stdout.replace(",", " ").replace(".", " ").split()
    assert {option.name for option in OPTIONS} <= set(words)
    assert max(map(len, shown.stdout.splitlines())) <= 100
    assert not (tmp_path / "state").exists()


def test_help_can_be_shown_in_any_encoding(tmp_path: Path) -> None:
    shown = command(tmp_path, "-h", variables={"PYTHONIOENCODING": "ascii"})
    assert (shown.returncode, shown.stderr) == (0, "")


def test_version_is_one_line(tmp_path: Path) -> None:
    shown = command(tmp_path, "-V")
    assert shown.returncode == 0
    assert shown.stdout.startswith("safe-install ")
    assert len(shown.stdout.splitlines()) == 1


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from safe_install.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    environ = os.environ | PACKAGE
    shown = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(shown.stderr.split())


def test_what_only_passes_through_imports_nothing_that_heals(tmp_path: Path) -> None:
    code = (
        "import sys; from safe_install.cli import main\n"
        f"status = main(['--python', {sys.executable!r}, '--quiet', '--dry-run', '--no-index', 'pip'])\n"
        "print(status, *sys.modules)"
    )
    environ = os.environ | PACKAGE | {"SAFE_INSTALL_STATE_DIR": str(tmp_path / "state")}
    shown = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    status, *modules = shown.stdout.split()
    assert status == "0"
    assert HEALING.isdisjoint(modules)


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (["--remedy", "."], 2, "error: there is no option --remedy\nNext  did you mean --remedies?\n"),
        (["./nosuch"], 1, "error: there is no directory './nosuch' ({}/nosuch)\nNext  name the project's directory\n"),
        (["./x[a b]"], 1, None),
        (["--infer", "x"], 2, None),
        ([], 1, "error: there is nothing to install\nNext  name a project: safe-install -e . takes this directory\n"),
        (["--explain", "a", "b"], 2, "error: --explain tells one run at a time\nNext  name one of a, b\n"),
        (["."], 2, None),
    ],
)
def test_what_is_wrong_gets_one_message_and_leaves_everything_untouched(
    tmp_path: Path, argv: list[str], status: int, message: str | None
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.safe-install]\nevents = 'x'\n", encoding="utf-8")
    shown = command(tmp_path, *argv)
    assert shown.returncode == status
    assert message is None or shown.stderr == message.format(tmp_path)
    assert shown.stderr
    assert "Traceback" not in shown.stderr
    assert shown.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


@pytest.mark.parametrize("status", ExitStatus)
def test_every_exit_status_is_documented(status: ExitStatus) -> None:
    documented = (Path(__file__).parents[1] / "docs" / "exit-status.md").read_text(encoding="utf-8")
    assert f"| {status.value} | " in documented


def test_a_message_holds_no_secret_and_no_escape_sequence(tmp_path: Path) -> None:
    shown = command(tmp_path, "-e", f"./repo?token={SECRET}")
    assert shown.stderr.startswith("error: there is no directory './repo?token=****'")
    assert "\x1b" not in command(tmp_path, "--\x1b[31mred").stderr


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    shown = subprocess.run(
        [sys.executable, "-m", "safe_install", "--help"],
        env=os.environ | PACKAGE,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (shown.returncode, shown.stderr) == (120, b"")


def test_a_message_that_nobody_reads_still_has_its_status() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    told = subprocess.run(
        [sys.executable, "-m", "safe_install", "--bogus"], env=os.environ | PACKAGE, stderr=writing, check=False
    )
    os.close(writing)
    assert told.returncode == 2


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("[externally-managed]\nError=Use apt.\n  It is 100% safe.\n", "Use apt.\nIt is 100% safe."),
        ("[externally-managed]\n", ""),
        ("no ini file", ""),
        ("", ""),
    ],
)
def test_an_externally_managed_target_shows_its_distributors_advice(tmp_path: Path, text: str, advice: str) -> None:
    marker = tmp_path / "EXTERNALLY-MANAGED"
    marker.write_text(text, encoding="utf-8")
    error = ExternallyManaged(marker)
    first, _, rest = error.message.partition("\n")
    assert (error.exit_status, rest) == (1, advice)
    assert str(marker) in first
    assert "--break-system-packages" in error.step


def test_a_directory_that_is_gone_is_one_message(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from safe_install.cli import main; sys.exit(main(['-e', '.']))"
    source = str(Path(safe_install.__file__).parents[1])
    variables = {"PYTHONPATH": source, "SAFE_INSTALL_STATE_DIR": str(tmp_path / "state"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=gone, env=variables, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (ExitStatus.USAGE, "")
    assert done.stderr.splitlines() == [
        "error: the current directory does not exist any more",
        "Next  change to one that does, and run it again",
    ]
    assert list(tmp_path.iterdir()) == []

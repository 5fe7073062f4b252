"""Where one test works: a tree, a target, a cache and a state directory of its own, and the commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from virtualenv.seed.wheels.embed import get_embed_wheel

import events
from cases import Case
from pythons import version

KINDS: Final = {"editable": ("-e",), "wheel": ()}
GIT: Final = ("git", "-c", "user.name=test", "-c", "user.email=test@example.org")
CLEARED: Final = (
    *("PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX"),
    *("SAFE_INSTALL_EVENTS", "PYTHONDONTWRITEBYTECODE"),
)
"""Variables of the machine that would change what a run does."""
SECONDS: Final = 400
"""After which a run hangs."""


@dataclass(frozen=True)
class Run:
    """What one run of the tool gave."""

    status: int
    stdout: str
    stderr: str
    story: events.Story

    def __str__(self) -> str:
        """Show all that a failing test has to show."""
        return f"exit status {self.status}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


@dataclass(frozen=True)
class Workplace:
    """The directories of one test, and what is done in them."""

    root: Path
    interpreter: Path
    """The Python that targets are made from."""

    @property
    def target(self) -> Path:
        """Give the environment that is installed into."""
        return self.root / "target"

    @property
    def python(self) -> Path:
        """Give the target's interpreter."""
        return self.target / "bin" / "python"

    @property
    def tree(self) -> Path:
        """Give the project's source tree."""
        return self.root / "tree"

    @property
    def cache(self) -> Path:
        """Give pip's cache."""
        return self.root / "pip-cache"

    def make_target(self, *options: str) -> None:
        """Create the target, with everything compiled, so that its use leaves no trace."""
        command = [sys.executable, "-m", "virtualenv", "-q", "--no-periodic-update"]
        command += ["--no-setuptools", "--no-venv-redirect"]
        if self.interpreter != Path(sys.executable):
            command += ["-p", str(self.interpreter)]
        subprocess.run([*command, *options, str(self.target)], check=True)
        subprocess.run([self.python, "-m", "compileall", "-q", str(self.target / "lib")], check=True)

    def lay(self, case: Case) -> None:
        """Copy a project's tree, and make a repository of it where the case says so."""
        shutil.copytree(case.tree, self.tree)
        if case.git:
            self.commit_tree(case.committed)

    def write(self, files: dict[str, str]) -> None:
        """Write files of a tree, by their paths in it."""
        for name, text in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit_tree(self, day: str = "") -> None:
        """Put the tree under version control, with a tag for the plugins that ask for one."""
        then = {"GIT_COMMITTER_DATE": f"{day}T12:00:00"} if day else {}
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"], ["tag", "v1.0"]):
            subprocess.run([*GIT, *command], cwd=self.tree, check=True, env={**os.environ, **then})

    def environment(self, **more: str) -> dict[str, str]:
        """Give the variables of a process: the machine's, with a cache and a state of our own."""
        kept = {key: value for key, value in os.environ.items() if key not in CLEARED}
        own = {"PIP_CACHE_DIR": str(self.cache), "SAFE_INSTALL_STATE_DIR": str(self.root / "state")}
        return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **own, **more}

    def command(self, *arguments: str | Path) -> list[str]:
        """Give the command line of one run into the target, with its events in `events.jsonl`."""
        ours = ("--python", self.python, "--events", self.root / "events.jsonl")
        return [sys.executable, "-m", "safe_install", *map(str, (*ours, *arguments))]

    def safe_install(self, *arguments: str | Path, **variables: str) -> Run:
        """Run the tool to its end; its events have to be valid."""
        path = self.root / "events.jsonl"
        path.unlink(missing_ok=True)
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert path.exists(), f"no events were written\n{_text(done.stderr)}"
        return Run(done.returncode, _text(done.stdout), _text(done.stderr), events.read(path))

    def pip(self, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the newest pip, of virtualenv, on the target."""
        return _run(self.pip_command(*arguments), self.root, self.environment(**variables))

    def pip_command(self, *arguments: str | Path) -> list[str]:
        """Give the command line of the newest pip, of virtualenv, that runs on the target's Python."""
        wheel = get_embed_wheel("pip", version(self.interpreter) or "3.13")
        assert wheel is not None
        return list(map(str, [sys.executable, f"{wheel.path}/pip", "--python", self.python, *arguments]))

    def ask(self, code: str) -> str:
        """Run a line of Python in the target, from a directory that shows nothing of the tree."""
        done = _run([str(self.python), "-B", "-c", code], self.target, self.environment())
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


def _run(command: list[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, errors="replace", check=False
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")

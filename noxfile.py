"""Run every chore of the project; each session's command stands in CONTRIBUTING.md."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["lint", "types", "tests", "integration", "docs"]

PYPROJECT = nox.project.load_toml("pyproject.toml")


def groups(*names: str) -> list[str]:
    """Give what the dependency groups of pyproject.toml hold."""
    return [each for name in names for each in nox.project.dependency_groups(PYPROJECT, name)]


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and layers."""
    session.install(*groups("lint"), "-e", ".")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, in everything that is Python here."""
    session.install(*groups("types"), "-e", ".")
    session.run("mypy")
    # One by one: each folder of tests has a conftest of its own.
    for place in ("tests", "integration", "benchmarks", "noxfile.py"):
        session.run("mypy", place)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the unit tests with branch coverage; they need no network."""
    session.install(*groups("test"), "-e", ".")
    session.run("pytest", "-n", "2", "--cov", "--cov-report=", "--hypothesis-profile=repeatable", *session.posargs)
    session.run("coverage", "report")
    # The decisions of the tool: nothing of them goes untested (issue 2).
    session.run("coverage", "report", f"--include={','.join(DECISIONS)}", "--fail-under=100")


DECISIONS = [f"*/safe_install/{name}" for name in ("heal.py", "ladder/*", "diagnosis/*")]


@nox.session
def integration(session: nox.Session) -> None:
    """Break and heal real projects with real backends from the index."""
    session.install(*groups("test"), ".")
    session.run("pytest", "integration", "-n", "2", "--dist", "worksteal", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Check that the documents agree with the code and with one another."""
    session.install(*groups("test"), "-e", ".")
    session.run("pytest", "tests/test_documents.py", *session.posargs)


@nox.session(default=False)
def pips(session: nox.Session) -> None:
    """Try targets with pips of every age, and print the table of docs/old-pips.md."""
    session.install(*groups("test"), ".")
    session.run("python", "integration/old_pips.py", *session.posargs)


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Measure ratios against pip and uv, in one run."""
    # Built: what an editable install adds to every start is no cost of the tool's.
    session.install(".", "pip", "uv")
    session.run("python", "benchmarks/healthy.py", *session.posargs)
    session.run("python", "benchmarks/pass_through.py")
    session.run("python", "benchmarks/recovery.py")


@nox.session(default=False)
def history(session: nox.Session) -> None:
    """Read off the releases' wheels what they took away, and write knowledge/history.toml anew."""
    session.install(*groups("test"), "-e", ".")
    session.run("python", "-m", "history", *session.posargs, env={"PYTHONPATH": "integration"})


@nox.session(default=False)
def corpus(session: nox.Session) -> None:
    """Try real sdists that a manifest lists, and print what became of each."""
    session.install(*groups("test"), ".")
    session.run("python", "integration/run_corpus.py", *session.posargs)

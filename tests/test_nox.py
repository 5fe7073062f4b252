"""Installing in a nox session: what is run, and when it is refused. integration/ has the real nox."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import safe_install.nox


class Session:
    """A session that only writes down what it is to run."""

    name = "tests"

    def __init__(self, backend: str = "virtualenv", verbose: bool = False) -> None:
        self.venv_backend, self.bin = backend, "/env/bin"
        self._runner = SimpleNamespace(global_config=SimpleNamespace(verbose=verbose))
        self.ran: list[tuple[tuple[str, ...], dict[str, Any]]] = []

    def run_install(self, *arguments: str, **kwargs: Any) -> None:
        self.ran.append((arguments, kwargs))


def installed(session: Session, *arguments: str, **kwargs: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    safe_install.nox.install(cast("Any", session), *arguments, **kwargs)
    (ran,) = session.ran
    return ran


def test_the_session_gets_what_the_python_of_nox_installs() -> None:
    arguments, kwargs = installed(Session(), "-e", ".[test]", env={"A": "1"}, success_codes=[0, 10])
    ours = (sys.executable, "-m", "safe_install", "--python", str(Path("/env/bin/python")))
    assert arguments == (*ours, "-e", ".[test]")
    assert kwargs == {"env": {"A": "1"}, "success_codes": [0, 10], "silent": True, "external": True}


def test_it_is_silent_unless_nox_is_verbose_or_the_caller_says_otherwise() -> None:
    assert installed(Session(verbose=True), ".")[1]["silent"] is False
    assert installed(Session(verbose=True), ".", silent=True)[1]["silent"] is True
    assert installed(Session(), ".", silent=False)[1]["silent"] is False


def test_a_session_without_an_environment_is_refused() -> None:
    session = Session(backend="none")
    with pytest.raises(ValueError, match="session tests has no virtual environment"):
        installed(session, ".")
    assert session.ran == []


def test_nothing_to_install_is_refused() -> None:
    session = Session()
    with pytest.raises(ValueError, match="what safe-install is to install"):
        installed(session)
    assert session.ran == []


def test_nox_is_no_dependency() -> None:
    code = "import sys; sys.modules['nox'] = None; import safe_install.nox as ours; print(ours.install.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "install\n"
    tree = ast.parse(Path(safe_install.nox.__file__).read_text(encoding="utf-8"))
    assert "nox" not in {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}

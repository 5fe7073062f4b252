"""Install into the environment of a nox session, as `session.install` does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nox import Session


def install(session: Session, *args: str, **kwargs: Any) -> None:
    """Run `safe-install` with these arguments on the session's environment.

    It stands for `session.install`: the keyword arguments are those of nox (`env`, `silent`, `success_codes`,
    `stdout`…) except `external`, which is settled; the output is silent unless nox is verbose or the install
    fails; `--no-install` leaves out a reused environment, and `--install-only` installs. safe-install itself
    runs on the Python of nox, beside which it is installed, and adds nothing to the session's environment.

    Raises ValueError for a session without a virtual environment, and without arguments, as nox does.
    """
    if session.venv_backend == "none":
        raise ValueError(
            f"session {session.name} has no virtual environment, and safe-install would change the Python that "
            'nox was started with: give the session a venv_backend, or run session.run("safe-install", ...)'
        )
    if not args:
        raise ValueError("safe_install.nox.install takes what safe-install is to install: install(session, '-e', '.')")
    # nox has no public name for how much it says; session.install asks the same.
    kwargs.setdefault("silent", not session._runner.global_config.verbose)
    kwargs["external"] = True
    session.run_install(sys.executable, "-m", "safe_install", "--python", str(_python(session)), *args, **kwargs)


def _python(session: Session) -> Path:
    """Give the interpreter of the session's environment."""
    assert session.bin is not None
    folder = Path(session.bin)
    return folder / ("python.exe" if os.name == "nt" else "python")

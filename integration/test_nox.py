"""A real nox whose sessions install through safe-install."""

from __future__ import annotations

import shutil
import subprocess
import sys

import cases
from workplace import Workplace

NOXFILE = """\
import nox
import safe_install.nox

nox.options.default_venv_backend = "virtualenv"


@nox.session
def healed(session):
    safe_install.nox.install(session, "-e", ".")
    session.run("python", "-c", "import demo, sys; print('imported into', sys.prefix)")


@nox.session
def refused(session):
    safe_install.nox.install(session, "--remedies=none", ".")


@nox.session(venv_backend="none")
def nowhere(session):
    safe_install.nox.install(session, ".")
"""


def test_nox(place: Workplace) -> None:
    """A broken project is healed into the session's environment, quietly; other sessions fail as they should."""
    shutil.copytree(cases.PROJECTS / "misspelt-root-hatchling" / "project", place.tree)
    place.write({"noxfile.py": NOXFILE})
    healed = nox(place, "healed")
    assert healed.returncode == 0, healed.stderr
    assert f"imported into {place.tree / '.nox' / 'healed'}" in healed.stdout
    assert "needed a repair" not in healed.stderr
    refused = nox(place, "refused")
    assert refused.returncode == 1
    # What was silent is shown when it failed.
    assert "the name of the build backend is misspelt" in refused.stdout + refused.stderr
    nowhere = nox(place, "nowhere")
    assert nowhere.returncode == 1
    assert "session nowhere has no virtual environment" in nowhere.stderr


def nox(place: Workplace, session: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nox", "--session", session]
    environment = place.environment()
    return subprocess.run(command, cwd=place.tree, env=environment, capture_output=True, text=True, check=False)

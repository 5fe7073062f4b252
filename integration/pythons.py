"""Find the Pythons of this machine by their versions."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def places(name: str) -> list[Path]:
    """Give where a Python such as `3.12` may be: pyenv's, then the one on the PATH."""
    versions = Path.home() / ".pyenv" / "versions"
    on_path = shutil.which(f"python{name}")
    return [*sorted(versions.glob(f"{name}.*/bin/python")), *([Path(on_path)] if on_path else [])]


def version(path: Path) -> str | None:
    """Ask an interpreter for its version, `3.12`; nothing where it does not run."""
    code = "import sys; print('{}.{}'.format(*sys.version_info))"
    try:
        done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def found(name: str) -> Path | None:
    """Give the first interpreter that runs and is of a version."""
    return next((path for path in places(name) if version(path) == name), None)

"""Tell which safe-install this is."""

from __future__ import annotations

import sys
from pathlib import Path

from safe_install.dist_info import version_of


def version() -> str:
    """Give the version that is installed."""
    return version_of("pip-safe-install", map(Path, sys.path)) or "(from a source tree)"

"""Tell which safe-install this is."""

from __future__ import annotations


def version() -> str:
    """Give the version that is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pip-safe-install")
    except PackageNotFoundError:
        return "(from a source tree)"

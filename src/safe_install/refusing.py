"""Refuse what cannot be installed where it is wanted, before anything is built for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from safe_install import process, target
from safe_install.errors import NoVirtualenv, Usage
from safe_install.report import Report
from safe_install.request import Request
from safe_install.target import Target


def refuse(into: Target, request: Request, environ: Mapping[str, str]) -> None:
    """Refuse what pip would refuse, and options that neither a table nor the target's pip knows.

    Raises NoVirtualenv, ExternallyManaged, TargetUnusable, Usage; and what `Report.refuse_if_unwritable` raises.
    """
    if request.require_virtualenv and not into.virtual:
        raise NoVirtualenv(into.executable)
    Report.wanted(request.report, Path()).refuse_if_unwritable()
    if not (request.dry_run and request.report is not None):
        target.refuse_if_managed(into, request.break_system_packages)
        target.refuse_if_read_only(into)
    _refuse_unknown(into, request, environ)


def _refuse_unknown(into: Target, request: Request, environ: Mapping[str, str]) -> None:
    if not request.foreign:
        return
    arguments = (str(into.executable), "-m", "pip", "install", "--help")
    # From where no module of the user's can stand in for one of the standard library's.
    _, text, _ = process.ask(arguments, into.prefix, environ)
    known = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", text))
    for name, step in request.foreign:
        if name not in known and name[:2] not in known:
            raise Usage(f"there is no option {name}", step)

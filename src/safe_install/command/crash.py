"""Keep the traceback of a fault of safe-install's own, where it can be reported from."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

from safe_install.errors import InternalError
from safe_install.redaction import Redactor

FILE: Final = "traceback.txt"


def record(error: BaseException, run_dir: Path, redactor: Redactor) -> InternalError:
    """Write the traceback into the run's directory, without secrets, and give the error that says so."""
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    file = run_dir / FILE
    message = f"safe-install itself failed: {type(error).__name__}: {error}"
    try:
        file.write_text(redactor.redact(text), encoding="utf-8", errors="backslashreplace")
    except OSError as unwritable:
        # A full disk may be what the fault came from; the error has still to be told.
        return InternalError(message, f"please report it; its traceback cannot be kept: {unwritable}")
    return InternalError(message, f"please report it, with {file}")

"""Tell C code that Cython has generated for an older Python, where the project can have it generated anew."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from safe_install.diagnosis.c_faults import C_API, COMPILED
from safe_install.diagnosis.reading import Case
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import Diagnosis

REGENERATING: Final = "cython-regenerate"
"""The row of the variable with which Cython generates everything anew."""
C_OF_THE_PYTHON: Final = frozenset({"header-of-python", "c-api-members", C_API})
"""The symptoms of C code that is for another Python."""
_COMMENT: Final = re.compile(r"#.*$", re.MULTILINE)
_CYTHON: Final = re.compile(r"^[ \t]*(?:from|import)[ \t]+Cython\b|\.pyx\b", re.MULTILINE)
"""How a setup.py shows that Cython may have its part in the build, be it only where it is installed."""


def regenerable(found: Diagnosis, case: Case) -> Diagnosis:
    """Blame the shipped C code for what it lacks of Python, where `setup.py` knows of Cython.

    A build that was told to generate it anew has done so: then the fault is another one.
    """
    row = tables().variable(REGENERATING)
    if found.row not in C_OF_THE_PYTHON or found.curable or (row.variable, row.value) in case.recipe.variables:
        return found
    file = COMPILED.match(found.evidence)
    if file is None or not _CYTHON.search(_COMMENT.sub("", case.project.source("setup.py"))):
        return found
    return replace(found, kind=Kind.GENERATED_OUTDATED, subject=file["file"], curable=True)

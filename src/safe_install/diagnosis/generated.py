"""Tell C code that Cython has generated for an older Python, where the project can have it generated anew."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from safe_install.diagnosis.c_faults import COMPILED, without_checks
from safe_install.diagnosis.reading import Case, verdict
from safe_install.diagnosis.symptoms import C_API
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import Diagnosis

REGENERATING: Final = "cython-regenerate"
"""The row of the variable with which Cython generates everything anew."""
UNGENERATED: Final = "ungenerated"
"""The row of a diagnosis: C code is not there for want of Cython."""
C_OF_THE_PYTHON: Final = frozenset({"header-of-python", "c-api-members", C_API})
"""The symptoms of C code that is for another Python."""
_ABSENT: Final = re.compile(r"error: '?(?P<file>(?![/.])[\w./+-]{1,150}\.(?:c|cc|cpp|cxx))'?: [Nn]o such file\b")
"""How GCC and Clang say that what they are to compile is not there."""
_DEFINITION: Final = re.compile(r"[\w./+-]{1,150}:\d{1,7}:\d{1,7}: '(?P<file>\w{1,80}/[\w./+-]{1,80}\.pxd)' not found")
"""How Cython says that a definition file of a package is not there."""
_ANY_PYX: Final = re.compile(r"['\"*]\.pyx['\"]")
"""How a setup.py names all of them, or puts their names together."""
_COMMENT: Final = re.compile(r"#.*$", re.MULTILINE)
_CYTHON: Final = re.compile(r"^[ \t]*(?:from|import)[ \t]+Cython\b|\.pyx\b", re.MULTILINE)
"""How a setup.py shows that Cython may have its part in the build, be it only where it is installed."""


def ungenerated(case: Case) -> Diagnosis | None:
    """Read that C code is not there, because Cython is not, or because what it makes it of is not.

    Without Cython setuptools looks for the `.c` in place of the `.pyx` (setuptools.extension).
    """
    for line in reversed(without_checks(case).lines):
        found = _ABSENT.search(line)
        if found and not case.has("Cython") and _is_of_cython(found["file"], case):
            return verdict(Kind.MODULE_MISSING, "Cython", line, row=UNGENERATED)
        found = _DEFINITION.match(line)
        if found and found["file"].partition("/")[0] in case.project.modules:
            return verdict(Kind.FILE_MISSING, found["file"], line, curable=False)
    return None


def _is_of_cython(file: str, case: Case) -> bool:
    stem, script = file.rpartition(".")[0], _COMMENT.sub("", case.project.source("setup.py"))
    named = f"{stem.rpartition('/')[2]}.pyx" in script or bool(_ANY_PYX.search(script))
    return named or stem.removeprefix("src/").replace("/", ".") in case.project.submodules


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

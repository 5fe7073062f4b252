"""Say what it means that a module or a name in it cannot be imported."""

from __future__ import annotations

import re
import sys
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.spelling import names_in
from safe_install.diagnosis.own_scripts import file_absent, half_imported, module_absent, wanted_of_pip
from safe_install.diagnosis.reading import MODULE, Case, known_prefix, package_of, verdict
from safe_install.diagnosis.symptoms import removed_or_plugin, removed_since
from safe_install.diagnosis.tracebacks import Raised, missing_in
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.model import Diagnosis, Distribution

_NAME: Final = re.compile(
    r"^cannot import name '([^']{1,200})' from (?:partially initialized module )?'([^']{1,500})'"
    r"(?: \(([^()]{0,500})\))?"
)
_ATTRIBUTE: Final = re.compile(r"^(?:partially initialized )?module '([^']{1,500})' has no attribute '([^']{1,200})'")
_DAMAGED: Final = re.compile(
    r"null bytes|^bad magic number in '([^']{1,500})'|marshal data too short|bad marshal data"
    r"|invalid ELF header|file too short"
)
_ENTRY_POINTS: Final = re.compile(r"importlib[._/\\]metadata")
_PYTHON_2: Final = (3, 0)
"""What is gone since then nothing brings back: the code is for Python 2."""
_CARRIED_SIX: Final = ".six.moves"
_WITHOUT_FIND_MODULE: Final = (3, 12)
"""Since then six before 1.16 finds nothing (find_module is gone: What's New In Python 3.12; six changelog 1.16.0)."""
OWN_MODULE: Final = "own-module"
"""The row of a diagnosis whose subject is a module that can only be the project's own."""
GONE_NAME: Final = "gone-name"
"""The row of a diagnosis whose subject is a name that the standard library has no more."""
_NOWHERE: Final = "unknown location"
"""Where a namespace package is: nowhere, as it has no `__init__.py`."""


def import_failed(raised: Raised, case: Case) -> Diagnosis | None:
    """Read an ImportError: a module is missing, or a name in one."""
    if raised.bare_name not in {"ModuleNotFoundError", "ImportError"}:
        return None
    raised = wanted_of_pip(raised, case) or raised
    if missing := missing_in(raised):
        return _module_missing(missing, raised, case)
    if found := _NAME.match(raised.message):
        return _attribute_gone(found[2], found[1], raised, case) or _name_missing(
            found[2], found[1], found[3] or "", raised, case
        )
    if raised.message.startswith("No module named"):
        # A name that no module can have.
        return verdict(Kind.UNKNOWN, "", raised.line)
    stale = _stale("", raised, case)
    return verdict(Kind.STALE_ARTEFACT, stale, raised.line) if stale else None


def attribute_missing(raised: Raised, case: Case) -> Diagnosis | None:
    """Read an AttributeError of a module: its distribution, or Python, is not of the version that is meant."""
    found = _ATTRIBUTE.match(raised.message) if raised.bare_name == "AttributeError" else None
    if found is None:
        return None
    if removed := removed_or_plugin(raised.line, case):
        return removed
    if missing := half_imported(found[1], found[2], raised, case):
        return _module_missing(missing, _lately(missing, case) or raised, case)
    return (
        _attribute_gone(found[1], found[2], raised, case)
        or removed_since(found[1], found[2], raised.line, case)
        or _skew(found[1], raised, case)
    )


def damaged(raised: Raised, case: Case) -> Diagnosis | None:
    """Read what Python says of an installed file that is not what was installed."""
    found = _DAMAGED.search(raised.message)
    if not found or case.own_file(raised):
        return None
    owner = _distribution_at(raised, case)
    if found[1]:
        owner = case.provider(found[1].partition(".")[0]) or owner
    if owner is None and case.backend:
        # Its own import shows no frame of it.
        owner = case.installed(case.backend.distribution)
    return verdict(Kind.BACKEND_CORRUPT, _named(owner), raised.line) if owner else None


def _lately(module: str, case: Case) -> Raised | None:
    """Give the exception that said that a module is missing, if one did."""
    return next((each for each in reversed(case.raised) if missing_in(each) == module), None)


def _module_missing(name: str, raised: Raised, case: Case) -> Diagnosis:
    root, line = name.partition(".")[0], raised.line
    if not MODULE.fullmatch(name):
        return verdict(Kind.UNKNOWN, "", line)
    if stale := _stale(root, raised, case):
        return verdict(Kind.STALE_ARTEFACT, stale, line)
    if file := file_absent(name, case):
        return verdict(Kind.FILE_MISSING, file, line, curable=False)
    if _is_own(root, case):
        return verdict(Kind.OWN_PACKAGE_MISSING, root, line)
    if removed := removed_or_plugin(line, case) or removed_since(name, "", line, case):
        return removed
    if standard := _standard_missing(name, raised, case):
        return standard
    owner = case.provider(root)
    if owner is None:
        return _unprovided(name, raised, case)
    if owner is not None and _is_held_back(owner, case):
        return _of_an_old_release(name, owner, raised, case)
    if name == root or owner is _distribution_at(raised, case):
        # It is installed, or its own distribution misses it.
        return verdict(Kind.BACKEND_CORRUPT, _named(owner), line)
    return verdict(Kind.MODULE_MISSING, name, line)


def _unprovided(name: str, raised: Raised, case: Case) -> Diagnosis:
    if file := module_absent(name, raised, case):
        return verdict(Kind.FILE_MISSING, file, raised.line, curable=False, row=OWN_MODULE)
    return verdict(Kind.MODULE_MISSING, known_prefix(name), raised.line)


def _is_held_back(distribution: Distribution, case: Case) -> bool:
    """Tell whether a constraint of ours keeps a distribution old."""
    return _named(distribution) in names_in(case.recipe.constraints)


def _of_an_old_release(name: str, owner: Distribution, raised: Raised, case: Case) -> Diagnosis:
    """Read what an old release lacks of itself: it is not damaged; the six that it carries ends with Python 3.12."""
    if name.endswith(_CARRIED_SIX) and case.evidence.python >= _WITHOUT_FIND_MODULE:
        return verdict(Kind.PYTHON_UNSUPPORTED, _named(owner), raised.line, curable=False)
    return verdict(Kind.UNKNOWN, _named(owner), raised.line)


def _standard_missing(name: str, raised: Raised, case: Case) -> Diagnosis | None:
    """Read a module of the standard library: gone since some Python, or not there yet."""
    root = name.partition(".")[0]
    row = tables().stdlib.get(name) or tables().stdlib.get(root)
    if row is None and root not in sys.stdlib_module_names:
        return None
    if row is None or row.gone_since > case.evidence.python:
        return verdict(Kind.PYTHON_UNSUPPORTED, name, raised.line, curable=False)
    if row.gone_since <= _PYTHON_2 and (file := case.own_file(raised)):
        return verdict(Kind.PYTHON_2_SOURCE, file, raised.line, curable=False)
    importer = _distribution_at(raised, case)
    if importer and _is_bounded(importer, case) and names_in((importer.name,)) >= names_in((row.requires,)):
        # Nothing brings it back but what asks for it: that release is too old for this Python.
        return verdict(Kind.PYTHON_UNSUPPORTED, _named(importer), raised.line, curable=False)
    return verdict(Kind.MODULE_REMOVED, root, raised.line, curable=row.gone_since > _PYTHON_2)


def _name_missing(module: str, name: str, where: str, raised: Raised, case: Case) -> Diagnosis | None:
    root = module.partition(".")[0]
    if removed := removed_or_plugin(raised.line, case):
        return removed
    if stale := _stale(root, raised, case) or _artefact_of(where, case):
        return verdict(Kind.STALE_ARTEFACT, stale, raised.line)
    if where.startswith(f"{case.project.path}/"):
        return verdict(Kind.PROJECT_ERROR, where.removeprefix(f"{case.project.path}/"), raised.line, curable=False)
    owner = case.provider(root)
    if where == _NOWHERE and owner:
        return verdict(Kind.BACKEND_CORRUPT, _named(owner), raised.line)
    return removed_since(module, name, raised.line, case) or _skew(module, raised, case)


def _skew(module: str, raised: Raised, case: Case) -> Diagnosis | None:
    root = module.partition(".")[0]
    if root in sys.stdlib_module_names:
        if file := case.own_file(raised):
            return verdict(Kind.PROJECT_ERROR, file, raised.line, curable=False)
        user = _distribution_at(raised, case)
        if user is None:
            return None
        if _is_bounded(user, case):
            return verdict(Kind.PYTHON_UNSUPPORTED, _named(user), raised.line, curable=False)
        return verdict(Kind.VERSION_SKEW, _named(user), raised.line)
    owner = case.provider(root)
    if owner:
        return verdict(Kind.VERSION_SKEW, _named(owner), raised.line)
    return verdict(Kind.PROJECT_ERROR, root, raised.line, curable=False) if root in case.project.modules else None


def _attribute_gone(module: str, name: str, raised: Raised, case: Case) -> Diagnosis | None:
    """Read a name that the standard library has no more, where the project's own code wants it."""
    row = tables().attributes.get(f"{module}.{name}")
    if row is None or row.gone_since > case.evidence.python or not case.own_file(raised):
        return None
    return verdict(Kind.PYTHON_UNSUPPORTED, f"{module}.{name}", raised.line, curable=False, row=GONE_NAME)


def _stale(root: str, raised: Raised, case: Case) -> str:
    """Give the leftover of an earlier build that is in the way, as far as the traceback shows it."""
    for file in reversed(raised.files):
        if artefact := _artefact_of(file, case):
            return artefact
    if root in case.project.artefacts:
        # A folder without `__init__.py` is a namespace package.
        return root
    python = [file for file in raised.files if not file.startswith("<")]
    if len(python) > 1 and _ENTRY_POINTS.search(python[-2]):
        # An entry point leads nowhere: setuptools found it in metadata that an earlier build has left.
        return next((each for each in case.project.artefacts if each.endswith(".egg-info")), "")
    return ""


def _artefact_of(file: str, case: Case) -> str:
    artefacts = case.project.artefacts
    return next((each for each in artefacts if file.startswith(f"{case.project.path}/{each}/")), "")


def _is_own(root: str, case: Case) -> bool:
    """Tell whether a top-level module is the project's: its package, or a file that no package holds."""
    project = case.project
    if root in project.modules or (project.name and canonicalize_name(project.name).replace("-", "_") == root):
        return True
    packages = {module for module, home in project.homes if home == "."}
    loose = {module for module, home in project.homes if home not in packages}
    return root in loose and root not in tables().modules


def _distribution_at(raised: Raised, case: Case) -> Distribution | None:
    """Give the distribution whose code was running, when it was not the project's."""
    return case.provider(package_of(case.culprit(raised)))


def _named(distribution: Distribution) -> str:
    return canonicalize_name(distribution.name)


def _is_bounded(distribution: Distribution, case: Case) -> bool:
    """Tell whether anything that was asked for keeps a distribution from being the newest."""
    asked = (*case.system.requires, *case.recipe.extra_requires, *case.recipe.constraints)
    named = (each for each in asked if canonicalize_name(distribution.name) in names_in((each,)))
    return any(mark in each for each in named for mark in ("<", "==", "~="))

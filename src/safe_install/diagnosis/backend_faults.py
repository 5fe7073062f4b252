"""Say why a backend cannot be imported or has no such hook."""

from __future__ import annotations

import re
from typing import Final

from packaging.utils import canonicalize_name

from safe_install.declared.spelling import backend_candidates, names_distribution
from safe_install.diagnosis.reading import RUNNER, Case, verdict
from safe_install.diagnosis.tracebacks import Raised, exceptions, missing_in, readable
from safe_install.kinds import Kind
from safe_install.knowledge import Backend, tables
from safe_install.model import Diagnosis

_NOT_IN_PATH: Final = re.compile(r"^Cannot find module ")
"""pyproject-hooks' words when `backend-path` is given and the backend is in none of its folders."""
_NO_ATTRIBUTE: Final = re.compile(r"has no attribute '\w{1,100}'")


def unavailable(case: Case) -> Diagnosis | None:
    """Read an ImportError at the backend's import; None when it is another module that is missing."""
    head, _, trace = case.failure.message.partition("\n\nTraceback:\n")
    raised = exceptions(readable(trace or head))
    line = raised[-1].line if raised else head.strip().partition("\n")[0]
    if _NOT_IN_PATH.match(head):
        return _path_wrong(case, line)
    # Some releases of pyproject-hooks drop the traceback: then it is the backend that is missing.
    missing = missing_in(raised[-1]) if raised else case.system.module
    if not missing or not f"{case.system.module}.".startswith(f"{missing}."):
        return None
    return not_importable(case, missing, line)


def not_importable(case: Case, missing: str, line: str) -> Diagnosis:
    """Tell what is wrong when the module that is missing is the backend's own, or a package above it."""
    backend, row = case.system.backend, case.backend
    undeclared = row is None or canonicalize_name(row.distribution) not in case.declared
    if (not case.project.names_backend or undeclared) and (odd := misread(case, line)):
        return odd
    if row is not None:
        if case.has(row.distribution):
            return verdict(Kind.BACKEND_CORRUPT, row.distribution, line)
        if others := _of_another_tool(case, row):
            return verdict(Kind.BACKEND_OF_ANOTHER_TOOL, backend, line, candidates=others)
        absent = not (undeclared or case.recipe.isolated)
        kind = Kind.REQUIREMENT_NOT_INSTALLED if absent else Kind.BACKEND_UNDECLARED
        return verdict(kind, row.distribution, line)
    if "." not in missing and _is_own(case):
        return _path_wrong(case, line)
    return _meant(case, line) or verdict(Kind.BACKEND_UNKNOWN, backend, line)


def path_refused(case: Case) -> Diagnosis:
    """Read a `backend-path` that is absolute or leads out of the tree."""
    return _path_wrong(case, case.failure.message)


def hook_absent(case: Case) -> Diagnosis:
    """Read a backend that was imported and has no hook for what was asked."""
    line = f"{case.system.backend} has no hook {case.failure.message}"
    row = case.backend
    if row is None and (meant := _meant(case, line)):
        return meant
    since = row.editable_since if row else None
    subject = row.distribution if row else case.system.backend
    return verdict(Kind.EDITABLE_UNSUPPORTED, subject, line, curable=since is not None)


def object_absent(raised: Raised, case: Case) -> Diagnosis | None:
    """Read the AttributeError of the hook runner: the backend's object or a mandatory hook is not there."""
    if raised.bare_name != "AttributeError" or not _looked_up(raised):
        return None
    if meant := _meant(case, raised.line):
        return meant
    kind = Kind.PROJECT_ERROR if _is_own(case) else Kind.BACKEND_UNKNOWN
    return verdict(kind, case.system.backend, raised.line, curable=False)


def answer_unwritable(raised: Raised, case: Case) -> Diagnosis | None:
    """Read the hook runner's own failure to write down what the hook has returned."""
    if raised.bare_name != "TypeError" or not raised.message.endswith("is not JSON serializable"):
        return None
    if case.culprit(raised) or not any(file.endswith(RUNNER) for file in raised.files):
        return None
    return verdict(Kind.HOOK_LIED, case.system.backend, raised.line)


def release_broken(raised: Raised, case: Case) -> Diagnosis | None:
    """Read any failure out of a release of the backend that is known to be broken for everyone."""
    for row in tables().backends:
        held = case.installed(row.distribution) if row.broken else None
        if held and held.version in row.broken and any(f"/{row.root}/" in file for file in raised.files):
            return verdict(Kind.BACKEND_RELEASE_BROKEN, row.distribution, raised.line)
    return None


def misread(case: Case, line: str) -> Diagnosis | None:
    """Give the misspelt key or table because of which pip's default backend is in use, if there is one."""
    if case.recipe.system != case.project.system or not case.project.oddities:
        return None
    odd = case.project.oddities[0]
    return verdict(odd.kind, odd.written, line, candidates=(odd.meant,))


def _looked_up(raised: Raised) -> bool:
    """Tell whether the runner looked for something in vain, also in a module that says so itself (PEP 562)."""
    if raised.functions[-1:] == ("__getattr__",):
        return raised.files[-2:][0].endswith(RUNNER)
    return raised.files != () and raised.files[-1].endswith(RUNNER) and bool(_NO_ATTRIBUTE.search(raised.message))


def _path_wrong(case: Case, line: str) -> Diagnosis:
    subject = ", ".join(case.system.backend_path) or case.system.module
    return verdict(Kind.BACKEND_PATH_WRONG, subject, line)


def _meant(case: Case, line: str) -> Diagnosis | None:
    """Give the backend that was meant by a name that no table has: a former one is known, and no slip."""
    backend = case.system.backend
    if _is_own(case):
        return None
    if new := next((row.backend for row in tables().backends if backend in row.former), None):
        return verdict(Kind.BACKEND_RENAMED, backend, line, candidates=(new,))
    candidates = backend_candidates(backend, case.project)
    if not candidates or backend in candidates:
        return None
    return verdict(Kind.BACKEND_MISSPELT, backend, line, candidates=candidates)


def _is_own(case: Case) -> bool:
    """Tell whether a file of the project bears the backend's name."""
    root = case.system.module.partition(".")[0]
    return root in case.project.modules or root in {module for module, _ in case.project.homes}


def _of_another_tool(case: Case, row: Backend) -> tuple[str, ...]:
    """Give the backends that the project is really made for, when it is not the one that it names.

    What `requires` brings and the `[tool.*]` tables speak for a backend. One that is written as it is called,
    and that a table of the project's own speaks for, is meant.
    """
    project = case.project
    if not project.tools.isdisjoint(row.tools) or _is_setup_py_of(case, row):
        return ()
    others = tuple(each for each in tables().backends if each.distribution != row.distribution)
    brought = tuple(each for each in others if names_distribution(case.declared, each))
    configured = tuple(each for each in others if not project.tools.isdisjoint(each.tools))
    both = tuple(each for each in brought if each in configured)
    return tuple(dict.fromkeys(each.backend for each in both or brought or configured))


def _is_setup_py_of(case: Case, row: Backend) -> bool:
    return row.root == "setuptools" and case.project.has_setup_py and case.project.names_backend

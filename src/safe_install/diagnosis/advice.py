"""Say what only the user can do: the true reason, and the one next step."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Final

from packaging.utils import canonicalize_name, is_normalized_name

from safe_install.declared import pythons
from safe_install.declared.outdated import RAISABLE, raised, support
from safe_install.diagnosis.advice_rows import ROWS
from safe_install.diagnosis.module_faults import OWN_MODULE
from safe_install.evidence import Evidence
from safe_install.knowledge import tables
from safe_install.knowledge.history import removal
from safe_install.model import BuildSystem, Diagnosis, Malformed

_INSTALL: Final = {
    "apt": "apt-get install",
    "dnf": "dnf install",
    "apk": "apk add",
    "brew": "brew install",
}
"""How each package manager is asked."""

_PROJECT_STEP: Final = (
    "Correct it there, or report it to the project's maintainers; no change of the build environment can cure it."
)
_PROJECT_STEPS: Final = {
    "scm-version": (
        "Build from a clone with its history and tags, or say which version it is:\n"
        "  SETUPTOOLS_SCM_PRETEND_VERSION=VERSION safe-install ..."
    ),
    "pdm-version": (
        "Build from a clone with its history and tags, or say which version it is:\n"
        "  PDM_BUILD_SCM_VERSION=VERSION safe-install ..."
    ),
    "pbr-version": (
        "Build from a clone with its history and tags, or say which version it is:\n"
        "  PBR_VERSION=VERSION safe-install ..."
    ),
    "git-repository": "Build from a clone with its history: setup.py reads the repository.",
    "setuptools-layout": (
        "Say which packages belong to the project (`packages` of setuptools), or report it to its maintainers."
    ),
}
"""By the row of the symptom: where the project can be helped from outside."""


@dataclass(frozen=True)
class Advice:
    """What the user is told when nothing is left to try."""

    reason: str
    """One sentence."""
    step: str
    """One sentence; lines after the first that begin with two blanks are commands."""


def advise(diagnosis: Diagnosis, evidence: Evidence) -> Advice:
    """Say why it failed and what to do next, when no remedy is left.

    Names that could not be told are spoken of in general; a tie is put to the user as the question it is.
    """
    reason, step = ROWS[diagnosis.kind]
    words = _words(diagnosis, evidence)
    return Advice(reason.format_map(words), step.format_map(words))


def _words(diagnosis: Diagnosis, evidence: Evidence) -> dict[str, str]:
    """Give everything that a row may speak of."""
    subject = diagnosis.subject
    backend, module = _backend(evidence)
    named = " or ".join(diagnosis.candidates)
    declared = _declared(evidence)
    return {
        "subject": subject or "something that the log does not name",
        "evidence": diagnosis.evidence or "nothing was printed",
        "backend": backend,
        "module": module,
        "python": _dotted(evidence.python),
        "top": subject.partition(".")[0],
        "place": _place(evidence),
        "meant": f"; {named} was surely meant" if len(diagnosis.candidates) == 1 else "",
        "to_meant": f":\n  {named}" if named else ".",
        "choice": _choice(diagnosis),
        "since": _since(subject),
        "named": f": {subject}" if subject else "",
        "where": f", in {subject}" if subject else "",
        "packages": _packages(diagnosis.row),
        "stale_step": _stale_step(subject, evidence),
        "project_step": _PROJECT_STEPS.get(diagnosis.row, _PROJECT_STEP),
        "file_step": _file_step(diagnosis, evidence),
        "renewal": helper.renewal if (helper := tables().helpers.get(subject)) else "",
        "removed_step": _removed_step(subject, declared),
        "declared": declared,
        "plugin_step": _plugin_step(subject),
        "supported": _supported(diagnosis, evidence),
        "constrained_step": _constrained_step(diagnosis),
        "unbuilt_step": _unbuilt_step(subject),
    }


def _backend(evidence: Evidence) -> tuple[str, str]:
    system = evidence.project.system
    return (system.backend, system.module) if isinstance(system, BuildSystem) else ("of the project", "the backend")


def _place(evidence: Evidence) -> str:
    system = evidence.project.system
    if isinstance(system, Malformed) and system.line is not None:
        return f"{evidence.project.path}/pyproject.toml:{system.line}:{system.column or 1}"
    return f"{evidence.project.path}/pyproject.toml"


def _choice(diagnosis: Diagnosis) -> str:
    """Put what may have been meant: one as an edit, several as a question."""
    lines = "".join(f'\n  build-backend = "{each}"' for each in diagnosis.candidates)
    if not lines:
        return "."
    return f". Which of these is it?{lines}" if len(diagnosis.candidates) > 1 else f":{lines}"


def _since(distribution: str) -> str:
    rows = (row for row in tables().backends if row.distribution == distribution and row.editable_since)
    row = next(rows, None)
    return f', or require "{row.distribution}>={row.editable_since}" in [build-system]' if row else ""


def _packages(row: str) -> str:
    """Give the commands that install what a system's row is about, or a general hint."""
    system = next((each for each in tables().systems if each.id == row), None)
    if system is None:
        return " from your system's package manager, then run it again."
    commands = (f"\n  {_INSTALL[manager]} {names}" for manager, names in system.packages.items() if manager in _INSTALL)
    return ", then run it again:" + "".join(commands)


def _stale_step(subject: str, evidence: Evidence) -> str:
    if subject in evidence.project.artefacts:
        command = shlex.join(["rm", "-r", str(evidence.project.path / subject)])
        return f"Remove it, once you are sure that it holds nothing of yours:\n  {command}"
    return "Remove the folder that earlier builds have used, once you are sure that it holds nothing of yours."


def _removed_step(module: str, declared: str) -> str:
    row = tables().stdlib.get(module)
    if row and row.advice:
        return row.advice
    if row and row.requires:
        return f"Vouch for the distribution that brings it back:\n  safe-install --build-requires {row.requires} ..."
    return f"Use an older Python, or a release of the project that no longer imports it{declared}."


def _plugin_step(subject: str) -> str:
    if any(row.distribution == subject for row in tables().plugins):
        return f'Add "{subject}" to `requires` in [build-system] of pyproject.toml.'
    return (
        "Find out which distribution brings that plugin, and vouch for it:\n"
        "  safe-install --build-requires DISTRIBUTION ..."
    )


def _file_step(diagnosis: Diagnosis, evidence: Evidence) -> str:
    """Say how a file comes into the tree: one that a tool writes is made, another is put there."""
    file, project = diagnosis.subject or "a file", evidence.project
    if (helper := tables().helpers.get(file)) and helper.advice:
        return f"{file} is missing from the tree: {helper.advice}."
    ignored = (line.strip().lstrip("/") for line in project.source(".gitignore").splitlines())
    if any(line and (file == line or file.endswith(f"/{line}")) for line in ignored):
        return f"{file} is missing from the tree, and .gitignore names it: run what generates it, and build again."
    settings = {"pyproject.toml": project.text or "", **dict(project.sources)}
    named = next((name for name in ("pyproject.toml", "setup.cfg", "setup.py") if file in settings.get(name, "")), "")
    if named and file.endswith(".py"):
        return f"{file} is missing from the tree, and {named} names it: build once where it can be generated."
    step = (
        f"{file} is missing from the tree. Put it there: a clone of the project's repository may have it; and a "
        "release that lacks it was made without it, which only its maintainers can mend (MANIFEST.in)."
    )
    if diagnosis.row != OWN_MODULE:
        return step
    vouch = "\nIf a distribution brings it after all, name that one:\n  safe-install --build-requires DISTRIBUTION ..."
    return f"{step}{vouch}"


def _supported(diagnosis: Diagnosis, evidence: Evidence) -> str:
    """Say what would do: where a tool has lost something for good, only an older Python, or another tool."""
    python, project = evidence.python, evidence.project
    tool = support(diagnosis.subject, python) if diagnosis.row == RAISABLE else None
    if tool is not None:
        where = next(
            (each.where for each in project.mentions if each.requirement == diagnosis.subject), "[build-system]"
        )
        new = raised(diagnosis.subject, tool.minimum)
        return f'a Python that {diagnosis.subject} ({where}) supports, or require "{new}" there'
    lost = tables().attributes.get(diagnosis.subject)
    if gone := lost.gone_since if lost else tables().c_api.get(diagnosis.subject):
        return f"a Python before {_dotted(gone)}, where {diagnosis.subject} still is, or port the code"
    symptom = next((each for each in tables().symptoms if each.id == diagnosis.row), None)
    if symptom and symptom.gone_since:
        return f"a Python before {_dotted(symptom.gone_since)}, which takes it still, or change the project"
    row = removal(diagnosis.row)
    if row is None or row.gone_since is None:
        return f"a Python that it supports, or a release that supports Python {_dotted(python)}"
    instead = f" ({row.advice})" if row.advice else ""
    none = f"no {row.distribution} for a newer one has what the project uses"
    return f"a Python before {_dotted(row.gone_since)}, as {none}, or change the project{instead}"


def _declared(evidence: Evidence) -> str:
    """Say which Pythons the project declares, where the target's is none of them: no promise that others do."""
    required, newest = pythons.required(evidence.project), pythons.newest(evidence.project)
    told = []
    if newest and newest < evidence.python:
        told.append(f"the newest Python that its classifiers name is {'.'.join(map(str, newest))}")
    if not pythons.allows(required, evidence.python):
        told.append(f"it declares Requires-Python {required}")
    return f" ({', and '.join(told)})" if told else ""


def _unbuilt_step(named: str) -> str:
    """Say what to ask for instead; an archive or an address has no other releases."""
    names = named.split(", ")
    if all(is_normalized_name(canonicalize_name(each)) for each in names):
        command = f"safe-install --only-binary {','.join(names)} ..."
        return f"Mend it where it is, or ask for a release with a wheel:\n  {command}"
    return "Mend it where it is, or name a release of it that has a wheel."


def _constrained_step(diagnosis: Diagnosis) -> str:
    row = removal(diagnosis.row)
    bound = row.constraint if row else f"{diagnosis.subject}<VERSION"
    return f'Require "{bound}" in [build-system] of pyproject.toml, as far as the Python and the other bounds allow it.'


def _dotted(python: tuple[int, int]) -> str:
    return ".".join(map(str, python))

"""Say what a build system should say, by the remedies that a failed build would get."""

from __future__ import annotations

import json

from safe_install.evidence import Evidence, InstalledProviders, Policy
from safe_install.inspection.values import Tree
from safe_install.kinds import Kind
from safe_install.model import LEGACY_BACKEND, BuildSystem, Diagnosis, Malformed, Recipe

# The ladder is imported where something was found: a project without findings must not pay for it.


def evidence_of(tree: Tree) -> Evidence:
    """Give what a decision may rest on without a target: what is declared and what is known."""
    return Evidence(tree.project, Policy(frozenset()), tree.python, answers={InstalledProviders(): ()})


def corrected(diagnosis: Diagnosis, system: BuildSystem | Malformed, tree: Tree) -> str:
    """Give the lines of `[build-system]` that the mildest remedy would change; nothing where none is proposed."""
    from safe_install.ladder import repairs
    from safe_install.ladder.remedies import Proposal

    remedies = {
        Kind.BACKEND_MISSPELT: repairs.use_the_backend_meant,
        Kind.BACKEND_RENAMED: repairs.use_the_backend_meant,
        Kind.BACKEND_OF_ANOTHER_TOOL: repairs.use_the_backend_meant,
        Kind.BACKEND_UNDECLARED: repairs.require_the_backend,
        Kind.BACKEND_PATH_WRONG: repairs.correct_the_path,
    }
    remedy = remedies.get(diagnosis.kind, repairs.read_as_meant)
    answer = remedy(Recipe(system), diagnosis, evidence_of(tree))
    if not isinstance(answer, Proposal) or not isinstance(answer.recipe.system, BuildSystem):
        return ""
    return difference(system, answer.recipe.system)


def difference(before: BuildSystem | Malformed, after: BuildSystem) -> str:
    """Give each line that differs, as it is to be written."""
    lines = []
    if isinstance(before, Malformed) or before.requires != after.requires:
        lines.append(f"requires = {_quoted(list(after.requires))}")
    if after.backend not in (before.backend, LEGACY_BACKEND):
        lines.append(f"build-backend = {_quoted(after.backend)}")
    if before.backend_path != after.backend_path and after.backend_path:
        lines.append(f"backend-path = {_quoted(list(after.backend_path))}")
    return " and ".join(lines)


def requirement_of(module: str, tree: Tree) -> str:
    """Give the requirement that evidence names for a module; empty where nothing vouches for one."""
    from safe_install.ladder.inference import Named, provider

    found = provider(module, evidence_of(tree))
    return found.requirement if isinstance(found, Named) else ""


def _quoted(value: str | list[str]) -> str:
    """Write a TOML value; JSON's strings and lists are TOML's."""
    return json.dumps(value, ensure_ascii=False)

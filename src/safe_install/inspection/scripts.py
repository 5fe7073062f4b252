"""Find what the build's own Python files import and nothing provides."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.utils import canonicalize_name

from safe_install.declared.providers import is_standard, name_of
from safe_install.declared.python_source import Import
from safe_install.declared.pythons import allows
from safe_install.declared.spelling import names_in
from safe_install.inspection.corrections import difference, requirement_of
from safe_install.inspection.provision import admits, brought, is_provided, strangers
from safe_install.inspection.removed import removal_finding
from safe_install.inspection.values import Finding, Ground, Script, Tree
from safe_install.kinds import Kind
from safe_install.knowledge import Stdlib, tables
from safe_install.model import BuildSystem


def script_findings(ground: Ground) -> Iterator[Finding]:
    """Give what each file imports in vain."""
    tree = ground.tree
    for script in tree.scripts:
        if script.source.fault is not None:
            yield from _unreadable(script, tree)
        seen: set[str] = set()
        for each in script.source.imports:
            if each.top in seen | tree.names:
                continue
            found = removal_finding(each, script, ground) or _import_finding(each, script, ground)
            if found is not None:
                seen.add(each.top)
                yield found


def _unreadable(script: Script, tree: Tree) -> Iterator[Finding]:
    """Tell a fault, unless it is what a newer Python understands and the project is for that one only."""
    version = ".".join(map(str, tree.python))
    if allows(tree.requires_python, tree.python):
        message = f"Python {version} cannot read this file, and the build runs it: {script.source.fault}; correct it"
        yield Finding(script.file, script.source.fault_place, Kind.PROJECT_ERROR, message)


def _import_finding(each: Import, script: Script, ground: Ground) -> Finding | None:
    system = ground.system
    lost = tables().stdlib.get(each.top)
    if lost is not None:
        return _lost(each, script, lost, ground)
    if is_standard(each.module) or is_provided(each.module, system.requires):
        return None
    if strangers(system.requires) or script.source.changes_path:
        # It may come with what no table knows, or from a folder that only the running file knows.
        return None
    requirement = requirement_of(each.module, ground.tree)
    message = f"{each.module} is imported whenever this file is run, and nothing in `requires` brings it"
    if not requirement:
        message += "; add the distribution that provides it to `requires` of [build-system]"
    return Finding(script.file, each.place, Kind.MODULE_MISSING, message, _with(requirement, ground))


def _lost(each: Import, script: Script, row: Stdlib, ground: Ground) -> Finding | None:
    if not admits(ground.tree.requires_python, row.gone_since):
        return None
    name = name_of(row.requires)
    if name in brought(ground.system.requires) or name == canonicalize_name(ground.tree.project.name or ""):
        return None
    since = ".".join(map(str, row.gone_since))
    message = f"Python has no module {row.module} since {since}, and `requires` brings no substitute"
    message += f"; {row.advice}" if row.advice and not row.requires else ""
    return Finding(script.file, each.place, Kind.MODULE_REMOVED, message, _with(row.requires, ground))


def _with(requirement: str, ground: Ground) -> str:
    system = ground.system
    if not requirement or names_in((requirement,)) <= names_in(system.requires):
        return ""
    wanted = difference(system, BuildSystem((*system.requires, requirement), system.backend, system.backend_path))
    return wanted if ground.tree.project.has_table else f"[build-system] {wanted}"

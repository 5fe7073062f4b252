"""Find what will break a project's build, from its files alone: pure."""

from __future__ import annotations

from collections.abc import Iterator

from safe_install.declared.places import Places, places
from safe_install.inspection.leftovers import setup_requires_findings, shadow_findings
from safe_install.inspection.removed import keyword_findings
from safe_install.inspection.scripts import script_findings
from safe_install.inspection.table import meant_system, table_findings
from safe_install.inspection.values import Finding, Ground, Tree
from safe_install.model import BuildSystem


def inspect(tree: Tree) -> tuple[Finding, ...]:
    """Give every finding, by file and place.

    Nothing is built, run or asked of an index: what may come with a requirement that no table knows is
    not missed, and what is inside `if`, `try` with a handler for it, or a function, may not be needed.
    """
    found = dict.fromkeys(_findings(tree, places(tree.project.text or "")))
    return tuple(sorted(found, key=lambda each: (each.file, each.place, each.rule.value)))


def _findings(tree: Tree, where: Places) -> Iterator[Finding]:
    yield from table_findings(tree, where)
    yield from setup_requires_findings(tree)
    system = meant_system(tree)
    if isinstance(system, BuildSystem):
        # Of a table that cannot be read nobody knows what it requires.
        ground = Ground(tree, system, where)
        yield from script_findings(ground)
        yield from keyword_findings(ground)
        yield from shadow_findings(ground)

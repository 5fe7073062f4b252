"""Find what is wrong with `[build-system]` itself."""

from __future__ import annotations

from collections.abc import Iterator

from safe_install.declared.build_system import intended, load
from safe_install.declared.misspelling import TABLE, misspelt_table
from safe_install.declared.places import Place, Places
from safe_install.inspection.backend import backend_findings
from safe_install.inspection.corrections import corrected
from safe_install.inspection.values import PYPROJECT, Finding, Tree
from safe_install.kinds import Kind
from safe_install.model import BuildSystem, Diagnosis, Malformed


def table_findings(tree: Tree, places: Places) -> Iterator[Finding]:
    """Give what is wrong with the text, the table, its keys and its backend."""
    system = tree.project.system
    yield from _oddities(tree, places)
    if isinstance(system, Malformed):
        # A misspelt key is the cause of what seems absent.
        if not tree.project.oddities:
            yield _malformed(system, tree, places)
        return
    meant = meant_system(tree)
    if isinstance(meant, BuildSystem):
        yield from backend_findings(meant, tree, places)


def meant_system(tree: Tree) -> BuildSystem | Malformed:
    """Give the build system that is used once misspelt keys are put right."""
    project = tree.project
    return intended(project.text) if project.oddities and project.text is not None else project.system


def _malformed(system: Malformed, tree: Tree, places: Places) -> Finding:
    diagnosis = Diagnosis(system.kind, system.subject, system.message)
    correction = corrected(diagnosis, system, tree)
    if system.kind is Kind.TOML_INVALID:
        place = Place(system.line or 1, system.column or 1)
        return Finding(PYPROJECT, place, system.kind, f"not valid TOML: {_first_line(system.message)}; correct it")
    place = _place_of(system, tree, places)
    return Finding(PYPROJECT, place, system.kind, _first_line(system.message), correction)


def _place_of(system: Malformed, tree: Tree, places: Places) -> Place:
    if system.subject == TABLE:
        return places.key(TABLE)
    if system.kind is Kind.REQUIRES_INVALID and system.subject != "requires":
        return places.value(TABLE, "requires", _index(tree, system.subject))
    return places.value(TABLE, system.subject)


def _index(tree: Tree, requirement: str) -> int:
    document = load(tree.project.text or "")
    assert not isinstance(document, Malformed)
    index: int = document[TABLE]["requires"].index(requirement)
    return index


def _oddities(tree: Tree, places: Places) -> Iterator[Finding]:
    """Give what every front end passes over in silence."""
    document = load(tree.project.text or "")
    if isinstance(document, Malformed):
        return
    path, _ = ((TABLE,), None) if TABLE in document else misspelt_table(document) or ((TABLE,), None)
    for odd in tree.project.oddities:
        if odd.kind is Kind.TABLE_MISSPELT:
            message = f"the table [{odd.written}] says nothing to anybody, and was surely meant to be another"
            yield Finding(PYPROJECT, places.key(*path), odd.kind, message, f"[{odd.meant}]")
        else:
            message = f"{odd.written} is no key of [{TABLE}], and every front end passes it over"
            yield Finding(PYPROJECT, places.key(*path, odd.written), odd.kind, message, odd.meant)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]

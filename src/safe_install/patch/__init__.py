"""Say a recipe's difference to `pyproject.toml` as a new text and as a unified diff."""

from __future__ import annotations

from difflib import unified_diff

from safe_install.declared.build_system import load
from safe_install.model import Malformed, Project, Recipe
from safe_install.patch import layout
from safe_install.patch.effective import effective


def propose(project: Project, recipe: Recipe) -> str | None:
    """Give the `pyproject.toml` with which a front end's defaults build as the recipe does.

    It is the smallest edit of the project's own; a project that has only `setup.py` gets a new one.
    `None`: no edit of that file would change anything, since the recipe differs in other things, or
    the file cannot be edited, since it is not TOML or has something else called `build-system`.
    What is lost: the comment beside a requirement, or inside a list, that is dropped.
    """
    system = effective(recipe)
    if isinstance(system, Malformed) or system == project.system:
        return None
    if project.text is None:
        return layout.table(system)
    said = load(project.text)
    return None if isinstance(said, Malformed) else layout.edited(project.text, said, system)


def diff(project: Project, recipe: Recipe) -> str | None:
    """Give `propose` as a unified diff that `git apply` and `patch -p1` take in the project's root."""
    text = propose(project, recipe)
    if text is None:
        return None
    lines = unified_diff(
        _lines(project.text or ""),
        _lines(text),
        "/dev/null" if project.text is None else "a/pyproject.toml",
        "b/pyproject.toml",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Split at line feeds only, as git and patch do."""
    return [line + "\n" for line in text.split("\n")[:-1]] + [line for line in text.split("\n")[-1:] if line]

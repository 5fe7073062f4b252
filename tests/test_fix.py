"""A patch is written only after a build with it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from safe_install import fix
from safe_install.commit import Item
from safe_install.declared import build_system
from safe_install.environment.workshop import Workshop
from safe_install.errors import FixUnproven
from safe_install.model import Built, Project, Recipe
from trees import a_log, a_shop, tree, wheel_file

PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n'
BACKEND = """
import shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    import demo
    shutil.copy("wheels/demo-1.0-py3-none-any.whl", folder)
    return "demo-1.0-py3-none-any.whl"
"""


def _healed(place: Path) -> tuple[Item, Workshop]:
    """Give a project that needs `demo` to be built, and says so only in a recipe."""
    root = tree(place / "tree", {"pyproject.toml": PYPROJECT, "bk.py": BACKEND})
    wheel = wheel_file(root / "wheels")
    system = build_system.parse(PYPROJECT, has_setup_py=False).system
    project = Project(root, system, PYPROJECT, has_table=True, names_backend=True)
    recipe = Recipe(system, extra_requires=("demo",))
    shop = a_shop(place, pip_options=("--no-index", "--find-links", str(root / "wheels")))
    shop = replace(shop, environ={**shop.environ, "PATH": os.defpath})
    return Item(project, recipe, Built(wheel, "demo", "1.0")), shop


def test_what_builds_with_the_patch_is_written(tmp_path: Path) -> None:
    item, shop = _healed(tmp_path)
    (proven,) = fix.proven((item,), shop)
    assert (tmp_path / "tree/pyproject.toml").read_text() == PYPROJECT
    log, told = a_log()
    proven.write(shop, log)
    assert (tmp_path / "tree/pyproject.toml").read_text() == PYPROJECT.replace("[]", '["demo"]', 1)
    assert [(event["event"], event["what"]) for event in told] == [("change.committed", "pyproject.toml")]


def test_what_does_not_build_with_the_patch_is_refused(tmp_path: Path) -> None:
    item, shop = _healed(tmp_path)
    # Cured by something that no pyproject.toml says.
    backend = (tmp_path / "tree/bk.py").read_text().replace("import demo", "raise ValueError('only without isolation')")
    (tmp_path / "tree/bk.py").write_text(backend)
    with pytest.raises(FixUnproven, match="with the patch its build still fails: build_wheel failed") as caught:
        fix.proven((item,), shop)
    assert str(tmp_path / "run") in caught.value.step
    assert (tmp_path / "tree/pyproject.toml").read_text() == PYPROJECT


def test_what_needs_no_patch_is_not_built(tmp_path: Path) -> None:
    item, shop = _healed(tmp_path)
    assert fix.proven((replace(item, recipe=Recipe(item.project.system)),), shop) == ()
    assert list((tmp_path / "run").iterdir()) == []

"""Carry out one recipe: from a source tree to a wheel, or to what went wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path

from packaging.utils import canonicalize_name

from safe_install import hooks, wheel
from safe_install.artefacts import aside
from safe_install.environment import Engine, Environment, PipEngine, opened, unmet_in
from safe_install.environment.workshop import Workshop
from safe_install.hooks import Bench
from safe_install.journal.safekeeping import journal_store
from safe_install.kinds import Cause, Stage
from safe_install.model import BuildSystem, Built, Distribution, Failure, Malformed, Project, Recipe
from safe_install.process import Finished
from safe_install.stand_in import standing_in
from safe_install.target.distributions import importers


def build(
    project: Project,
    recipe: Recipe,
    shop: Workshop,
    log: Path,
    finished: Callable[[str, Finished], None],
) -> Built | Failure:
    """Build a wheel of the project as the recipe says, in the order that PEP 517 and 660 give.

    `log` takes the whole output; `finished` hears of each hook. The wheel lies in the shop's scratch.
    """
    if isinstance(recipe.system, Malformed):
        return Failure(Stage.READ, Cause.TABLE, recipe.system.message, malformed=recipe.system)
    with ExitStack() as stack:
        away = stack.enter_context(aside(project.path, recipe.set_aside, shop.scratch))
        try:
            stack.enter_context(_corrected(project, recipe, shop))
        except OSError as error:
            message = f"{error.filename} cannot be changed for the time of the build: {error.strerror}"
            return Failure(Stage.READ, Cause.ENVIRONMENT, message, log=log)
        environment = stack.enter_context(opened(shop, recipe, log))
        if isinstance(environment, Failure):
            return environment
        audit = Path(tempfile.mkdtemp(prefix="audit-", dir=shop.scratch), "imported.jsonl")
        bench = Bench(shop, project.path, recipe.system, recipe, environment, log, audit, finished)
        result = _build_in(bench, PipEngine(shop), recipe.system)
        if isinstance(result, Built):
            away.declare_good()
        return result


def _corrected(project: Project, recipe: Recipe, shop: Workshop) -> AbstractContextManager[object]:
    """Lay a corrected table into the tree, where a backend reads it there (uv_build, maturin).

    So it is where `requires` is no list: that trips whatever else reads it, such as setuptools-scm, which looks for
    its own requirement. Only there, since a changed tree is another version to a tool that asks git.
    """
    if recipe.system == project.system:
        return nullcontext()
    # Not before a correction: a healthy run must not pay for the tables, nor for tomlkit.
    from safe_install import patch
    from safe_install.knowledge import tables

    assert isinstance(recipe.system, BuildSystem)
    no_list = isinstance(project.system, Malformed) and project.system.subject == "requires"
    reads = no_list or any(row.reads_table and row.module == recipe.system.module for row in tables().backends)
    text = patch.propose(project, recipe) if reads else None
    if text is None or project.text is None:
        return nullcontext()
    file = project.path / "pyproject.toml"
    return standing_in(file, text, journal_store(shop.state, file))


def _build_in(bench: Bench, engine: Engine, system: BuildSystem) -> Built | Failure:
    # Without isolation the target is as it is, and pip does not ask the backend what more it needs.
    failure = _filled(bench, engine, system) if bench.environment.isolated else None
    if failure is not None:
        return failure

    # The wheel, and whether pip will take it.
    folder = Path(tempfile.mkdtemp(prefix="wheel-", dir=bench.shop.scratch))
    named = hooks.build(bench, folder)
    if isinstance(named, Failure):
        return named
    return _inspected(bench, folder / named)


def _filled(bench: Bench, engine: Engine, system: BuildSystem) -> Failure | None:
    # What the author declared, and what the recipe adds.
    failure = _fill(bench, engine, system.requires + bench.recipe.extra_requires, Stage.FILL)
    if failure is not None:
        return failure

    # What the backend asks for once it is there.
    wanted = hooks.requirements(bench)
    if isinstance(wanted, Failure):
        return wanted
    return _fill(bench, engine, unmet_in(bench.environment, wanted), Stage.FILL_MORE)


def _fill(bench: Bench, engine: Engine, requirements: tuple[str, ...], stage: Stage) -> Failure | None:
    """Install build requirements."""
    failure = engine.fill(bench.environment, requirements, bench.recipe, stage, bench.log)
    return failure and replace(failure, environment=bench.environment.distributions())


def _inspected(bench: Bench, path: Path) -> Built | Failure:
    held = bench.environment.pins()
    if not path.is_file():
        message = f"{hooks.BUILD[bench.recipe.wheel]} named {path.name} and did not write it"
        return Failure(Stage.WHEEL, Cause.WHEEL_ABSENT, message, log=bench.log, environment=held)
    contents = wheel.inspect(path)
    if isinstance(contents, str):
        return Failure(Stage.WHEEL, Cause.WHEEL_INVALID, contents, log=bench.log, environment=held)
    imported = () if bench.environment.isolated else _imported(bench.environment, bench.audit, held)
    return Built(path, contents.name, contents.version, bench.log, held, imported)


def _imported(environment: Environment, audit: Path, held: tuple[Distribution, ...]) -> tuple[Distribution, ...]:
    owners = importers(environment.packages, hooks.imported_files(audit))
    return tuple(each for each in held if canonicalize_name(each.name) in owners)

"""Make build environments and fill them with what a recipe says and nothing more."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from safe_install import process
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Cause, Stage
from safe_install.model import Distribution, Failure, Recipe
from safe_install.process import Command


@dataclass(frozen=True)
class Environment:
    """A Python that a build runs in."""

    python: Path
    scripts: Path
    packages: tuple[Path, ...]
    isolated: bool
    prefix: Path

    def distributions(self) -> tuple[Distribution, ...]:
        """Read what it holds, now, with the modules."""
        from safe_install.target.distributions import installed

        return installed(self.packages)

    def pins(self) -> tuple[Distribution, ...]:
        """Read what it holds, now, without the modules."""
        from safe_install.target.distributions import pins

        return pins(self.packages)

    def variables(self, shop: Workshop, recipe: Recipe) -> dict[str, str]:
        """Give the environment variables of a process that runs in it."""
        variables = shop.build_environ(recipe.variables, isolated=self.isolated)
        variables["PATH"] = os.pathsep.join((str(self.scripts), variables.get("PATH", os.defpath)))
        if self.isolated:
            variables["VIRTUAL_ENV"] = str(self.prefix)
        return variables


class Engine(Protocol):
    """Fills environments. pip is one; another installer can be."""

    def fill(
        self, environment: Environment, requirements: tuple[str, ...], recipe: Recipe, stage: Stage, log: Path
    ) -> Failure | None:
        """Install requirements with all they need; give what went wrong, if anything did."""
        ...


@contextmanager
def opened(shop: Workshop, recipe: Recipe, log: Path) -> Iterator[Environment | Failure]:
    """Give the environment that a recipe builds in, and remove it afterwards if it was made here."""
    if not recipe.isolated:
        target = shop.target
        yield Environment(target.executable, target.scripts, target.path, isolated=False, prefix=target.prefix)
        return
    with tempfile.TemporaryDirectory(prefix="env-", dir=shop.scratch, ignore_cleanup_errors=True) as folder:
        yield _create(Path(folder), shop, log)


@dataclass(frozen=True)
class PipEngine:
    """Fills environments with a pip that is not in them."""

    shop: Workshop

    def fill(
        self, environment: Environment, requirements: tuple[str, ...], recipe: Recipe, stage: Stage, log: Path
    ) -> Failure | None:
        """Install requirements with all they need; give what went wrong, if anything did."""
        if not requirements:
            return None
        try:
            script = pip_copy.runner(self.shop, recipe.pip)
        except LookupError as error:
            return Failure(stage, Cause.ENVIRONMENT, str(error), log=log)
        with tempfile.TemporaryDirectory(prefix="fill-", dir=self.shop.scratch) as folder:
            finished = process.run(
                Command(
                    self._arguments(environment, script, requirements, recipe, Path(folder)),
                    cwd=self.shop.cwd,
                    environ=_pip_environ(environment.variables(self.shop, recipe)),
                    log=log,
                    redact=self.shop.redact,
                    timeout=self.shop.seconds,
                )
            )
        if finished.status == 0 and not finished.timed_out:
            return None
        cause = Cause.TIMEOUT if finished.timed_out else Cause.SIGNAL if finished.status < 0 else Cause.PIP_FAILED
        wanted = ", ".join(requirements)
        return Failure(stage, cause, f"installing {wanted}", finished.output, finished.status, log)

    def _arguments(
        self, environment: Environment, script: Path, requirements: tuple[str, ...], recipe: Recipe, folder: Path
    ) -> tuple[str, ...]:
        wanted = folder / "requirements.txt"
        wanted.write_text("".join(f"{requirement}\n" for requirement in requirements), encoding="utf-8")
        constraints = list(self.shop.build_constraints)
        if recipe.constraints:
            own = folder / "constraints.txt"
            own.write_text("".join(f"{constraint}\n" for constraint in recipe.constraints), encoding="utf-8")
            constraints.append(str(own))
        bounds = [
            option
            for path in constraints
            # The second is for what is itself built from source on the way.
            for option in ("--constraint", path, "--build-constraint", path)
        ]
        return (
            *(str(environment.python), str(script), "install"),
            # As pip fills its own: these three win over the same words in a configuration file.
            *("--no-user", "--target", "", "--prefix", str(environment.prefix)),
            *("--no-warn-script-location", "--disable-pip-version-check", "--no-compile", "--progress-bar", "off"),
            *self.shop.pip_options,
            *(() if recipe.cache else ("--no-cache-dir",)),
            *bounds,
            *("--requirement", str(wanted)),
        )


def unmet_in(environment: Environment, requirements: tuple[str, ...]) -> tuple[str, ...]:
    """Give the requirements that the environment does not surely meet: pip has a look at those."""
    if not requirements:
        return ()
    # Not without one: importing it is not free.
    from packaging.utils import canonicalize_name

    held: dict[str, str] = {canonicalize_name(each.name): each.version for each in environment.pins()}
    return tuple(requirement for requirement in requirements if not _met(requirement, held))


def _met(requirement: str, held: Mapping[str, str]) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    try:
        wanted = Requirement(requirement)
    except InvalidRequirement:
        # pip's message names it.
        return False
    version = held.get(canonicalize_name(wanted.name))
    if wanted.extras or wanted.marker or wanted.url or version is None:
        return False
    try:
        return wanted.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        # The systems' own packages have such.
        return False


def _create(folder: Path, shop: Workshop, log: Path) -> Environment | Failure:
    """Make an empty environment: no pip, no setuptools, nothing seeded, nothing beside the project."""
    import virtualenv

    place = folder / "env"
    arguments = [
        *(str(place), "--python", str(shop.target.executable)),
        *("--no-seed", "--activators", "", "--no-periodic-update", "--no-vcs-ignore", "--no-venv-redirect"),
    ]
    environ = {name: value for name, value in shop.build_environ().items() if not name.startswith("VIRTUALENV_")}
    # Nor what its configuration file says: `system-site-packages` would end the isolation.
    environ["VIRTUALENV_CONFIG_FILE"] = os.devnull
    try:
        creator = virtualenv.cli_run(arguments, setup_logging=False, env=environ).creator
    except (OSError, RuntimeError, ValueError, SystemExit) as error:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"virtualenv: {error}\n")
        return Failure(Stage.FILL, Cause.ENVIRONMENT, f"virtualenv could not make an environment: {error}", log=log)
    packages = tuple(dict.fromkeys((Path(creator.purelib), Path(creator.platlib))))
    return Environment(Path(creator.exe), Path(creator.script_dir), packages, isolated=True, prefix=place)


def _pip_environ(variables: dict[str, str]) -> dict[str, str]:
    """Let our pip keep its own bytecode, whatever the user wishes for other programs."""
    return {name: value for name, value in variables.items() if name != "PYTHONDONTWRITEBYTECODE"}

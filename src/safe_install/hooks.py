"""Call PEP 517 and PEP 660 hooks through pyproject-hooks."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from pyproject_hooks import BackendUnavailable, BuildBackendHookCaller, HookMissing

from safe_install import process
from safe_install.environment import Environment
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Cause, Stage, Wheel
from safe_install.model import BuildSystem, Failure, Recipe
from safe_install.process import Command, Finished
from safe_install.scripts import unpacked

REQUIRES: Final = {Wheel.REGULAR: "get_requires_for_build_wheel", Wheel.EDITABLE: "get_requires_for_build_editable"}
LONGEST_NAME: Final = 255
"""Bytes that the name of a file has at most, wherever wheels are built (POSIX, NAME_MAX of the common)."""
NO_ANSWER: Final = (KeyError, TypeError, AttributeError)
"""What pyproject-hooks stumbles over when output.json is JSON, yet not its own."""
BUILD: Final = {Wheel.REGULAR: "build_wheel", Wheel.EDITABLE: "build_editable"}


@dataclass(frozen=True)
class Bench:
    """Where one attempt's hooks are called."""

    shop: Workshop
    tree: Path
    system: BuildSystem
    recipe: Recipe
    environment: Environment
    log: Path
    audit: Path
    """Where a build without isolation leaves the names of the files that it imported."""
    finished: Callable[[str, Finished], None]
    """Called with each hook's name and how its process ended."""


def requirements(bench: Bench) -> tuple[str, ...] | Failure:
    """Ask the backend what else the build needs."""
    name = REQUIRES[bench.recipe.wheel]
    answer = _call(bench, name, Stage.REQUIRES, lambda caller, settings: getattr(caller, name)(settings))
    if isinstance(answer, Failure):
        return answer
    if not isinstance(answer, list) or not all(map(_is_requirement, answer)):
        return _no_answer(bench, Stage.REQUIRES, f"{name} returned {answer!r:.200}, not a list of requirements")
    return tuple(answer)


def build(bench: Bench, folder: Path) -> str | Failure:
    """Have the wheel built into a folder, and give the name that the backend says it has."""
    name = BUILD[bench.recipe.wheel]
    answer = _call(bench, name, Stage.BUILD, lambda caller, settings: getattr(caller, name)(str(folder), settings))
    if isinstance(answer, Failure):
        return answer
    if not isinstance(answer, str) or not _is_file_name(answer):
        return _no_answer(bench, Stage.BUILD, f"{name} returned {answer!r:.200}, not the name of a wheel")
    return answer


def _call(
    bench: Bench,
    name: str,
    stage: Stage,
    hook: Callable[[BuildBackendHookCaller, Mapping[str, object] | None], object],
) -> object | Failure:
    system, seen = bench.system, _Seen(bench)
    try:
        caller = BuildBackendHookCaller(
            str(bench.tree), system.backend, system.backend_path or None, seen.run, str(bench.environment.python)
        )
    except ValueError as error:
        return Failure(Stage.IMPORT, Cause.BACKEND_PATH, str(error), log=bench.log)
    try:
        with warnings.catch_warnings():
            # Those that the hook raised, which pyproject-hooks raises again here.
            warnings.simplefilter("ignore", UserWarning)
            return hook(caller, _settings(bench.recipe))
    except BackendUnavailable as error:
        return seen.failure(Stage.IMPORT, Cause.BACKEND_UNAVAILABLE, _text(error))
    except HookMissing as error:
        return seen.failure(Stage.IMPORT, Cause.HOOK_MISSING, error.hook_name)
    except _Ended:
        return seen.failure(stage, *seen.ending(name))
    except (OSError, ValueError, *NO_ANSWER) as error:
        if seen.last is None:
            return seen.failure(stage, Cause.HOOK_FAILED, f"{name} could not be started: {error}")
        # No output.json, or half of one: the process ended with status 0 before it could answer.
        return seen.failure(stage, Cause.HOOK_SILENT, f"{name} ended without an answer: {error}")
    finally:
        if seen.last is not None:
            bench.finished(name, seen.last)


class _Ended(Exception):
    """The hook's process did not end well; how is in what was seen."""


class _Seen:
    """Runs the processes of one hook call and remembers how the last one ended."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.last: Finished | None = None

    def run(self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
        """Be pyproject-hooks' runner."""
        bench = self._bench
        variables = bench.environment.variables(bench.shop, bench.recipe) | dict(extra_environ or {})
        with unpacked("audit.py") as audit:
            audited = (cmd[0], str(audit), str(bench.audit), *cmd[1:])
            self.last = process.run(
                Command(
                    tuple(cmd) if bench.environment.isolated else audited,
                    cwd=Path(cwd) if cwd else bench.tree,
                    environ=variables,
                    log=bench.log,
                    redact=bench.shop.redact,
                    timeout=bench.shop.seconds,
                )
            )
        if self.last.status != 0 or self.last.timed_out:
            raise _Ended

    def ending(self, hook: str) -> tuple[Cause, str]:
        """Say what the last process died of."""
        if self.last is not None and self.last.timed_out:
            return Cause.TIMEOUT, f"{hook} was still running after {self.last.seconds:.0f} s"
        if self.last is not None and self.last.status < 0:
            return Cause.SIGNAL, f"{hook} was ended by signal {-self.last.status}"
        return Cause.HOOK_FAILED, f"{hook} failed"

    def failure(self, stage: Stage, cause: Cause, message: str) -> Failure:
        """Make a failure of what was seen."""
        output, status = (self.last.output, self.last.status) if self.last is not None else ("", None)
        return Failure(
            stage, cause, self._bench.shop.redact(message), output, status, self._bench.log,
            environment=self._bench.environment.distributions(),
        )  # fmt: skip


def imported_files(audit: Path) -> tuple[str, ...]:
    """Read what the hooks of a build without isolation imported."""
    if not audit.is_file():
        return ()
    # A process that was ended while it wrote leaves an unfinished line.
    lines = [line for line in audit.read_text(encoding="utf-8").split("\n")[:-1] if line.endswith("]")]
    return tuple(sorted({name for line in lines for name in json.loads(line)}))


def _settings(recipe: Recipe) -> dict[str, str | list[str]] | None:
    """Give config settings as pip hands them on: a repeated key's values as a list."""
    settings: dict[str, str | list[str]] = {
        key: values[0] if len(values) == 1 else list(values) for key, values in recipe.config_settings
    }
    return settings or None


def _text(error: BackendUnavailable) -> str:
    """Give message and traceback whichever release of pyproject-hooks it is (1.2 leaves one out)."""
    text, traceback = str(error), error.traceback or ""
    return text if traceback in text else f"{text}\n\nTraceback:\n{traceback}"


def _no_answer(bench: Bench, stage: Stage, message: str) -> Failure:
    return Failure(stage, Cause.HOOK_ANSWER, bench.shop.redact(message), log=bench.log)


def _is_requirement(value: object) -> bool:
    """Tell whether pip would take it as one; what is none could be an option in a file of requirements."""
    try:
        return isinstance(value, str) and bool(Requirement(value))
    except (InvalidRequirement, RecursionError):
        return False


def _is_file_name(value: str) -> bool:
    return bool(value) and Path(value).name == value and len(value.encode("utf-8", "replace")) <= LONGEST_NAME

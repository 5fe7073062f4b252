"""Put a request together from all the places that say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from safe_install.command import values
from safe_install.command.arguments import locate
from safe_install.command.options import Destination
from safe_install.command.pip_args import Parsed, refuse_later
from safe_install.command.settings import Settings, of_projects
from safe_install.errors import Usage
from safe_install.kinds import Wheel
from safe_install.model import Policy
from safe_install.request import ProjectRequest, Request


def assemble(parsed: Parsed, variables: Mapping[str, str], directory: Path) -> Request:
    """Put a request together; nothing is read but the `[tool.safe-install]` of the projects.

    `variables` are the environment's, `directory` is where relative paths start.
    Raises Usage and ProjectUnreadable.
    """
    refuse_later(parsed)
    settings = Settings(parsed, variables)
    settings.refuse_later()
    projects = _projects(settings, directory)
    settings = replace(settings, projects=of_projects(project.path for project in projects))
    request = Request(
        projects=projects,
        policy=_policy(settings),
        python=_python(settings),
        build_options=parsed.argv(Destination.BUILD_AND_INSTALL),
        install_options=parsed.argv(Destination.BUILD_AND_INSTALL, Destination.INSTALL),
        build_constraints=settings.pip_words("build-constraint") + parsed.values("--build-constraint"),
        config_settings=_config_settings(settings),
        isolated=_isolated(settings),
        dry_run=bool(parsed.uses("--dry-run")) or settings.pip_flag("dry-run"),
        verbosity=_count(settings, "--verbose") - _count(settings, "--quiet"),
        colour=not (parsed.uses("--no-color") or settings.pip_flag("no-color")),
        break_system_packages=bool(parsed.uses("--break-system-packages"))
        or settings.pip_flag("break-system-packages"),
        build_requires=tuple(values.requirement(each) for each in settings.all("--build-requires")),
        max_seconds=values.max_seconds(settings.one("--max-seconds")),
        write_fix=settings.flag("--write-fix"),
        fail_on_recovery=settings.flag("--fail-on-recovery"),
        events=values.events(settings.one("--events")),
    )
    _refuse_contradictions(request, parsed)
    return request


def _projects(settings: Settings, directory: Path) -> tuple[ProjectRequest, ...]:
    """Locate the projects, each once; arguments come before editables, as in pip."""
    regular = ((text, Wheel.REGULAR) for text in settings.parsed.arguments if text.strip())
    editable = settings.pip_words("editable") + settings.parsed.values("--editable")
    found: dict[Path, ProjectRequest] = {}
    for text, wheel in (*regular, *((text, Wheel.EDITABLE) for text in editable)):
        path, extras = locate(text.strip(), editable=wheel is Wheel.EDITABLE, directory=directory)
        before = found.get(path, ProjectRequest(path, wheel))
        if before.wheel is not wheel:
            raise Usage(f"{path} is named twice, as editable and as regular", "name it once")
        found[path] = replace(before, extras=tuple(dict.fromkeys(before.extras + extras)))
    if not found:
        raise Usage("there is nothing to install", "name a project: safe-install -e . takes this directory")
    return tuple(found.values())


def _python(settings: Settings) -> str | None:
    written = settings.parsed.values("--python")
    variable = settings.pip("python")
    return written[-1] if written else variable.value if variable else None


def _isolated(settings: Settings) -> bool:
    """Tell whether builds are isolated.

    pip takes its variable for the value of `build_isolation`, so that `PIP_NO_BUILD_ISOLATION=0` is
    what turns isolation off (pip's documentation, "Boolean options"; pypa/pip#5735).
    """
    if settings.parsed.uses("--no-build-isolation"):
        return False
    return settings.pip("no-build-isolation") is None or settings.pip_flag("no-build-isolation")


def _config_settings(settings: Settings) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Collect `KEY=VALUE`s by key, in their order; pip's variable holds exactly one, and is the first."""
    variable = settings.pip("config-settings")
    if variable and "=" not in variable.value:
        raise Usage(f"{variable.origin} takes KEY=VALUE, not {variable.value!r}")
    collected: dict[str, tuple[str, ...]] = {}
    for text in (*([variable.value] if variable else []), *settings.parsed.values("--config-settings")):
        key, _, value = text.partition("=")
        collected[key] = (*collected.get(key, ()), value)
    return tuple(collected.items())


def _count(settings: Settings, name: str) -> int:
    return len(settings.parsed.uses(name)) + settings.pip_count(name[2:])


def _policy(settings: Settings) -> Policy:
    return Policy(
        remedies=values.remedies(settings.one("--remedies")),
        max_attempts=values.max_attempts(settings.one("--max-attempts")),
        infer=values.infer(settings.one("--infer")),
        allow=tuple(values.distribution(each) for each in settings.all("--allow")),
        hashes=settings.pip_flag("require-hashes"),
    )


def _refuse_contradictions(request: Request, parsed: Parsed) -> None:
    """Raise Usage for what pip refuses in combination, before anything is built with it."""
    if request.build_constraints and not request.isolated:
        raise Usage(
            "build constraints constrain nothing without build isolation",
            "leave out --build-constraint or --no-build-isolation, also as PIP_… variables",
        )
    for other in ("--all-releases", "--only-final"):
        if parsed.uses("--pre") and parsed.uses(other):
            raise Usage(f"--pre cannot be combined with {other}", "leave one of them out")

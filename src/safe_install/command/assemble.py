"""Put a request together from all the places that say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from safe_install.command import values
from safe_install.command.locate import locate
from safe_install.command.options import Destination
from safe_install.command.pip_args import Given, Parsed
from safe_install.command.settings import Settings, of_projects
from safe_install.errors import Refused, Usage
from safe_install.evidence import Policy
from safe_install.kinds import Wheel
from safe_install.model import ConfigSettings
from safe_install.request import Argument, Asked, Listed, Placement, ProjectRequest, Request, Words
from safe_install.requirements import files

BY_PIP: Final = frozenset({"--platform", "--python-version", "--implementation", "--abi"})
"""With these, pip installs for another machine, and takes wheels only: nothing can be built here."""
OURS_TO_GIVE: Final = frozenset({"--report"})
"""Options of pip's whose values are replaced."""


def assemble(parsed: Parsed, variables: Mapping[str, str], directory: Path) -> Request:
    """Put a request together.

    Read are requirements files, pip's configuration, and the `[tool.safe-install]` of the projects.
    `variables` are the environment's, `directory` is where relative paths start.
    Raises Usage and ProjectUnreadable.
    """
    settings = Settings(parsed, variables, configured=_configured(parsed, variables))
    arguments = tuple(_arguments(settings))
    if not any(isinstance(each, (Asked, Listed)) for each in arguments) and not _asks_otherwise(settings):
        raise Refused("there is nothing to install", "name a project: safe-install -e . takes this directory")
    hashes = _hashes(settings, arguments, directory)
    told = _config_settings(settings)
    projects = () if hashes or any(map(parsed.uses, BY_PIP)) else _projects(arguments, told, variables, directory)
    settings = replace(settings, projects=of_projects(project.path for project in projects))
    request = Request(
        projects=projects,
        policy=_policy(settings, hashes),
        arguments=arguments,
        foreign=tuple((each.written.partition("=")[0], each.step) for each in parsed.given if each.step),
        python=_text(settings, "python"),
        build_options=parsed.argv(Destination.BUILD_AND_INSTALL),
        build_constraints=settings.pip_words("build-constraint") + parsed.values("--build-constraint"),
        isolated=_isolated(settings),
        dry_run=_flag(settings, "dry-run"),
        only_deps=_flag(settings, "only-deps") or settings.pip_flag("only-dependencies"),
        report=_text(settings, "report"),
        placement=Placement(
            target=_text(settings, "target"),
            prefix=_text(settings, "prefix"),
            root=_text(settings, "root"),
            user=_flag(settings, "user"),
        ),
        require_virtualenv=_flag(settings, "require-virtualenv"),
        check_build_dependencies=_flag(settings, "check-build-dependencies"),
        verbosity=_count(settings, "--verbose") - _count(settings, "--quiet"),
        colour=not _flag(settings, "no-color"),
        break_system_packages=_flag(settings, "break-system-packages"),
        build_requires=tuple(values.requirement(each) for each in settings.all("--build-requires")),
        max_seconds=values.max_seconds(settings.one("--max-seconds")),
        write_fix=settings.flag("--write-fix"),
        fail_on_recovery=settings.flag("--fail-on-recovery"),
        events=values.events(settings.one("--events")),
        export=values.export(settings.one("--export")),
    )
    _refuse_contradictions(request, parsed)
    return request


def _configured(parsed: Parsed, variables: Mapping[str, str]) -> Mapping[str, str]:
    from safe_install.target import pip_config, prefix_of

    return pip_config.read(variables, prefix_of(next(iter(parsed.values("--python")[-1:]), None), variables))


def _arguments(settings: Settings) -> Iterator[Argument]:
    """Give what the installing pip is given: what variables say first, then the command line."""
    yield from (Asked(text, editable=True) for text in settings.pip_words("editable"))
    yield from (Listed(path) for path in settings.pip_words("requirement"))
    before: Given | str = ""
    for item in settings.parsed.items:
        # What follows an option that only the target's pip knows may be its value.
        foreign, before = isinstance(before, Given) and bool(before.step) and "=" not in before.written, item
        match item:
            case str():
                yield Words((item,)) if foreign else Asked(item)
            case Given(value=None):
                if _goes_to_pip(item):
                    yield Words(item.words)
            case Given(value=str(value)) if item.option.name == "--editable":
                yield Asked(value, editable=True)
            case Given(value=str(value)) if item.option.name == "--requirement":
                yield Listed(value)
            case _ if _goes_to_pip(item):
                yield Words(item.words)


def _goes_to_pip(given: Given) -> bool:
    if given.option.name in OURS_TO_GIVE:
        return False
    wanted = (Destination.BUILD_AND_INSTALL, Destination.INSTALL)
    return given.option.destination in wanted or given.option.name == "--config-settings"


def _asks_otherwise(settings: Settings) -> bool:
    lists = ("group", "requirements-from-script")
    named = any(settings.parsed.uses(f"--{name}") or settings.pip(name) for name in lists)
    return named or any(each.step for each in settings.parsed.given)


def _hashes(settings: Settings, arguments: tuple[Argument, ...], directory: Path) -> bool:
    """Tell whether hash checking is on: then pip takes no folder, and no name is ever added."""
    if _flag(settings, "require-hashes"):
        return True
    listed = (directory / each.path for each in arguments if isinstance(each, Listed))
    return any(files.asks_for_hashes(path, settings.variables) for path in listed)


def _projects(
    arguments: tuple[Argument, ...], told: ConfigSettings, variables: Mapping[str, str], directory: Path
) -> tuple[ProjectRequest, ...]:
    """Locate the local projects, each once; arguments come before editables and files, as in pip.

    Config settings of the command line are for the projects on it; a line of a file has its own (pip's
    documentation, "Backend Configuration").
    """
    asked = [each for each in arguments if isinstance(each, Asked) and each.text.strip()]
    found = [(each, locate(each, directory)) for each in sorted(asked, key=lambda each: each.editable)]
    named = [(place, each.editable, told) for each, place in found if place is not None]
    for each in arguments:
        if isinstance(each, Listed):
            listed = files.places(directory / each.path, directory, variables)
            named += [(place.place, place.editable, _collected(place.settings)) for place in listed]
    projects: dict[Path, ProjectRequest] = {}
    for place, editable, settings in named:
        # Whether a marker holds is for pip to say.
        if place.is_folder and not place.marker:
            path, wheel = Path(place.where), Wheel.EDITABLE if editable else Wheel.REGULAR
            if projects.setdefault(path, ProjectRequest(path, wheel, settings)).wheel is not wheel:
                raise Refused(f"{path} is named twice, as editable and as regular", "name it once")
    return tuple(projects.values())


def _text(settings: Settings, name: str) -> str | None:
    written = settings.parsed.values(f"--{name}")
    said = settings.pip(name)
    return written[-1] if written else said.value if said else None


def _flag(settings: Settings, name: str) -> bool:
    return bool(settings.parsed.uses(f"--{name}")) or settings.pip_flag(name)


def _isolated(settings: Settings) -> bool:
    """Tell whether builds are isolated.

    pip takes its variable for the value of `build_isolation`, so that `PIP_NO_BUILD_ISOLATION=0` is
    what turns isolation off (pip's documentation, "Boolean options"; pypa/pip#5735).
    """
    if settings.parsed.uses("--no-build-isolation"):
        return False
    return settings.pip("no-build-isolation") is None or settings.pip_flag("no-build-isolation")


def _config_settings(settings: Settings) -> ConfigSettings:
    """Collect `KEY=VALUE`s by key, in their order; pip's variable holds exactly one, and is the first."""
    variable = settings.pip("config-settings")
    if variable and "=" not in variable.value:
        raise Usage(f"{variable.origin} takes KEY=VALUE, not {variable.value!r}")
    return _collected((*([variable.value] if variable else []), *settings.parsed.values("--config-settings")))


def _collected(texts: Iterable[str]) -> ConfigSettings:
    collected: dict[str, tuple[str, ...]] = {}
    for text in texts:
        key, _, value = text.partition("=")
        collected[key] = (*collected.get(key, ()), value)
    return tuple(collected.items())


def _count(settings: Settings, name: str) -> int:
    return len(settings.parsed.uses(name)) + settings.pip_count(name[2:])


def _policy(settings: Settings, hashes: bool) -> Policy:
    return Policy(
        remedies=values.remedies(settings.one("--remedies")),
        max_attempts=values.max_attempts(settings.one("--max-attempts")),
        infer=values.infer(settings.one("--infer")),
        allow=tuple(values.distribution(each) for each in settings.all("--allow")),
        hashes=hashes,
    )


def _refuse_contradictions(request: Request, parsed: Parsed) -> None:
    """Raise Refused for what pip refuses in combination, before anything is built with it."""
    if request.build_constraints and not request.isolated:
        raise Refused(
            "build constraints constrain nothing without build isolation",
            "leave out --build-constraint or --no-build-isolation, also as PIP_… variables",
        )
    if request.export and "-" in (request.events, request.report):
        other = "--events" if request.events == "-" else "--report"
        raise Usage(f"--export and {other} - both take standard output", f"name a file: {other} FILE")
    for other in ("--all-releases", "--only-final"):
        if parsed.uses("--pre") and parsed.uses(other):
            raise Refused(f"--pre cannot be combined with {other}", "leave one of them out")

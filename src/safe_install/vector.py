"""Write the argument vector of the pip that installs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from safe_install.request import Argument, Asked, Listed, Words
from safe_install.requirements import files, tables
from safe_install.requirements.places import StandIns, read

SETTINGS: Final = "--config-settings"
"""What only a build heeds: where pip has nothing to build it would be in the way of an older one."""
LISTS: Final = {"--requirement": tables.lock, "--group": tables.group, "--requirements-from-script": tables.script}
"""Options that name lists of requirements in TOML, and what copies those."""


@dataclass(frozen=True)
class Paths:
    """Where relative paths start, what variables there are, and where copies of files go."""

    directory: Path
    variables: Mapping[str, str]
    copies: Path


@dataclass(frozen=True)
class Vector:
    """What pip is given."""

    words: tuple[str, ...]
    copies: tuple[tuple[str, str], ...] = ()
    """Copies of requirements files, and the files as they were named: messages shall speak of those."""
    replaced: bool = True
    """Whether everything that was asked for is replaced by something that stands in for it."""


def written(arguments: tuple[Argument, ...], stand_ins: StandIns, paths: Paths) -> Vector:
    """Write the arguments in their order, with the stand-ins in the place of what they stand for."""
    words: list[tuple[str, ...]] = []
    copies: list[tuple[str, str]] = []
    replaced = True

    def listed(name: str, value: str) -> tuple[str, str]:
        text, made = LISTS[name](value, stand_ins, paths.copies, paths.directory)
        copies.extend(made)
        return (name, text)

    for each in arguments:
        match each:
            case Asked():
                place = read(each.text, editable=each.editable, directory=paths.directory)
                instead = stand_ins.instead(place) if place else None
                replaced = replaced and instead is not None
                words.append((instead,) if instead else _as_asked(each))
            case Listed() if tables.is_lock(each.path):
                replaced = False
                words.append(listed("--requirement", each.path))
            case Listed():
                replaced = False
                file = paths.directory / each.path
                copy = files.copied(file, stand_ins, paths.copies, paths.directory, paths.variables)
                copies += [(str(copy), each.path)] if copy != file else []
                words.append(("--requirement", each.path if copy == file else str(copy)))
            case Words((name, value)) if name in LISTS:
                replaced = False
                words.append(listed(name, value))
            case Words():
                words.append(each.words)
    kept = (each for each in words if not (replaced and each[0] == SETTINGS))
    return Vector(_flat(kept), tuple(copies), replaced)


def extras(arguments: tuple[Argument, ...], directory: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Give the extras that are asked for of each place, with their brackets."""
    places = [
        read(each.text, editable=each.editable, directory=directory) for each in arguments if isinstance(each, Asked)
    ]
    for each in arguments:
        if isinstance(each, Listed):
            places += (named.place for named in files.places(directory / each.path, directory, variables))
    return {place.where: place.extras for place in places if place is not None and place.extras}


def options(arguments: tuple[Argument, ...]) -> tuple[str, ...]:
    """Write the options only, without anything that is asked for."""
    kept = (each.words for each in arguments if isinstance(each, Words))
    return _flat(words for words in kept if words[0] not in {*LISTS, SETTINGS})


def _as_asked(each: Asked) -> tuple[str, ...]:
    """Write a requirement again; one with a dash in front stood behind `--`, and can only be a path."""
    if each.editable:
        return ("--editable", each.text)
    return (f"./{each.text}" if each.text.startswith("-") else each.text,)


def _flat(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(word for words in groups for word in words)
